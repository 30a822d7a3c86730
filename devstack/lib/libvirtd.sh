#!/bin/bash
# Starts and stops the libvirtd of the sandbox that this runs in.
#
#   libvirtd.sh start|stop|restart|freeze|thaw
#
# Stopping is by SIGKILL: a daemon that dies is what its clients have to survive. Guests go on, as they do on a host.
# One that is frozen has its connections open and says nothing.
set -euo pipefail
[[ -n ${NOVAMQ_SANDBOX:-} ]] || { echo "libvirtd.sh: only inside devstack/sandbox.sh" >&2 && exit 1; }
pidfile=/run/libvirtd.pid

start() {
    # -d returns when the daemon listens.
    libvirtd -d -p "$pidfile"
}

stop() {
    local pid
    pid=$(cat "$pidfile")
    kill -KILL "$pid"
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.02
    done
    rm -f "$pidfile"
}

case ${1-} in
    start) start ;;
    stop) stop ;;
    restart) stop && start ;;
    freeze) kill -STOP "$(cat "$pidfile")" ;;
    thaw) kill -CONT "$(cat "$pidfile")" ;;
    *) echo "usage: libvirtd.sh start|stop|restart|freeze|thaw" >&2 && exit 2 ;;
esac
