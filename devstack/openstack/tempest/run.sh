#!/bin/bash
# Runs Tempest's tests of servers and all that Nova's users see of them. To be run in the lab.
#
#   tempest/run.sh DRIVER [REGEX]
#
# DRIVER is what nova-compute runs with: it says what Tempest shall expect (features.py) and what it shall leave out, with
# the reason for each line (exclude-DRIVER). Standard output is the report.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
driver=$1
selection=${2:-'^tempest\.api\.compute\.(flavors|images|keypairs|limits|servers|test_extensions|test_networks|test_quotas|test_tenant_networks|test_versions)'}
workspace=/var/lib/lab-tempest
workers=2

rm -rf "$workspace" /root/.tempest
tempest init "$workspace" >/dev/null 2>&1
openstack --os-cloud lab image save --file "$workspace/guest-ramdisk" ramdisk
"$here/ramdisk.sh" "$workspace/guest-ramdisk" >"$workspace/ramdisk"
PYTHONPATH=$here/.. python3 "$here/configure.py" "$driver" "$workspace/etc/tempest.conf" "$workspace/ramdisk"
cd "$workspace"
# where the lab's logs are; Tempest writes to no other place than this
ln -s /var/log/lab/tempest.log tempest.log
declare -a options=(--concurrency "$workers" --subunit)
if [[ -e $here/exclude-$driver ]]; then
    options+=(--exclude-list "$here/exclude-$driver")
fi

# A test that hangs shall not be the last that is heard of the run; a slow machine is no reason to fail.
run_tempest() {
    OS_TEST_TIMEOUT=1200 tempest run "${options[@]}" --regex "$1" >"$2" 2>>tempest.err || true
}

started=$EPOCHSECONDS
declare -a runs=(first.subunit)
run_tempest "$selection" first.subunit
failed=$(python3 "$here/outcomes.py" first.subunit)
# Once more, and the report says so: nova-compute of Zed loses the upload of a snapshot now and then, with any driver, where
# it logs in two threads at once (https://github.com/eventlet/eventlet/issues/432).
if [[ -n $failed ]]; then
    runs+=(again.subunit)
    run_tempest "$failed" again.subunit
fi
python3 "$here/report.py" "$driver" $((EPOCHSECONDS - started)) "$here/exclude-$driver" "${runs[@]}" ||
    { tail -n 5 tempest.err >&2 && exit 1; }
