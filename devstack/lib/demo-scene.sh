#!/bin/bash
# The demo itself: what demo.sh runs in the sandbox, where libvirt, the two bridges and the guest's files are ready.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
[[ -n ${NOVAMQ_GUEST_DIR:-} ]] || die "only inside devstack/sandbox.sh --guest"

novamq=$root/nova-driver/bin/novamq
work=/run/novamq
agent_timeout=180
service_timeout=90

title() {
    printf '\n== %s\n' "$*"
}

write_configuration() {
    mkdir -p "$NOVAMQ_STATE_DIR/instances"
    cat >"$work/novamq.yaml" <<YAML
virt_type: qemu
connection_uri: qemu:///system
instances_path: $NOVAMQ_STATE_DIR/instances
flavors:
  - {id: mq.small4, name: mq.small4, vcpus: 4, ram: 512, disk: 0}
images:
  - {id: demo-kernel, name: demo-kernel, path: $NOVAMQ_GUEST_DIR/vmlinuz, disk_format: aki}
  - {id: demo-ramdisk, name: demo-ramdisk, path: $NOVAMQ_GUEST_DIR/initramfs, disk_format: ari}
  # no path: this guest needs no disk
  - id: demo
    name: demo
    properties:
      kernel_id: demo-kernel
      ramdisk_id: demo-ramdisk
      os_type: linux
      os_distro: debian
      os_version: '12'
      hw_qemu_guest_agent: 'yes'
      os_command_line: $(<"$NOVAMQ_GUEST_DIR/cmdline") quiet
networks:
  - {id: data, name: data, bridge: br-data}
  - {id: admin, name: admin, bridge: br-admin}
YAML
}

service_answers() {
    { : <"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null
}

start_service() {
    local port server deadline=$((SECONDS + service_timeout))
    "$novamq" server --config "$work/novamq.yaml" >"$work/server.log" 2>&1 &
    server=$!
    for port in 8774 8776; do
        until service_answers "$port"; do
            kill -0 "$server" 2>/dev/null || give_up "the service ended before it listened on port $port"
            ((SECONDS < deadline)) || give_up "the service did not listen on port $port within $service_timeout s"
            sleep 0.1
        done
    done
}

# Something failed that should not have: show what the service and the guest said, since both vanish with the sandbox.
give_up() {
    {
        printf '\n--- the end of the service log\n'
        tail -n 40 "$work/server.log"
        printf '\n--- the end of what the guests wrote to their consoles\n'
        find "$NOVAMQ_STATE_DIR/instances" /var/log/libvirt -name '*console*' -exec tail -n 20 {} +
    } >&2 2>&1 || true
    die "$*"
}

boot() {
    title "Booting: one NIC that asks for four queues, one that asks for nothing"
    local -a command=(boot --image demo --flavor mq.small4
        --nic "net-id=data,queues=4" --nic net-id=admin --wait demo1)
    printf '$ novamq %s\n' "${command[*]}"
    "$novamq" "${command[@]}" || give_up "novamq boot failed with status $?"
}

show_plan() {
    title "The plan, and what the service sees of it"
    printf '$ novamq queues demo1\n'
    "$novamq" queues demo1 || give_up "novamq queues failed with status $?"
}

show_interfaces() {
    title "The NICs as libvirt runs them"
    printf '$ virsh dumpxml %s | xmllint --xpath //interface -\n' "$domain"
    virsh dumpxml "$domain" | xmllint --xpath '//interface' - | sed 's/^    //'
}

# shellcheck disable=SC2016  # expanded in the guest
show_guest() {
    title "What the guest says"
    in_guest '
        for nic in /sys/class/net/eth*; do
            name=${nic##*/}
            echo "$ ethtool -l $name      # $(cat "$nic/address")"
            ethtool -l "$name"
            irqs=$(ls "$nic/device/../msi_irqs")
            echo "MSI vectors of $name: $(echo "$irqs" | wc -l)"
            for irq in $irqs; do sed -n "s/^ *$irq:.* /    $irq  /p" /proc/interrupts; done
        done'
}

in_guest() {
    "$devstack/lib/guest-exec.sh" "$domain" "$1"
}

# The contract's line, from the service's plan and the guest's NICs. A NIC that the guest does not have is null there.
verdict() {
    jq -c --arg facts "$1" '
        ($facts | split("\n") | map(select(. != "") | split(" ") | {key: .[0], value: .[1:] | map(tonumber)})
            | from_entries) as $guest
        | {nics: [.nics[] | ($guest[.mac | ascii_downcase] // [null, null]) as $found
            | {id, planned: (.planned.granted // .planned.queues), combined: $found[0],
               msi_planned: .planned.vectors.used, msi_guest: $found[1]}]}'
}

show_verdict() {
    title "Planned, and found in the guest"
    printf '%-38s %8s %9s %12s %10s\n' NIC 'queues' 'in guest' 'MSI vectors' 'in guest'
    jq -r '.nics[] | [.id, .planned, .combined, .msi_planned, .msi_guest | tostring] | join(" ")' <<<"$1" |
        while read -r id planned combined msi_planned msi_guest; do
            printf '%-38s %8s %9s %12s %10s\n' "$id" "$planned" "$combined" "$msi_planned" "$msi_guest"
        done
}

differences() {
    jq -r 'def differ(what; a; b): if a != b then "NIC \(.id): planned \(a) \(what), the guest has \(b // "no such NIC")" else empty end;
        (if .nics | length == 2 then empty else "the service knows \(.nics | length) NICs, 2 were asked for" end),
        (.nics[] | differ("queues"; .planned; .combined), differ("MSI vectors"; .msi_planned; .msi_guest))' <<<"$1"
}

delete() {
    title "Deleting it"
    printf '$ novamq delete demo1\n'
    "$novamq" delete demo1 || give_up "novamq delete failed with status $?"
    local deadline=$((SECONDS + 30)) left
    while left=$(leftovers) && [[ -n $left ]]; do
        ((SECONDS < deadline)) || give_up "30 s after the delete there is still: $left"
        sleep 0.2
    done
    echo "No domain, tap or instance directory is left."
}

leftovers() {
    virsh -q list --all --name
    find /sys/class/net -name 'vnet*' -o -name 'tap*'
    find "$NOVAMQ_STATE_DIR/instances" -mindepth 1 -maxdepth 1
}

main() {
    local queues result differing
    write_configuration
    progress "starting the service"
    start_service
    boot
    queues=$("$novamq" queues demo1 --json) || give_up "novamq queues failed with status $?"
    domain=instance-$(jq -r '.instance.id' <<<"$queues")
    progress "waiting for the guest to come up"
    "$devstack/lib/guest-exec.sh" --wait "$agent_timeout" "$domain" || give_up "the guest did not come up"
    show_plan
    show_interfaces
    show_guest
    result=$(verdict "$("$devstack/lib/guest-nics.sh" "$domain")" <<<"$queues")
    differing=$(differences "$result")
    show_verdict "$result"
    delete
    progress "done"
    if [[ -n $differing ]]; then
        printf '\nNOT AS PLANNED\n%s\n' "$differing" | tee >(cat >&2)
    else
        printf '\nEvery NIC has in the guest what was planned for it.\n'
    fi
    printf '%s\n' "$result"
    [[ -z $differing ]]
}

main "$@"
