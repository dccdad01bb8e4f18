#!/bin/sh
# Reads the exports of a running demonstration register with R and LibreOffice, as Debian has them: runs the recipe for R, and holds what
# LibreOffice sees in a workbook to the CSV file of the same question.
#
#     tests/tools/desktop.sh ADDRESS FOLDER      FOLDER: where it may write
set -eu
cd "$(dirname "$0")/../.."
address=$1
folder=$2/desktop
mkdir -p "$folder"

# The blocks of the recipe, as one program.
sed -n '/^```r$/,/^```$/p' docs/recipes/r.md | sed '/^```/d' | sed "s|http://127.0.0.1:8080|$address|" >"$folder/recipe.R"
[ -s "$folder/recipe.R" ]
Rscript --vanilla "$folder/recipe.R" >"$folder/r.txt" 2>&1 || { cat "$folder/r.txt" >&2; exit 1; }
echo "R: the recipe ran"

for table in incidents incidents.people; do
    curl --silent --show-error --fail "$address/api/v1/$table.csv" --output "$folder/$table.csv"
done
for table in incidents incidents.people; do
    curl --silent --show-error --fail "$address/api/v1/$table.xlsx" --output "$folder/$table.xlsx"
    # A profile of its own, so that it neither waits for one that is open nor leaves anything behind.
    soffice "-env:UserInstallation=file://$folder/profile" --headless --convert-to \
        'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false' --outdir "$folder/seen" "$folder/$table.xlsx" >"$folder/office.txt" 2>&1
    .tools/tools/bin/python tests/tools/desktop.py "$folder/$table.csv" "$folder/seen/$table.csv"
done
