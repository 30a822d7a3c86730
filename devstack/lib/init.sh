#!/bin/bash
# PID 1 of a contained run: gives it a /tmp and a /run of its own, runs COMMAND, reaps what is orphaned.
#
#   init.sh [--setup SCRIPT] COMMAND [ARG...]
#
# SCRIPT is sourced after the private directories are there and before COMMAND starts.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

trap 'exit 143' TERM

# The work tree, the cache and the caller's directories stay visible when they lie below a directory that is hidden, and so
# does that of the file which /etc/resolv.conf is a link to: below /run, where systemd-resolved or resolvconf writes it.
kept_paths() {
    local hidden=$1 path
    for path in "$root" "$cache" "${HOME:-/}" "$PWD" "$name_servers"; do
        [[ $path/ == "$hidden"/?* && -d $path ]] && printf '%s\n' "$path"
    done | awk '{ print length, $0 }' | sort -n | uniq | cut -d' ' -f2-
}

# private_directory DIR OPTIONS: an empty memory-backed DIR, except for what must stay visible below it.
private_directory() {
    local directory=$1 options=$2 path fd
    local -a paths=() handles=()
    mapfile -t paths < <(kept_paths "$directory")
    for path in "${paths[@]}"; do
        exec {fd}<"$path"
        handles+=("$fd")
    done
    mount -t tmpfs -o "$options" novamq "$directory"
    for path in "${paths[@]}"; do
        fd=${handles[0]}
        handles=("${handles[@]:1}")
        mkdir -p -- "$path"
        # The opened directory has no path any more that leads to it, so it is named as the current one, and mount must
        # not make a path of that.
        (cd "/proc/$$/fd/$fd" && mount --no-canonicalize --bind . "$path")
        exec {fd}<&-
    done
}

name_servers=$(readlink -f /etc/resolv.conf || true)
name_servers=${name_servers%/*}
setup=
if [[ $1 == --setup ]]; then
    setup=$2
    shift 2
fi

private_directory /run mode=0755,nosuid,nodev
private_directory /tmp mode=1777,nosuid,nodev
private_directory /dev/shm mode=1777,nosuid,nodev
mkdir -p /run/lock /run/novamq/cache
cd -- "$PWD"
export NOVAMQ_CONTAINED=1
unset TMPDIR

if [[ -n $setup ]]; then
    # shellcheck source=/dev/null
    source "$setup"
fi

# A shell starts background commands with interrupts ignored; the command shall have them as any other has.
env --default-signal=INT,QUIT -- "$@" <&0 &
command_pid=$!
status=0
wait "$command_pid" || status=$?
exit "$status"
