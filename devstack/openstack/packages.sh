#!/bin/bash
# Fills ROOT with Debian 12 and its packages of OpenStack Zed, as they come: the lab's first layer.
#
#   openstack/packages.sh ROOT
#
# To be run in a mount namespace of its own: what it mounts below ROOT ends with that. Starts no service.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=devstack/lib/apt.sh
source "$devstack/lib/apt.sh"
# shellcheck source=devstack/lib/debian-root.sh
source "$devstack/lib/debian-root.sh"

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

in_root() {
    chroot "$root_fs" env -i DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root LD_PRELOAD=libeatmydata.so \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin "${root_proxies[@]}" "$@" </dev/null
}

apt() {
    in_root apt-get -qq -y -o Dpkg::Use-Pty=0 "$@"
}

configure_packaging() {
    cat >"$root_fs/etc/apt/apt.conf.d/90novamq" <<'CONF'
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
    # configure.sh makes the databases
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
    local found
    found=$(archives_or_update)
    mapfile -t root_proxies < <(proxies)
    progress "installing Debian $release"
    bootstrap_debian "$root_fs" "$found" "$log" "${bootstrap_packages[@]}"
    configure_packaging
    mount -t proc proc "$root_fs/proc"
    mount --rbind /sys "$root_fs/sys"
    mount --rbind /dev "$root_fs/dev"
    progress "installing OpenStack's packages"
    install_all
    progress "$(chroot "$root_fs" dpkg-query -f '.\n' -W | wc -l) packages installed"
}

main "$@"
