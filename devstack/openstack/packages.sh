#!/bin/bash
# Fills ROOT with Debian 12 and its packages of OpenStack Zed, as they come: the lab's first layer.
#
#   openstack/packages.sh ROOT
#
# To be run in a mount namespace of its own: what it mounts below ROOT ends with that. Starts no service.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"

release=bookworm
bootstrap_packages=(ca-certificates eatmydata iproute2 kmod procps python3)
packages=(
    mariadb-server rabbitmq-server memcached
    curl ebtables ipset iptables jq
    libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils genisoimage
    # keystone would have Apache serve it; uwsgi serves both it and placement
    keystone placement-api apache2- libapache2-mod-wsgi-py3- uwsgi uwsgi-plugin-python3 python3-pymysql python3-memcache
    glance-api
    neutron-server neutron-linuxbridge-agent
    nova-api nova-scheduler nova-conductor nova-compute-qemu
    python3-openstackclient tempest
    # an SSH server for Tempest's guests
    cpio dropbear-bin
    openjdk-17-jre-headless
)

# "URI SUITE" of every Debian archive that apt knows on this machine, so that a mirror is used here too.
# shellcheck disable=SC2016  # apt expands them
archives() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' "Codename: $1" |
        sort -u
}

archives_or_update() {
    local found
    found=$(archives "$release"; archives "$release-updates"; archives "$release-security")
    if [[ -z $found ]]; then
        apt-get -qq update >&2
        found=$(archives "$release"; archives "$release-updates"; archives "$release-security")
    fi
    [[ -n $found ]] || die "cannot build the lab: apt knows no archive of Debian $release"
    printf '%s\n' "$found"
}

# The program, from the machine or, where it has none, from its package, unpacked but not installed.
find_debootstrap() {
    command -v debootstrap && return
    local there=/tmp/debootstrap
    mkdir -p "$there"
    (cd "$there" && apt-get -qq -o APT::Sandbox::User=root download debootstrap && dpkg-deb -x debootstrap_*.deb .) >&2
    export DEBOOTSTRAP_DIR=$there/usr/share/debootstrap
    printf '%s\n' "$there/usr/sbin/debootstrap"
}

in_root() {
    chroot "$root_fs" env -i DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root LD_PRELOAD=libeatmydata.so \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}

apt() {
    in_root apt-get -qq -y -o Dpkg::Use-Pty=0 "$@"
}

bootstrap() {
    local debootstrap=$1 mirror=$2
    "$debootstrap" --variant=minbase --include="$(IFS=, && echo "${bootstrap_packages[*]}")" \
        "$release" "$root_fs" "$mirror" >"$log" 2>&1 ||
        die "cannot build the lab: debootstrap failed: $(tail -n 5 "$log")"
}

configure_packaging() {
    local uri suite
    while read -r uri suite; do
        echo "deb $uri $suite main"
    done <<<"$1" >"$root_fs/etc/apt/sources.list"
    cp /etc/resolv.conf "$root_fs/etc/resolv.conf"
    # how this machine reaches the archives
    apt-config dump | grep -i '^Acquire::[a-z:]*proxy' >"$root_fs/etc/apt/apt.conf.d/90novamq" || true
    cat >>"$root_fs/etc/apt/apt.conf.d/90novamq" <<'CONF'
APT::Install-Recommends "false";
Acquire::Languages "none";
CONF
    cat >"$root_fs/etc/dpkg/dpkg.cfg.d/novamq" <<'CONF'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
path-include=/usr/share/doc/*/copyright
CONF
    printf '#!/bin/sh\nexit 101\n' >"$root_fs/usr/sbin/policy-rc.d"
    chmod 755 "$root_fs/usr/sbin/policy-rc.d"
    # initialise.sh makes the databases
    local package
    for package in keystone glance-common placement-common placement-api neutron-common nova-common; do
        echo "$package ${package%%-*}/configure_db boolean false"
    done | chroot "$root_fs" debconf-set-selections
}

install_all() {
    {
        apt update && apt install "${packages[@]}" && apt clean
    } >>"$log" 2>&1 || die "cannot build the lab: apt-get failed: $(tail -n 5 "$log")"
    rm -rf "$root_fs"/var/lib/apt/lists/*
}

main() {
    [[ $# == 1 && -d $1 ]] || die "usage: openstack/packages.sh ROOT"
    root_fs=$1
    log=/tmp/packages.log
    local found debootstrap
    found=$(archives_or_update)
    debootstrap=$(find_debootstrap)
    progress "installing Debian $release"
    bootstrap "$debootstrap" "$(awk -v suite="$release" '$2 == suite { print $1; exit }' <<<"$found")"
    configure_packaging "$found"
    mount -t proc proc "$root_fs/proc"
    mount --rbind /sys "$root_fs/sys"
    mount --rbind /dev "$root_fs/dev"
    progress "installing OpenStack's packages"
    install_all
    progress "$(chroot "$root_fs" dpkg-query -f '.\n' -W | wc -l) packages installed"
}

main "$@"
