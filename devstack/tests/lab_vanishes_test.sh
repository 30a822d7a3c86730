#!/bin/bash
# Tests that nothing is left of a lab, however it ends: started, filled with a process, a mount and a bridge, and killed.
#
#   tests/lab_vanishes_test.sh
#
# Needs the lab's layers in the cache (openstack-lab.sh up builds them) and takes seconds: no service is started.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=devstack/lib/contain.sh
source "$devstack/lib/contain.sh"
# shellcheck source=devstack/openstack/lab.sh
source "$devstack/openstack/lab.sh"

# Prints the PID 1 of a lab that lives as long as this does.
live() {
    build_layers
    begin_lab '' "$layers/configured" "$layers/packages"
    in_lab sh -c 'ip link add vanish0 type bridge && mount -t tmpfs vanish /mnt && setsid sleep 1000 >/dev/null 2>&1 &'
    echo "$lab_pid"
    exec sleep 1000 # in the place of this shell, whose child the lab is
}

# Which of these namespaces some process is still in.
inhabited() {
    local namespace
    for namespace in "$@"; do
        find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/*' -lname "${namespace/\[/\\[}" 2>/dev/null || true # processes come and go
    done
}

check() {
    local signal=$1 out pid kind deadline=$((SECONDS + 60)) left
    local -a namespaces=()
    # nohup(1) ignores SIGHUP for all that comes of it.
    exec {out}< <(exec env --default-signal "${BASH_SOURCE[0]}" live)
    local lab=$!
    read -r pid <&"$out"
    for kind in pid mnt net ipc uts; do
        namespaces+=("$(readlink "/proc/$pid/ns/$kind")")
    done
    [[ -n $(inhabited "${namespaces[@]}") ]] || die "SIG$signal: nobody was in the lab"
    kill "-$signal" "$lab"
    while left=$(inhabited "${namespaces[@]}") && [[ -n $left ]]; do
        ((SECONDS < deadline)) || die "SIG$signal: 60 s later there is still: $left"
        sleep 0.1
    done
    exec {out}<&-
    ! grep -q vanish /proc/mounts || die "SIG$signal: a mount is left"
    [[ ! -e /sys/class/net/vanish0 ]] || die "SIG$signal: a bridge is left"
}

require_root
if [[ ${1-} == live ]]; then
    live
fi
for signal in HUP TERM KILL; do
    check "$signal"
done
echo "a lab that is killed leaves nothing"
