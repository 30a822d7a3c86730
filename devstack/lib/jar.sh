# shellcheck shell=bash
# The service's jar, built where its sources are newer. To be sourced after common.sh.

# shellcheck disable=SC2154  # root is common.sh's
jar=$root/nova-driver/target/novamq.jar

jar_is_stale() {
    local -a sources
    sources=("$root"/pom.xml "$root"/{image-properties,vif-config,nova-driver}/{pom.xml,src})
    [[ ! -e $jar ]] || [[ -n $(find "${sources[@]}" -newer "$jar" -print -quit 2>/dev/null) ]]
}

# Holds a shared lock on the work tree afterwards, so that nobody builds it anew under those who run it.
build_jar() {
    lock_tree shared
    jar_is_stale || return 0
    lock_tree exclusive
    if jar_is_stale; then # nobody else built it while this run waited
        progress "building the project (a few minutes where Maven has yet to fetch what it needs)"
        (cd "$root" && mvn -B -q -DskipTests package) >&2 || die "cannot build the project, see above"
    fi
    lock_tree shared
}
