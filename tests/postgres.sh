# shellcheck shell=sh
# Sourced by tests/setup.sh, tests/story.sh and tests/bench/bench.sh: finds PostgreSQL as tests/src/postgres.rs does, and starts one.

# Prints the folder of the newest server of version 15 or later; fails when there is none.
postgres_binaries() {
    {
        command -v initdb && readlink -f "$(command -v initdb)"
        command -v pg_config >/dev/null 2>&1 && echo "$(pg_config --bindir)/initdb"
        ls /usr/lib/postgresql/*/bin/initdb
    } 2>/dev/null | sort -u | while read -r initdb; do
        folder=$(dirname "$initdb")
        for program in initdb pg_ctl postgres createdb; do
            [ -x "$folder/$program" ] || continue 2
        done
        version=$("$initdb" --version 2>/dev/null | sed 's/.*) \([0-9]*\).*/\1/')
        [ "${version:-0}" -ge 15 ] && echo "$version $folder"
    done | sort -n | tail -n 1 | cut -d' ' -f2- | grep .
}

# Of the server that was started here: its folder, which is also where its socket is.
postgres_folder=''
postgres_user='' # PostgreSQL refuses to run as root

# As whoever may run PostgreSQL.
as_postgres() {
    if [ -n "$postgres_user" ]; then
        setpriv --reuid "$postgres_user" --regid "$(id -g "$postgres_user")" --clear-groups "$@"
    else
        "$@"
    fi
}

# start_postgres BINARIES LOG starts a server of its own with an empty database amparo. Durability is on, as it is for the file of SQLite.
start_postgres() {
    postgres_bin=$1
    if [ "$(id -u)" = 0 ]; then
        postgres_user=postgres
        id -u postgres >/dev/null 2>&1 || postgres_user=nobody
    fi
    postgres_came_from=$(pwd)
    cd / # where that user may be
    postgres_folder=$(as_postgres mktemp -d /tmp/amparo-postgres.XXXXXX)
    as_postgres "$postgres_bin/initdb" --auth trust --encoding UTF8 --locale C.UTF-8 --username amparo \
        --pgdata "$postgres_folder/data" >"$2"
    as_postgres "$postgres_bin/pg_ctl" start --silent --wait --pgdata "$postgres_folder/data" \
        --log "$postgres_folder/log" \
        --options "-c listen_addresses='' -c unix_socket_directories='$postgres_folder' -c shared_buffers=512MB"
    "$postgres_bin/createdb" --host "$postgres_folder" --username amparo amparo
    cd "$postgres_came_from"
}

stop_postgres() {
    [ -n "$postgres_folder" ] || return 0
    as_postgres "$postgres_bin/pg_ctl" stop --silent --mode immediate --pgdata "$postgres_folder/data" || true
    rm -rf "$postgres_folder"
    postgres_folder=''
}
