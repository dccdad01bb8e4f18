#!/usr/bin/env bash
# From a statement to a citation that proves itself: the whole way through the register, with the program and curl.
#
#     docs/story.sh STATEMENT.md TABLE.csv MAPPING.toml
#
# STATEMENT.md is a statement of solidarity that reports a detention, TABLE.csv somebody's table with the same detention a
# letter and some days off, MAPPING.toml what its columns hold. tests/fixtures has invented ones. Everything happens in a new
# folder, on a server of its own. Set AMPARO to the program (default: amparo), AMPARO_DATABASE_URL to an empty
# database (default: a new file), PORT to a free port (default: 8085). It needs bash, curl, jq and python3, says
# what it does and what came of it, and stops at the first thing that is not as it should be.
set -euo pipefail

[ $# = 3 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
statement=$(realpath "$1") table=$(realpath "$2") mapping=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
amparo=${AMPARO:-amparo}
folder=$(mktemp -d)
cd "$folder"
base=http://127.0.0.1:${PORT:-8085}
api=$base/api/v1
export AMPARO_DATABASE_URL=${AMPARO_DATABASE_URL:-sqlite://$folder/amparo.db?mode=rwc} NO_PROXY='*' AMPARO_LOG=warn
stop() {
    status=$?
    # shellcheck disable=SC2046
    kill $(jobs -p) 2>/dev/null || true
    wait 2>/dev/null || true
    [ "$status" = 0 ] || { echo "It ended with $status; the folder $folder is left to look at." >&2; exit "$status"; }
    rm -rf "$folder"
}
trap stop EXIT

chapter() { printf '\n%s\n' "$*"; }
tell() { printf '  %s\n' "$*"; }
# must WHAT IS EXPECTED stops where two texts differ, and tells the first.
must() {
    [ "$2" = "$3" ] || { printf '  %s is\n    %s\n  and should be\n    %s\n' "$1" "$2" "$3" >&2; exit 1; }
    tell "$1: $2"
}
# call WHO METHOD PATH [JSON] [MORE OPTIONS OF CURL…] prints the answer; what is refused stops here.
call() {
    local who=$1 method=$2 path=$3 body=${4-}
    shift $(($# < 4 ? $# : 4))
    local options=(-sS --fail-with-body -X "$method")
    [ -z "$who" ] || options+=(-H "Authorization: Bearer ${!who}")
    [ -z "$body" ] || options+=(-H "Content-Type: ${type:-application/json}" --data-binary "$body")
    if curl "${options[@]}" "$@" "$path" >answer; then cat answer; else
        { cat answer; printf '\n  %s %s was refused\n' "$method" "$path"; } >&2
        return 1
    fi
}
get() { call "$1" GET "$2"; }
# amend WHO PATH JSON REASON changes the working revision, on what was read last.
amend() {
    local tag
    tag=$(call "$1" GET "$2?view=working" '' -o /dev/null -D - | sed -n 's/^etag: //Ip' | tr -d '\r')
    type=application/merge-patch+json call "$1" PATCH "$2?reason=$(jq -rn --arg reason "$4" '$reason|@uri')" "$3" -H "If-Match: $tag"
}
checklist='{"checklist": {"date_precision": true, "place_precision": true, "names": true, "contact": true, "source_archived": true, "translation": "not_applicable"}}'
# publish PATH REASON lets two others approve, and publishes.
publish() {
    call VERIFIER POST "$1/approve" "${3-$checklist}" >approved.json
    call SECOND POST "$1/approve" "${3-$checklist}" >approved.json
    call VERIFIER POST "$1/publish" "$(jq -n --arg reason "$2" 'if $reason == "" then {} else {reason: $reason} end')" >published.json
}

chapter 'A register of its own, with a signer beside it'
log_key=$("$amparo" keys new register.example.org/log --key-file "$folder/log.key" 2>/dev/null | tail -1)
"$amparo" signer --key-file "$folder/log.key" --signer-socket "$folder/signer.sock" --signer-state "$folder/signed" 2>signer.log &
"$amparo" migrate 2>/dev/null
"$amparo" serve --listen "${base#http://}" --base-url "$base" --signer-socket "$folder/signer.sock" --log-origin register.example.org/log 2>server.log &
curl -sS --fail --retry 60 --retry-delay 1 --retry-connrefused -o /dev/null "$base/readyz" 2>/dev/null
for who in verifier:EDITOR verifier:VERIFIER verifier:SECOND advocate:ADVOCATE; do
    read -r "${who#*:}" < <("$amparo" token issue --role "${who%:*}" --name "${who#*:}" 2>/dev/null)
done
tell "the log's key is $log_key"

chapter 'The statement comes in: nothing of it is public, and three candidates wait for a person'
"$amparo" import --dry-run "$statement" >first.txt 2>&1
"$amparo" import "$statement" >import.txt 2>&1
must 'What was made' "$(grep -E '^(incidents|statements):' import.txt | paste -sd' ')" \
    'incidents: 3 made, 0 changed, 0 as before statements: 1 made, 0 changed, 0 as before'
get VERIFIER "$api/statements" | jq '.items[0]' >statement.json
origin=$(jq -r .number statement.json)
must 'Its date' "$(jq -r .date.edtf statement.json)" 2024-04-30
tell "its title: $(jq -r .title statement.json)"
tell "its tags: $(jq -r '.tags|join(", ")' statement.json); its links: $(jq '.links|length' statement.json)"
tell "endorsed by: $(jq -r '[.endorsers[].name]|join("; ")' statement.json)"
get VERIFIER "$api/incidents?state=submitted&sort=occurred" >candidates.json
of() { jq -r --arg type "$1" '.items[] | select(.types[0] == $type) | .number' candidates.json; }
detention=$(of detention) harassment=$(of harassment) campaign=$(of discrediting_campaign)
must 'The detention' "$(jq -r '.items[] | select(.types[0] == "detention") | "\(.occurred.edtf), \(.occurred.inferred|join(" ")) inferred, \(.grade)"' candidates.json)" \
    '2024-04-29, year inferred, reported'
must 'The public sees' "$(get '' "$api/incidents?total=true" | jq .meta.total) incidents" '0 incidents'

chapter 'A person confirms them, one by one'
person=$(get VERIFIER "$api/incidents/$detention?view=working" | jq -r '.people[0].person')
family=$(get VERIFIER "$api/people/$person" | jq -r '.names[0].name // .name' | awk '{print $NF}')
call VERIFIER POST "$api/people/$person/consents" '{"purpose": "naming", "status": "given", "by": "person"}' >consent.json
amend EDITOR "$api/incidents/$detention" "$(get EDITOR "$api/incidents/$detention?view=working" |
    jq '{people: [.people[0] | {ref, person, position: "chairperson", role, organization: .organization.number, display: "name", display_reason: "the person agreed"}]}')" \
    'He agreed to be named.' >amended.json
for number in "$campaign" "$harassment" "$detention"; do publish "$api/incidents/$number" 'Confirmed by a person.'; done
publish "$api/statements/$origin" ''
must 'The public sees' "$(get '' "$api/incidents?total=true" | jq .meta.total) incidents" '3 incidents'
tell "$(get '' "$api/incidents/$detention" | jq -r '"\(.title), version \(.version), \(.grade)"')"

chapter 'The same arrest stands in a table, a letter and some days off: it is suggested, and merged by a person'
"$amparo" import "$table" --mapping "$mapping" >table.txt 2>&1
get VERIFIER "$api/incidents/$detention/duplicates" >duplicates.json
row=$(jq -r '.items[0].number' duplicates.json)
tell "$row may be the same, by its $(jq -r '.items[0].reasons|join(", ")' duplicates.json)"
call EDITOR POST "$api/incidents/$row/merge" "{\"into\": \"$detention\", \"reason\": \"One event.\"}" >merged.json
must 'Both dates are kept' "$(jq -r '[.claims[] | select(.field == "occurred") | .value] | join(" and ")' merged.json)" '2024-04-29 and 2024-05'
must 'Both spellings are kept' "$(get VERIFIER "$api/people/$person" | jq '.names|length')" 2
must 'The number of the row leads to' "$(curl -sS -o redirect.txt -w '%{http_code} %{redirect_url}' -H "Authorization: Bearer $VERIFIER" "$api/incidents/$row")" \
    "308 $api/incidents/$detention"

chapter 'Later facts arrive, each with its source, and make versions'
# happened DATE KIND TEXT SOURCE adds a source and an event.
happened() {
    local working
    working=$(get EDITOR "$api/incidents/$detention?view=working")
    amend EDITOR "$api/incidents/$detention" "$(jq --arg date "$1" --arg kind "$2" --arg text "$3" --arg title "$4" '
        ("S\([.sources[].ref[1:] | tonumber] | max + 1)") as $source
        | {sources: (.sources + [{ref: $source, title: $title, publisher: "Example News", url: "https://news.example/\($date)", date: $date}])}' <<<"$working")" "$4." >amended.json
    call EDITOR POST "$api/incidents/$detention/events" "$(jq --arg date "$1" --arg kind "$2" --arg text "$3" '
        {date: $date, kind: $kind, text: $text, people: ["P1"], source: .sources[-1].ref}' amended.json)" >event.json
    publish "$api/incidents/$detention" "$4."
}
tell "after the merge it is version $(get '' "$api/incidents/$detention" | jq .version)"
happened 2024-05-01 remanded '{P1} was remanded.' 'Court remands the head of an observer group'
happened 2024-05-14 appeal_rejected 'The appeal of {P1} was refused.' 'Appeal refused'
get '' "$api/incidents/$detention/versions" | jq -r '.items[] | "  version \(.version): \(.reason)"'

chapter 'An analyst asks for detentions in Eurasia in 2024 by month, and gets one answer in every form'
question='region=eurasia&type=detention&period=2024'
by_month() { sort | uniq -c | sed 's/^ *\([0-9]*\) \(.*\)/\2: \1/' | paste -sd' '; }
list=$(get '' "$api/incidents?$question" | jq -r '.items[].occurred.edtf[:7]' | by_month)
csv=$(get '' "$api/incidents.csv?$question" | python3 -c 'import csv, sys
for row in csv.DictReader(sys.stdin): print(row["occurred"][:7])' | by_month)
map=$(get '' "$api/incidents.geojson?$question" | jq -r '.features[].properties.occurred[:7]' | by_month)
counted=$(get '' "$api/counts?$question&group_by=month" | jq -r '.rows[] | select((.incidents // 0) > 0) | "\(.month): \(.incidents)"' | paste -sd' ')
must 'The list' "$list" '2024-04: 1'
must 'The CSV' "$csv" "$list"
must 'The GeoJSON' "$map" "$list"
must 'The counts' "$counted" "$list"
tell "$(get '' "$api/counts/sentence?$question" | jq -r .text)"

chapter 'An advocate rebuilds the paragraph of the statement from facts as they were known on its day'
call ADVOCATE POST "$api/statements" '{"title": "Solidarity with detained observers", "kind": "statement", "date": "2024-04-30", "lang": "en",
    "known_on": "2024-04-30", "country": "AZE", "sources": [{"title": "Our own register", "date": "2024-04-30"}]}' >draft.json
mine=$(jq -r .number draft.json)
call ADVOCATE POST "$api/statements/$mine/picks" '{"query": "country=AZE&known_on=2024-04-30"}' \
    -H "If-Match: $(call ADVOCATE GET "$api/statements/$mine" '' -o draft.json -D - | sed -n 's/^etag: //Ip' | tr -d '\r')" >picked.json
must 'Picked' "$(jq '.added|length' picked.json) incidents" '3 incidents'
get ADVOCATE "$api/statements/$mine/suggestion?lang=en" >suggestion.json
jq -r .text suggestion.json | fold -s -w 100 | sed 's/^/    /'
amend ADVOCATE "$api/statements/$mine" "$(jq '{body: ("\n" + .text + "\n\nWe stand with them.\n")}' suggestion.json)" 'The paragraph.' >amended.json
must 'What came later is not told' "$(grep -ciE 'remanded|appeal' <<<"$(jq -r .body amended.json)" || true)" 0
must 'The text stores the name as' "$(get ADVOCATE "$api/statements/$mine?view=working&text=raw" | grep -o 'affecting {P1}')" 'affecting {P1}'
get ADVOCATE "$api/statements/$mine/checks" >checks.json
must 'What blocks' "$(jq '[.items[] | select(.severity == "blocks")] | length' checks.json)" 0
jq -r '.items[] | "  to look at: \(.check), \(.message)"' checks.json

chapter 'A network is asked to endorse it, reads it with a code and no account, and does'
call ADVOCATE POST "$api/statements/$mine/submit" >submitted.json
call VERIFIER POST "$api/statements/$mine/approve" "$checklist" >approved.json
call SECOND POST "$api/statements/$mine/approve" "$checklist" >approved.json
endorser=$(jq -r '.endorsers[0].number' statement.json)
code=$(call ADVOCATE POST "$api/statements/$mine/endorsements" "{\"organization\": \"$endorser\"}" | jq -r .code)
call '' POST "$api/endorsements/open" "{\"code\": \"$code\"}" | jq -r '"  they read: \(.asked.title)"'
call '' POST "$api/endorsements/answer" "{\"code\": \"$code\", \"answer\": \"endorsed\", \"name\": \"Somebody There\", \"role\": \"Secretary\"}" >answered.json
call VERIFIER POST "$api/statements/$mine/publish" >published.json
get '' "$api/statements/$mine" >public.json
must 'It cites' "$(jq -r '[.incidents[] | "\(.number) v\(.version)"] | sort | join(", ")' public.json)" \
    "$(printf '%s\n' "$campaign v1" "$harassment v1" "$detention v3" | sort | paste -sd, | sed 's/,/, /g')"
must 'Endorsed by' "$(jq -r '.endorsers[0].name' public.json)" "$(jq -r '.endorsers[0].name' statement.json)"
must 'The record says who cites it' "$(get '' "$api/incidents/$detention" | jq -r '[.cited_by[].number] | sort | join(", ")')" \
    "$(printf '%s\n' "$mine" "$origin" | sort | paste -sd, | sed 's/,/, /')"
list=$(get '' "$api/statements/$mine/versions" | jq -r '.items[0].list')
must 'What it cites is frozen' "$(get '' "$api/lists/$list" | jq .count) records" '3 records'

chapter 'It goes out as Word, Markdown, a page and plain text, and the Markdown comes back as it was'
for form in docx md html txt; do get '' "$api/statements/$mine/versions/1.$form" >"out.$form"; done
get '' "$api/statements/$mine/versions/1.docx" | cmp - out.docx
tell 'the same Word document, byte for byte, when asked again'
must 'Footnotes in Markdown' "$(grep -c '^\[^[0-9]*\]: ' out.md)" 3
get ADVOCATE "$api/statements/$mine.md" >mine.md
"$amparo" import mine.md >again.txt 2>&1
must 'Taken back' "$(grep -E '^statements:' again.txt)" 'statements: 0 made, 0 changed, 1 as before'
get VERIFIER "$api/statements/$origin.md?view=working" >origin.md
"$amparo" import origin.md "$statement" >again.txt 2>&1
must 'And the one that it began with' "$(grep -E '^(incidents|statements):' again.txt | paste -sd' ')" \
    'incidents: 0 made, 0 changed, 3 as before statements: 0 made, 0 changed, 2 as before'

chapter 'A reader verifies every citation of the Word document, and one of them offline'
word=application/vnd.openxmlformats-officedocument.wordprocessingml.document
verify() { curl -sS --fail-with-body -X POST "$api/verify" -H "Content-Type: $word" --data-binary "@$1"; }
verify out.docx >verified.json
must 'What the register says of them' "$(jq -r '.counts | keys | join(", ")' verified.json)" matches
sign() { for _ in $(seq 60); do curl -sS -o "$2" -w '%{http_code}' "$base/r/$1.amparo.json" | grep -q 200 && return; sleep 0.5; done; return 1; }
footnote=$(grep -o "$base/r/${detention//-/}/v[0-9]*" out.md | head -1)
sign "${footnote#"$base/r/"}" before.amparo.json
"$amparo" verify before.amparo.json --key "$log_key" >proven.txt
python3 "$here/verify.py" before.amparo.json --key "$log_key" >proven-by-other.txt
tell "proven, by two programs that share no line: $(grep -o '[0-9A-Z]\{5\}\(-[0-9A-Z]*\)\{5\}' proven.txt | head -1)"
must 'The name in it' "$(grep -c "$family" proven.txt || true) time" '1 time'

chapter 'He is released: those whose statements cite the record are told, once, with what changed and a note'
happened 2025-03-01 released '{P1} was released.' 'Head of an observer group released'
get ADVOCATE "$api/notices?statement=$mine&open=true" >notices.json
must 'Notices' "$(jq -r '.items[] | "\(.incident) v\(.cited_version) to v\(.version): \(.kinds | sort | join(", "))"' notices.json)" \
    "$detention v3 to v4: custody"
get ADVOCATE "$api/notices/$(jq -r '.items[0].id' notices.json)?lang=en" | jq -r '"  \(.suggested_note)"'
must 'In the feed' "$(get ADVOCATE "$api/notices.atom?statement=$mine" | grep -c '<entry' || true) entry" '1 entry'
verify out.docx >verified.json
must 'And a reader who verifies the document is told' "$(jq -r '.counts | keys | join(", ")' verified.json)" 'matches, newer_version'

chapter 'The family asks for the name to be taken down: it is gone everywhere, and every proof still holds'
call VERIFIER POST "$api/people/$person/consents" '{"purpose": "naming", "status": "withdrawn", "by": "family"}' >consent.json
places="r/$detention r/$detention/v1 r/$detention/v3 r/$detention/history r/$detention/diff?from=1&to=4 r/$detention/v3.amparo.json r/$detention/v3.jsonld
    r/$detention/v3.bib r/$mine r/$mine/v1 r/$origin api/v1/incidents?q=$detention api/v1/incidents.csv api/v1/incidents.jsonl api/v1/incidents.geojson
    api/v1/incidents.atom api/v1/incidents.people.csv api/v1/changes api/v1/statements/$mine api/v1/statements/$mine/versions/1.md
    api/v1/statements/$mine/versions/1.html api/v1/statements/$mine/versions/1.txt api/v1/statements/$origin.md api/v1/lists/$list/items.csv r/$list"
seen=0
for place in $places; do
    curl -sSL --fail -H 'Accept: text/html;q=0.5, */*;q=0.1' -o place "$base/$place" || { echo "  nothing is at $place" >&2; exit 1; }
    ! grep -qi "$family" place || { echo "  the name is still at $place" >&2; exit 1; }
    seen=$((seen + 1))
done
tell "looked for at $seen places, found at none"
get '' "$api/statements/$mine/versions/1.docx" >after.docx
python3 -c 'import sys, zipfile
word = zipfile.ZipFile(sys.argv[1])
sys.stdout.write("".join(word.read(part).decode() for part in word.namelist()))' after.docx >place
must 'The name in the Word document' "$(grep -ci "$family" place || true) times" '0 times'
sign "${footnote#"$base/r/"}" after.amparo.json
"$amparo" verify after.amparo.json --key "$log_key" >proven-after.txt
python3 "$here/verify.py" after.amparo.json --key "$log_key" >proven-by-other.txt
code_of() { grep -o '[0-9A-Z]\{5\}\(-[0-9A-Z]*\)\{5\}' "$1" | head -1; }
must 'The same entry of the log' "$(code_of proven-after.txt)" "$(code_of proven.txt)"
must 'The name in what is proven' "$(grep -c "$family" proven-after.txt || true) times" '0 times'
"$amparo" verify before.amparo.json --key "$log_key" >proven-before.txt
tell 'and whoever kept the file from before can still prove what it said'
must 'The document is checked again' "$(verify out.docx | jq -r '.counts | keys | join(", ")')" 'matches, newer_version'

printf '\nAll of it is as it should be.\n'
