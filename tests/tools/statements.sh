#!/bin/sh
# Imports statements of two hundred citations, one in English and one in Arabic, into a register of its own, takes them away in every form, and
# reads those with programs that are not ours.
#
#     tests/tools/statements.sh PROGRAM FOLDER      FOLDER: where it may write
set -eu
cd "$(dirname "$0")/../.."
program=$1
folder=$2/statements
mkdir -p "$folder"
python=.tools/tools/bin/python
export AMPARO_DATABASE_URL="sqlite://$folder/register.db?mode=rwc"

server=''
base=''
stop() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    server=''
}
trap stop EXIT
trap 'exit 130' INT TERM

serve() {
    : >"$folder/log"
    AMPARO_LOG=info "$program" serve --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/log" &
    server=$!
    base=''
    for _ in $(seq 100); do
        base=$(sed -n 's|.*listening on \(http://[0-9.:]*\).*|\1|p' "$folder/log" | head -n 1)
        [ -z "$base" ] || return 0
        kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
        sleep 0.2
    done
    echo "the server does not start" >&2
    exit 1
}

$python tests/tools/statements.py incidents "$folder"
"$program" import --state published "$folder/incidents.csv" >"$folder/import.txt" 2>&1 || { cat "$folder/import.txt" >&2; exit 1; }
serve
$python tests/tools/statements.py statements "$folder" "$base"
stop
"$program" import --state published "$folder/english.md" "$folder/arabic.md" >"$folder/import.txt" 2>&1 || { cat "$folder/import.txt" >&2; exit 1; }
serve
$python tests/tools/statements.py fetch "$folder" "$base"
for name in english arabic; do
    NODE_PATH=.tools/markdown/node_modules node tests/tools/markdown/render.cjs "$folder/$name.out.md" >"$folder/$name.rendered.html"
    # A profile of its own, so that it neither waits for one that is open nor leaves anything behind.
    soffice "-env:UserInstallation=file://$folder/profile" --headless --convert-to pdf --outdir "$folder" "$folder/$name.docx" >"$folder/office.txt" 2>&1
    pdftotext -layout "$folder/$name.pdf" "$folder/$name.pdf.txt"
done
$python tests/tools/statements.py check "$folder" "$base"
stop
# What was taken away comes back, and changes nothing.
"$program" import --state published "$folder/english.out.md" "$folder/arabic.out.md" >"$folder/again.txt" 2>&1 || { cat "$folder/again.txt" >&2; exit 1; }
grep -q 'statements: 0 made, 0 changed, 2 as before' "$folder/again.txt" || { cat "$folder/again.txt" >&2; exit 1; }
echo "statements: two of 200 citations went out and came back"
