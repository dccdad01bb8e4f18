#!/bin/sh
# Opens pages of a running demonstration register in Chromium, and holds them to axe's rules.
#
#     tests/tools/axe.sh ADDRESS FOLDER      FOLDER: where it may write
set -eu
cd "$(dirname "$0")/../.."
address=$1
browser=''
for name in chromium chromium-browser google-chrome; do
    browser=$(command -v $name) && break
done
[ -n "$browser" ] || { echo "there is no Chromium here" >&2; exit 1; }
mkdir -p "$2/pages"
NODE_PATH=.tools/axe/node_modules timeout 300 node tests/tools/axe/look.cjs "$browser" "$address" "$2/pages"
