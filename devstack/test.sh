#!/bin/bash
# Runs every test there is.
#
#   test.sh [--full] [--openstack]
#
#   --full        also the long ones: large grids, 50 boots, fuzzing, soak, and the first commands on fresh machines
#                 (tests/fresh_machine_test.sh)
#   --openstack   also those in a real OpenStack (openstack-lab.sh): what users see, Tempest, faults; some two hours
#
# Run it as root on Debian 12. It installs what is missing, builds, checks format and style, runs the unit tests, then the
# whole-system tests (tests/**/*IT.java) in a sandbox with a libvirtd of its own and real guests, beside them the drivers for
# nova-compute through Nova's own code, and at last the demo.
# The exit status is 0 only if all of it passed. Nothing is left behind but target/ and the guest in
# ${XDG_CACHE_HOME:-/var/cache}/novamq, however it ends.

# shellcheck disable=SC2317  # attempt calls the functions that it is given
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=devstack/lib/contain.sh
source "$devstack/lib/contain.sh"

report=()

# attempt TITLE COMMAND...: runs it, remembers how long it took and how it ended, and ends as it did.
attempt() {
    local title=$1 started=$EPOCHSECONDS status=0 outcome=ok
    shift
    progress "$title"
    "$@" || status=$?
    ((status == 0)) || outcome="FAILED (status $status)"
    report+=("$(printf '%-40s %5d s   %s' "$title" $((EPOCHSECONDS - started)) "$outcome")")
    return "$status"
}

# stage TITLE COMMAND...: an attempt that what follows depends on; a failure ends the run.
stage() {
    attempt "$@" || conclude 1
}

# beside TITLE COMMAND...: the same, while the next stages run; what it prints is kept until it is joined.
beside() {
    beside_title=$1
    beside_log=$(mktemp)
    shift
    progress "$beside_title, beside what follows"
    (started=$EPOCHSECONDS && "$@" && echo $((EPOCHSECONDS - started)) >"$beside_log.seconds") >"$beside_log" 2>&1 &
    beside_pid=$!
}

join_beside() {
    stage "$beside_title" joined
    report[-1]="$(printf '%-40s %5d s   %s' "$beside_title" "$(<"$beside_log.seconds")" "ok (beside the one above)")"
}

joined() {
    local status=0
    wait "$beside_pid" || status=$?
    cat "$beside_log"
    return "$status"
}

conclude() {
    local outcome=ok
    (($1 == 0)) || outcome=FAILED
    report+=("$(printf '%-40s %5d s   %s' "in all" $((EPOCHSECONDS - NOVAMQ_STARTED)) "$outcome")")
    printf '\n'
    printf '%s\n' "${report[@]}"
    exit "$1"
}

test_guests() {
    "$devstack/guest/build.sh" "$cache/guest" && "$devstack/guest/build.sh" --kernel generic "$cache/guest-generic"
}

maven() {
    (cd "$root" && mvn -B --no-transfer-progress --fail-at-end "$@")
}

system_tests() {
    maven -DskipITs=false -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false "$@" verify
}

# The last line of the demo is a contract of its own: JSON, with the figures that the specification promises.
check_demo() {
    local out
    # Not tee /dev/stderr: where that is a file, opening it anew would empty it.
    out=$("$devstack/demo.sh" | tee >(cat >&2) | tail -n 1) || return 1
    jq -e '[.nics[] | [.combined, .msi_guest]] == [[4, 9], [1, 3]]' <<<"$out" >/dev/null && return
    echo "the demo's last line is not what it should be: $out" >&2
    return 1
}

# Each has a lab of its own, and they take two hours: one that fails does not keep the others from being run.
openstack_stages() {
    local lab=$devstack/openstack-lab.sh driver failed=0
    attempt "OpenStack: what users see" "$lab" test || failed=1
    attempt "OpenStack: a lab leaves nothing" "$devstack/tests/lab_vanishes_test.sh" || failed=1
    for driver in mqnet.LibvirtDriver mqnet.RestDriver; do
        attempt "OpenStack: Tempest, $driver" "$lab" tempest "$driver" || failed=1
    done
    attempt "OpenStack: faults" "$lab" faults || failed=1
    return "$failed"
}

main() {
    local -a maven_options=() arguments=("$@")
    local openstack='' full=''
    while (($# > 0)); do
        case $1 in
            --full) full=yes maven_options+=(-Dnovamq.full=true) ;;
            --openstack) openstack=yes ;;
            --help | -h) usage && exit 0 ;;
            *) die "unknown argument $1 (--help says more)" ;;
        esac
        shift
    done
    require_root
    # Not in the namespaces: an installation that is killed half-way is worse than one that goes on alone.
    if [[ -z ${NOVAMQ_CONTAINED:-} ]]; then
        "$devstack/lib/prerequisites.sh" tests
        [[ -z $full ]] || "$devstack/lib/prerequisites.sh" debian
        [[ -z $openstack ]] || "$devstack/lib/prerequisites.sh" lab
    fi
    contain_self "${BASH_SOURCE[0]}" "${arguments[@]}"
    stage "test guests" test_guests
    stage "DevStack plug-in" "$devstack/tests/plugin_test.sh"
    lock_tree exclusive
    stage "build, checks, unit tests" maven "${maven_options[@]}" package
    beside "drivers for nova-compute" "$devstack/mqnet/test.sh"
    stage "system tests" system_tests "${maven_options[@]}"
    join_beside
    unlock_tree
    stage "demo" check_demo
    if [[ -n $full ]]; then
        stage "fresh machines" "$devstack/tests/fresh_machine_test.sh"
    fi
    if [[ -n $openstack ]]; then
        openstack_stages || conclude 1
    fi
    conclude 0
}

main "$@"
