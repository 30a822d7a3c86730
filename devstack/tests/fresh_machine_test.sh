#!/bin/bash
# Tests that the first command of a new user works: each step runs on a Debian 12 of its own, on which nothing was done yet.
#
#   tests/fresh_machine_test.sh [STEP...]
#
#   package   the command line builds itself and answers, then Maven packages all modules
#   demo      devstack/demo.sh
#   lab       devstack/openstack-lab.sh build
#   test      devstack/test.sh
#
# All of them, in this order, unless some are named. A step that fails does not keep the others from being run.
#
# Such a machine is a directory in memory, made by debootstrap, in namespaces of its own: nothing is left of it, however this
# ends. Its files take up to 3.4 GiB of memory (lab), beside what runs on it. Some things differ from the machine of a
# developer, and each of them once broke a script:
#
#   - packages: only those that every Debian has. No Git, and no file of an earlier run
#   - PATH as su(1) leaves it, without /usr/sbin; a umask of 077
#   - programs speak German; in `package` there is no locale at all
#   - /etc/resolv.conf is a link to a file below /run
#
# Taken over from this machine is how it reaches others: apt's mirrors and proxies, Maven's and npm's settings, certificate
# authorities, name servers. The work tree on it holds the files that Git tracks here, as they are here.
#
# It fetches everything, which these save:
#
#   NOVAMQ_FRESH_M2=DIR     a Maven repository, of which each machine gets a copy
#   NOVAMQ_FRESH_DEBS=DIR   where Debian's packages are kept from one machine to the next
#
# The output of each step goes to tests/target/fresh-machine/STEP.log. Run it as root on Debian 12; it installs debootstrap where
# that is missing.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=devstack/lib/contain.sh
source "$devstack/lib/contain.sh"
# shellcheck source=devstack/lib/apt.sh
source "$devstack/lib/apt.sh"
# shellcheck source=devstack/lib/debian-root.sh
source "$devstack/lib/debian-root.sh"

# shellcheck disable=SC2154  # root is common.sh's
reports=$root/tests/target/fresh-machine
steps=(package demo lab test)
declare -A commands=(
    [package]='
        unset LANG LANGUAGE
        apt-get -qq update
        DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends openjdk-17-jdk-headless maven
        nova-driver/bin/novamq plan --vcpus 4 --nic net-id=blue,queues=4
        mvn -B --no-transfer-progress -DskipTests package'
    [demo]=devstack/demo.sh
    [lab]='devstack/openstack-lab.sh build'
    [test]=devstack/test.sh
)

is_step() {
    [[ -n ${commands[$1]:-} ]] || die "unknown step $1 (there are: ${steps[*]})"
}

# require_directory VARIABLE: where it is set it names a directory, as an absolute path from now on.
require_directory() {
    [[ -n ${!1:-} ]] || return 0
    [[ -d ${!1} ]] || die "cannot use $1=${!1}: there is no such directory (what lies below /tmp, /run or /dev/shm is hidden)"
    export "$1=$(realpath -- "${!1}")"
}

# The files that a clone would have, as they are in this work tree.
pack_tree() {
    if git -C "$root" -c safe.directory='*' ls-files -z >"$work/files" 2>/dev/null; then
        tar -C "$root" -c --null --ignore-failed-read --no-recursion --files-from="$work/files" 2>/dev/null
    else
        tar -C "$root" -c --exclude=target .
    fi
}

# The machine that all of them are copies of.
make_pristine() {
    local found
    local -a needed=()
    progress "making an empty Debian $release"
    found=$(archives_or_update)
    # apt would not trust an archive behind https without
    [[ $found != *https:* ]] || needed+=(ca-certificates)
    # /tmp itself can hold no device nodes
    mkdir "$work/pristine"
    mount -t tmpfs -o mode=0755 novamq "$work/pristine"
    bootstrap_debian "$work/pristine" "$found" "$work/debootstrap.log" "${needed[@]}"
}

run_step() {
    local log=$reports/$1.log started=$EPOCHSECONDS outcome=ok size
    progress "$1, on a fresh machine (what it says is in $log)"
    contain "$devstack/tests/fresh_machine.sh" "$work/pristine" "$work/tree.tar" "${commands[$1]}" >"$log" 2>&1 </dev/null ||
        outcome="FAILED (status $?)"
    size=$(sed -n 's/.*fresh machine: \([0-9]* MiB\) .*/\1/p' "$log" | tail -n 1)
    report+=("$(printf '%-40s %5d s   %s' "$1 (${size:-?})" $((EPOCHSECONDS - started)) "$outcome")")
    progress "$1: $outcome"
    [[ $outcome != ok ]] || return 0
    tail -n 30 "$log" >&2
    return 1
}

main() {
    local step failed=0
    if [[ ${1-} == --help || ${1-} == -h ]]; then
        usage && exit 0
    fi
    (($# > 0)) || set -- "${steps[@]}"
    for step in "$@"; do
        is_step "$step"
    done
    require_root
    [[ -n ${NOVAMQ_CONTAINED:-} ]] || "$devstack/lib/prerequisites.sh" debian
    contain_self "${BASH_SOURCE[0]}" "$@"
    require_directory NOVAMQ_FRESH_M2
    require_directory NOVAMQ_FRESH_DEBS
    work=$(mktemp -d)
    report=()
    mkdir -p "$reports"
    pack_tree >"$work/tree.tar"
    make_pristine
    for step in "$@"; do
        run_step "$step" || failed=1
    done
    umount "$work/pristine"
    rm -rf "$work"
    printf '%s\n' "${report[@]}"
    return "$failed"
}

main "$@"
