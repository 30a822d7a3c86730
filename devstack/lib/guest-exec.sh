#!/bin/bash
# Runs a shell script in a guest, through its guest agent.
#
#   guest-exec.sh DOMAIN SCRIPT     standard output, standard error and exit status are the script's
#   guest-exec.sh --wait SECONDS DOMAIN     returns when the agent answers
#
# A guest whose agent has not answered in half of that time is reset, and that is said: in emulation one boot in some
# four hundred stops without a word.
set -euo pipefail

agent() {
    virsh --quiet qemu-agent-command "$domain" "$1" --timeout 10
}

wait_for_agent() {
    local begun=$SECONDS was_reset=
    until agent '{"execute":"guest-ping"}' >/dev/null 2>&1; do
        if ((SECONDS >= begun + $1)); then
            printf 'the guest agent of %s did not answer within %s s\n' "$domain" "$1" >&2
            return 1
        fi
        if [[ -z $was_reset ]] && ((SECONDS >= begun + $1 / 2)); then
            was_reset=yes
            printf 'the guest agent of %s did not answer within %s s: reset\n' "$domain" "$(($1 / 2))" >&2
            virsh --quiet reset "$domain" >&2 || true
        fi
        sleep 0.2
    done
}

run() {
    local request pid answer
    request=$(jq -nc --arg script "$1" \
        '{execute: "guest-exec", arguments: {path: "/bin/sh", arg: ["-c", $script], "capture-output": true}}')
    pid=$(agent "$request" | jq '.return.pid')
    while :; do
        answer=$(agent "{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":$pid}}")
        [[ $(jq '.return.exited' <<<"$answer") == true ]] && break
        sleep 0.1
    done
    jq -j '.return["out-data"] // "" | @base64d' <<<"$answer"
    jq -j '.return["err-data"] // "" | @base64d' <<<"$answer" >&2
    return "$(jq '.return.exitcode // 255' <<<"$answer")"
}

if [[ ${1-} == --wait && $# == 3 ]]; then
    domain=$3
    wait_for_agent "$2"
elif [[ $# == 2 ]]; then
    domain=$1
    run "$2"
else
    echo "usage: guest-exec.sh DOMAIN SCRIPT | guest-exec.sh --wait SECONDS DOMAIN" >&2
    exit 2
fi
