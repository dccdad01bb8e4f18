#!/usr/bin/env bash
# Measures Amparo against what this machine can do at most, in the same run, so that a noisy or slow machine matters less.
#
#     make bench N=100000
#
# Makes N incidents, imports them, starts the server and loads it: first on SQLite, then on PostgreSQL where it is
# installed. Every measurement is taken three times, in turn with a bare axum server that answers fixed bodies ("the
# limit"). The table is printed at the end and left in bench-data/report-N.md. Goals missed are said, not failed.
#
#   BENCH_SECONDS, BENCH_ROUNDS  length of one measurement and how often it is taken (default 3 and 3)
#   BENCH_AMPARO, BENCH_FIXED  programs to measure instead of building them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C AMPARO_LOG=warn

count=${1:-100000}
seconds=${BENCH_SECONDS:-3}
rounds=${BENCH_ROUNDS:-3}
root=$PWD
here=$root/tests/bench
data=$root/bench-data
csv=$data/incidents-$count.csv
results=$data/results-$count.tsv

sh tests/setup.sh bench
. tests/postgres.sh

# ---- what was started is ended, whatever happens ----

work=''         # the folder of this run: databases, logs, a key if the server writes one
server_pid=''
limit_pid=''

stop_server() {
    [ -z "$server_pid" ] || { kill "$server_pid" 2>/dev/null && wait "$server_pid" 2>/dev/null || true; }
    server_pid=''
}

finish() {
    stop_server
    [ -z "$limit_pid" ] || kill "$limit_pid" 2>/dev/null || true
    stop_postgres
    [ -z "$work" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# ---- small tools ----

say() { printf '%s\n' "$*" >&2; }
now() { printf '%s' "${EPOCHREALTIME/./}"; } # microseconds
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
record() { (IFS=$'\t'; printf '%s\n' "$*" >>"$results"); }
# Forgets the most memory that process $1 had, where the system lets us.
forget_peak() { echo 5 2>/dev/null >"/proc/$1/clear_refs" || true; }
megabytes() { awk -v field="$2:" '$1 == field { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }

# Asks PATH of PORT once, without starting a process; succeeds when the answer is 200.
answers() {
    local port=$1 path=$2 line=''
    { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$path" "$port" >&3
    read -r -t 5 line <&3 || true
    exec 3>&-
    [[ $line == *" 200 "* ]]
}

# Waits until PID answers PATH on PORT.
wait_for() {
    local pid=$1 port=$2 path=$3 log=$4
    until answers "$port" "$path"; do
        kill -0 "$pid" 2>/dev/null || { say "The server ended:"; tail -n 20 "$log" >&2; exit 1; }
    done
}

# measure DATABASE OPERATION ROUND CONNECTIONS ADDRESS get|create ARGUMENT
measure() {
    local database=$1 operation=$2 round=$3 connections=$4 address=$5 line threads=1
    [ "$connections" -gt 1 ] && threads=2
    line=$(wrk -t"$threads" -c"$connections" -d"${seconds}s" --timeout 10s -s "$here/load.lua" "$address" -- "$6" "$7" |
        grep '^RESULT') || { say "wrk gave no result for $operation"; exit 1; }
    read -r _ rate median worst failures <<<"$line"
    record load "$database" "$operation" "$round" "$connections" "$rate" "$median" "$worst" "$failures"
    printf '  %-10s %-14s %3s connections: %10s/s  p50 %6s µs  p99 %7s µs%s\n' "$database" "$operation" "$connections" \
        "$rate" "$median" "$worst" "$([ "$failures" = 0 ] || echo "  $failures FAILURES")" >&2
}

# ---- data and programs ----

mkdir -p "$data"
if [ ! -f "$csv" ]; then
    say "Making $count incidents"
    python3 "$here/gen_incidents.py" -n "$count" -o "$csv.new"
    mv "$csv.new" "$csv"
fi
paths=$data/paths-$count
if [ ! -d "$paths" ]; then
    rm -rf "$paths.new"
    mkdir "$paths.new"
    python3 "$here/make_paths.py" data "$csv" "$paths.new"
    mv "$paths.new" "$paths"
fi
echo /small >"$paths/small"
echo /large >"$paths/large"

amparo=${BENCH_AMPARO:-}
fixed=${BENCH_FIXED:-}
target=${CARGO_TARGET_DIR:-target}
if [ -z "$amparo" ]; then
    cargo build --release --locked --package amparo-cli --bin amparo
    amparo=$(realpath "$target/release/amparo")
fi
if [ -z "$fixed" ]; then
    cargo build --release --locked --package amparo-cli --example fixed
    fixed=$(realpath "$target/release/examples/fixed")
fi

work=$(mktemp -d "$data/run.XXXXXX")
: >"$results"
record fact - count "$count"
record fact - seconds "$seconds"
record fact - binary_mb "$(awk -v bytes="$(stat -c %s "$amparo")" 'BEGIN { printf "%.1f", bytes / 1e6 }')"

limit_port=$(free_port)
"$fixed" "$limit_port" >"$work/limit.log" 2>&1 &
limit_pid=$!
wait_for "$limit_pid" "$limit_port" /small "$work/limit.log"
limit=http://127.0.0.1:$limit_port

# ---- one database ----

# export_all DATABASE FORMAT ADDRESS: everything, as often as there are rounds; the median, and the most memory it took over idle.
export_all() {
    local database=$1 format=$2 address=$3 idle peak round
    idle=$(megabytes "$server_pid" VmRSS)
    for round in $(seq "$rounds"); do
        forget_peak "$server_pid"
        curl --silent --fail --output /dev/null --write-out '%{time_starttransfer} %{time_total}\n' \
            "$address/api/v1/incidents.$format" || { say "The export to $format failed."; exit 1; }
    done | sort -k2 | sed -n "$(((rounds + 1) / 2))p" | {
        read -r first whole
        peak=$(megabytes "$server_pid" VmHWM)
        record export "$database" "$format" "$first" "$whole" "$idle" "$peak"
        say "  $database export to $format: first byte after $first s, whole after $whole s, $idle MB before, at most $peak MB"
    }
}

# bench DATABASE URL: a fresh database from the import to the last load.
bench() {
    local database=$1 url=$2 started port address token round connections operation
    local log=$work/$database.log
    export AMPARO_DATABASE_URL=$url
    cd "$work" # a key that the server writes on its first start stays here
    say "$database: importing"
    "$amparo" migrate >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    started=$(now)
    "$amparo" import --state published --system bench "$csv" >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
    record fact "$database" import_s "$(awk -v us=$(($(now) - started)) 'BEGIN { printf "%.2f", us / 1e6 }')"
    token=$("$amparo" token issue --role contributor --name bench)

    port=$(free_port)
    address=http://127.0.0.1:$port
    started=$(now)
    # What is kept from before is measured apart: here everything is asked for the first time.
    "$amparo" serve --kept-answers 0 --listen "127.0.0.1:$port" >"$log" 2>&1 &
    server_pid=$!
    wait_for "$server_pid" "$port" /livez "$log"
    record fact "$database" start_ms "$(awk -v us=$(($(now) - started)) 'BEGIN { printf "%.0f", us / 1e3 }')"
    sleep 2 # idle is what it is once the start has settled
    record fact "$database" idle_mb "$(megabytes "$server_pid" VmRSS)"
    cd "$root"

    python3 "$here/make_paths.py" pages "$address" "$paths"
    for round in $(seq "$rounds"); do
        say "$database: round $round of $rounds"
        for connections in 1 32; do
            measure "$database" limit-get "$round" $connections "$limit" get "$paths/small"
            measure "$database" get "$round" $connections "$address" get "$paths/get"
            measure "$database" limit-list "$round" $connections "$limit" get "$paths/large"
            for operation in list list-deep search-narrow search-broad counts-year counts-all counts-any; do
                measure "$database" $operation "$round" $connections "$address" get "$paths/$operation"
            done
        done
    done
    for format in csv jsonl geojson xlsx parquet; do
        export_all "$database" "$format" "$address"
    done
    stop_server

    # The same questions again, on a server that keeps what it answered.
    "$amparo" serve --listen "127.0.0.1:$port" >"$log" 2>&1 &
    server_pid=$!
    wait_for "$server_pid" "$port" /livez "$log"
    python3 "$here/make_paths.py" tags "$address" "$paths"
    for round in $(seq "$rounds"); do
        for connections in 1 32; do
            measure "$database" limit-list "$round" $connections "$limit" get "$paths/large"
            measure "$database" repeated "$round" $connections "$address" get "$paths/repeated"
            measure "$database" limit-get "$round" $connections "$limit" get "$paths/small"
            measure "$database" known "$round" $connections "$address" get "$paths/known"
        done
    done

    # Last, because it changes what the others would read.
    for round in $(seq "$rounds"); do
        for connections in 1 16; do
            measure "$database" limit-create "$round" $connections "$limit" get "$paths/small"
            measure "$database" create "$round" $connections "$address" create "$token"
        done
    done
    record fact "$database" peak_mb "$(megabytes "$server_pid" VmHWM)"
    stop_server
}

bench sqlite "sqlite://$work/amparo.db?mode=rwc"
if binaries=$(postgres_binaries); then
    start_postgres "$binaries" "$work/postgres.log"
    bench postgresql "postgres://amparo@localhost/amparo?host=$postgres_folder"
    stop_postgres
else
    say "PostgreSQL 15 or later is not installed, so it is not measured."
fi

python3 "$here/report.py" "$results" | tee "$data/report-$count.md"
