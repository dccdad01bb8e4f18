//! What is taken away: the same as the list in every form, whole, and nothing that the list does not show.

use std::collections::BTreeMap;
use std::time::Duration;

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::page::Sort;
use amparo_tests::{Answer, Client, Limits, TestApp, election, incident, on_both, organization};
use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

const TABLES: [&str; 8] = [
    "types",
    "events",
    "people",
    "organizations",
    "sources",
    "relations",
    "statements",
    "elections",
];

/// Questions, each with an answer in the demonstration register.
const QUESTIONS: [&str; 14] = [
    "",
    "country=AZE",
    "country=AZE,UGA&sort=occurred",
    "region=eurasia&type=detention&period=2024",
    "type!=detention&sort=-severity",
    "custody=held",
    "period=2020/2023&date_match=within",
    "period=2024&date_match=possible&sort=-last_changed",
    "q=observ*&sort=relevance",
    "election=az-2024-presidential",
    "severity=4..5",
    "bbox=-20,-40,60,40",
    "actor=police",
    "country=AND",
];

/// The rows of a CSV file, by column.
fn rows(answer: &Answer) -> Vec<BTreeMap<String, String>> {
    answer.is(200);
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    reader.deserialize().map(|row| row.expect("it is a row")).collect()
}

/// Everything that a list has, page by page.
async fn items(client: &Client<'_>, question: &str) -> Vec<Value> {
    items_of(client, "incidents", question).await
}

async fn items_of(client: &Client<'_>, kind: &str, question: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.read(&format!("/api/v1/{kind}?limit=200&{question}{after}")).await;
        items.extend(page["items"].as_array().expect("a list has items").iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

async fn csv_of(client: &Client<'_>, table: &str, question: &str) -> Vec<BTreeMap<String, String>> {
    let dot = if table.is_empty() { "" } else { "." };
    rows(&client.get(&format!("/api/v1/incidents{dot}{table}.csv?{question}")).await)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn joined(list: &Value, member: &str) -> String {
    let mut values: Vec<String> = Vec::new();
    for item in list.as_array().into_iter().flatten() {
        let value = if member.is_empty() { text(item) } else { text(&item[member]) };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values.join("|")
}

fn key(record: &Value) -> String {
    text(if record["slug"].is_null() { &record["number"] } else { &record["slug"] })
}

/// The keys of records in a list, or of a member of each.
fn keys(list: &Value, member: &str) -> String {
    let of = |item: &Value| key(if member.is_empty() { item } else { &item[member] });
    let keys: Vec<Value> =
        list.as_array().into_iter().flatten().map(|item| of(item).into()).collect();
    joined(&json!(keys), "")
}

/// The row that a list's item makes.
fn row_of(item: &Value) -> BTreeMap<String, String> {
    let number = text(&item["number"]);
    let organizations: Vec<Value> =
        item["organizations"].as_array().unwrap().iter().map(|one| key(one).into()).collect();
    let custody: Vec<&Value> = item["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| &person["custody"]["status"])
        .filter(|status| !status.is_null())
        .collect();
    let election = if item["election"].is_null() { String::new() } else { key(&item["election"]) };
    let of = |pointer: &str| item.pointer(pointer).map(text).unwrap_or_default();
    let cells = [
        ("number", number.clone()),
        ("version", of("/version")),
        ("grade", of("/grade")),
        ("types", joined(&item["types"], "")),
        ("subtypes", joined(&item["subtypes"], "")),
        ("title", of("/title")),
        ("summary", of("/summary")),
        ("lang", of("/lang")),
        ("occurred", of("/occurred/edtf")),
        ("occurred_start", of("/occurred/start")),
        ("occurred_end", of("/occurred/end")),
        ("occurred_precision", of("/occurred/precision")),
        ("date_note", of("/date_note")),
        ("country", of("/country")),
        ("admin1", of("/admin1")),
        ("place", of("/place")),
        ("longitude", of("/location/coordinates/0")),
        ("latitude", of("/location/coordinates/1")),
        ("location_precision", of("/location_precision")),
        ("network", of("/network")),
        ("election", election),
        ("election_date", of("/election/date")),
        ("days_from_election", of("/election/days_from")),
        ("phase", of("/election/phase")),
        ("people_named", of("/affected/named")),
        ("people_unnamed_min", of("/affected/unnamed_min")),
        ("people_unnamed_max", of("/affected/unnamed_max")),
        ("custody", joined(&json!(custody), "")),
        ("actors", joined(&item["perpetrators"], "actor_type")),
        ("organizations", joined(&json!(organizations), "")),
        ("sources", item["sources"].as_array().unwrap().len().to_string()),
        ("severity", of("/severity")),
        ("in_danger_now", of("/in_danger_now")),
    ];
    cells.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect()
}

/// Without the apostrophe before what could be a formula.
fn plain(cell: &str) -> &str {
    let text = cell.strip_prefix('\'').unwrap_or(cell);
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { text } else { cell }
}

/// The text of all that can be taken away as text.
async fn everything(client: &Client<'_>) -> String {
    let forms = ["csv", "jsonl", "geojson", "atom"].map(str::to_owned);
    let mut texts = String::new();
    for form in forms.into_iter().chain(TABLES.map(|table| format!("{table}.csv"))) {
        let answer = client.get(&format!("/api/v1/incidents.{form}")).await;
        answer.is(200);
        texts += &answer.text();
    }
    texts
}

on_both! {
    async fn every_form_tells_what_the_list_tells(app: TestApp) {
        app.load_register().await;
        let public = app.public();
        let mut told = 0;
        for question in QUESTIONS {
            let listed = items(&public, question).await;
            told += listed.len();
            let numbers: Vec<String> = listed.iter().map(|item| text(&item["number"])).collect();

            let csv = csv_of(&public, "", question).await;
            assert_eq!(csv.len(), listed.len(), "{question}");
            for (row, item) in csv.iter().zip(&listed) {
                for (column, expected) in row_of(item) {
                    assert_eq!(plain(&row[&column]), expected, "{column} of {item}");
                }
                let address = format!("/r/{}", row["number"]);
                assert!(row["url"].ends_with(&address), "{row:?}");
                assert_eq!(row["version_url"], format!("{}/v{}", row["url"], row["version"]));
                let instant = |value: &Value| text(value).parse::<chrono::DateTime<chrono::Utc>>().unwrap();
                for column in ["first_published", "last_changed"] {
                    let cell: chrono::DateTime<chrono::Utc> = row[column].parse().unwrap();
                    assert_eq!(cell, instant(&item[column]));
                }
            }

            let lines = public.get(&format!("/api/v1/incidents.jsonl?{question}")).await;
            lines.is(200);
            let lines: Vec<Value> =
                lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(lines, listed, "{question}");

            let features = public.read(&format!("/api/v1/incidents.geojson?{question}")).await;
            assert_eq!(features["type"], "FeatureCollection");
            let features = features["features"].as_array().unwrap();
            assert_eq!(features.len(), listed.len());
            for (feature, item) in features.iter().zip(&listed) {
                assert_eq!(feature["id"], item["number"]);
                assert_eq!(feature["geometry"], item["location"]);
                for (column, expected) in row_of(item) {
                    assert_eq!(text(&feature["properties"][&column]), expected, "{column} of {item}");
                }
            }

            let mut entries = Vec::new();
            let mut next = Some(format!("/api/v1/incidents.atom?limit=7&{question}"));
            while let Some(address) = next {
                let page = public.get(&address).await;
                page.is(200);
                let page = page.text();
                let ids = page.split("<id>").skip(2).filter_map(|rest| rest.split("</id>").next());
                entries.extend(ids.filter_map(|id| id.rsplit('/').next()).map(str::to_owned));
                let link = page.split("rel=\"next\" href=\"").nth(1);
                next = link.and_then(|rest| rest.split('"').next()).map(|href| {
                    let href = href.replace("&amp;", "&");
                    href[href.find("/api").unwrap()..].to_owned()
                });
            }
            if question.contains("sort=") {
                assert_eq!(entries, numbers, "{question}");
            } else {
                entries.sort();
                let mut sorted = numbers.clone();
                sorted.sort();
                assert_eq!(entries, sorted, "{question}");
            }

            let parquet = public.get(&format!("/api/v1/incidents.parquet?{question}")).await;
            parquet.is(200);
            assert_eq!(&parquet.body[..4], b"PAR1");
            assert_eq!(&parquet.body[parquet.body.len() - 4..], b"PAR1");
            let workbook = public.get(&format!("/api/v1/incidents.xlsx?{question}")).await;
            workbook.is(200);
            assert_eq!(&workbook.body[..2], b"PK");
        }
        assert!(told > 200, "only {told} rows were compared");
    }

    async fn a_row_for_each_link(app: TestApp) {
        app.load_register().await;
        let public = app.public();
        for question in ["", "country=AZE&sort=occurred", "type=detention", "country=AND"] {
            let listed = items(&public, question).await;
            let links = |member: &str| -> Vec<(String, Value)> {
                let of = |item: &Value| {
                    let number = text(&item["number"]);
                    let list = item[member].as_array().cloned().unwrap_or_default();
                    list.into_iter().map(move |link| (number.clone(), link)).collect::<Vec<_>>()
                };
                listed.iter().flat_map(of).collect()
            };
            for (table, member, columns) in [
                ("types", "types", &[("type", "")][..]),
                ("events", "events", &[("ref", "/ref"), ("date", "/date/edtf"), ("kind", "/kind"), ("text", "/text"), ("source", "/source")]),
                ("people", "people", &[
                    ("ref", "/ref"), ("role", "/role"), ("display", "/display"), ("name", "/name"), ("position", "/position"),
                    ("custody_status", "/custody/status"), ("custody_since", "/custody/since"),
                    ("custody_last_confirmed", "/custody/last_confirmed"), ("charge_status", "/charges/0/status"),
                    ("organization_name", "/organization/name"), ("next_date", "/next_date/on"),
                ]),
                ("organizations", "organizations", &[("organization_number", "/number"), ("role", "/role"), ("name", "/name"), ("acronym", "/acronym")]),
                ("sources", "sources", &[
                    ("ref", "/ref"), ("title", "/title"), ("publisher", "/publisher"), ("source_url", "/url"),
                    ("archived_url", "/archived_url"), ("date", "/date"), ("same_origin_as", "/same_origin_as"), ("kind", "/kind"),
                ]),
                ("statements", "cited_by", &[("statement", "/number"), ("statement_version", "/version")]),
            ] {
                let rows = csv_of(&public, table, question).await;
                let links = links(member);
                assert_eq!(rows.len(), links.len(), "{table}?{question}");
                for (row, (number, link)) in rows.iter().zip(links) {
                    assert_eq!(row["number"], number);
                    for (column, pointer) in columns {
                        let expected = link.pointer(pointer).map(text).unwrap_or_default();
                        assert_eq!(plain(&row[*column]), expected, "{table}.{column} of {link}");
                    }
                }
            }
            let relations = csv_of(&public, "relations", question).await;
            let cases = listed.iter().filter(|item| !item["case"].is_null()).count();
            assert_eq!(relations.len(), cases + links("related").len());
            let mut elections: Vec<String> = listed
                .iter()
                .filter(|item| !item["election"].is_null())
                .map(|item| text(&item["election"]["number"]))
                .collect();
            elections.sort();
            elections.dedup();
            let mut told: Vec<String> =
                csv_of(&public, "elections", question).await.iter().map(|row| row["number"].clone()).collect();
            told.sort();
            assert_eq!(told, elections, "{question}");
        }
        let statements = csv_of(&public, "statements", "").await;
        assert!(statements.iter().all(|row| !row["title"].is_empty() && !row["date"].is_empty()));
        for table in TABLES {
            let parquet = public.get(&format!("/api/v1/incidents.{table}.parquet")).await;
            parquet.is(200);
            assert_eq!(&parquet.body[..4], b"PAR1");
        }
    }

    async fn a_table_is_the_same_in_every_form(app: TestApp) {
        app.load_register().await;
        let public = app.public();
        for table in TABLES {
            let rows = csv_of(&public, table, "country=AZE").await;
            let lines = public.get(&format!("/api/v1/incidents.{table}.jsonl?country=AZE")).await;
            lines.is(200);
            assert!(lines.header("content-type").starts_with("application/jsonl"));
            let lines: Vec<Value> =
                lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(lines.len(), rows.len(), "{table}");
            for (line, row) in lines.iter().zip(&rows) {
                let line = line.as_object().unwrap();
                assert_eq!(line.len(), row.len());
                for (column, cell) in line {
                    assert_eq!(text(cell), plain(&row[column]), "{table}.{column}");
                }
            }
            let workbook = public.get(&format!("/api/v1/incidents.{table}.xlsx?country=AZE")).await;
            workbook.is(200);
            assert_eq!(&workbook.body[..2], b"PK");
        }
    }

    async fn other_kinds_tell_what_their_lists_tell(app: TestApp) {
        app.load_register().await;
        let public = app.public();
        let mut told = 0;
        for (kind, questions) in [
            ("organizations", &["", "country=AZE", "q=observ*", "member_of=gndem", "country!=AZE&lang=es", "q=nobody"][..]),
            ("elections", &["", "country=AZE", "period=2024"]),
            ("cases", &["", "q=observ*"]),
            ("statements", &["", "period=2020/2024", "organization=gndem", "q=solidarity", "country=BLR"]),
        ] {
            for question in questions {
                let listed = items_of(&public, kind, question).await;
                told += listed.len();
                let lines = public.get(&format!("/api/v1/{kind}.jsonl?{question}")).await;
                lines.is(200);
                let lines: Vec<Value> =
                    lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
                assert_eq!(lines, listed, "{kind}?{question}");

                let rows = rows(&public.get(&format!("/api/v1/{kind}.csv?{question}")).await);
                assert_eq!(rows.len(), listed.len(), "{kind}?{question}");
                for (row, item) in rows.iter().zip(&listed) {
                    let number = text(&item["number"]);
                    assert!(row["url"].ends_with(&format!("/r/{number}")), "{row:?}");
                    let version = text(&item["version"]);
                    let pinned = if version.is_empty() { String::new() } else { format!("{}/v{version}", row["url"]) };
                    assert_eq!(row["version_url"], pinned);
                    for (column, cell) in row {
                        let expected = match column.as_str() {
                            "url" | "version_url" | "country_name" => continue,
                            "organization" | "election" => key(item),
                            "date" => text(&item["date"]["edtf"]),
                            "date_start" => text(&item["date"]["start"]),
                            "date_end" => text(&item["date"]["end"]),
                            "issuer" if item["issuer"].is_null() => String::new(),
                            "issuer" => key(&item["issuer"]),
                            "networks" => keys(&item["networks"], "network"),
                            "endorsers" => keys(&item["endorsers"], ""),
                            "incidents" => joined(&item["incidents"], "number"),
                            "aliases" | "tags" => joined(&item[column.as_str()], ""),
                            "statement_url" => text(&item["url"]),
                            "first_published" | "last_changed" => {
                                // Of organizations and the like the list does not say it.
                                let shown = &item[column.as_str()];
                                if !shown.is_null() {
                                    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
                                    assert_eq!(at(cell), at(shown.as_str().unwrap()));
                                }
                                continue;
                            }
                            member => text(&item[member]),
                        };
                        assert_eq!(plain(cell), expected, "{column} of {item}");
                    }
                }
            }
        }
        assert!(told > 100, "only {told} rows were compared");
        // A list's address gives the same to who would rather have it so.
        let csv = public
            .send(Method::GET, "/api/v1/organizations?country=AZE", &[("accept", "text/csv")], Body::empty())
            .await;
        assert_eq!(csv.text(), public.get("/api/v1/organizations.csv?country=AZE").await.text());
    }

    async fn other_kinds_are_taken_away_as_they_are_seen(app: TestApp) {
        app.published("organizations", organization("=Formula, \"quoted\"").with("slug", "formula")).await;
        app.created("organizations", organization("qxvhidden").with("slug", "qxvhidden")).await;
        app.created("elections", election("qxv-2027-hidden", "AZE", "2027-02-07")).await;
        let (public, desk) = (app.public(), app.contributor());
        for kind in ["organizations", "elections", "cases", "statements"] {
            for form in ["csv", "jsonl"] {
                let answer = public.get(&format!("/api/v1/{kind}.{form}")).await;
                answer.is(200);
                assert!(!answer.text().contains("qxv"), "{kind}.{form}: {}", answer.text());
                assert_eq!(answer.header("cache-control"), "public, max-age=30");
                let file = format!("attachment; filename=\"{kind}-20261125.{form}\"");
                assert_eq!(answer.header("content-disposition"), file);
            }
            for slip in ["limit=2", "after=x", "total=true"] {
                let key = slip.split('=').next().unwrap();
                let refused = public.get(&format!("/api/v1/{kind}.csv?{slip}")).await;
                let problem = refused.problem(400, "unknown-parameter");
                assert_eq!(problem["errors"][0]["parameter"], key);
            }
        }
        let told = rows(&public.get("/api/v1/organizations.csv?fields=name").await);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["name"], "'=Formula, \"quoted\"");
        let known = rows(&desk.get("/api/v1/organizations.csv?state=draft&fields=name").await);
        assert_eq!((known.len(), known[0]["name"].as_str(), known[0]["version"].as_str()), (1, "qxvhidden", ""));
        // Nobody takes people away.
        for client in [public, desk, app.verifier(), app.admin()] {
            for form in ["csv", "jsonl"] {
                client.get(&format!("/api/v1/people.{form}")).await.problem(404, "not-found");
            }
        }
    }

    async fn a_statement_is_taken_away_with_the_names_that_it_shows(app: TestApp) {
        let at = app.published("statements", json!({
            "title": "Release {P1}", "date": "2024-05-01", "body": "{P1} and {P2} are held.",
            "people": [
                {"ref": "P1", "name": "Jane Openly", "display": "name", "display_reason": "she agreed", "position": "observer"},
                {"ref": "P2", "name": "Joan Rolewise", "position": "lawyer"},
            ],
        })).await;
        let public = app.public();
        let row = &rows(&public.get("/api/v1/statements.csv").await)[0];
        assert_eq!((row["title"].as_str(), row["body"].as_str()), ("Release Jane Openly", "Jane Openly and lawyer are held."));
        assert!(!public.get("/api/v1/statements.jsonl").await.text().contains("Rolewise"));
        let down = json!({"person": "P1", "reason": "The family asked."});
        app.verifier().post(&format!("{at}/take-down"), &down).await.is(200);
        for form in ["csv", "jsonl"] {
            let after = public.get(&format!("/api/v1/statements.{form}")).await.text();
            assert!(after.contains("observer") && !after.contains("Jane"), "{after}");
        }
    }

    async fn what_is_asked_for_is_told_and_slips_are_refused(app: TestApp) {
        app.published("incidents", incident().titled("Évora")).await;
        let public = app.public();
        let csv = public.get("/api/v1/incidents.csv?country=AZE&period=2024").await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"incidents-20261125.csv\"");
        assert_eq!(csv.header("cache-control"), "public, max-age=30");
        assert!(csv.text().starts_with("number,version,url,version_url,grade,types,"));
        assert!(csv.text().ends_with("\r\n"));
        let staff = app.contributor().get("/api/v1/incidents.csv").await;
        assert_eq!(staff.header("cache-control"), "private, no-store");
        let companion = public.get("/api/v1/incidents.people.csv").await;
        assert_eq!(companion.header("content-disposition"), "attachment; filename=\"incidents-20261125.people.csv\"");

        let bom = public.get("/api/v1/incidents.csv?bom=true&fields=title,country_name&lang=fr").await;
        assert_eq!(bom.header("content-language"), "fr");
        let text = bom.text();
        let header = "\u{feff}number,version,url,version_url,title,country_name\r\n";
        assert!(text.starts_with(header), "{text}");
        assert!(text.ends_with(",Évora,Azerbaïdjan\r\n"), "{text}");

        for (accept, media_type) in [
            ("text/csv", "text/csv; charset=utf-8; header=present"),
            ("application/geo+json", "application/geo+json"),
            ("application/jsonl", "application/jsonl; charset=utf-8"),
            ("application/atom+xml", "application/atom+xml; charset=utf-8"),
            ("application/json, text/csv;q=0.5", "application/json"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ] {
            let answer = public.send(Method::GET, "/api/v1/incidents", &[("accept", accept)], Body::empty()).await;
            answer.is(200);
            assert_eq!(answer.header("content-type"), media_type, "{accept}");
        }

        for (address, parameter) in [
            ("incidents.csv?limit=10", "limit"), ("incidents.csv?after=x", "after"),
            ("incidents.geojson?total=true", "total"), ("incidents.people.csv?contry=AZE", "contry"),
            ("incidents.csv?fields=titel", "fields"), ("incidents.xlsx?bom=true", "bom"),
            ("incidents.csv?text=raw", "text"), ("incidents.atom?total=true", "total"),
            ("incidents.datapackage.json?limit=2", "limit"), ("dictionary?country=AZE", "country"),
            ("incidents.jsonl?fields=occurred_start", "fields"),
        ] {
            let refused = public.get(&format!("/api/v1/{address}")).await;
            let problem = refused.problem(400, "unknown-parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{address}: {problem}");
        }
        let slip = public.get("/api/v1/incidents.csv?fields=titel").await.json();
        assert_eq!(slip["errors"][0]["did_you_mean"][0], "title");
        public.get("/api/v1/incidents.pdf").await.problem(404, "not-found");
        public.get("/api/v1/incidents.accounts.csv").await.problem(404, "not-found");
    }

    async fn the_dictionary_has_every_column(app: TestApp) {
        let public = app.public();
        let dictionary = public.read("/api/v1/dictionary?lang=es").await;
        let package = public.read("/api/v1/incidents.datapackage.json?country=AZE").await;
        let mut columns = 0;
        let tables = dictionary["tables"].as_array().unwrap();
        let names: Vec<&str> = tables.iter().map(|table| table["name"].as_str().unwrap()).collect();
        assert_eq!(names[9..], ["detained", "organizations", "elections", "cases", "statements"]);
        for table in &tables[9..] {
            let address = table["addresses"][0].as_str().unwrap();
            let csv = public.get(address).await.text();
            let told: Vec<String> =
                table["columns"].as_array().unwrap().iter().map(|column| text(&column["name"])).collect();
            assert_eq!(csv, format!("{}\r\n", told.join(",")), "{address}");
            columns += told.len();
        }
        for (table, resource) in tables.iter().zip(package["resources"].as_array().unwrap()) {
            let name = table["name"].as_str().unwrap();
            let address = resource["path"].as_str().unwrap();
            assert!(address.ends_with(".csv?country=AZE"), "{address}");
            let csv = public.get(&address[address.find("/api").unwrap()..]).await;
            let header: Vec<String> = csv.text().trim().split(',').map(str::to_owned).collect();
            let told: Vec<String> =
                table["columns"].as_array().unwrap().iter().map(|column| text(&column["name"])).collect();
            let fields: Vec<String> =
                resource["schema"]["fields"].as_array().unwrap().iter().map(|field| text(&field["name"])).collect();
            assert_eq!(header, told, "{name}");
            assert_eq!(header, fields, "{name}");
            columns += told.len();
        }
        let csv = rows(&public.get("/api/v1/dictionary.csv").await);
        assert_eq!(csv.len(), columns);
        let grade = csv.iter().find(|row| row["table"] == "incidents" && row["column"] == "grade").unwrap();
        assert_eq!(grade["codes"], "reported|confirmed|disputed");
    }

    async fn a_name_is_told_where_the_record_shows_it_and_nowhere_once_it_is_taken_down(app: TestApp) {
        let at = app.published("incidents", incident()
            .titled("{P1} and {P2} held with {P3}")
            .with("summary", "{P1} was held.")
            .with("events", json!([{"date": "2024-05-02", "kind": "released", "text": "{P1} came out", "people": ["P1"]}]))
            .about(json!([
                {"ref": "P1", "name": "Jane Openly", "display": "name", "display_reason": "she agreed", "position": "observer"},
                {"ref": "P2", "name": "Joan Rolewise", "display": "role", "position": "lawyer"},
                {"ref": "P3", "name": "June Unsaid", "display": "withheld", "position": "chair of Secretive"},
            ]))).await;
        let public = app.public();
        let before = everything(&public).await;
        assert!(before.contains("Jane Openly"));
        for hidden in ["Rolewise", "Unsaid", "Secretive", "{P1}"] {
            assert!(!before.contains(hidden), "{hidden}");
        }
        let people = csv_of(&public, "people", "").await;
        let told: Vec<[&str; 3]> = people.iter()
            .map(|row| [row["display"].as_str(), row["name"].as_str(), row["position"].as_str()]).collect();
        assert_eq!(told, [["name", "Jane Openly", "observer"], ["role", "", "lawyer"], ["withheld", "", ""]]);
        // Staff take away what the desk sees of a list: positions, never names that are not shown.
        let desk = everything(&app.contributor()).await;
        assert!(!desk.contains("Rolewise") && !desk.contains("June"));

        let down = json!({"person": "P1", "reason": "The family asked."});
        app.verifier().post(&format!("{at}/take-down"), &down).await.is(200);
        let after = everything(&public).await;
        assert!(!after.contains("Openly") && !after.contains("Jane"), "{after}");
        assert_eq!(csv_of(&public, "people", "").await[0]["display"], "role");
    }

    async fn what_is_kept_back_is_in_no_form_and_said_to_be_kept_back(app: TestApp) {
        app.published("incidents", incident()
            .titled("Held")
            .at(49.8671, 40.4093)
            .with("summary", "qxvsummary").with("place", "qxvplace").with("admin1", "Baku")
            .with("tiers", json!({"summary": "confidential", "place": "network", "location": "network"}))
            .with("confidential", json!({"narrative": "qxvnarrative", "contact": "qxvcontact"}))
            .with("sources", json!([
                {"ref": "S1", "title": "A report", "url": "https://example.org/a"},
                {"ref": "S2", "title": "qxvsource", "tier": "confidential"},
            ]))).await;
        app.created("incidents", incident().titled("qxvdraft")).await;
        let public = app.public();
        for form in ["csv", "jsonl", "geojson", "atom", "sources.csv", "people.csv", "events.csv"] {
            let answer = public.get(&format!("/api/v1/incidents.{form}")).await;
            answer.is(200);
            assert!(!answer.text().contains("qxv"), "{form}: {}", answer.text());
            assert!(!answer.text().contains("49.86"), "{form}");
        }
        let row = &csv_of(&public, "", "").await[0];
        assert_eq!(row["withheld"], "summary|place|location");
        assert_eq!((row["summary"].as_str(), row["longitude"].as_str(), row["sources"].as_str()), ("", "", "1"));
        // Who could see what is confidential in a record does not take it away with a list.
        for client in [app.contributor(), app.verifier(), app.admin()] {
            for form in ["csv", "jsonl", "geojson", "atom", "sources.csv"] {
                let text = client.get(&format!("/api/v1/incidents.{form}")).await.text();
                for confidential in ["qxvsummary", "qxvnarrative", "qxvcontact", "qxvsource"] {
                    assert!(!text.contains(confidential), "{form}: {confidential}");
                }
            }
        }
        let desk = app.contributor();
        assert_eq!(csv_of(&desk, "", "").await[0]["place"], "qxvplace");
        assert_eq!(csv_of(&desk, "", "state=draft").await[0]["title"], "qxvdraft");
    }

    async fn hostile_texts_stay_texts(app: TestApp) {
        let hostile = [
            "=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "a \"b\", c", "<script>&amp;]]>", "'quoted' first",
        ];
        for title in hostile {
            let lines = format!("{title}\nand \"another\" line, with a comma");
            app.published("incidents", incident().titled(title).with("summary", lines)).await;
        }
        let public = app.public();
        let listed = items(&public, "").await;
        let csv = csv_of(&public, "", "").await;
        assert_eq!(csv.len(), hostile.len());
        for (row, item) in csv.iter().zip(&listed) {
            assert_eq!(plain(&row["title"]), text(&item["title"]));
            assert_eq!(plain(&row["summary"]), text(&item["summary"]));
            assert!(!row["title"].starts_with(['=', '+', '-', '@', '\t', '\r']), "{row:?}");
        }
        let atom = public.get("/api/v1/incidents.atom").await.text();
        assert!(atom.contains("&lt;script&gt;&amp;amp;]]&gt;"), "{atom}");
        public.get("/api/v1/incidents.xlsx").await.is(200);
        public.get("/api/v1/incidents.parquet").await.is(200);
    }

    async fn a_walk_sees_one_moment_and_names_as_they_are(app: TestApp) {
        let mut numbers = Vec::new();
        for day in 0..60 {
            let day = format!("2024-{:02}-{:02}", day / 28 + 1, day % 28 + 1);
            let person = json!([{"ref": "P1", "name": "Jane Openly", "display": "name", "display_reason": "she agreed"}]);
            let at = app.published("incidents", incident().on(&day).titled("{P1}").about(person)).await;
            numbers.push(at.rsplit('/').next().unwrap().to_owned());
        }
        let mut walk = app.store
            .walk_incidents(&Audience::Public, &IncidentFilter::default(), Sort::OccurredAscending)
            .await.unwrap();
        let first = walk.next().await.unwrap().unwrap();
        assert_eq!(first.records.len(), 50);
        // Meanwhile one is withdrawn that is still to come, one is told before and one after the others,
        // and the name is taken down.
        let last = format!("/api/v1/incidents/{}", numbers[59]);
        let reason = json!({"reason": "It was mistaken.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{last}/withdraw"), &reason).await.is(200);
        app.published("incidents", incident().on("2020-01-01")).await;
        app.published("incidents", incident().on("2025-01-01")).await;
        let person = app.verifier().read(&format!("/api/v1/incidents/{}", numbers[0])).await["people"][0]["person"].clone();
        let down = json!({"reason": "The family asked."});
        app.verifier().post(&format!("/api/v1/people/{}/take-down", person.as_str().unwrap()), &down).await.is(204);
        let second = walk.next().await.unwrap().unwrap();
        assert!(walk.next().await.unwrap().is_none());
        let told: Vec<String> = first.records.iter().chain(&second.records).map(|record| record.number.to_string()).collect();
        assert_eq!(told, numbers);
        for record in &second.records {
            let link = &record.facts.people()[0];
            assert_eq!(link.display.code(), "role", "a name that was taken down is told no longer");
        }
    }

    async fn what_breaks_off_does_not_look_like_an_end(app: TestApp) {
        app.published("incidents", incident()).await;
        let limits = Limits { export_time: Some(Duration::ZERO), ..Limits::default() };
        let slow = TestApp::limited(app.backend, limits).await.unwrap();
        slow.published("incidents", incident()).await;
        for form in ["csv", "geojson", "xlsx", "people.csv"] {
            let response = slow.public().begin(Method::GET, &format!("/api/v1/incidents.{form}"), &[], Body::empty()).await;
            assert_eq!(response.status(), 200);
            assert!(response.into_body().collect().await.is_err(), "{form} ended");
            // In good time it comes whole.
            app.public().get(&format!("/api/v1/incidents.{form}")).await.is(200);
        }
    }

    async fn so_many_at_once_and_no_more(app: TestApp) {
        app.published("incidents", incident()).await;
        let walk = || async {
            let mut walk = app.store
                .walk_incidents(&Audience::Public, &IncidentFilter::default(), Sort::default()).await.unwrap();
            walk.next().await.unwrap();
            walk
        };
        let walks = [walk().await, walk().await, walk().await, walk().await];
        let refused = app.public().get("/api/v1/incidents.csv").await;
        refused.problem(503, "too-many-exports");
        assert_eq!(refused.header("retry-after"), "2");
        // Whoever asks for a list does not notice.
        app.public().read("/api/v1/incidents").await;
        drop(walks);
        app.public().get("/api/v1/incidents.csv").await.is(200);
        // Those who go away leave their place to others.
        for _ in 0..12 {
            let left = app.public().begin(Method::GET, "/api/v1/incidents.csv", &[], Body::empty()).await;
            assert_eq!(left.status(), 200);
            drop(left);
        }
        app.public().get("/api/v1/incidents.csv").await.is(200);
    }

    async fn an_election_that_is_not_there_for_the_reader_is_in_no_table(app: TestApp) {
        app.published("elections", election("az-2024-presidential", "AZE", "2024-02-07")).await;
        app.published("incidents", incident().with("election", json!("az-2024-presidential"))).await;
        app.created("elections", election("az-2027-hidden", "AZE", "2027-02-07")).await;
        app.created("incidents", incident().with("election", json!("az-2027-hidden"))).await;
        let told = csv_of(&app.public(), "elections", "").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["election"], "az-2024-presidential");
        assert_eq!(csv_of(&app.public(), "", "").await[0]["election"], "az-2024-presidential");
        let desk = csv_of(&app.contributor(), "elections", "state=draft").await;
        assert_eq!(desk[0]["election"], "az-2027-hidden");
    }
}
