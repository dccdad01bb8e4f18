#!/bin/sh
# Runs docs/story.sh on both databases, each empty, with invented files; with the real ones too where AMPARO_TEST_DATA says that they are there.
#
#     tests/story.sh [PROGRAM]      default: amparo, built for it
set -eu
cd "$(dirname "$0")/.."
. tests/postgres.sh

if [ $# -gt 0 ]; then
    program=$1
else
    cargo build --locked --quiet --package amparo-cli
    program=${CARGO_TARGET_DIR:-target}/debug/amparo
fi
AMPARO=$(realpath "$program")
export AMPARO

work=$(mktemp -d)
finish() {
    stop_postgres
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# story NAME STATEMENT TABLE MAPPING: a wrong port or a database that is not empty is seen by the script itself.
story() {
    name=$1
    shift
    PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])') \
        bash docs/story.sh "$@" >"$work/told" || { cat "$work/told"; return 1; }
    echo "$name: $(grep -c '^  ' "$work/told") things are as they should be"
}

on_both() {
    story "SQLite, $1" "$2" "$3" "$4"
    start_postgres "$(postgres_binaries)" "$work/postgres.log"
    AMPARO_DATABASE_URL="postgres://amparo@localhost/amparo?host=$postgres_folder" story "PostgreSQL, $1" "$2" "$3" "$4"
    stop_postgres
}

on_both 'invented' tests/fixtures/statement.md tests/fixtures/their-table-misspelt.csv tests/fixtures/their-table.toml
if [ -n "${AMPARO_TEST_DATA:-}" ]; then
    on_both 'the seed' "$AMPARO_TEST_DATA/seed/gndem-solidarity-azerbaijan-2024-04-30.md" \
        "$AMPARO_TEST_DATA/register/incumbent-table-2024.csv" crates/amparo-exchange/mappings/gndem-table-2024.toml
fi
