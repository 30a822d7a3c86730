# shellcheck shell=bash
# Makes an empty Debian 12 in a directory, which reaches Debian's archives as this machine does. To be sourced after
# common.sh and apt.sh; needs debootstrap, and what is mounted below the directory must be able to hold device nodes.

# shellcheck disable=SC2034  # used by the scripts that source this file
release=bookworm

# "URI SUITE" of every Debian archive that apt knows on this machine, so that a mirror is used here too.
# shellcheck disable=SC2016  # apt expands them
archives() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' "Codename: $1" |
        sort -u
}

all_archives() {
    archives "$release"
    archives "$release-updates"
    archives "$release-security"
}

archives_or_update() {
    local found
    found=$(all_archives)
    if [[ -z $found ]]; then
        update_package_lists || die "cannot make a Debian root: apt-get update failed"
        found=$(all_archives)
    fi
    [[ -n $found ]] || die "cannot make a Debian root: apt knows no archive of Debian $release"
    printf '%s\n' "$found"
}

# Prints NAME=VALUE, one a line, of every proxy that the environment or apt names: debootstrap's wget reads the
# environment only, and a command in the root has no environment but the one that it is given.
proxies() {
    local name value
    for name in http_proxy https_proxy ftp_proxy no_proxy; do
        value=${!name:-}
        if [[ -z $value && $name != no_proxy ]]; then
            value=$(apt-config dump --format '%v%n' "Acquire::${name%_proxy}::Proxy")
        fi
        [[ -z $value || $value == DIRECT ]] || printf '%s=%s\n' "$name" "$value"
    done
}

# bootstrap_debian ROOT ARCHIVES LOG [PACKAGE...]: ARCHIVES is what archives_or_update printed.
bootstrap_debian() {
    local root_fs=$1 found=$2 log=$3 mirror include
    local -a options=(--variant=minbase) environment
    shift 3
    include=$(IFS=, && echo "$*")
    [[ -z $include ]] || options+=(--include="$include")
    mirror=$(awk -v suite="$release" '$2 == suite { print $1; exit }' <<<"$found")
    mapfile -t environment < <(proxies)
    env "${environment[@]}" debootstrap "${options[@]}" "$release" "$root_fs" "$mirror" >"$log" 2>&1 ||
        die "cannot make a Debian root: debootstrap failed: $(tail -n 5 "$log")"
    reach_archives "$root_fs" "$found"
}

# Takes over how this machine reaches the archives: mirrors, name servers, proxies, and the certificate authorities that
# it trusts beside Debian's own.
reach_archives() {
    local root_fs=$1 uri suite said
    while read -r uri suite; do
        echo "deb $uri $suite main"
    done <<<"$2" >"$root_fs/etc/apt/sources.list"
    cp /etc/resolv.conf "$root_fs/etc/resolv.conf"
    apt-config dump | grep -iE '^Acquire::(([a-z]+::)*Proxy(::[^ ]+)?|Check-Valid-Until|Check-Date) "[^"]' \
        >"$root_fs/etc/apt/apt.conf.d/90machine" || true
    mkdir -p "$root_fs/usr/local/share/ca-certificates"
    find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$root_fs/usr/local/share/ca-certificates" {} +
    if [[ -x $root_fs/usr/sbin/update-ca-certificates ]]; then
        said=$(chroot "$root_fs" update-ca-certificates 2>&1) ||
            die "cannot make a Debian root: update-ca-certificates failed: $said"
    fi
}
