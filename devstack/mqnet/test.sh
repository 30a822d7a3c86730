#!/bin/bash
# Runs the tests of the nova-compute drivers: their units, and end to end through Nova's own code with the real service.
#
#   test.sh [TEST...]
#
#   TEST   names of tests as unittest has them, which then run in one process; all of them unless given
#
# Nova is the one that is installed (python3-nova, with its tests), but no file is put into it: the tests see a tree of
# links to it, and install.sh puts the drivers into that.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
python=${PYTHON:-/usr/bin/python3}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Nova's tree with directories of its own down to where a driver is put.
link_nova() {
    local nova=$1 tree=$2
    mkdir -p -- "$tree/nova/virt"
    find "$nova" -mindepth 1 -maxdepth 1 ! -name virt ! -name __pycache__ -exec ln -s -t "$tree/nova" -- {} +
    find "$nova/virt" -mindepth 1 -maxdepth 1 ! -name __pycache__ ! -name mqnet -exec ln -s -t "$tree/nova/virt" -- {} +
}

run() {
    "$python" -W ignore -m unittest "$@"
}

main() {
    local nova tree module status=0
    nova=$("$python" -c 'import importlib.util as i; print(i.find_spec("nova").submodule_search_locations[0])' 2>/dev/null) ||
        die "cannot test: $python has no Nova (devstack/lib/prerequisites.sh tests)"
    "$python" -W ignore -c 'import nova.tests.functional.libvirt.base' ||
        die "cannot test: Nova's own tests cannot be imported (devstack/lib/prerequisites.sh tests)"
    tree=$(mktemp -d)
    # shellcheck disable=SC2064  # the name is meant to be expanded now
    trap "rm -rf -- '$tree'" EXIT
    link_nova "$nova" "$tree"
    export PYTHONPATH=$tree PYTHONDONTWRITEBYTECODE=1
    "$here/install.sh" --python "$python" >/dev/null
    cd -- "$here/tests"
    if (($# > 0)); then
        run "$@"
        return
    fi
    run discover --pattern 'test_*.py' || status=$?
    # In a process of their own: they make all threads of it green, as nova-compute does.
    for module in e2e_*.py; do
        run "${module%.py}" || status=$?
    done
    return "$status"
}

main "$@"
