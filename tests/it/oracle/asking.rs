//! The register, asked in every form in which it answers.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use amparo_tests::proofs::Dice;
use amparo_tests::{Client, TestApp};
use chrono::Datelike as _;
use serde_json::Value;

use super::questions::Question;
use super::rows::{Row, Rows};

const INCIDENTS: &str = "/api/v1/incidents";

/// What a client needs to know before it asks.
pub(super) struct Register<'a> {
    public: Client<'a>,
    /// Regions with the countries in them, by alpha-3.
    pub regions: Vec<(String, HashSet<String>)>,
    alpha3: HashMap<String, String>,
    region_of: HashMap<String, String>,
    organizations: HashMap<String, String>,
    /// The id in the file of each number.
    ids: HashMap<String, String>,
}

impl<'a> Register<'a> {
    pub(super) async fn of(app: &'a TestApp) -> Self {
        let public = app.public();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let items = |list: &Value| list["items"].as_array().expect("a list").clone();
        let regions = items(&public.read("/api/v1/regions").await);
        let regions = regions.iter().map(|region| {
            let countries = region["countries"].as_array().expect("a list").iter().map(text);
            (text(&region["code"]), countries.collect())
        });
        let countries = items(&public.read("/api/v1/countries").await);
        let alpha3 =
            countries.iter().map(|country| (text(&country["alpha2"]), text(&country["code"])));
        let region_of =
            countries.iter().map(|country| (text(&country["code"]), text(&country["region"])));
        let mut organizations = HashMap::new();
        for organization in everything(&public, "/api/v1/organizations?limit=200").await {
            organizations.insert(text(&organization["name"]), text(&organization["number"]));
        }
        let mut ids = HashMap::new();
        for incident in
            everything(&public, &format!("{INCIDENTS}?limit=200&fields=number,external_ids")).await
        {
            ids.insert(text(&incident["number"]), text(&incident["external_ids"][0]["id"]));
        }
        Self {
            regions: regions.collect(),
            alpha3: alpha3.collect(),
            region_of: region_of.collect(),
            organizations,
            ids,
            public,
        }
    }

    pub(super) fn alpha3(&self, alpha2: &str) -> String {
        self.alpha3[alpha2].clone()
    }

    pub(super) fn alpha2(&self, alpha3: &str) -> String {
        let mut all = self.alpha3.iter();
        all.find(|(_, code)| *code == alpha3).expect("a country").0.clone()
    }

    pub(super) fn number_of_organization(&self, name: &str) -> String {
        self.organizations[name].clone()
    }

    fn id(&self, number: &str) -> String {
        self.ids[number].clone()
    }

    /// Asks a question in every form, and holds each answer to what was expected.
    pub(super) async fn hold(
        &self,
        rows: &Rows,
        question: &Question,
        expected: &HashSet<String>,
        dice: &mut Dice,
    ) {
        let query = question.query();
        self.pages(rows, question, expected, dice).await;
        self.lines(&query, expected).await;
        self.table(&query, expected).await;
        self.features(&query, expected).await;
        self.columns(&query, expected).await;
        if expected.len() < 3_000 {
            self.feed(&query, expected).await;
        }
        self.counts(rows, question, expected, dice).await;
        self.facet(rows, question, dice).await;
    }

    fn same(&self, what: &str, query: &str, found: &[String], expected: &HashSet<String>) {
        let set: HashSet<String> = found.iter().map(|number| self.id(number)).collect();
        assert_eq!(set.len(), found.len(), "{what} has something twice: {query}");
        let missing: Vec<&String> = expected.difference(&set).take(5).collect();
        let more: Vec<&String> = set.difference(expected).take(5).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{what} {query}: {} instead of {}; missing {missing:?}, too many {more:?}",
            set.len(),
            expected.len(),
        );
    }

    /// Page by page, in order, with the total.
    async fn pages(
        &self,
        rows: &Rows,
        question: &Question,
        expected: &HashSet<String>,
        dice: &mut Dice,
    ) {
        let query = with(&question.query(), &format!("limit={}", 30 + dice.below(171)));
        let sort = *dice.of(&["", "&sort=occurred", "&sort=-occurred", "&sort=-severity"]);
        let first = self.public.read(&format!("{INCIDENTS}{query}{sort}&total=true")).await;
        assert_eq!(first["meta"]["total"], expected.len(), "total of {query}{sort}");
        let days: HashMap<&str, &Row> = rows.all.iter().map(|row| (row.id.as_str(), row)).collect();
        let mut found = Vec::new();
        let mut before: Option<(i64, String)> = None;
        for incident in everything(&self.public, &format!("{INCIDENTS}{query}{sort}")).await {
            let number = incident["number"].as_str().expect("a number").to_owned();
            let row = days[self.id(&number).as_str()];
            let key = match sort {
                "&sort=occurred" => -i64::from(row.day.num_days_from_ce()),
                "&sort=-severity" => i64::from(row.severity),
                _ => i64::from(row.day.num_days_from_ce()),
            };
            if let Some((last, _)) = before {
                assert!(key <= last, "{query}{sort} is out of order at {number}");
            }
            before = Some((key, number.clone()));
            found.push(number);
        }
        self.same("pages", &query, &found, expected);
    }

    async fn lines(&self, query: &str, expected: &HashSet<String>) {
        let lines = self.text(&format!("{INCIDENTS}.jsonl{query}")).await;
        let number = |line: &str| {
            let item: Value = serde_json::from_str(line).expect("each line is JSON");
            item["number"].as_str().expect("a number").to_owned()
        };
        let found: Vec<String> = lines.lines().map(number).collect();
        self.same(".jsonl", query, &found, expected);
    }

    async fn table(&self, query: &str, expected: &HashSet<String>) {
        let table = self.text(&format!("{INCIDENTS}.csv{query}")).await;
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let head = reader.headers().expect("a head").clone();
        let at = head.iter().position(|name| name == "number").expect("a number in each row");
        let found: Vec<String> =
            reader.records().map(|row| row.expect("a row")[at].to_owned()).collect();
        self.same(".csv", query, &found, expected);
    }

    async fn features(&self, query: &str, expected: &HashSet<String>) {
        let collection = self.text(&format!("{INCIDENTS}.geojson{query}")).await;
        let collection: Value = serde_json::from_str(&collection).expect("JSON");
        let features = collection["features"].as_array().expect("features");
        let number = |feature: &Value| {
            feature["properties"]["number"].as_str().expect("a number").to_owned()
        };
        let found: Vec<String> = features.iter().map(number).collect();
        self.same(".geojson", query, &found, expected);
    }

    async fn columns(&self, query: &str, expected: &HashSet<String>) {
        use arrow_array::cast::AsArray as _;
        let answer = self.public.get(&format!("{INCIDENTS}.parquet{query}")).await;
        answer.is(200);
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
            axum::body::Bytes::from(answer.body),
        );
        let mut found = Vec::new();
        for batch in reader.expect("Parquet").build().expect("Parquet") {
            let batch = batch.expect("a row group");
            let numbers = batch
                .column_by_name("number")
                .expect("a number in each row")
                .as_string::<i32>()
                .clone();
            found.extend(numbers.iter().map(|number| number.expect("a number").to_owned()));
        }
        self.same(".parquet", query, &found, expected);
    }

    /// The feed, page by page.
    async fn feed(&self, query: &str, expected: &HashSet<String>) {
        let mut found = Vec::new();
        let mut next = Some(format!("{INCIDENTS}.atom{}", with(query, "limit=200")));
        while let Some(page) = next {
            let feed = self.text(&page).await;
            for entry in feed.split("<entry>").skip(1) {
                let id = between(entry, "<id>", "</id>");
                let digits: String =
                    id.chars().rev().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
                let digits: String = digits.chars().rev().filter(char::is_ascii_digit).collect();
                found.push(format!(
                    "{}-{}",
                    &digits[..digits.len() - 4],
                    &digits[digits.len() - 4..]
                ));
            }
            next = feed.split("<link ").find(|link| link.contains("rel=\"next\"")).map(|link| {
                let address = between(link, "href=\"", "\"").replace("&amp;", "&");
                address[address.find("/api/v1").expect("an address of ours")..].to_owned()
            });
        }
        self.same(".atom", query, &found, expected);
    }

    /// The counts in each bucket, the rest that fits into none, and the sum.
    async fn counts(
        &self,
        rows: &Rows,
        question: &Question,
        expected: &HashSet<String>,
        dice: &mut Dice,
    ) {
        let groups: &[&str] = match dice.below(12) {
            0 => &["month"],
            1 => &["country", "month"],
            2 => &["quarter", "grade"],
            3 => &["year", "region"],
            4 => &["type"],
            5 => &["type", "year"],
            6 => &["severity", "country"],
            7 => &["country", "type", "grade"],
            8 => &["grade", "severity"],
            9 => &["network"],
            10 => &["region", "month"],
            _ => &["country"],
        };
        let mut counted: BTreeMap<Vec<String>, [i64; 2]> = BTreeMap::new();
        let mut once = 0;
        for row in rows.all.iter().filter(|row| expected.contains(&row.id)) {
            once += 1;
            let mut keys = vec![Vec::new()];
            for group in groups {
                let values = self.values(row, group);
                keys = keys
                    .into_iter()
                    .flat_map(|key: Vec<String>| {
                        values.iter().map(move |value| [key.clone(), vec![value.clone()]].concat())
                    })
                    .collect();
            }
            for key in keys {
                let cell = counted.entry(key).or_default();
                cell[0] += 1;
                cell[1] += i64::try_from(row.people).expect("few");
            }
        }
        let query = with(
            &question.query(),
            &format!("group_by={}&measure=incidents,people", groups.join(",")),
        );
        let answer = self.public.read(&format!("/api/v1/counts{query}")).await;
        assert_eq!(answer["meta"]["total"], once, "the total of {query}");
        let mut sum = 0;
        let mut told: BTreeMap<Vec<String>, [i64; 2]> = BTreeMap::new();
        for row in answer["rows"].as_array().expect("rows") {
            let [incidents, people] =
                ["incidents", "people"].map(|measure| row[measure].as_i64().unwrap_or(0));
            sum += incidents;
            let key = groups.iter().map(|group| match &row[*group] {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            });
            if incidents != 0 || people != 0 {
                told.insert(key.collect(), [incidents, people]);
            }
        }
        assert_eq!(told, counted, "{query}");
        let overlaps = groups.contains(&"type");
        assert_eq!(answer["meta"]["overlap"] == true, overlaps, "{query}");
        if !overlaps {
            assert_eq!(sum, once, "the sum of {query}");
        }
    }

    /// The buckets of a row; every day of the file is known, so there is one on each axis of time.
    fn values(&self, row: &Row, group: &str) -> Vec<String> {
        let (year, month) = (row.day.year(), row.day.month());
        match group {
            "country" => vec![row.country.clone()],
            "region" => vec![self.region_of[&row.country].clone()],
            "month" => vec![format!("{year}-{month:02}")],
            "quarter" => vec![format!("{year}-Q{}", (month - 1) / 3 + 1)],
            "year" => vec![year.to_string()],
            "type" => row.types.iter().cloned().collect(),
            "grade" => vec![row.grade.clone()],
            "severity" => vec![row.severity.to_string()],
            _ => vec!["default".to_owned()],
        }
    }

    /// What one more choice would find.
    async fn facet(&self, rows: &Rows, question: &Question, dice: &mut Dice) {
        let facet = *dice.of(&["country", "type", "grade", "severity", "region"]);
        // A facet stands for what its own parameter would choose.
        if question.parameters.iter().any(|(name, _)| name.trim_end_matches('!') == facet) {
            return;
        }
        let mut counted: BTreeMap<String, i64> = BTreeMap::new();
        for row in rows.all.iter().filter(|row| question.fits(row)) {
            let values: BTreeSet<String> = self.values(row, facet).into_iter().collect();
            for value in values.into_iter().filter(|value| !value.is_empty()) {
                *counted.entry(value).or_default() += 1;
            }
        }
        let query = with(&question.query(), &format!("facet={facet}"));
        let answer = self.public.read(&format!("/api/v1/facets{query}")).await;
        let facets = answer["facets"].as_array().expect("facets");
        let of_facet = facets.iter().find(|one| one["name"] == facet).expect("the facet");
        let mut told = BTreeMap::new();
        for value in of_facet["values"].as_array().expect("values") {
            let name = value["value"].as_str().expect("a value").to_owned();
            told.insert(name, value["incidents"].as_i64().expect("a count"));
        }
        told.retain(|value, incidents| *incidents > 0 && value != "null");
        for (value, incidents) in &told {
            assert_eq!(counted.get(value), Some(incidents), "{value} in {query}");
        }
        let most = counted.len().min(10);
        assert!(told.len() >= most, "{query} tells {} of {}", told.len(), counted.len());
    }

    async fn text(&self, at: &str) -> String {
        let answer = self.public.get(at).await;
        answer.is(200);
        String::from_utf8(answer.body).expect("text")
    }
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).expect("a start") + start.len();
    &text[from..from + text[from..].find(end).expect("an end")]
}

fn with(query: &str, parameter: &str) -> String {
    let join = if query.is_empty() { '?' } else { '&' };
    format!("{query}{join}{parameter}")
}

/// All items of a list, page by page.
async fn everything(client: &Client<'_>, list: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let mut page = client.read(&format!("{list}{after}")).await;
        all.append(page["items"].as_array_mut().expect("a list has items"));
        match page["next"].as_str() {
            Some(next) => {
                let join = if list.contains('?') { '&' } else { '?' };
                after = format!("{join}after={next}");
            }
            None => return all,
        }
    }
}
