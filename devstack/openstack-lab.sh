#!/bin/bash
# A real OpenStack on this machine, to try the driver in: Zed as Debian 12 packages it, with Keystone, Glance, Placement,
# Neutron (linuxbridge), Nova, MariaDB, RabbitMQ and a libvirtd of its own.
#
#   openstack-lab.sh up                 start it; it runs until `down`
#   openstack-lab.sh down               end it, without a trace
#   openstack-lab.sh os ARG...          the openstack client, as administrator
#   openstack-lab.sh sh [COMMAND]       a shell in the lab, or COMMAND in one
#
# Nothing is installed on the machine: the packages live in ${XDG_CACHE_HOME:-/var/cache}/novamq/openstack (2.5 GB, built
# once, in some minutes; again where the scripts in openstack/ changed). Each lab writes to memory above them, in
# namespaces of its own without any network but loopback, and is forgotten when it ends, in whatever way.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=devstack/lib/contain.sh
source "$devstack/lib/contain.sh"
# shellcheck source=devstack/openstack/lab.sh
source "$devstack/openstack/lab.sh"

main() {
    local command=${1-}
    (($# == 0)) || shift
    case $command in
        --help | -h) usage && exit 0 ;;
        up | down | os | sh) ;;
        '') die "no command given (--help shows them)" ;;
        *) die "unknown command $command (--help shows them)" ;;
    esac
    require_root
    "lab_$command" "$@"
}

lab_up() {
    if lab_is_up; then
        progress "the lab is up already"
        return
    fi
    build_layers
    keep_lab
    progress "starting OpenStack"
    in_lab "$lab_scripts/services.sh" up
    progress "the lab is up"
}

lab_down() {
    end_kept_lab
}

lab_os() {
    find_kept_lab
    in_lab env OS_CLOUD=lab openstack "$@"
}

lab_sh() {
    find_kept_lab
    if (($# > 0)); then
        in_lab bash -c "$*"
    else
        in_lab bash
    fi
}

main "$@"
