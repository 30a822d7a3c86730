#!/bin/bash
# What a guest says of its NICs: one line each with MAC, queues in use and MSI vectors.
#
#   guest-nics.sh DOMAIN
set -euo pipefail

(($# == 1)) || { echo "usage: guest-nics.sh DOMAIN" >&2 && exit 2; }
# shellcheck disable=SC2016  # expanded in the guest
"$(dirname -- "${BASH_SOURCE[0]}")/guest-exec.sh" "$1" '
    for nic in /sys/class/net/eth*; do
        combined=$(ethtool -l "${nic##*/}" | sed -n "s/^Combined:[^0-9]*//p" | tail -n 1)
        echo "$(cat "$nic/address") ${combined:-0} $(ls "$nic/device/../msi_irqs" | wc -l)"
    done'
