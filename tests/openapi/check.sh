#!/bin/sh
# Validates the committed OpenAPI document with two programs that are not ours: openapi-spec-validator (is it OpenAPI 3.1?)
# and Redocly (is it a good one?). Both are pinned and live in .tools/; once there, nothing is fetched again.
#
#     tests/openapi/check.sh [FILE…]      default: openapi/openapi.json openapi/openapi.yaml
set -eu
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- openapi/openapi.json openapi/openapi.yaml
for file; do
    [ -f "$file" ] || { echo "$file is missing: make openapi writes it" >&2; exit 1; }
done

here=tests/openapi
validator=.tools/openapi-validator # a Python virtual environment
linter=.tools/openapi-linter       # a folder of node_modules

# The copy of the pins is written last, so an installation that broke off is done again.
if ! cmp -s $here/requirements.txt $validator/requirements.txt; then
    echo "Installing openapi-spec-validator into $validator"
    rm -rf $validator
    python3 -m venv $validator
    $validator/bin/python -m pip install --quiet --disable-pip-version-check --requirement $here/requirements.txt
    cp $here/requirements.txt $validator/
fi
if ! cmp -s $here/package-lock.json $linter/installed; then
    echo "Installing Redocly and the Node.js it needs into $linter"
    rm -rf $linter
    mkdir -p $linter
    cp $here/package.json $here/package-lock.json $linter/
    npm ci --prefix $linter --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error
    cp $here/package-lock.json $linter/installed
fi

for file; do
    $validator/bin/python -m openapi_spec_validator --schema 3.1 --validation-errors all "$file"
done

# The Node.js of the package where there is one for this machine, else the machine's own.
node=node
for candidate in "$linter"/node_modules/node-linux-*/bin/node; do
    [ -x "$candidate" ] && node=$candidate
done
# Neither may talk to anybody: the document of an unpublished change is nobody's business.
REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
    "$node" $linter/node_modules/@redocly/cli/bin/cli.js lint --config $here/redocly.yaml "$@"
