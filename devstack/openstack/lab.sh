# shellcheck shell=bash
# The lab as namespaces: its layers, its beginning and its end. To be sourced after common.sh and contain.sh.
#
# Two layers lie in the cache: the packages, and above them what configure.sh made. A lab mounts both read-only below a
# layer in memory. Whoever uses the layers has a shared lock on their directory, whoever builds them an exclusive one.
#
# A kept lab is one that outlives the script which started it. Its PID 1 has a lock on the file that names it, so that
# file tells the truth even where the lab was killed.

# shellcheck disable=SC2154  # cache, devstack and root are common.sh's
layers=$cache/openstack
kept=$layers/kept
# shellcheck disable=SC2034
lab_scripts=/opt/nova-multiqueue/devstack/openstack
lab_namespaces=(--mount --net --pid --ipc --uts --fork --kill-child --propagation private)

# What a layer is built from, as text.
packages_recipe() {
    recipe_of openstack/packages.sh lib/debian-root.sh
}

configured_recipe() {
    packages_recipe
    recipe_of openstack/{root.sh,configure.sh,services.sh,await_up.py,catalog.py,assets.py,ebtables,etc} lib/devices.sh
    cat "$cache/guest/MANIFEST"
}

recipe_of() (
    cd "$devstack" || exit
    find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
)

layer_is_stale() {
    [[ "$("${1}_recipe")" != "$(cat "$layers/$1.recipe" 2>/dev/null)" ]]
}

# A layer appears whole or not at all.
publish_layer() {
    rm -rf "${layers:?}/$1" "$layers/$1.recipe"
    mv "$layers/$1.new" "$layers/$1"
    rm -rf "$layers/$1.new.work"
    "${1}_recipe" >"$layers/$1.recipe"
}

lock_layers() {
    [[ -n ${layers_lock:-} ]] || exec {layers_lock}<"$layers"
    flock --nonblock "--$1" "$layers_lock" && return
    progress "waiting for another lab on this machine to ${2}"
    flock "--$1" "$layers_lock"
}

build_layers() {
    mkdir -p "$layers/mount"
    "$devstack/lib/prerequisites.sh" lab
    "$devstack/guest/build.sh" "$cache/guest"
    lock_layers shared "be built"
    while layer_is_stale packages || layer_is_stale configured; do
        lock_layers exclusive "end"
        build_packages
        build_configured
        lock_layers shared "be built"
    done
}

build_packages() {
    layer_is_stale packages || return 0
    rm -rf "$layers/packages.new"
    mkdir "$layers/packages.new"
    contain "$devstack/lib/init.sh" "$devstack/openstack/packages.sh" "$layers/packages.new"
    publish_layer packages
}

build_configured() {
    layer_is_stale configured || return 0
    progress "configuring OpenStack"
    rm -rf "$layers"/configured.new*
    mkdir "$layers/configured.new"
    begin_lab "$layers/configured.new" "$layers/packages"
    tar -C "$cache/guest" -c vmlinuz initramfs cmdline | in_lab sh -c 'mkdir /run/lab/guest && tar -C /run/lab/guest -x'
    in_lab "$lab_scripts/configure.sh" >"$layers/configure.log" 2>&1 ||
        die "cannot build the lab: configuring failed: $(tail -n 5 "$layers/configure.log") (more in $layers/configure.log)"
    end_lab
    publish_layer configured
}

# begin_lab UPPER LAYER...: a lab that ends with this script. Sets lab_pid, the PID 1 of the lab as seen from here.
begin_lab() {
    spawn_lab setpriv --pdeathsig KILL -- "$@"
}

# spawn_lab BOND... -- UPPER LAYER...: BOND is the command that says what the lab's life hangs on.
spawn_lab() {
    local -a bond=()
    local ready answer=
    while [[ $1 != -- ]]; do
        bond+=("$1")
        shift
    done
    shift
    exec {ready}< <(cd "$layers/mount" &&
        exec "${bond[@]}" unshare "${lab_namespaces[@]}" "$devstack/openstack/root.sh" "$@" </dev/null 2>"$layers/root.log")
    lab_unshare=$!
    read -r answer <&"$ready" || true
    exec {ready}<&-
    [[ $answer == ready ]] || die "cannot start the lab: $(tail -n 5 "$layers/root.log")"
    lab_pid_of "$lab_unshare"
}

lab_pid_of() {
    read -r lab_pid <"/proc/$1/task/$1/children" || true # no newline
    [[ -n $lab_pid ]] || die "the lab has just ended"
}

# PID 1 goes, and with it everything in the lab.
end_lab() {
    kill -TERM "$lab_pid" 2>/dev/null || true
    wait "$lab_unshare" 2>/dev/null || true
}

in_lab() {
    nsenter --target "$lab_pid" --mount --net --pid --ipc --uts --root --wd \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM="${TERM:-dumb}" "$@"
}

lab_is_up() {
    [[ -e $kept ]] && ! flock --nonblock --shared "$kept" true
}

keep_lab() {
    local kept_lock
    exec {kept_lock}>>"$kept"
    flock --nonblock "$kept_lock" || die "another lab is being started"
    spawn_lab setsid -- '' "$layers/configured" "$layers/packages"
    echo "$lab_unshare" >"$kept"
    exec {kept_lock}>&-
}

find_kept_lab() {
    local unshare_pid
    lab_is_up || die "the lab is not up (openstack-lab.sh up starts it)"
    read -r unshare_pid <"$kept"
    lab_pid_of "$unshare_pid"
}

end_kept_lab() {
    if lab_is_up; then
        find_kept_lab
        kill -TERM "$lab_pid"
        flock --timeout 30 --shared "$kept" true || die "the lab still runs 30 s after it was told to end"
    fi
    rm -f "$kept"
}
