#!/bin/bash
# PID 1 of the lab: makes LAYERs (the topmost first) its root, says "ready" on standard output, and reaps.
#
#   openstack/root.sh UPPER LAYER...
#
# What is written goes to UPPER; where that is empty, to memory, and is forgotten.
# To be run in mount, net, pid, ipc and uts namespaces of its own, in a directory that may be mounted upon.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=devstack/lib/devices.sh
source "$devstack/lib/devices.sh"

# The lab's scripts and what was built, at one place wherever they are on the machine.
project=opt/nova-multiqueue

mount_layers() {
    local upper=$1 lower
    shift
    lower=$(IFS=: && echo "$*")
    # libvirt wants "/" to be a mount point, so the lab's root is one, and not a mere chroot.
    mount -t tmpfs -o mode=0755 novamq "$here"
    mkdir "$here/root"
    if [[ -z $upper ]]; then
        upper=$here/upper
        mkdir "$upper" "$here/work"
        mount -t overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$here/work" novamq "$here/root"
    else
        mkdir -p "$upper" "$upper.work"
        mount -t overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$upper.work" novamq "$here/root"
    fi
}

main() {
    here=$PWD
    mount_layers "$@"
    cd "$here/root"
    mkdir -p "$project" .outside
    mount --bind "$root" "$project"
    mount -o remount,bind,ro "$project"
    mount -t proc -o nosuid,nodev,noexec proc proc
    mount -t sysfs -o nosuid,nodev,noexec sysfs sys
    # No /dev/kvm and no /dev/vhost-net: guests are emulated here, and libvirt shall not think otherwise.
    make_devices dev
    mount -t tmpfs -o mode=0755,nosuid,nodev novamq run
    mount -t tmpfs -o mode=1777,nosuid,nodev novamq tmp
    mkdir run/lock run/lab
    hostname lab
    ip link set lo up
    # neutron's agent names itself after the address of any NIC that is not the loopback
    ip link add lab0 type bridge
    pivot_root . .outside
    umount --lazy /.outside
    rmdir /.outside
    # The shell of the lab's own Debian; the one that runs this belongs to the machine.
    exec /bin/bash -c 'trap "exit 143" TERM; sleep infinity & echo ready; exec >/dev/null; wait' lab
}

main "$@"
