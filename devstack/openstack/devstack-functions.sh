# shellcheck shell=bash
# What devstack/plugin.sh needs of DevStack, for a host whose OpenStack comes from Debian's packages. To be sourced.
#
# Names, arguments and effects are DevStack's (functions-common, inc/ini-config); services are services.sh's.

# shellcheck disable=SC2034  # plugin.sh uses them
{
    DATA_DIR=/var/lib
    NOVA_BIN_DIR=/usr/bin
    NOVA_CONF=/etc/nova/nova.conf
    GLANCE_URL=http://127.0.0.1:9292
    SERVICE_TIMEOUT=60
}
ENABLED_SERVICES=n-cpu
_services=/opt/nova-multiqueue/devstack/openstack/services.sh

function die {
    echo "line $1: ${*:2}" >&2
    exit 1
}

function echo_summary {
    echo "$*" >&2
}

function is_fedora {
    false
}

function define_plugin {
    :
}

function enable_service {
    ENABLED_SERVICES+=,$1
}

function is_service_enabled {
    [[ ,$ENABLED_SERVICES, == *,$1,* ]]
}

# The lab has no network: packages.sh has installed what there is.
function install_package {
    dpkg -s "$@" >/dev/null || die $LINENO "not installed in the lab: $*"
}

function iniget {
    sed -n "/^\[$2\]/,/^\[/s/^$3 *= *//p" "$1"
}

function iniset {
    grep -q "^\[$2\]" "$1" || printf '\n[%s]\n' "$2" >>"$1"
    sed -i "/^\[$2\]/,/^\[/{/^$3 *=/d}" "$1"
    sed -i "/^\[$2\]/a $3 = $4" "$1"
}

function run_process {
    local -a words
    read -ra words <<<"$2"
    {
        printf 'user=%q\n' "${4:-nova}"
        printf 'command=(%s)\n' "${words[*]@Q}"
    } >"/run/lab/$1.service"
    "$_services" start "$1"
}

function stop_process {
    [[ -e /run/lab/$1.service ]] || return 0
    "$_services" stop "$1"
    rm "/run/lab/$1.service"
}

function wait_for_service {
    timeout "$1" bash -c "until curl --silent --output /dev/null '$2'; do sleep 0.2; done"
}
