# shellcheck shell=bash
# Debian's package lists. To be sourced after common.sh.

# Fetches the package lists, quietly unless it fails. apt waits for no other that does so, and on a machine that has just
# booted for the first time apt-daily.service does.
update_package_lists() {
    local said deadline=$((SECONDS + 600))
    until said=$(apt-get -qq -o APT::Sandbox::User=root update </dev/null 2>&1); do
        if [[ $said != *"Could not get lock"* ]] || ((SECONDS >= deadline)); then
            printf '%s\n' "$said" >&2
            return 1
        fi
        sleep 2
    done
}
