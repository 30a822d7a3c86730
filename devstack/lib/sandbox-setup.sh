# shellcheck shell=bash
# Turns a contained run into a sandbox with a libvirtd of its own. Sourced by init.sh in PID 1 of the sandbox.

# A sysfs mounted here shows this network namespace's devices: the taps and their queues. The host's cgroups go away
# with the old one, so neither libvirt nor a guest can leave a group behind.
own_sysfs() {
    if mountpoint -q /sys; then
        umount --recursive --lazy /sys
    fi
    mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
}

own_libvirt_directories() {
    local directory
    # The packages own these directories; where one is gone it is made again for the mount.
    for directory in /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do
        mkdir -p "$directory"
    done
    # Network filters are definitions that come with the packages. The machine's own settings, hooks and autostarts
    # are none of the sandbox's business.
    if [[ -d /etc/libvirt/nwfilter ]]; then
        cp -a /etc/libvirt/nwfilter /run/novamq/nwfilter
    fi
    for directory in /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do
        mount -t tmpfs -o mode=0755,nosuid,nodev novamq "$directory"
    done
    if [[ -d /run/novamq/nwfilter ]]; then
        mv /run/novamq/nwfilter /etc/libvirt/nwfilter
    fi
}

configure_libvirt() {
    cat >/etc/libvirt/libvirtd.conf <<'CONF'
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
CONF
    # Guests run as Debian's unprivileged user, and libvirt hands them their files. Nothing is to outlive the sandbox:
    # no cgroups, no remembered owners in extended attributes, no security labels on the host's files.
    cat >/etc/libvirt/qemu.conf <<'CONF'
user = "libvirt-qemu"
group = "kvm"
dynamic_ownership = 1
remember_owner = 0
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
CONF
}

# libvirt remembers whether it saw KVM when it probed QEMU, and whether QEMU's user may open /dev/kvm; where the two
# disagree it probes anew on every call. So /dev/kvm is made to be one thing for everybody: open, or not there.
settle_kvm() {
    [[ -e /dev/kvm ]] || return 0
    local node=/run/novamq/dev/kvm
    mkdir -p "${node%/*}"
    mount -t tmpfs -o mode=0755,nosuid novamq "${node%/*}" # this one allows device nodes
    if mknod -m 0666 "$node" c 10 232 2>/dev/null && { : <>"$node"; } 2>/dev/null; then
        mount --bind "$node" /dev/kvm
    else
        rm -f "$node"
        : >"$node"
        chmod 000 "$node"
        mount --bind "$node" /dev/kvm
    fi
}

make_network() {
    local bridge
    ip link set lo up
    for bridge in $NOVAMQ_BRIDGES; do
        ip link add "$bridge" type bridge
        ip link set "$bridge" up
    done
}

# Copies: libvirt gives the files of a guest to QEMU's user, and the cached ones must not change hands.
copy_guests() {
    local source copy
    unset NOVAMQ_GUEST_DIR
    [[ -n $NOVAMQ_GUEST_SOURCES ]] || return 0
    while read -r source; do
        copy=$NOVAMQ_STATE_DIR/${source##*/}
        mkdir "$copy"
        # guest/build.sh replaces the directory under the same lock
        flock --shared "$(dirname -- "$source")" cp "$source"/* "$copy"
        export NOVAMQ_GUEST_DIR=${NOVAMQ_GUEST_DIR:-$copy}
    done <<<"$NOVAMQ_GUEST_SOURCES"
}

start_libvirt() {
    virtlogd -d
    "$NOVAMQ_LIBVIRTD" start
    # Whoever asks first waits while every QEMU is probed; better now than in the middle of a measured boot.
    virsh -q capabilities >/dev/null
}

export NOVAMQ_SANDBOX=1
export NOVAMQ_STATE_DIR=/var/lib/libvirt/novamq
# shellcheck disable=SC2154  # devstack is common.sh's
export NOVAMQ_LIBVIRTD=$devstack/lib/libvirtd.sh
export LIBVIRT_DEFAULT_URI=qemu:///system
# JNA unpacks its native part into the user's cache.
export XDG_CACHE_HOME=/run/novamq/cache
own_sysfs
own_libvirt_directories
configure_libvirt
settle_kvm
make_network
mkdir "$NOVAMQ_STATE_DIR"
copy_guests
start_libvirt
unset NOVAMQ_BRIDGES NOVAMQ_GUEST_SOURCES
