#!/bin/bash
# Installs the Debian packages that are missing, and starts no service by it.
#
#   prerequisites.sh demo     what building and the demo need
#   prerequisites.sh tests    that, and what the tests need in addition
#   prerequisites.sh lab      what building and the OpenStack lab need
#   prerequisites.sh debian   what making an empty Debian in a directory needs
#
# Silent and without network where nothing is missing.
set -euo pipefail
# shellcheck source=devstack/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=devstack/lib/apt.sh
source "$devstack/lib/apt.sh"

# the project and the test guest
build_packages=(openjdk-17-jdk-headless maven cpio kmod)
demo_packages=(
    "${build_packages[@]}"
    libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils genisoimage
    libxml2-utils ethtool iproute2 jq python3
)
# Nova itself, to compare with and to plug into; what its functional tests import; Node.js for the OpenAPI validator. The table
# of guest systems is generated from osinfo-db.
tests_packages=(
    nodejs osinfo-db
    python3-nova python3-placement
    python3-ddt python3-freezegun python3-oslotest python3-requests-mock python3-stestr python3-wsgi-intercept
)

# its wget and its keyring come with it
debian_packages=(debootstrap)
# The lab's own programs are installed in the lab (openstack/packages.sh).
lab_packages=("${build_packages[@]}" "${debian_packages[@]}" iproute2)

policy=/usr/sbin/policy-rc.d
policy_mark='# novamq: here only while its packages are being installed'

missing_packages() {
    # dpkg-query fails when it has never heard of one of them; what it says of the others is complete all the same.
    { dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true; } |
        awk -v wanted="$*" '
            $1 == "installed" { here[$2] }
            END { n = split(wanted, package); for (i = 1; i <= n; i++) if (!(package[i] in here)) print package[i] }'
}

# Debian asks this file before a package may start its service; 101 means no. One that is already there is the
# machine owner's decision and stays.
forbid_service_starts() {
    [[ ! -e $policy ]] || return 0
    printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy"
    chmod 755 "$policy"
}

allow_service_starts() {
    if grep -qsF "$policy_mark" "$policy"; then
        rm -f "$policy"
    fi
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 "$@" </dev/null
}

# Runs apt-get and shows what it said only if it failed.
quietly_apt() {
    local said
    said=$(apt "$@" 2>&1) && return
    printf '%s\n' "$said" >&2
    return 1
}

# A subshell with its own lock and its own cleaning up: if the script that called is killed, the installation
# still ends in order, and dpkg is not left half-way. The lock is a directory that every Debian has, so it leaves no file.
install_packages() (
    exec {lock}</etc/apt
    flock "$lock"
    allow_service_starts # one that a killed run left behind
    (($# > 0)) || exit 0
    ((EUID == 0)) || die "cannot install $*: only root may (user id here: $EUID)"
    trap allow_service_starts EXIT
    trap '' HUP INT TERM
    forbid_service_starts
    progress "installing $*"
    {
        update_package_lists || progress "apt-get update failed; trying with the package lists that are here"
        quietly_apt install --no-install-recommends "$@" || die "cannot install packages: apt-get failed on $*"
    } {lock}<&-
)

main() {
    local -a wanted missing
    case ${1-} in
        demo) wanted=("${demo_packages[@]}") ;;
        tests)
            wanted=("${demo_packages[@]}" "${tests_packages[@]}")
            # Node.js packages that are not Debian's have npm inside, and conflict with Debian's npm.
            command -v npm >/dev/null || wanted+=(npm)
            ;;
        lab) wanted=("${lab_packages[@]}") ;;
        debian) wanted=("${debian_packages[@]}") ;;
        *) die "usage: prerequisites.sh demo|tests|lab|debian" ;;
    esac
    [[ -r /etc/debian_version ]] || die "cannot install packages: this is not Debian (no /etc/debian_version)"
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if ((${#missing[@]} > 0)) || grep -qsF "$policy_mark" "$policy"; then
        install_packages "${missing[@]}"
    fi
}

main "$@"
