#!/bin/bash
# Runs a command beside a private libvirtd, in namespaces that vanish with it.
#
#   sandbox.sh [--bridge NAME]... [--guest DIR] [--] COMMAND [ARG...]
#
#   --bridge NAME   make a Linux bridge; without any, br-data and br-admin are made
#   --guest DIR     put a copy of a test guest (from guest/build.sh) where QEMU can read it; may be given again for others
#
# COMMAND sees: virsh -c qemu:///system (the default there), no network but lo and the bridges, an empty /tmp and /run
# (this work tree, the home directory and the current one stay visible even below /tmp), and in its environment
#   NOVAMQ_SANDBOX=1          it runs in here
#   NOVAMQ_STATE_DIR          an empty directory, readable for QEMU's user, for instances and the like
#   NOVAMQ_GUEST_DIR          where vmlinuz, initramfs and cmdline of the first --guest are; the others are beside it, under
#                             the names of their DIRs
#   NOVAMQ_LIBVIRTD           a program: "$NOVAMQ_LIBVIRTD" stop|start|restart|freeze|thaw, for tests of what happens then
# The exit status is COMMAND's. The machine's own libvirtd is not used, started or stopped, and any number of
# sandboxes run side by side.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=devstack/lib/contain.sh
source "$devstack/lib/contain.sh"

require_means() {
    local program
    for program in libvirtd virtlogd virsh qemu-system-x86_64 qemu-img ip; do
        command -v "$program" >/dev/null ||
            die "cannot start a sandbox: $program is not installed (devstack/lib/prerequisites.sh demo installs it)"
    done
    [[ -c /dev/net/tun ]] || die "cannot start a sandbox: there is no /dev/net/tun, so no taps (modprobe tun?)"
}

main() {
    local -a bridges=() guests=()
    local guest
    while (($# > 0)); do
        case $1 in
            --bridge) bridges+=("${2:?--bridge needs a name}") && shift 2 ;;
            --guest) guests+=("${2:?--guest needs a directory}") && shift 2 ;;
            --help | -h) usage && exit 0 ;;
            --) shift && break ;;
            -*) die "unknown option $1 (--help shows them)" ;;
            *) break ;;
        esac
    done
    (($# > 0)) || die "no command given (--help shows how)"
    require_root
    require_means
    for guest in "${guests[@]}"; do
        [[ -r $guest/vmlinuz ]] || die "cannot use the guest in $guest: it holds no vmlinuz"
    done
    ((${#bridges[@]} > 0)) || bridges=(br-data br-admin)

    export NOVAMQ_BRIDGES="${bridges[*]}" NOVAMQ_GUEST_SOURCES=
    if ((${#guests[@]} > 0)); then
        NOVAMQ_GUEST_SOURCES=$(realpath -- "${guests[@]}")
    fi
    local status=0
    contain --net "$devstack/lib/init.sh" --setup "$devstack/lib/sandbox-setup.sh" "$@" || status=$?
    exit "$status"
}

main "$@"
