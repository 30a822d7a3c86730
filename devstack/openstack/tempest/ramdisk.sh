#!/bin/bash
# The test guest's ramdisk with an SSH server added, for Tempest, which looks into its guests. To be run in the lab.
#
#   tempest/ramdisk.sh RAMDISK >OUT
#
# Linux unpacks one archive after the other, so the ramdisk itself stays as it is.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")

tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
mkdir -p "$tree"/{bin,dev,etc/dropbear}
# a shell opens it for whatever runs in the background, and nothing is mounted yet
mknod -m 0666 "$tree/dev/null" c 1 3
install -m 0755 /usr/sbin/dropbear "$tree/bin/dropbear"
# where the dynamic linker of the guest looks
ldd /usr/sbin/dropbear | awk '$2 == "=>" { print $3 }' | xargs install -D -t "$tree/lib/x86_64-linux-gnu"
# of the same release as the C library
install -D -t "$tree/lib64" /lib64/ld-linux-x86-64.so.2
# A guest that is rebuilt keeps its key: Tempest begins to ask while the guest from before still answers, and then takes no
# other key from that address for as long as it tries.
dropbearkey -t ecdsa -f "$tree/etc/dropbear/dropbear_ecdsa_host_key" >/dev/null 2>&1
install -m 0755 "$here/guest/init" "$tree/tempest-init"
# Tempest's commands for guests begin with it here and there
printf '#!/bin/sh\nexec "$@"\n' >"$tree/bin/sudo"
chmod 0755 "$tree/bin/sudo"
cat "$1"
# the kernel wants archives at multiples of four
head -c $((-$(stat -c %s "$1") & 3)) /dev/zero
cd "$tree"
find . -mindepth 1 | LC_ALL=C sort | cpio --quiet --create --format newc --owner 0:0 | gzip -n
