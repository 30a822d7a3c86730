#!/bin/bash
# Checks an OpenAPI document with @seriousme/openapi-schema-validator.
#
#   validate.sh DOCUMENT DIRECTORY
#
# DOCUMENT is the file to check; DIRECTORY is where the validator is installed (some 5 MB), in the versions of
# package-lock.json. The first call, and each call after a change of that file, downloads it with npm.
# Prints the validator's answer, JSON with "valid" and "errors". Exit status: 0 valid, 1 not valid, 3 the check cannot run.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
(($# == 2)) || { echo "usage: validate.sh DOCUMENT DIRECTORY" >&2; exit 3; }
document=$(realpath -- "$1")
directory=$2

for program in node npm; do
    command -v "$program" >/dev/null || {
        echo "cannot check $document: there is no $program; run devstack/lib/prerequisites.sh tests" >&2
        exit 3
    }
done
mkdir -p -- "$directory"
exec {lock}<"$directory"
flock "$lock"
if ! cmp -s -- "$here/package-lock.json" "$directory/installed.json"; then
    rm -f -- "$directory/installed.json"
    cp -- "$here/package.json" "$here/package-lock.json" "$directory"
    (cd -- "$directory" && npm ci --ignore-scripts --no-audit --no-fund >&2) || {
        echo "cannot check $document: npm could not install the validator" >&2
        exit 3
    }
    cp -- "$directory/package-lock.json" "$directory/installed.json"
fi
node "$directory/node_modules/.bin/validate-api" "$document"
