#!/bin/sh
# Asks the features of the demonstration register with tools that are not ours: GDAL (ogrinfo, Debian's gdal-bin) and
# OWSLib. Starts the register itself; what is needed lives in .tools/ and is fetched once.
#
#     tests/tools/ogc.sh [ADDRESS]      default: starts amparo serve --demo
set -eu
cd "$(dirname "$0")/../.."
command -v ogrinfo >/dev/null || { echo "ogrinfo is missing: apt-get install gdal-bin" >&2; exit 1; }
tools=.tools/ogc
if [ ! -x $tools/bin/python ] || ! $tools/bin/python -c 'import owslib' 2>/dev/null; then
    echo "Installing OWSLib into $tools"
    rm -rf $tools
    python3 -m venv $tools
    $tools/bin/python -m pip install --quiet --disable-pip-version-check OWSLib==0.35.0
fi

if [ $# -gt 0 ]; then
    address=$1
else
    address=http://127.0.0.1:8093
    program=${AMPARO:-${CARGO_TARGET_DIR:-target}/debug/amparo}
    [ -x "$program" ] || { echo "$program is missing: cargo build" >&2; exit 1; }
    "$program" serve --demo --listen 127.0.0.1:8093 >/dev/null 2>&1 &
    server=$!
    trap 'kill $server' EXIT
    for _ in $(seq 100); do
        python3 -c "import urllib.request as u; u.urlopen('$address/readyz')" 2>/dev/null && break
        kill -0 $server
        python3 -c 'import time; time.sleep(0.1)'
    done
fi

$tools/bin/python tests/tools/ogc.py "$address"

count() { sed -n 's/^Feature Count: //p'; }
# Both collections are layers; the one with a point everywhere is one of points.
ogrinfo -ro "OAPIF:$address/ogc" | tee .tools/ogc.txt
grep -q 'incidents_by_place' .tools/ogc.txt
all=$(ogrinfo -ro -so "OAPIF:$address/ogc" incidents_by_place | tee .tools/ogc.txt | count)
grep -q 'Geometry: Point' .tools/ogc.txt
grep -q 'location_precision: String' .tools/ogc.txt
boxed=$(ogrinfo -ro -so -spat 20 30 60 50 "OAPIF:$address/ogc" incidents_by_place | count)
year=$(ogrinfo -ro -so -where "occurred_start >= '2020-01-01' AND occurred_start <= '2020-12-31'" \
    "OAPIF:$address/ogc" incidents | count)
# The same asked of the server: what GDAL leaves out above is what is not known to lie in the year.
asked=$(ogrinfo -ro -so -al "$address/ogc/collections/incidents/items?datetime=2020-01-01/2020-12-31&limit=1000" | count)
[ "$asked" -ge "$year" ]
for smaller in "$boxed" "$year"; do
    [ "$smaller" -gt 0 ]
    [ "$all" -gt "$smaller" ]
done
echo "GDAL: $all features, $boxed in the box, $year in 2020"
