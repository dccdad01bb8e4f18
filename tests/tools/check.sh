#!/bin/sh
# Takes the demonstration register away in every form, cites it, looks at its pages, and reads it with programs that are not ours. They are pinned, and live in
# .tools/; once there, nothing is fetched again.
#
#     tests/tools/check.sh [PROGRAM]      default: amparo, built for it
set -eu
cd "$(dirname "$0")/../.."

here=tests/tools
tools=.tools/tools # a Python virtual environment

# The copy of the pins is written last, so an installation that broke off is done again.
if ! cmp -s $here/requirements.txt $tools/requirements.txt; then
    echo "Installing what reads exports into $tools"
    rm -rf $tools
    python3 -m venv $tools
    $tools/bin/python -m pip install --quiet --disable-pip-version-check --requirement $here/requirements.txt
    cp $here/requirements.txt $tools/
fi

# from_npm FOLDER WHAT installs what a lock file in FOLDER pins.
from_npm() {
    cmp -s "$here/$1/package-lock.json" ".tools/$1/installed" && return
    echo "Installing $2 into .tools/$1"
    rm -rf ".tools/$1"
    mkdir -p ".tools/$1"
    cp "$here/$1/package.json" "$here/$1/package-lock.json" ".tools/$1/"
    npm ci --prefix ".tools/$1" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error
    cp "$here/$1/package-lock.json" ".tools/$1/installed"
}
# The citation processor of Zotero. Its styles and words of languages come with the Python packages above.
from_npm citeproc 'what prints citations'
# The renderer of the sites on which statements are published.
from_npm markdown 'what renders Markdown'
# What looks at pages, in a browser that the system has.
from_npm axe 'what looks at pages'

if [ $# -gt 0 ]; then
    program=$1
else
    cargo build --locked --quiet --package amparo-cli
    program=${CARGO_TARGET_DIR:-target}/debug/amparo
fi

# ---- a server on a free port, ended whatever happens ----

work=$(mktemp -d)
server=''
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

AMPARO_LOG=info "$program" serve --demo --listen 127.0.0.1:0 >"$work/out" 2>"$work/log" &
server=$!
base=''
for _ in $(seq 100); do
    base=$(sed -n 's|.*listening on \(http://[0-9.:]*\).*|\1|p' "$work/log" | head -n 1)
    [ -z "$base" ] || break
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.2
done
[ -n "$base" ] || { echo "the server does not start" >&2; cat "$work/log" >&2; exit 1; }

# ---- one script for each family of tools, and the recipes of the documents ----

for script in $here/read_*.py; do
    $tools/bin/python "$script" "$base" "$work"
done
sh $here/ogc.sh "$base" "$work"
sh $here/desktop.sh "$base" "$work"
sh $here/statements.sh "$program" "$work"
sh $here/axe.sh "$base" "$work"
$tools/bin/python $here/recipes.py "$base"
