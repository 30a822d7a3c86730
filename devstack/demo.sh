#!/bin/bash
# Shows the whole of it on this machine: boots a guest with four queues on one NIC and one on the other, and lets the
# guest say whether it has them.
#
#   demo.sh
#
# Run it as root on Debian 12. It installs what is missing, builds the project and the test guest, and works in
# namespaces of its own, with a libvirtd of its own; when it ends, in whatever way, nothing of it is left but the build
# (target/ and the guest in ${XDG_CACHE_HOME:-/var/cache}/novamq).
#
# The last line on standard output is {"nics":[{"id","planned","combined","msi_planned","msi_guest"}]}. The exit status is 0
# only if the guest has, on every NIC, the queues and the interrupt vectors that were planned. Progress is on standard error.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=devstack/lib/contain.sh
source "$devstack/lib/contain.sh"
# shellcheck source=devstack/lib/jar.sh
source "$devstack/lib/jar.sh"

main() {
    case ${1-} in
        '') ;;
        --help | -h) usage && exit 0 ;;
        *) die "unknown argument $1 (--help says more)" ;;
    esac
    require_root
    # Not in the namespaces: an installation that is killed half-way is worse than one that goes on alone.
    [[ -n ${NOVAMQ_CONTAINED:-} ]] || "$devstack/lib/prerequisites.sh" demo
    contain_self "${BASH_SOURCE[0]}"
    build_jar
    "$devstack/guest/build.sh" "$cache/guest"
    progress "starting libvirt in namespaces of its own"
    "$devstack/sandbox.sh" --bridge br-data --bridge br-admin --guest "$cache/guest" -- "$devstack/lib/demo-scene.sh"
}

main "$@"
