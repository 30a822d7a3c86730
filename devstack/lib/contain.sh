# shellcheck shell=bash
# Runs a program in namespaces that end when this script ends, even by kill -9. To be sourced after common.sh.

# contain [UNSHARE-OPTION...] PROGRAM [ARG...]: PROGRAM is PID 1 of fresh mount, pid, ipc and uts namespaces.
#
# The chain is this shell -> unshare -> PROGRAM, and each link dies with the one before it (parent-death signals): when
# the kernel ends PID 1 of a pid namespace it kills every process in it, and the last process of a namespace takes its
# mounts and network devices with it. No trap could promise that much.
contain() {
    local child status=0 signal
    for signal in HUP INT TERM; do
        # shellcheck disable=SC2064  # the signal's name is meant to be expanded now
        trap "end_contained $signal" "$signal"
    done
    # A command in the background gets no standard input unless told so.
    setpriv --pdeathsig KILL \
        unshare --mount --pid --ipc --uts --fork --kill-child --mount-proc --propagation private "$@" <&0 &
    child=$!
    contained=$child
    wait "$child" || status=$?
    trap - HUP INT TERM
    return "$status"
}

# A signal to this shell ends what it contains. It is told to PID 1 of the namespace, because unshare holds signals back;
# PID 1 exits, and unshare and this shell reap in turn, which matters on machines whose own PID 1 reaps nothing.
end_contained() {
    local signal=$1 pid
    trap '' HUP INT TERM
    read -r pid <"/proc/$contained/task/$contained/children" || true
    kill -TERM "${pid:-$contained}" 2>/dev/null || true
    for _ in {1..50}; do
        kill -0 "$contained" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$contained" 2>/dev/null || true
    exit $((128 + $(kill -l "$signal")))
}

# contain_self SCRIPT [ARG...]: the rest of SCRIPT runs contained. Returns in the contained copy only.
# shellcheck disable=SC2154  # devstack and cache are common.sh's
contain_self() {
    [[ -z ${NOVAMQ_CONTAINED:-} ]] || return 0
    local status=0
    mkdir -p -- "$cache" # made before /tmp is hidden, in case it lies there
    contain "$devstack/lib/init.sh" "$@" || status=$?
    exit "$status"
}
