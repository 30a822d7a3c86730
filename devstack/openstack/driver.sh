#!/bin/bash
# Has the lab's nova-compute load a driver, as DevStack would: with devstack/plugin.sh. To be run in the lab.
#
#   driver.sh libvirt.LibvirtDriver|mqnet.LibvirtDriver|mqnet.RestDriver [SETTING=VALUE...]
#
# A SETTING is one of devstack/settings.
set -eo pipefail
devstack=/opt/nova-multiqueue/devstack
# shellcheck source=devstack/openstack/devstack-functions.sh
source "$devstack/openstack/devstack-functions.sh"

plugin() {
    # shellcheck source=devstack/plugin.sh
    source "$devstack/plugin.sh" "$@"
}

load_settings() {
    local setting
    for setting in "$@"; do
        [[ $setting =~ ^MQNET_[A-Z_]+=.* ]] || die $LINENO "no setting: $setting (they look like MQNET_DRIVER=RestDriver)"
        declare -g "$setting"
    done
    MQNET_JAR=${MQNET_JAR:-/opt/nova-multiqueue/nova-driver/target/novamq.jar}
    # Nova offers a flavor only to hosts with as many CPUs; the machine may have two.
    MQNET_MAX_VCPUS=${MQNET_MAX_VCPUS:-16}
    # shellcheck source=devstack/settings
    source "$devstack/settings"
}

main() {
    local driver=$1 since
    shift
    case $driver in
        libvirt.LibvirtDriver) ;;
        mqnet.*) set -- "$@" MQNET_DRIVER="${driver#mqnet.}" ;;
        *) die $LINENO "no driver $driver" ;;
    esac
    load_settings "$@"
    "$_services" stop nova-compute
    plugin unstack
    plugin clean
    if [[ $driver == mqnet.* ]]; then
        plugin stack pre-install
        plugin stack install
        plugin stack post-config
    else
        iniset "$NOVA_CONF" DEFAULT compute_driver "$driver"
    fi
    since=$(date -u +%Y-%m-%dT%H:%M:%S)
    "$_services" start nova-compute
    python3 "$devstack/openstack/await_up.py" "$since"
    if [[ $driver == mqnet.* ]]; then
        plugin stack extra
    fi
}

main "$@"
