#!/bin/sh
# Everything that has to hold before a change is taken, cheapest first. `make test` and CI run this and nothing else.
set -eu
cd "$(dirname "$0")/.."

started=$(date +%s)
summary=''

# step NAME COMMAND… runs the command, says how long it took, and stops at the first that fails.
step() {
    name=$1
    shift
    printf '\n== %s: %s\n' "$name" "$*"
    from=$(date +%s)
    "$@" || {
        status=$?
        printf '\n%s FAILED in step "%s" after %s s\n' "$summary" "$name" "$(($(date +%s) - from))" >&2
        exit $status
    }
    line=$(printf '%6s s  %s' "$(($(date +%s) - from))" "$name")
    printf '%s\n' "$line"
    summary="$summary
$line"
}

step set-up sh tests/setup.sh test
step format cargo fmt --all --check
step lint cargo clippy --workspace --all-targets --locked -- -D warnings
step documentation env RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --workspace --locked
# Here PostgreSQL is not optional: where it is missing, tests fail instead of skipping.
step tests env AMPARO_REQUIRE_POSTGRES=1 cargo test --workspace --locked
step openapi sh tests/openapi/check.sh
# The story of docs/story.sh on both databases, with the program and curl.
step story sh tests/story.sh
# What analysts' tools make of what is taken away, and reference managers of citations.
step tools sh tests/tools/check.sh

printf '\nAll is well, in %s s:%s\n' "$(($(date +%s) - started))" "$summary"
