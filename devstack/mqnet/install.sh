#!/bin/bash
# Puts the drivers where nova-compute finds them, and says where that is.
#
#   install.sh [--python PYTHON] [--link]
#   install.sh [--python PYTHON] --remove
#
#   --python   the Python that runs nova-compute; python3 unless given
#   --link     a link to this directory instead of a copy of it, for those who change it
#   --remove   takes them away again
#
# Nova's loader puts "nova.virt." before the name of every driver, whatever it is called, and only up to release 30 may
# that package be spread over several directories. So the place is always the same: mqnet in Nova's own nova/virt.
# A package of Nova's that is upgraded leaves it alone. Nothing that runs is touched: nova-compute imports its driver when
# it starts.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# What an installed copy is known by.
mark=INSTALLED

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

usage() {
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
}

# Without importing Nova, which takes a second and wants all of its libraries.
nova_virt() {
    "$python" - <<'PYTHON'
import importlib.util
import os
import sys

nova = importlib.util.find_spec('nova')
for directory in nova.submodule_search_locations if nova else ():
    virt = os.path.join(directory, 'virt')
    if os.path.exists(os.path.join(virt, 'driver.py')):
        print(virt)
        break
else:
    sys.exit('there is no Nova here')
PYTHON
}

is_ours() {
    [[ -L $1 || -e $1/$mark ]]
}

remove() {
    [[ -L $place || -e $place ]] || return 0
    is_ours "$place" || die "cannot replace $place: it is not from here (no file $mark in it)"
    rm -rf -- "$place"
}

copy() {
    local fresh
    fresh=$(mktemp -d -- "$place.XXXXXX")
    # shellcheck disable=SC2064  # the name is meant to be expanded now
    trap "rm -rf -- '$fresh'" EXIT
    install -m 644 -- "$here"/mqnet/*.py "$fresh"
    echo "by devstack/mqnet/install.sh of nova-multiqueue; remove it with install.sh --remove" >"$fresh/$mark"
    chmod 755 "$fresh"
    # nova-compute may not write here, so it would compile them at every start.
    "$python" -m compileall -q -s "$fresh" -p "$place" "$fresh"
    remove
    mv -T -- "$fresh" "$place"
}

main() {
    local how=copy
    python=python3
    while (($# > 0)); do
        case $1 in
            --python)
                (($# > 1)) || die "--python needs the path of one"
                python=$2
                shift
                ;;
            --link) how='link' ;;
            --remove) how=remove ;;
            --help | -h) usage && exit 0 ;;
            *) die "unknown argument $1 (--help says more)" ;;
        esac
        shift
    done
    place=$(nova_virt) || die "cannot find Nova with $python"
    place=$place/mqnet
    case $how in
        copy) copy ;;
        link) remove && ln -s -- "$here/mqnet" "$place" ;;
        remove) remove ;;
    esac
    printf '%s\n' "$place"
}

main "$@"
