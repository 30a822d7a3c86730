#!/bin/bash
# A real OpenStack on this machine, to try the drivers in: Zed as Debian 12 packages it, with Keystone, Glance, Placement,
# Neutron (linuxbridge), Nova, MariaDB, RabbitMQ and a libvirtd of its own.
#
#   openstack-lab.sh build              builds what labs are made of, and starts none; the others do so where it is missing
#   openstack-lab.sh up                 starts one, which runs until `down`
#   openstack-lab.sh driver CLASS [MQNET_SETTING=VALUE...]
#                                       has its nova-compute load libvirt.LibvirtDriver (Nova's own), mqnet.LibvirtDriver
#                                       or mqnet.RestDriver; the settings are those of devstack/settings
#   openstack-lab.sh os ARG...          the openstack client in it, as administrator
#   openstack-lab.sh sh [COMMAND]       a shell in it, or COMMAND in one
#   openstack-lab.sh down               ends it, without a trace
#
#   openstack-lab.sh test [CLASS...]    what users do and see, with both drivers of ours unless told otherwise
#   openstack-lab.sh tempest CLASS [REGEX]
#                                       Tempest's tests of servers; the report goes to tests/target/openstack too
#   openstack-lab.sh faults [CLASS...]  what happens when services die
#
# The latter three each start a lab of their own, which ends with them, however they end, and answer with their exit status.
#
# OpenStack's packages are not installed on the machine: they live in ${XDG_CACHE_HOME:-/var/cache}/novamq/openstack (3 GB,
# built once, in some minutes; again where the scripts in openstack/ changed). On the machine it installs only what building
# needs and the machine lacks: a JDK, Maven, debootstrap. Each lab writes to memory above the packages, in namespaces of its
# own without any network but loopback. Run it as root on Debian 12.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=devstack/lib/contain.sh
source "$devstack/lib/contain.sh"
# shellcheck source=devstack/lib/jar.sh
source "$devstack/lib/jar.sh"
# shellcheck source=devstack/openstack/lab.sh
source "$devstack/openstack/lab.sh"

# shellcheck disable=SC2154  # root is common.sh's
reports=$root/tests/target/openstack
our_drivers=(mqnet.LibvirtDriver mqnet.RestDriver)

lab_build() {
    build_layers
    progress "the lab is built"
}

lab_up() {
    if lab_is_up; then
        progress "the lab is up already"
        return
    fi
    build_layers
    keep_lab
    start_openstack
}

lab_down() {
    end_kept_lab
}

lab_driver() {
    (($# > 0)) || die "driver needs a class (--help shows them)"
    find_kept_lab
    load_driver "$@"
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

lab_test() {
    with_drivers scenario.py "$@"
}

lab_faults() {
    with_drivers faults.py "$@"
}

lab_tempest() {
    (($# > 0)) || die "tempest needs a class (--help shows them)"
    local status=0
    mkdir -p "$reports"
    start_own_lab
    load_driver "$1"
    progress "running Tempest"
    in_lab "$lab_scripts/tempest/run.sh" "$@" | tee "$reports/tempest-$1.txt" || status=$?
    progress "the report is in $reports/tempest-$1.txt"
    ((status == 0)) || save_logs "tempest-$1"
    return "$status"
}

# with_drivers PROGRAM [CLASS...]: one lab for each, so that none finds what another left.
with_drivers() {
    local program=$1 driver status=0
    shift
    (($# > 0)) || set -- "${our_drivers[@]}"
    for driver in "$@"; do
        start_own_lab
        load_driver "$driver"
        progress "$program with $driver"
        in_lab python3 "$lab_scripts/$program" "$driver" || {
            status=1
            save_logs "${program%.py}-$driver"
        }
        end_lab
    done
    return "$status"
}

# A lab takes what its services said along when it ends.
save_logs() {
    mkdir -p "$reports"
    in_lab tar -C /var/log -cz lab >"$reports/$1-logs.tar.gz"
    progress "what the services said is in $reports/$1-logs.tar.gz"
}

start_own_lab() {
    build_layers
    begin_lab '' "$layers/configured" "$layers/packages"
    start_openstack
}

start_openstack() {
    progress "starting OpenStack"
    in_lab "$lab_scripts/services.sh" up
    progress "OpenStack is up"
}

load_driver() {
    build_jar
    # the lab runs a copy
    (unlock_tree && in_lab "$lab_scripts/driver.sh" "$@" >&2)
    unlock_tree
    progress "nova-compute runs with $1"
}

main() {
    local command=${1-}
    (($# == 0)) || shift
    case $command in
        --help | -h) usage && exit 0 ;;
        build | up | down | driver | os | sh | test | tempest | faults) ;;
        '') die "no command given (--help shows them)" ;;
        *) die "unknown command $command (--help shows them)" ;;
    esac
    require_root
    "lab_$command" "$@"
}

main "$@"
