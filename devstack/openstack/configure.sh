#!/bin/bash
# Configures the lab's OpenStack and fills it: databases, catalog, cell, images, flavors, a network. To be run in the lab.
#
#   configure.sh
#
# The guest's vmlinuz, initramfs and cmdline are expected in /run/lab/guest. All accounts share one password, made here; it is in
# files that only their readers can open, and in no command line.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
services=$here/services.sh

fill_in() {
    local file=$1 target=/etc/$1 owner=root mode=0644 text
    case $file in
        keystone/* | glance/* | placement/* | neutron/* | nova/*) owner=${file%%/*} mode=0640 ;;
        openstack/*) mode=0600 ;;
    esac
    mkdir -p "${target%/*}"
    text=$(<"$here/etc/$file")
    install -m "$mode" -o root -g "$owner" /dev/null "$target"
    printf '%s\n' "${text//@PASSWORD@/$password}" >"$target"
}

write_configuration() {
    local file
    while read -r file; do
        fill_in "$file"
    done < <(cd "$here/etc" && find . -type f -printf '%P\n')
    usermod -aG libvirt nova
    install -m 0755 "$here/ebtables" /usr/sbin/ebtables.lab
    update-alternatives --quiet --install /usr/sbin/ebtables ebtables /usr/sbin/ebtables.lab 100
    install -d -o nova -g nova /var/lib/nova /var/lib/nova/instances
    install -d -o glance -g glance /var/lib/glance/images /var/lib/glance/staging
    install -d -o keystone -g keystone -m 0700 /etc/keystone/fernet-keys /etc/keystone/credential-keys
}

as() {
    local user=$1
    shift
    HOME=/tmp setpriv --reuid "$user" --regid "$user" --init-groups "$@"
}

make_databases() {
    local database user
    for database in keystone glance placement neutron nova nova_api nova_cell0; do
        user=${database%%_*}
        echo "CREATE DATABASE $database CHARACTER SET utf8mb3;"
        echo "GRANT ALL ON $database.* TO '$user'@'localhost' IDENTIFIED BY '$password';"
    done | mariadb
}

make_message_bus() {
    printf '%s\n' "$password" | rabbitmqctl -q add_user openstack
    rabbitmqctl -q set_permissions openstack '.*' '.*' '.*'
}

initialise_keystone() {
    as keystone keystone-manage db_sync
    as keystone keystone-manage fernet_setup --keystone-user keystone --keystone-group keystone
    as keystone keystone-manage credential_setup --keystone-user keystone --keystone-group keystone
    local url=http://127.0.0.1:5000/v3/
    OS_BOOTSTRAP_PASSWORD=$password as keystone keystone-manage bootstrap --bootstrap-region-id RegionOne \
        --bootstrap-admin-url "$url" --bootstrap-internal-url "$url" --bootstrap-public-url "$url"
}

initialise_databases() {
    as glance glance-manage db_sync
    as placement placement-manage db sync
    as neutron neutron-db-manage --config-file /etc/neutron/neutron.conf \
        --config-file /etc/neutron/plugins/ml2/ml2_conf.ini upgrade heads
    as nova nova-manage api_db sync
    as nova nova-manage cell_v2 map_cell0
    as nova nova-manage cell_v2 create_cell --name cell1
    as nova nova-manage db sync
}

main() {
    password=$(head -c 18 /dev/urandom | base64 | tr '+/' 'xy')
    write_configuration
    "$services" infrastructure
    make_databases
    make_message_bus
    initialise_keystone
    initialise_databases
    "$services" start keystone
    python3 "$here/catalog.py"
    "$services" up
    as nova nova-manage cell_v2 discover_hosts
    python3 "$here/assets.py" /run/lab/guest
    # in the opposite order, and in peace: what stays is read by every lab
    mapfile -t names < <("$services" names | tac)
    "$services" stop "${names[@]}"
}

main "$@"
