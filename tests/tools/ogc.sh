#!/bin/sh
# Asks the features of a running demonstration register with tools that are not ours: GDAL (ogrinfo, Debian's gdal-bin) and OWSLib.
#
#     tests/tools/ogc.sh ADDRESS FOLDER      FOLDER: where it may write
set -eu
cd "$(dirname "$0")/../.."
address=$1
said=$2/ogc.txt

.tools/tools/bin/python tests/tools/ogc.py "$address"

count() { sed -n 's/^Feature Count: //p'; }
# Both collections are layers; the one with a point everywhere is one of points.
ogrinfo -ro "OAPIF:$address/ogc" >"$said"
grep -q 'incidents_by_place' "$said"
all=$(ogrinfo -ro -so "OAPIF:$address/ogc" incidents_by_place | tee "$said" | count)
grep -q 'Geometry: Point' "$said"
grep -q 'location_precision: String' "$said"
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
