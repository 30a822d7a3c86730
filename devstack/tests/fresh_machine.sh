#!/bin/bash
# PID 1 of a fresh machine: makes a copy of PRISTINE its root, unpacks the work tree into root's home, runs COMMAND there,
# and says what it left.
#
#   tests/fresh_machine.sh PRISTINE TREE.tar COMMAND
#
# To be run by fresh_machine_test.sh, in mount, pid, ipc and uts namespaces of its own. The exit status is COMMAND's, or 1
# where it left processes or mounts behind.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=devstack/lib/devices.sh
source "$devstack/lib/devices.sh"

project=root/nova-multiqueue

mount_machine() {
    local machine=${1%/*}/machine
    mkdir -p "$machine"
    # at most, and only what is written
    mount -t tmpfs -o mode=0755,size=90% novamq "$machine"
    cd "$machine"
    cp -a "$1/." .
    mkdir .outside
    mount -t proc -o nosuid,nodev,noexec proc proc
    mount -t sysfs -o nosuid,nodev,noexec sysfs sys
    make_devices dev /dev/kvm /dev/vhost-net
    mount -t tmpfs -o mode=0755,nosuid,nodev novamq run
    mkdir -m 1777 run/lock
    hostname fresh
}

# The machine reaches others as this one does.
take_over_network() {
    { printf '127.0.1.1\tfresh\n' && cat /etc/hosts; } >etc/hosts
    # as on Debian's cloud images, where the file is systemd-resolved's
    mkdir -p run/systemd/resolve
    cp /etc/resolv.conf run/systemd/resolve/stub-resolv.conf
    ln -sfn ../run/systemd/resolve/stub-resolv.conf etc/resolv.conf
}

take_over_settings() {
    local file
    # The user's settings go before the machine's. These cannot be put where they were: that file is the package's.
    for file in "${HOME:-/root}/.m2/settings.xml" /etc/maven/settings.xml; do
        if [[ -e $file && ! -e root/.m2/settings.xml ]]; then
            install -D -m 0600 "$file" root/.m2/settings.xml
        fi
    done
    for file in .m2/settings-security.xml .mavenrc .npmrc; do
        if [[ -e ${HOME:-/root}/$file ]]; then
            install -D -m 0600 "${HOME:-/root}/$file" "root/$file"
        fi
    done
    if [[ -n ${NOVAMQ_FRESH_M2:-} ]]; then
        mkdir -p root/.m2
        cp -r "$NOVAMQ_FRESH_M2" root/.m2/repository
    fi
    if [[ -n ${NOVAMQ_FRESH_DEBS:-} ]]; then
        mount --bind "$NOVAMQ_FRESH_DEBS" var/cache/apt/archives
    fi
}

# The environment's ways to say how others are reached.
taken_over_variables() {
    local name
    for name in {http,https,ftp,no}_proxy {HTTP,HTTPS,FTP,NO}_PROXY MAVEN_OPTS JAVA_TOOL_OPTIONS; do
        [[ -z ${!name:-} ]] || printf '%s=%s\n' "$name" "${!name}"
    done
}

# Runs in the machine's own bash, which is PID 1 there: what it prints of the machine's size is for the caller.
# shellcheck disable=SC2016  # expanded in the machine
life='
    trap "exit 143" TERM
    umask 077
    cd /"$1"
    before=$(cut -d" " -f2 /proc/mounts)
    bash -euo pipefail -c "$2" &
    wait $!
    status=$?
    after=$(cut -d" " -f2 /proc/mounts)
    [[ $after == "$before" ]] || { echo "fresh machine: mounts are left: $(diff <(echo "$before") <(echo "$after"))"; status=1; }
    for process in /proc/[0-9]*; do
        [[ ${process#/proc/} == $$ ]] || { echo "fresh machine: a process is left: $(tr "\0" " " <"$process/cmdline")"; status=1; }
    done
    echo "fresh machine: $(df --output=used --block-size=MiB / | tr -dc 0-9) MiB on its disk, status $status"
    exit "$status"'

main() {
    local -a variables
    mapfile -t variables < <(taken_over_variables)
    mount_machine "$1"
    take_over_network
    take_over_settings
    mkdir -p "$project"
    # modes are those of a clone under the umask
    (umask 077 && tar -C "$project" -x --no-same-owner --no-same-permissions -f "$2")
    pivot_root . .outside
    cd /
    umount --lazy /.outside
    rmdir /.outside
    # German as far as it goes without further packages: LANGUAGE has an effect in every locale but C
    exec env -i HOME=/root TERM=dumb PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 LANGUAGE=de "${variables[@]}" \
        /bin/bash -c "$life" fresh "$project" "$3"
}

main "$@"
