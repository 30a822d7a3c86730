# shellcheck shell=bash
# Makes a /dev. To be sourced.

# make_devices DIR [PATH...]: DIR, a directory, becomes a /dev with the devices that every process may use, terminals, shared
# memory and taps, and with copies of the PATHs, devices of this machine that may not be there.
make_devices() {
    local dev=$1 name minor path
    shift
    mount -t tmpfs -o mode=0755,nosuid novamq "$dev"
    while read -r name minor; do
        mknod -m 0666 "$dev/$name" c 1 "$minor"
    done <<<$'null 3\nzero 5\nfull 7\nrandom 8\nurandom 9'
    mknod -m 0666 "$dev/tty" c 5 0
    mkdir "$dev"/{net,pts,shm}
    mknod -m 0666 "$dev/net/tun" c 10 200
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$dev/pts"
    ln -s pts/ptmx "$dev/ptmx"
    ln -s /proc/self/fd "$dev/fd"
    ln -s fd/0 "$dev/stdin"
    ln -s fd/1 "$dev/stdout"
    ln -s fd/2 "$dev/stderr"
    mount -t tmpfs -o mode=1777,nosuid,nodev novamq "$dev/shm"
    for path in "$@"; do
        [[ ! -c $path ]] || cp -a "$path" "$dev/"
    done
}
