#!/bin/bash
# Builds the test guest, a kernel and an initramfs, from Debian's packages.
#
#   guest/build.sh [--kernel cloud|generic] OUTDIR
#
#   --kernel   Debian's kernel for virtual machines (cloud, the default: small, with drivers for few devices) or its
#              kernel for all machines (generic), which uses more lines of the IO-APIC
#
# OUTDIR gets vmlinuz, initramfs, cmdline (the kernel's command line), ipxe.lkrn (iPXE as a kernel, a guest whose driver
# does not negotiate multiqueue) and MANIFEST (the versions that went in). Where OUTDIR was
# built from the same scripts and the same package versions nothing is done. It appears whole or not at all, and two
# builds at once are one after the other.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=devstack/lib/contain.sh
source "$devstack/lib/contain.sh"
# shellcheck source=devstack/lib/apt.sh
source "$devstack/lib/apt.sh"

here=$devstack/guest
declare -A kernel_metapackages=([cloud]=linux-image-cloud-amd64 [generic]=linux-image-amd64)
kernel_metapackage=
# Packages and programs that the guest has beside busybox. iPXE is a guest of its own.
tool_packages=(busybox-static kmod ethtool iperf3 qemu-guest-agent ipxe)
programs=(kmod ethtool iperf3 qemu-ga)
# The drivers of the devices that libvirt gives a guest, those of the board included: each takes its interrupt only where
# its driver is loaded. Their dependencies follow by themselves; a module that a kernel has built in or not at all (the
# cloud kernel knows little hardware) is passed over.
modules=(
    virtio_pci virtio_net virtio_blk virtio_scsi sd_mod virtio_console virtio_rng virtio_balloon virtio_input
    vmw_vsock_virtio_transport virtiofs nvme ahci xhci_pci e1000 e1000e igb vmxnet3 8139cp
    ata_piix ata_generic sr_mod isofs shpchp acpiphp button evdev af_packet
    i2c_i801 lpc_ich i2c_piix4 floppy psmouse atkbd serio_raw pcspkr rtc_cmos parport_pc
    uhci_hcd ehci_pci ohci_pci usbhid qxl bochs cirrus virtio_gpu snd_hda_intel i6300esb iTCO_wdt tpm_tis tpm_crb
    ne2k_pci pcnet32 8139too igbvf megaraid_sas sym53c8xx
)

# In emulation on a busy machine a kernel may find that its timer does not tick, and panics ("IO-APIC + timer doesn't
# work!"), and the self-tests of its ciphers may lock a CPU up for ever. Calibrating its delay takes half a second.
command_line='console=ttyS0 no_timer_check cryptomgr.notests lpj=10000000'

apt_get() {
    apt-get -qq -o APT::Sandbox::User=root "$@"
}

# The tools and, from them on, every library package they depend on: "lib*" is what Debian calls those, and following
# nothing else keeps out the configuration tools that packages name for the sake of a full system.
package_closure() {
    local kernel
    kernel=$(apt-cache depends --important "$kernel_metapackage" 2>/dev/null | awk '/Depends: linux-image-/ { print $2; exit }')
    [[ -n $kernel ]] || return 1
    printf '%s\n' "$kernel"
    apt-cache depends --recurse --important "${tool_packages[@]}" 2>/dev/null | awk -v tools="${tool_packages[*]}" '
        /^[a-z0-9]/ { package = $1 }
        /Depends: [a-z0-9]/ { needs[package] = needs[package] " " $2 }
        END {
            n = split(tools, queue)
            for (i = 1; i <= n; i++) {
                if (seen[queue[i]]++) continue
                print queue[i]
                m = split(needs[queue[i]], next_ones)
                for (j = 1; j <= m; j++) if (next_ones[j] ~ /^lib/) queue[++n] = next_ones[j]
            }
        }'
}

# "package version" of what apt would download now; nothing where the package lists do not know a package.
candidates() {
    local -a names
    mapfile -t names < <(package_closure | sort -u)
    ((${#names[@]} > ${#tool_packages[@]})) || return 1
    apt-cache policy "${names[@]}" | awk '
        /^[a-z0-9]/ { package = $1; sub(/:.*/, "", package) }
        /Candidate:/ { if ($2 == "(none)") exit 1; print package, $2 }'
}

candidates_or_update() {
    candidates && return
    progress "fetching Debian's package lists"
    update_package_lists && candidates
}

# What OUTDIR depends on, as text: compared with the MANIFEST of the last build.
inputs() {
    printf '# built from\n%s\n# and, by SHA-256,\n' "$1"
    (cd "$here" && sha256sum build.sh init mdev.conf shutdown)
}

# Packages are kept beside OUTDIR, so that a changed script rebuilds without network.
download() {
    local debs=$1 packages=$2
    mkdir -p "$debs"
    local -a wanted
    mapfile -t wanted < <(awk '{ print $1 "=" $2 }' <<<"$packages")
    (cd "$debs" && apt_get download "${wanted[@]}") >&2
}

unpack() {
    local debs=$1 packages=$2 stage=$3 package version
    while read -r package version; do
        # apt escapes the colon of an epoch in the file's name
        dpkg-deb --extract "$(printf '%s\n' "$debs/${package}_${version//:/%3a}"_*.deb)" "$stage"
    done <<<"$packages"
}

find_program() {
    local stage=$1 name=$2 directory
    for directory in bin sbin usr/bin usr/sbin; do
        [[ -x $stage/$directory/$name ]] && printf '%s\n' "$stage/$directory/$name" && return
    done
    die "cannot build the guest: its packages hold no program $name"
}

# The unpacked dynamic linker says which of the unpacked libraries a program loads.
copy_program() {
    local stage=$1 tree=$2 name=$3 program linker=$1/lib64/ld-linux-x86-64.so.2 listing
    local libraries=$stage/lib/x86_64-linux-gnu:$stage/usr/lib/x86_64-linux-gnu
    [[ -e $linker ]] || linker=$stage/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
    program=$(find_program "$stage" "$name")
    cp -L "$program" "$tree/bin/$name"
    listing=$("$linker" --library-path "$libraries" --list "$program")
    [[ $listing != *"not found"* ]] || die "cannot build the guest: $name lacks a library: $listing"
    awk '$2 == "=>" { print $3 }' <<<"$listing" | xargs -r cp -L -n -t "$tree/lib/x86_64-linux-gnu"
    cp -L -n "$linker" "$tree/lib64/ld-linux-x86-64.so.2"
}

copy_modules() {
    local stage=$1 tree=$2 release=$3 module file
    depmod -b "$stage" "$release"
    mkdir -p "$tree/lib/modules/$release"
    for module in "${modules[@]}"; do
        modprobe -d "$stage" -S "$release" --show-depends "$module" 2>/dev/null || true
    done | awk '$1 == "insmod" { print $2 }' | sort -u | while read -r file; do
        install -D -m 0644 "$file" "$tree/${file#"$stage"/}"
    done
    cp "$stage/lib/modules/$release"/modules.{builtin,builtin.modinfo,order} "$tree/lib/modules/$release/"
    depmod -b "$tree" "$release"
}

fill_tree() {
    local stage=$1 tree=$2 release=$3 name
    mkdir -p "$tree"/{bin,dev,etc/acpi/PWRF,lib/x86_64-linux-gnu,lib64,proc,run,sys,tmp,var,usr}
    ln -s bin "$tree/sbin"
    ln -s ../bin "$tree/usr/bin"
    ln -s ../bin "$tree/usr/sbin"
    ln -s ../run "$tree/var/run"
    cp "$(find_program "$stage" busybox)" "$tree/bin/busybox"
    for name in "${programs[@]}"; do
        copy_program "$stage" "$tree" "$name"
    done
    for name in modprobe insmod rmmod lsmod modinfo depmod; do
        ln -s kmod "$tree/bin/$name"
    done
    ln -s busybox "$tree/bin/sh"
    copy_modules "$stage" "$tree" "$release"
    install -m 0755 "$here/init" "$tree/init"
    install -m 0755 "$here/shutdown" "$tree/bin/shutdown"
    install -m 0644 "$here/mdev.conf" "$tree/etc/mdev.conf"
    ln -s /bin/shutdown "$tree/etc/acpi/PWRF/00000080" # the power button, as acpid names it
    echo 'root::0:0:root:/:/bin/sh' >"$tree/etc/passwd"
    echo 'root:x:0:' >"$tree/etc/group"
}

# Done in /tmp, which is private to a contained run, and moved into place at the end.
build() {
    local outdir=$1 packages=$2 work release
    work=$(mktemp -d)
    mkdir "$work"/{stage,tree,out}
    unpack "${outdir%/*}/debs" "$packages" "$work/stage"
    release=$(basename "$work"/stage/boot/vmlinuz-*)
    release=${release#vmlinuz-}
    fill_tree "$work/stage" "$work/tree" "$release"
    (cd "$work/tree" && find . -print0 | LC_ALL=C sort -z | cpio --quiet --null -o -H newc --owner=0:0 --reproducible) |
        gzip -n -9 >"$work/out/initramfs"
    cp "$work/stage/boot/vmlinuz-$release" "$work/out/vmlinuz"
    cp "$work/stage/boot/ipxe.lkrn" "$work/out/ipxe.lkrn"
    printf '%s\n' "$command_line" >"$work/out/cmdline"
    inputs "$packages" >"$work/out/MANIFEST"
    chmod 0644 "$work"/out/*
    publish "$work/out" "$outdir"
    rm -rf "$work"
}

publish() {
    local from=$1 outdir=$2
    rm -rf "$outdir.new" "$outdir.old"
    cp -r "$from" "$outdir.new"
    chmod 0755 "$outdir.new"
    if [[ -e $outdir ]]; then
        mv -T "$outdir" "$outdir.old"
    fi
    mv -T "$outdir.new" "$outdir"
    rm -rf "$outdir.old"
}

main() {
    local flavour=cloud outdir packages lock
    if [[ ${1-} == --kernel ]]; then
        flavour=${2-}
        shift 2 || true
    fi
    kernel_metapackage=${kernel_metapackages[${flavour:-none}]-}
    [[ $# == 1 && $1 != -* && -n $kernel_metapackage ]] || die "usage: guest/build.sh [--kernel cloud|generic] OUTDIR"
    mkdir -p -- "$(dirname -- "$1")"
    outdir=$(cd -- "$(dirname -- "$1")" && pwd -P)/$(basename -- "$1")
    exec {lock}<"${outdir%/*}"
    flock "$lock"
    if ! packages=$(candidates_or_update); then
        [[ -e $outdir/MANIFEST ]] || die "cannot build the guest: apt knows no $kernel_metapackage"
        progress "apt knows no packages; keeping the guest that is there"
        return
    fi
    [[ $(inputs "$packages") != "$(cat "$outdir/MANIFEST" 2>/dev/null)" ]] || return 0
    progress "building the test guest"
    if ! download "${outdir%/*}/debs" "$packages"; then
        # lists that are older than the archive name versions that it no longer has
        update_package_lists
        packages=$(candidates)
        download "${outdir%/*}/debs" "$packages" || die "cannot build the guest: apt-get download failed"
    fi
    build "$outdir" "$packages"
    progress "built $outdir ($(du -h "$outdir/initramfs" | cut -f1) initramfs)"
}

require_root
contain_self "${BASH_SOURCE[0]}" "$@"
main "$@"
