#!/bin/bash
# The lab's services; to be run in the lab.
#
#   services.sh start|stop|kill|freeze|thaw NAME...
#   services.sh up       starts them all, and returns when OpenStack itself says that they are up
#   services.sh status   what runs
#   services.sh names    of all, in the order in which they start
#
# `kill` is SIGKILL: what its peers have to survive. One that is frozen still has its connections, and says nothing on
# them. What a service says is in /var/log/lab/NAME.log.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
state=/run/lab
logs=/var/log/lab
start_timeout=120

infrastructure=(mariadb memcached rabbitmq virtlogd libvirtd)
openstack=(keystone placement glance neutron nova-conductor nova-scheduler nova-api linuxbridge nova-compute)
uwsgi=(uwsgi --master --plugins python3 --lazy-apps --enable-threads --die-on-term --buffer-size 65535
    --processes 1 --threads 8 --listen 100 --rem-header Content-Length --paste-logger)

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# describe NAME: sets user, command, port (that it listens on; may be empty).
describe() {
    port=
    case $1 in
        mariadb) user=mysql port=3306 command=(eatmydata mariadbd) ;;
        memcached) user=memcache port=11211 command=(memcached -l 127.0.0.1 -m 32 -t 1) ;;
        rabbitmq) user=rabbitmq port=5672 command=(/usr/lib/rabbitmq/bin/rabbitmq-server) ;;
        virtlogd) user=root command=(virtlogd) ;;
        libvirtd) user=root command=(libvirtd) ;;
        keystone) user=keystone port=5000
            command=("${uwsgi[@]}" --http-socket 127.0.0.1:5000 --wsgi-file /usr/bin/keystone-wsgi-public) ;;
        placement) user=placement port=8778
            command=("${uwsgi[@]}" --http-socket 127.0.0.1:8778 --wsgi-file /usr/bin/placement-api) ;;
        glance) user=glance port=9292 command=(glance-api --config-file /etc/glance/glance-api.conf) ;;
        neutron) user=neutron port=9696 command=(neutron-server --config-file /etc/neutron/neutron.conf
            --config-file /etc/neutron/plugins/ml2/ml2_conf.ini) ;;
        linuxbridge) user=neutron command=(neutron-linuxbridge-agent --config-file /etc/neutron/neutron.conf
            --config-file /etc/neutron/plugins/ml2/linuxbridge_agent.ini) ;;
        nova-api) user=nova port=8774 command=(nova-api) ;;
        nova-conductor | nova-scheduler | nova-compute) user=nova command=("$1" --config-file /etc/nova/nova.conf) ;;
        *) describe_added "$1" ;;
    esac
}

# What DevStack's run_process was asked for (see devstack-functions.sh).
describe_added() {
    [[ -r $state/$1.service ]] || die "no service $1 (there are: $(names | xargs))"
    # shellcheck source=/dev/null
    source "$state/$1.service"
}

names() {
    printf '%s\n' "${infrastructure[@]}" "${openstack[@]}"
    find "$state" -name '*.service' -printf '%f\n' | sed 's/\.service$//'
}

runs() {
    local pid
    read -r pid 2>/dev/null <"$state/$1.pid" && kill -0 "$pid" 2>/dev/null
}

listens() {
    { : <"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null
}

start() {
    local user command port home
    runs "$1" && return
    describe "$1"
    home=$(getent passwd "$user" | cut -d: -f6)
    (
        cd /
        HOME=$home exec setsid setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups "${command[@]}"
    ) >>"$logs/$1.log" 2>&1 </dev/null &
    echo $! >"$state/$1.pid"
}

# Returns when the service listens, if it does so at all.
await() {
    local user command port deadline=$((SECONDS + start_timeout))
    describe "$1"
    [[ -n $port ]] || return 0
    until listens "$port"; do
        runs "$1" || die "cannot start $1: it ended at once: $(tail -n 5 "$logs/$1.log")"
        ((SECONDS < deadline)) || die "cannot start $1: nothing listens on port $port after $start_timeout s"
        sleep 0.2
    done
}

# A service is a session of its own, whose processes belong to it.
signal_all() {
    local pid
    read -r pid <"$state/$2.pid"
    pkill "-$1" --session "$pid"
}

finish() {
    local pid
    runs "$2" || return 0
    read -r pid <"$state/$2.pid"
    if [[ $1 == KILL ]]; then
        signal_all KILL "$2" || true
    else
        kill "-$1" "$pid"
    fi
    for _ in {1..300}; do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    ! kill -0 "$pid" 2>/dev/null || die "cannot stop $2: it still runs 30 s after SIG$1"
    rm -f "$state/$2.pid"
}

each() {
    local action=$1 name
    shift
    for name in "$@"; do
        "$action" "$name"
    done
}

stop() { finish TERM "$1"; }
kill_() { finish KILL "$1"; }
freeze() { signal_all STOP "$1"; }
thaw() { signal_all CONT "$1"; }

prepare_directories() {
    local user
    install -d "$logs" /run/libvirt /run/netns /run/openvswitch
    install -d -o mysql /run/mysqld
    install -d -o rabbitmq /run/rabbitmq
    for user in keystone placement glance neutron nova; do
        install -d -o "$user" "/run/$user" "/run/lock/$user"
    done
}

infrastructure() {
    prepare_directories
    each start "${infrastructure[@]}"
    each await "${infrastructure[@]}"
}

up() {
    local since
    since=$(date -u +%Y-%m-%dT%H:%M:%S)
    infrastructure
    each start "${openstack[@]}"
    each await "${openstack[@]}"
    python3 "$here/await_up.py" "$since"
}

status() {
    local name
    for name in $(names); do
        printf '%-16s %s\n' "$name" "$(runs "$name" && echo "runs ($(cat "$state/$name.pid"))" || echo "does not run")"
    done
}

case ${1-} in
    start) shift && each start "$@" && each await "$@" ;;
    stop) shift && each stop "$@" ;;
    kill) shift && each kill_ "$@" ;;
    freeze | thaw) each "$@" ;;
    infrastructure | up | status | names) "$1" ;;
    *) die "usage: services.sh start|stop|kill|freeze|thaw NAME... | up | status | names" ;;
esac
