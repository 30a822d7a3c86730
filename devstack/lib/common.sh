# shellcheck shell=bash
# What every script here starts from: where things are, how it speaks, how it fails. To be sourced.
#
# stdout belongs to results; progress and complaints go to stderr.

devstack=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034  # used by the scripts that source this file
root=$(dirname -- "$devstack")

# The one thing worth keeping between runs is the test guest. Everything else that a run makes lives on
# memory-backed mounts of its own namespaces and is gone with them, however the run ends.
# shellcheck disable=SC2034
cache=${XDG_CACHE_HOME:-/var/cache}/novamq

# su(1) leaves root the PATH of the user, without the directories of libvirtd, depmod and debootstrap.
if [[ :$PATH: != *:/usr/sbin:* ]]; then
    export PATH=$PATH:/usr/sbin:/sbin
fi
# Scripts read the messages of apt, virsh and others, in English and UTF-8; LANGUAGE goes before the locale.
export LC_ALL=C.UTF-8
unset LANGUAGE
# QEMU's user and the lab's users read what is made here, however strict the umask of the caller.
umask 022

# A script that runs itself again in a namespace goes on counting.
export NOVAMQ_STARTED=${NOVAMQ_STARTED:-$EPOCHSECONDS}

progress() {
    printf '[%4ds] %s\n' $((EPOCHSECONDS - NOVAMQ_STARTED)) "$*" >&2
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# The comment at the top of the script is its help.
usage() {
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
}

require_root() {
    ((EUID == 0)) || die "must run as root: it makes namespaces, bridges and taps (user id here: $EUID)"
}

# lock_tree shared|exclusive: one that builds in this work tree excludes those that build in it or run what was built.
# The lock belongs to an open file, so it ends with the last process that has it, and leaves nothing behind.
lock_tree() {
    [[ -n ${tree_lock:-} ]] || exec {tree_lock}<"$root/pom.xml"
    flock --nonblock "--$1" "$tree_lock" && return
    progress "waiting for another run in this work tree"
    flock "--$1" "$tree_lock"
}

unlock_tree() {
    exec {tree_lock}<&-
    unset tree_lock
}
