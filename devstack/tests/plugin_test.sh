#!/bin/bash
# Tests plugin.sh without DevStack: its functions are replaced by ones that record how they were called.
#
#   tests/plugin_test.sh
#
# What it really does to a host with OpenStack is tested by openstack-lab.sh, whose driver command runs the same plugin.sh.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# plugin ENABLED [VARIABLE=VALUE...] -- MODE [PHASE]: the calls that it makes, one a line, as DevStack's shell would run it.
plugin() {
    local -a variables=()
    local enabled=$1
    shift
    while [[ $1 != -- ]]; do
        variables+=("$1")
        shift
    done
    shift
    # shellcheck disable=SC2016  # expanded by the other shell
    env -i PATH="$PATH" ENABLED="$enabled" devstack="$devstack" work="$work" "${variables[@]}" bash -c '
        set -o errexit
        DATA_DIR=$work/data NOVA_BIN_DIR=$work/bin NOVA_CONF=$work/nova.conf GLANCE_URL=http://glance SERVICE_TIMEOUT=60
        called() { echo "$@" >&3; }
        for name in enable_service define_plugin install_package iniset run_process stop_process wait_for_service sudo mvn
        do
            eval "function $name { called $name \"\$@\"; }"
        done
        function is_service_enabled { [[ ,$ENABLED, == *,$1,* ]]; }
        function is_fedora { [[ -n "$FEDORA" ]]; }
        function iniget { echo kvm; }
        function echo_summary { :; }
        function die { shift; called die "$@"; exit 1; }
        source "$devstack/settings" 3>/dev/null
        source "$devstack/plugin.sh" "$@"
    ' plugin "$@" 3>&1 >/dev/null || true
}

# expect WHAT EXPECTED FOUND
expect() {
    [[ $2 == "$3" ]] && return
    printf 'WRONG: %s\n%s\n' "$1" "$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$3"))" >&2
    failed=1
}

# contains WHAT LINE FOUND
contains() {
    grep -qxF -- "$2" <<<"$3" && return
    printf 'WRONG: %s: no call "%s" in\n%s\n' "$1" "$2" "$3" >&2
    failed=1
}

mkdir "$work/bin"
printf '#!/opt/venv/bin/python3\n' >"$work/bin/nova-compute"

for phase in "stack pre-install" "stack install" "stack post-config" "stack extra" unstack clean; do
    # shellcheck disable=SC2086  # two words
    expect "$phase on a host without nova-compute does nothing" "" "$(plugin mqnet -- $phase)"
    # shellcheck disable=SC2086
    expect "$phase where the service is disabled does nothing" "" "$(plugin n-cpu -- $phase)"
done

expect "what a build needs" "install_package openjdk-17-jdk-headless maven" "$(plugin n-cpu,mqnet -- stack pre-install)"
expect "what a jar needs" "install_package openjdk-17-jre-headless" \
    "$(plugin n-cpu,mqnet MQNET_JAR=/novamq.jar -- stack pre-install)"
expect "Fedora's names" "install_package java-17-openjdk-devel maven" \
    "$(plugin n-cpu,mqnet FEDORA=1 -- stack pre-install)"

calls=$(plugin n-cpu,mqnet -- stack install)
contains "the jar is built" "mvn -B -q -DskipTests -pl nova-driver -am package" "$calls"
contains "and installed" "sudo install -m 644 $root/nova-driver/target/novamq.jar $work/data/mqnet/novamq.jar" "$calls"
contains "for the Python of nova-compute" "sudo $devstack/mqnet/install.sh --python /opt/venv/bin/python3" "$calls"

calls=$(plugin n-cpu,mqnet MQNET_MAX_VCPUS=16 -- stack post-config)
contains "the driver" "iniset $work/nova.conf DEFAULT compute_driver mqnet.LibvirtDriver" "$calls"
contains "where the service is" "iniset $work/nova.conf mqnet service_url http://127.0.0.1:8784" "$calls"
contains "what happens without it" "iniset $work/nova.conf mqnet on_service_failure fail" "$calls"
contains "the largest instance" "iniset $work/nova.conf mqnet max_vcpus 16" "$calls"
expect "the service is started last, and waited for" "run_process wait_for_service" \
    "$(tail -n 2 <<<"$calls" | cut -d' ' -f1 | xargs)"
expect "what is unset is not written" "" "$(plugin n-cpu,mqnet -- stack post-config | grep max_vcpus || true)"
contains "the other driver" "iniset $work/nova.conf DEFAULT compute_driver mqnet.RestDriver" \
    "$(plugin n-cpu,mqnet MQNET_DRIVER=RestDriver -- stack post-config)"
expect "a driver that is none" "die MQNET_DRIVER is Rest; it may be LibvirtDriver or RestDriver" \
    "$(plugin n-cpu,mqnet MQNET_DRIVER=Rest -- stack post-config)"

expect "unstack" "stop_process mqnet" "$(plugin n-cpu,mqnet -- unstack)"
calls=$(plugin n-cpu,mqnet -- clean)
contains "clean takes the drivers away" "sudo $devstack/mqnet/install.sh --python /opt/venv/bin/python3 --remove" "$calls"
contains "and the jar, but no instances" "sudo rm -f $work/data/mqnet/novamq.jar /etc/novamq/novamq.yaml" "$calls"

((failed == 0)) && echo "plugin.sh: as expected"
exit "$failed"
