# shellcheck shell=sh
# Sourced by tests/setup.sh and tests/bench/bench.sh: finds PostgreSQL as tests/src/postgres.rs does.

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
