#!/bin/sh
# Makes sure of what a target needs on Debian or Ubuntu, beyond Rust itself.
#
#     tests/setup.sh run|test|bench
#
# As root it installs what is missing; as anybody else it names the command to run and stops. It is quick when
# nothing is missing, and it never touches what is there.
set -eu
cd "$(dirname "$0")/.."
. tests/postgres.sh

has() { command -v "$1" >/dev/null 2>&1; }
stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Prints the Debian packages that would bring what is missing for target $1.
missing_packages() {
    has cc || echo gcc libc6-dev
    case $1 in
    test | bench)
        has python3 || echo python3
        ;;
    esac
    case $1 in
    test)
        python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
        has npm || echo npm
        has curl || echo curl
        has jq || echo jq
        has ogrinfo || echo gdal-bin
        has Rscript && Rscript -e 'library(jsonlite)' >/dev/null 2>&1 || echo r-base-core r-cran-jsonlite
        has soffice || echo libreoffice-calc-nogui libreoffice-writer-nogui
        has chromium || has chromium-browser || has google-chrome || echo chromium
        has pdftotext || echo poppler-utils
        postgres_binaries >/dev/null || echo postgresql
        ;;
    bench)
        has wrk || echo wrk
        has curl || echo curl
        ;;
    esac
}

target=${1:-test}
case $target in run | test | bench) ;; *) stop "usage: tests/setup.sh run|test|bench" ;; esac

has cargo || stop "cargo is missing. Amparo needs Rust $(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or later, from rustup.rs."

packages=$(missing_packages "$target" | xargs)
if [ -n "$packages" ]; then
    has apt-get || stop "Missing here; in Debian's terms: $packages" "Install them and try again."
    install="apt-get install --yes --no-install-recommends $packages"
    [ "$(id -u)" = 0 ] || stop "Missing here: $packages. Please run" "" \
        "    sudo apt-get update && sudo $install" "" "and try again."
    echo "Installing $packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet=2
    $install --quiet=2
fi

still=$(missing_packages "$target" | xargs)
case $still in
'') ;;
*postgresql*) stop "The PostgreSQL that this system packages is older than 15, the oldest that Amparo supports." \
    "Debian 12 and Ubuntu 24.04 have a newer one; elsewhere install it from the PostgreSQL project's packages." ;;
*) stop "Still missing after the installation: $still" ;;
esac

if [ "$target" = test ]; then
    cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 ||
        stop "rustfmt or clippy is missing. Please run" "" "    rustup component add rustfmt clippy" "" "and try again."
fi
