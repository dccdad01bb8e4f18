//! Twins: two registers that differ in nothing but what a reader may not see, before the same. No byte of any
//! answer differs, or the reader could infer it.
//!
//! One pair differs in confidential facts and in everything that is not published; it is before by those who
//! see what is published. The other differs in confidential facts alone, and is before by those at the desk who
//! do not know them. The questions come from the OpenAPI document and from a list of what readers ask:
//! searches, filters, sorts, totals, cursors, versions, references, writes that run into what is hidden.

use std::collections::BTreeMap;
use std::io::Write as _;

use amparo_domain::access::Role;
use amparo_tests::{Client, Draft, TestApp, election, incident, on_both, organization};
use axum::http::Method;
use serde_json::{Value, json};

/// How many answers are compared in all: in full by `make proofs`, a twentieth otherwise.
fn answers() -> usize {
    let full = std::env::var_os("AMPARO_PROOFS").is_some_and(|value| value == "full");
    if full { 20_000 } else { 1_000 }
}

/// Which of two registers: they differ where this is used and nowhere else.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Twin {
    One,
    Other,
}

impl Twin {
    fn text(self, one: &str, other: &str) -> String {
        (if self == Self::One { one } else { other }).to_owned()
    }
}

/// Somebody who asks, in both registers.
const OUTSIDERS: [(&str, Option<Role>); 7] = [
    ("", None),
    ("default", Some(Role::Analyst)),
    ("default", Some(Role::Advocate)),
    ("elsewhere", Some(Role::Analyst)),
    ("elsewhere", Some(Role::Contributor)),
    ("elsewhere", Some(Role::Verifier)),
    ("elsewhere", Some(Role::NetworkAdmin)),
];

/// Those who see everything but confidential facts.
const DESK: [(&str, Option<Role>); 3] = [
    ("default", Some(Role::Contributor)),
    ("default", Some(Role::NetworkAdmin)),
    ("default", Some(Role::Admin)),
];

/// What a register holds that the questions name.
struct Register {
    app: TestApp,
    askers: Vec<String>,
    /// Addresses of records, those first that are there for everybody.
    known: Vec<String>,
    /// Words and names that stand only in what is hidden.
    hidden: Vec<String>,
}

impl Register {
    fn asker(&self, nth: usize) -> Client<'_> {
        match self.askers[nth].as_str() {
            "" => self.app.public(),
            token => Client::with_token(&self.app, token),
        }
    }
}

/// An incident with facts of every tier.
fn detention(twin: Twin, nth: usize) -> Draft {
    let name =
        twin.text(&format!("Zorabeth Quillfeather {nth}"), &format!("Ilma Brandobras {nth}"));
    let place = twin.text("Hideout Lane", "Other Road");
    incident()
        .titled(&format!("{{P1}} detained in {nth}"))
        .of_type("detention")
        .on(&format!("2024-0{}-11", nth % 9 + 1))
        .with("summary", twin.text("A summary nobody outside reads", "Altogether otherwise told"))
        .with("place", place.clone())
        .with("tiers", json!({"summary": "confidential", "place": "confidential"}))
        .with("confidential", json!({
            "narrative": twin.text("They came at dawn", "It was night when they left, and long after"),
            "place": place, "contact": twin.text("+994 1", "a long address of somebody's lawyer"),
        }))
        .with("organizations", json!([{"name": format!("Open Observers {nth}"), "country": "AZE"}]))
        .about(json!([{"ref": "P1", "name": name, "position": "observer"}]))
        .with("sources", json!([
            {"title": "A report", "url": "https://example.org/a", "date": "2024-10-01"},
            {"title": twin.text("Somebody", "An informant of ours"), "tier": "confidential",
             "date": twin.text("2024-03-01", "2025-03-01")},
        ]))
        .with("events", json!([{"date": "2024-09-12", "kind": "remanded", "people": ["P1"]}]))
}

/// A statement that cites an incident. What is kept of its file is for its network, whose advocates are among those who ask.
fn cites(twin: Twin, cited: &str) -> Value {
    json!({
        "title": "We stand with them", "date": "2026-11-25", "kind": "statement", "body": "{P1} is not alone.",
        "incidents": [{"number": cited, "version": 1}],
        "front_matter": {"layout": "post", "author": "the desk"},
        "people": [{"ref": "P1", "name": twin.text("Zorabeth Quillfeather 1", "Ilma Brandobras 1"), "position": "observer"}],
    })
}

/// What one register has and the other has not at all, in every state.
async fn hidden_in(app: &TestApp, twin: Twin, known: &[String]) -> Vec<String> {
    let mut hidden: Vec<String> = Vec::new();
    let hide = |title: &str| {
        // With an organization that published ones have, so that it would follow one of them.
        let known = json!([{"name": "Open Observers 1", "country": "AZE"}]);
        detention(twin, 7)
            .titled(title)
            .with("organizations", known)
            .with("slug", Value::Null)
            .without("slug")
    };
    for (title, verb) in [("A draft of ours", ""), ("Handed in lately", "submit")] {
        let at = app.created("incidents", hide(title)).await.location();
        if !verb.is_empty() {
            app.contributor().post_nothing(&format!("{at}/{verb}")).await.is(200);
        }
        hidden.push(at);
    }
    let secret =
        organization("Undercover Observers").with("slug", "undercover").with("acronym", "UCO");
    hidden.push(app.created("organizations", secret).await.location());
    hidden.push(
        app.created("elections", election("az-2027-hidden", "AZE", "2027-02-07")).await.location(),
    );
    hidden.push(app.created("cases", json!({"title": "A case nobody knows"})).await.location());
    // Edits of what is public, that wait.
    for at in &known[2..4] {
        let change = json!({"title": "{P1} detained, said otherwise", "severity": 5});
        app.contributor().amend(at, &change).await.is(200);
    }
    // What is noted beside them, and who is asked to stand behind them.
    let noted = json!({"kind": "appeal", "date": "2024-05-02", "text": "Asked in private"});
    for at in known.iter().filter(|at| at.contains("/incidents/") || at.contains("/statements/")) {
        let ledger = app.contributor().post(&format!("{at}/responses"), &noted).await;
        assert!(matches!(ledger.status.as_u16(), 201 | 410), "{}", ledger.text());
    }
    for at in known.iter().filter(|at| at.contains("/statements/")) {
        let asked = json!({"organization": "public-observers"});
        app.contributor().post(&format!("{at}/endorsements"), &asked).await.is(201);
    }
    hidden
}

/// What both registers hold, with the hidden facts of each.
async fn register(
    app: TestApp,
    twin: Twin,
    unpublished: bool,
    askers: &[(&str, Option<Role>)],
) -> Register {
    let mut tokens = Vec::new();
    for (network, role) in askers {
        tokens.push(match role {
            None => String::new(),
            Some(role) => app.token_of(network, *role).await,
        });
    }
    let mut known = Vec::new();
    known.push(
        app.published("elections", election("az-2024-presidential", "AZE", "2024-02-07")).await,
    );
    known.push(
        app.published(
            "organizations",
            organization("Public Observers").with("slug", "public-observers"),
        )
        .await,
    );
    for nth in 0..4 {
        known.push(app.published("incidents", detention(twin, nth)).await);
    }
    let number = |at: &str| at.rsplit('/').next().unwrap_or_default().to_owned();
    let cited = number(&known[5]);
    known.push(app.published("statements", cites(twin, &cited)).await);
    let withdrawn = app.published("incidents", detention(twin, 5)).await;
    let reason = json!({"reason": 
        // The words of a reason are the desk's to read.
        if unpublished { twin.text("It endangered them.", "They were somebody else altogether.") } else { "Enough.".to_owned() }
    , "reason_class": "mistaken"});
    app.verifier().post(&format!("{withdrawn}/withdraw"), &reason).await.is(200);
    known.push(withdrawn);
    let named = app.published("incidents", incident().titled("{P1} fined").about(json!([{
        "ref": "P1", "name": "Ana Ruiz", "display": "name", "display_reason": "the person agreed",
    }]))).await;
    let person = app.verifier().read(&named).await["people"][0]["person"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    known.push(named);
    known.push(format!("/api/v1/people/{person}"));
    // What was published is corrected on a later day; the first version is asked for as of the day before.
    app.advance(chrono::TimeDelta::days(1));
    let correction = json!({"title": "{P1} detained, as corrected", "severity": 3,
        "confidential": {"narrative": twin.text("Told anew", "Told anew, and at more length")}});
    app.verifier().amend(&known[5], &correction).await.is(200);
    app.approve(&known[5]).await;
    let why = json!({"reason": "A correction."});
    app.verifier().post(&format!("{}/publish", known[5]), &why).await.is(200);
    if !unpublished {
        known.push(app.created("incidents", detention(twin, 6)).await.location());
    }
    // A statement whose text has the names of both, of whom the record that it cites names neither.
    let held = number(&known[2]);
    known.push(app.created("statements", json!({
        "title": "On Zorabeth Quillfeather and Ilma Brandobras", "date": "2026-11-25", "known_on": "2026-11-25", "lang": "en",
        "body": format!("The police held Zorabeth Quillfeather 0 and Ilma Brandobras 0 on 11 May 2024.[[{held}]]"),
    })).await.location());
    let mut hidden: Vec<String> = Vec::new();
    if unpublished && twin == Twin::Other {
        hidden = hidden_in(&app, twin, &known).await;
    }
    // What is not there in the one register has the address it has in the other.
    if hidden.is_empty() {
        hidden =
            ["9999-9991", "8888-8884"].map(|number| format!("/api/v1/incidents/{number}")).to_vec();
    }
    app.reseed(77);
    Register { app, askers: tokens, known, hidden }
}

/// A question: method, path, headers, body.
#[derive(Debug, Clone)]
struct Question {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Value>,
}

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(bound).unwrap_or(1)).unwrap_or(0)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

const LISTS: [&str; 6] = [
    "/api/v1/incidents",
    "/api/v1/organizations",
    "/api/v1/elections",
    "/api/v1/cases",
    "/api/v1/statements",
    "/api/v1/people",
];

/// What incidents are before by.
const FILTERS: [&str; 46] = [
    "q=detained",
    "q=Hideout",
    "q=Lane",
    "q=Zorabeth",
    "q=Brandobras",
    "q=quill*",
    "q=otherwise",
    "q=Ruiz",
    "q=ana",
    "q=informant",
    "q=dawn",
    "country=AZE",
    "country!=AZE",
    "type=detention",
    "type!=detention",
    "subtype=arrest",
    "subtype!=office_raid",
    "grade=reported",
    "state=published",
    "state=draft",
    "state=submitted,in_review",
    "state=withdrawn",
    "custody=held",
    "custody!=held",
    "organization=public-observers",
    "organization=undercover",
    "election=az-2024-presidential",
    "network=default",
    "network=elsewhere",
    "period=2024",
    "period=2027",
    "bbox=40,30,60,50",
    "near=49.8,40.4&within=50km",
    "severity=5",
    "severity!=5",
    "changed_since=2026-01-01T00:00:00Z",
    "actor=police",
    "region=eurasia",
    "person=4827-1930",
    "date_match=possible&period=2024-05",
    "as_of=2026-11-25",
    "as_of=2026-11-25&q=brandobras",
    "as_of=2026-11-26&custody=held",
    "known_on=2024-06-01",
    "known_on=2024-12-01&custody=held",
    "points=representative",
];

/// What records of the other kinds are before by.
const OTHER_FILTERS: [&str; 9] = [
    "q=observers",
    "q=Undercover",
    "q=stand",
    "q=Zorabeth",
    "q=nobody",
    "state=draft",
    "state=published",
    "state=submitted,in_review,declined",
    "state!=published",
];

/// What incidents add up to, with the same filters.
const FIGURES: [&str; 19] = [
    "/api/v1/suggestion?lang=en",
    "/api/v1/suggestion?lang=ru&known_on=2024-12-01",
    "/api/v1/detained?limit=2",
    "/api/v1/detained?on=2024-10-01&limit=1",
    "/api/v1/detained.csv?on=2024-09-12",
    "/api/v1/escalation?from=detention&to=detention&within=P300D&total=true&limit=1",
    "/api/v1/escalation?from=detention,access_obstruction&to=detention&by=person&total=true",
    "/api/v1/counts/sentence?lang=ar",
    "/api/v1/counts/sentence.txt?lang=ru",
    "/api/v1/coverage?limit=1",
    "/api/v1/counts?group_by=country,month&measure=incidents,people,people_min,people_max,organizations,events,custody_days",
    "/api/v1/counts?group_by=organization,election&measure=incidents,people",
    "/api/v1/counts?group_by=type,actor,custody",
    "/api/v1/counts.csv?group_by=region,quarter&measure=people_max",
    "/api/v1/counts?group_by=network,phase,severity",
    "/api/v1/facets?limit=200",
    "/api/v1/facets?facet=organization,election,custody,network",
    "/ogc/collections/incidents/items?limit=2",
    "/ogc/collections/incidents_by_place/items?limit=3",
];

/// What is taken away of incidents; of a workbook the bytes are compared as well.
const EXPORTS: [&str; 18] = [
    "incidents.csv",
    "incidents.jsonl",
    "incidents.geojson",
    "incidents.xlsx",
    "incidents.parquet",
    "incidents.atom",
    "incidents.people.csv",
    "incidents.events.csv",
    "incidents.sources.csv",
    "incidents.relations.csv",
    "incidents.statements.csv",
    "incidents.elections.csv",
    "incidents.types.jsonl",
    "incidents.people.jsonl",
    "incidents.sources.jsonl",
    "incidents.organizations.xlsx",
    "incidents.people.xlsx",
    "incidents.events.parquet",
];

/// The same of the other kinds.
const OTHER_EXPORTS: [&str; 8] = [
    "organizations.csv",
    "organizations.jsonl",
    "elections.csv",
    "elections.jsonl",
    "cases.csv",
    "cases.jsonl",
    "statements.csv",
    "statements.jsonl",
];

const SORTS: [&str; 5] = ["occurred", "-occurred", "-last_changed", "-severity", "relevance"];

#[expect(clippy::too_many_lines, reason = "a table of questions")]
fn question(
    dice: &mut Dice,
    known: &[String],
    hidden: &[String],
    operations: &[(Method, String)],
) -> Question {
    let mut question =
        Question { method: Method::GET, path: String::new(), headers: Vec::new(), body: None };
    match dice.below(20) {
        // What they add up to.
        18 => {
            let mut path = (*dice.of(&FIGURES)).to_owned();
            for _ in 0..dice.below(3) {
                path = format!("{path}&{}", dice.of(&FILTERS));
            }
            question.path = path;
        }
        // What is taken away.
        19 if dice.below(3) == 0 => {
            let fields = ["", "fields=number", "lang=ar"];
            question.path = format!("/api/v1/{}?{}", dice.of(&OTHER_EXPORTS), dice.of(&fields));
            for _ in 0..dice.below(3) {
                question.path = format!("{}&{}", question.path, dice.of(&OTHER_FILTERS));
            }
        }
        0 | 19 => {
            question.path = format!("/api/v1/{}?sort={}", dice.of(&EXPORTS), dice.of(&SORTS));
            for _ in 0..dice.below(3) {
                question.path = format!("{}&{}", question.path, dice.of(&FILTERS));
            }
        }
        // Lists, filtered and sorted.
        1..=8 => {
            let incidents = dice.below(2) == 0;
            let list = if incidents { LISTS[0] } else { *dice.of(&LISTS) };
            let mut path = format!("{list}?limit={}", [1, 2, 3, 50][dice.below(4)]);
            for _ in 0..dice.below(3) {
                let filters: &[&str] = if list == LISTS[0] { &FILTERS } else { &OTHER_FILTERS };
                path = format!("{path}&{}", dice.of(filters));
            }
            question.path = presented(dice, path, list == LISTS[0]);
        }
        // One record and what belongs to it.
        9..=11 => {
            let at = if dice.below(3) == 0 { dice.of(hidden) } else { dice.of(known) };
            let rest = dice.of(&[
                "",
                "?view=working",
                "?text=raw",
                "?as_of=2026-11-25",
                "?known_on=2024-06-01",
                "/versions",
                "/versions/1",
                ".md",
                ".txt?annex=full",
                "/versions/1.html",
                "/versions/2",
                "/revisions",
                "/revisions/1",
                "/revisions/2",
                "/diff",
                "/events",
                "/duplicates",
                "/questions",
                "/approvals",
                "/consents",
                "/nothing",
            ]);
            question.path = format!("{at}{rest}");
            if dice.below(4) == 0 {
                question.headers.push(("host".to_owned(), "register.example".to_owned()));
                let number = at.rsplit('/').next().unwrap_or_default();
                let digits = number.replace('-', "");
                question.path = match dice.below(8) {
                    0 => format!("/r/{digits}.html"),
                    1 => format!("/r/{number}.amparo.json"),
                    2 => format!("/r/{number}/v1.amparo.json"),
                    3 => format!("/embed/r/{number}?lang=ar"),
                    4 => format!("/embed/r/{number}/v1"),
                    5 => format!("/oembed?url=http%3A%2F%2Fregister.example%2Fr%2F{digits}"),
                    _ => format!("/r/{number}"),
                };
            }
        }
        // Every operation of the document, its places filled with what is known and what is hidden.
        12 | 13 => {
            let (method, template) = dice.of(operations).clone();
            let at = if dice.below(2) == 0 { dice.of(hidden) } else { dice.of(known) };
            let number = at.rsplit('/').next().unwrap_or_default().to_owned();
            let mut path = String::new();
            for part in template.split('/').skip(1) {
                let filled = match part {
                    "{number}" | "{number_or_slug}" | "{other}" => number.as_str(),
                    "{version}" if template.contains("/r/") => "v1",
                    "{version}" | "{revision}" => "1",
                    part if part.starts_with('{') => "5577006791947779410",
                    part => part,
                };
                path = format!("{path}/{filled}");
            }
            question.path = path;
            if method != Method::GET {
                question.body = Some(json!({"reason": "x", "into": number, "person": "P1"}));
                question.headers.push(("content-type".to_owned(), "application/json".to_owned()));
                question.headers.push(("if-match".to_owned(), "*".to_owned()));
            }
            question.method = method;
        }
        // Writes that run into what is hidden.
        14 => {
            let number = dice.of(hidden).rsplit('/').next().unwrap_or_default().to_owned();
            let draft = match dice.below(6) {
                0 => incident().with("related", json!([{"number": number}])),
                1 => incident().with("organizations", json!([{"slug": "undercover"}])),
                2 => incident().with(
                    "organizations",
                    json!([{"name": "Undercover Observers", "country": "AZE"}]),
                ),
                3 => detention(Twin::Other, 7),
                4 => incident().about(json!([{"ref": "P1", "person": number}])),
                _ => incident().with("election", json!("az-2027-hidden")),
            };
            question.method = Method::POST;
            "/api/v1/incidents".clone_into(&mut question.path);
            question.headers.push(("content-type".to_owned(), "application/json".to_owned()));
            question.body = Some(draft.into());
        }
        // What changed, what is gone, and what is kept.
        15 => {
            let at = dice.of(&[
                "/api/v1/changes?limit=2",
                "/api/v1/changes?limit=200",
                "/api/v1/changes?since=2026-11-25",
                "/api/v1/withdrawn?limit=1",
                "/api/v1/lists?limit=2",
                "/api/v1/searches?limit=2",
                "/api/v1/notices?limit=2",
                "/api/v1/notices.atom?lang=fr",
                "/ogc/collections/incidents/items?limit=2",
                "/ogc/collections/incidents_by_place/items?bbox=40,30,60,50",
                "/ogc/collections/incidents/items?datetime=2024-01-01/..&q=Lane",
            ]);
            (*at).clone_into(&mut question.path);
        }
        // What somebody cites.
        16 if dice.below(2) == 0 => {
            let number = |dice: &mut Dice| {
                let at = if dice.below(2) == 0 { dice.of(hidden) } else { dice.of(known) };
                at.rsplit('/').next().unwrap_or_default().to_owned()
            };
            let name = dice.of(&[
                "Zorabeth Quillfeather 1",
                "Ilma Brandobras 3",
                "Ana Ruiz",
                "an observer",
            ]);
            let (one, other) = (number(dice), number(dice));
            let text = format!(
                "OBS {one}, version {}: \"{name} detained in 3, Azerbaijan\" (25 November 2026). See [[{other}]], {one}.",
                dice.below(3) + 1
            );
            question.method = Method::POST;
            format!("/api/v1/verify?lang={}", dice.of(&["en", "ar"]))
                .clone_into(&mut question.path);
            question.headers.push(("content-type".to_owned(), "application/json".to_owned()));
            question.body = Some(json!({"text": text}));
        }
        // Lists of what is found now.
        16 => {
            question.method = Method::POST;
            "/api/v1/lists".clone_into(&mut question.path);
            question.headers.push(("content-type".to_owned(), "application/json".to_owned()));
            let title = dice.of(&["A list", "Zorabeth Quillfeather 1", "Ana Ruiz", "Hideout Lane"]);
            let query =
                format!("{}&{}", dice.of(&FILTERS), dice.of(&["sort=occurred", "grade=reported"]));
            question.body = Some(json!({"title": title, "query": query}));
        }
        // Organizations that may be there already.
        _ => {
            question.method = Method::POST;
            "/api/v1/organizations".clone_into(&mut question.path);
            question.headers.push(("content-type".to_owned(), "application/json".to_owned()));
            let slug = dice.of(&["undercover", "public-observers", "new-one"]);
            question.body = Some(
                organization(dice.of::<&str>(&["Undercover Observers", "Others"]))
                    .with("slug", *slug)
                    .into(),
            );
        }
    }
    question
}

/// A list sorted, counted and told in a language, or not.
fn presented(dice: &mut Dice, mut path: String, sorted: bool) -> String {
    if sorted && dice.below(2) == 0 {
        path = format!("{path}&sort={}", dice.of(&SORTS));
    }
    if dice.below(2) == 0 {
        path += "&total=true";
    }
    if dice.below(4) == 0 {
        path = format!("{path}&lang={}", dice.of(&["ar", "ru", "fr"]));
    }
    path
}

/// An answer without what differs between any two: the id of the request.
async fn told(client: &Client<'_>, question: &Question) -> String {
    let headers: Vec<(&str, &str)> =
        question.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = question.body.as_ref().map(Value::to_string).unwrap_or_default();
    let answer = client.send(question.method.clone(), &question.path, &headers, body).await;
    let id = answer.header("x-request-id");
    let headers: BTreeMap<&str, &str> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str() != "x-request-id")
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or("?")))
        .collect();
    format!("{} {headers:?}\n{}", answer.status, answer.text()).replace(&id, "ID")
}

/// The operations of the document, with the paths as they are written there.
fn operations() -> Vec<(Method, String)> {
    let document = amparo_api::openapi();
    let paths = document["paths"].as_object().expect("there are paths");
    let mut all = Vec::new();
    for (path, item) in paths {
        for method in item.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if let Ok(method) = method.to_uppercase().parse() {
                all.push((method, path.clone()));
            }
        }
    }
    all
}

/// Asks both registers the same; the number of answers compared.
async fn compare(one: &Register, other: &Register, questions: usize, start: u64) -> usize {
    let operations = operations();
    let mut dice = Dice(start);
    let mut compared = 0;
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    // Numbers are the same in both, up to what one has more.
    assert_eq!(one.known, other.known, "what both have is the same");
    let mut before: Vec<(usize, Question)> = Vec::new();
    // What is told of a draft that has names which the record that it cites does not show.
    let drafted = one.known.last().cloned().unwrap_or_default();
    for asker in 0..one.askers.len() {
        for rest in ["checks", "suggestion?lang=en", "suggestion?known_on=2024-12-01"] {
            let path = format!("{drafted}/{rest}");
            let question = Question { method: Method::GET, path, headers: Vec::new(), body: None };
            let (of_one, of_other) = (one.asker(asker), other.asker(asker));
            let (here, there) = (told(&of_one, &question).await, told(&of_other, &question).await);
            assert!(
                here == there,
                "{asker} asks {question:?}\n\n{here}\n\nand hears of the other register\n\n{there}"
            );
            assert!(
                !here.starts_with("200") || rest != "checks" || here.contains("looks like a name"),
                "{here}"
            );
            compared += 1;
            *statuses.entry(here[..3].to_owned()).or_default() += 1;
        }
    }
    while compared < questions {
        let asker = dice.below(one.askers.len());
        let (asker, mut question) = match dice.below(12) {
            0 if !before.is_empty() => dice.of(&before).clone(),
            _ => (asker, question(&mut dice, &one.known, &other.hidden, &operations)),
        };
        let (of_one, of_other) = (one.asker(asker), other.asker(asker));
        for page in 0..3 {
            let (here, there) = (told(&of_one, &question).await, told(&of_other, &question).await);
            compared += 1;
            *statuses.entry(here[..3].to_owned()).or_default() += 1;
            assert!(
                here == there,
                "{asker} asks {question:?}\n\n{here}\n\nand hears of the other register\n\n{there}"
            );
            if page == 0 {
                before.push((asker, question.clone()));
                // The same again, as somebody who has the answer.
                if let Some(tag) = header_of(&here, "etag") {
                    let mut again = question.clone();
                    again.headers.push(("if-none-match".to_owned(), tag));
                    let same = told(&of_one, &again).await == told(&of_other, &again).await;
                    assert!(same, "{again:?}");
                    compared += 1;
                }
            }
            let next = here.split("\"next\":\"").nth(1).and_then(|rest| rest.split('"').next());
            let Some(next) = next else {
                break;
            };
            let path = question.path.split("&after=").next().unwrap_or_default().to_owned();
            question.path = format!("{path}&after={next}");
        }
    }
    // Questions that are all refused would prove nothing.
    let figures = format!("{compared} answers are the same: {statuses:?}");
    let _ = writeln!(std::io::stdout(), "{figures}");
    let told = statuses.iter().filter(|(status, _)| status.starts_with('2'));
    assert!(told.map(|(_, count)| count).sum::<usize>() * 3 >= compared, "{statuses:?}");
    compared
}

fn header_of(told: &str, name: &str) -> Option<String> {
    let rest = told.split(&format!("\"{name}\": \"")).nth(1)?;
    let mut value = String::new();
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => value.extend(characters.next()),
            '"' => break,
            other => value.push(other),
        }
    }
    Some(value)
}

on_both! {
    /// Readers of what is published, and a register of which the half is unpublished.
    async fn what_is_not_published_changes_no_answer(app: TestApp) {
        let twin = app.twin().await;
        let one = register(app, Twin::One, true, &OUTSIDERS).await;
        let other = register(twin, Twin::Other, true, &OUTSIDERS).await;
        let compared = compare(&one, &other, answers() * 2 / 3, 1).await;
        assert!(compared >= answers() * 2 / 3);
    }

    /// The rest of the desk, which sees everything but confidential facts.
    async fn what_is_confidential_changes_no_answer(app: TestApp) {
        let twin = app.twin().await;
        let one = register(app, Twin::One, false, &DESK).await;
        let other = register(twin, Twin::Other, false, &DESK).await;
        let compared = compare(&one, &other, answers() / 3, 2).await;
        assert!(compared >= answers() / 3);
    }

    /// The comparison notices what differs: whoever knows the confidential facts is told different things.
    async fn the_comparison_notices_a_difference(app: TestApp) {
        let knowing = [("default", Some(Role::Verifier))];
        let twin = app.twin().await;
        let one = register(app, Twin::One, false, &knowing).await;
        let other = register(twin, Twin::Other, false, &knowing).await;
        let question = Question {
            method: Method::GET, path: one.known[2].clone(), headers: Vec::new(), body: None,
        };
        assert_ne!(told(&one.asker(0), &question).await, told(&other.asker(0), &question).await);
    }
}
