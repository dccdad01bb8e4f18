//! The incidents for maps and geographic tools: OGC API – Features.

use amparo_tests::{TestApp, election, incident, on_both};
use serde_json::{Value, json};

const COLUMNS: [&str; 40] = [
    "number",
    "version",
    "url",
    "version_url",
    "grade",
    "types",
    "subtypes",
    "title",
    "summary",
    "lang",
    "occurred",
    "occurred_start",
    "occurred_end",
    "occurred_precision",
    "date_note",
    "country",
    "country_name",
    "region",
    "admin1",
    "place",
    "longitude",
    "latitude",
    "location_precision",
    "network",
    "election",
    "election_date",
    "days_from_election",
    "phase",
    "people_named",
    "people_unnamed_min",
    "people_unnamed_max",
    "custody",
    "actors",
    "organizations",
    "sources",
    "severity",
    "in_danger_now",
    "first_published",
    "last_changed",
    "withheld",
];

/// One in Baku, one of which no more is known than Georgia, one across the date line, and a draft.
async fn some(app: &TestApp) -> [String; 3] {
    let baku = incident().titled("In Baku").at(49.87, 40.41);
    let baku = app.published("incidents", baku).await;
    let georgia = incident().titled("In Georgia").in_country("GEO").on("2023-05");
    let georgia = app.published("incidents", georgia).await;
    let fiji = incident().titled("In Fiji").in_country("FJI").on("2022").at(179.5, -16.5);
    let fiji = app.published("incidents", fiji).await;
    app.created("incidents", incident().titled("A draft").at(49.8, 40.4)).await;
    [baku, georgia, fiji]
}

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

/// The titles of what is found in a collection.
async fn found(app: &TestApp, collection: &str, query: &str) -> Vec<String> {
    let page = app.public().read(&format!("/ogc/collections/{collection}/items?{query}")).await;
    let features = page["features"].as_array().unwrap();
    assert_eq!(page["numberReturned"], features.len());
    let title = |feature: &Value| feature["properties"]["title"].as_str().unwrap().to_owned();
    features.iter().map(title).collect()
}

fn link<'v>(of: &'v Value, rel: &str) -> Option<&'v str> {
    let mut links = of["links"].as_array().unwrap().iter();
    links.find(|link| link["rel"] == rel).map(|link| link["href"].as_str().unwrap())
}

on_both! {
    /// What tools look for first, each link leading somewhere.
    async fn the_landing_page_leads_to_the_rest(app: TestApp) {
        let public = app.public();
        let landing = public.read("/ogc").await;
        for rel in ["self", "service-desc", "service-doc", "conformance", "data"] {
            let to = link(&landing, rel).unwrap_or_else(|| panic!("no link {rel}"));
            // The page for people leads to its first file.
            public.get(to).await.is(if rel == "service-doc" { 307 } else { 200 });
        }
        let conforms = public.read("/ogc/conformance").await["conformsTo"].to_string();
        for class in ["ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson"] {
            assert!(conforms.contains(class), "{class}");
        }
        let api = public.get("/ogc/api").await;
        assert_eq!(api.header("content-type"), "application/json");
        assert_eq!(api.json()["openapi"], "3.1.0");
        let paths = api.json()["paths"].as_object().unwrap().clone();
        assert!(paths.keys().all(|path| path.starts_with("/ogc")) && paths.len() == 8, "{:?}", paths.keys());
        let collections = public.read("/ogc/collections").await;
        let ids: Vec<&Value> = collections["collections"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, ["incidents", "incidents_by_place"]);
        for one in collections["collections"].as_array().unwrap() {
            assert_eq!(public.read(link(one, "self").unwrap()).await, *one);
            let items = public.get(link(one, "items").unwrap()).await;
            items.is(200);
            assert_eq!(items.header("content-type"), "application/geo+json");
            assert_eq!(items.header("access-control-allow-origin"), "*");
            let queryables = public.read(link(one, "http://www.opengis.net/def/rel/ogc/1.0/queryables").unwrap()).await;
            assert!(queryables["properties"]["country"].is_object() && queryables["properties"]["person"].is_null());
        }
        public.get("/ogc/collections/elephants").await.problem(404, "not-found");
        public.get("/ogc/collections/elephants/items").await.problem(404, "not-found");
    }

    async fn a_feature_says_what_is_known_of_its_place(app: TestApp) {
        let vote = app.published("elections", election("az-2024-presidential", "AZE", "2024-02-07")).await;
        let [baku, georgia, _] = some(&app).await;
        app.contributor().amend(&baku, &json!({"election": number(&vote), "types": ["detention", "threat"]})).await.is(200);
        app.approve(&baku).await;
        app.verifier().post(&format!("{baku}/publish"), &json!({"reason": "More."})).await.is(200);
        let items = |collection: &str| format!("/ogc/collections/{collection}/items");
        let honest = app.public().read(&items("incidents")).await;
        assert_eq!(honest["type"], "FeatureCollection");
        assert_eq!((&honest["numberMatched"], &honest["numberReturned"]), (&json!(3), &json!(3)));
        assert!(honest["timeStamp"].is_string());
        let [first, second] = [&honest["features"][0], &honest["features"][1]];
        assert_eq!(first["id"], number(&baku).as_str());
        assert_eq!(first["geometry"], json!({"type": "Point", "coordinates": [49.87, 40.41]}));
        assert!(second["geometry"].is_null());
        let properties = first["properties"].as_object().unwrap();
        let mut names: Vec<&str> = properties.keys().map(String::as_str).collect();
        let mut columns = COLUMNS.to_vec();
        names.sort_unstable();
        columns.sort_unstable();
        assert_eq!(names, columns);
        for (name, value) in [
            ("types", json!("detention|threat")), ("country", json!("AZE")), ("country_name", json!("Azerbaijan")),
            ("region", json!("eurasia")), ("occurred_start", json!("2024-04-29")), ("occurred_precision", json!("day")),
            ("longitude", json!(49.87)), ("location_precision", json!("settlement")), ("version", json!(2)),
            ("election", json!("az-2024-presidential")), ("election_date", json!("2024-02-07")),
            ("days_from_election", json!(82)), ("phase", json!("post_election")), ("sources", json!(1)),
            ("organizations", Value::Null), ("people_named", json!(0)),
        ] {
            assert_eq!(properties[name], value, "{name}");
        }
        assert!(properties["version_url"].as_str().unwrap().ends_with(&format!("/r/{}/v2", number(&baku))));
        let by_place = app.public().read(&items("incidents_by_place")).await;
        assert_eq!(by_place["features"][0], *first);
        let georgia_there = &by_place["features"][1];
        assert_eq!(georgia_there["id"], number(&georgia).as_str());
        assert_eq!(georgia_there["geometry"]["type"], "Point");
        assert_eq!(georgia_there["properties"]["location_precision"], "country");
        assert!(georgia_there["properties"]["longitude"].is_null(), "nobody's place is no column");
    }

    async fn features_are_found_by_place_and_time(app: TestApp) {
        some(&app).await;
        for (collection, query, titles) in [
            ("incidents", "", vec!["In Baku", "In Georgia", "In Fiji"]),
            ("incidents", "bbox=44,38,51,42", vec!["In Baku"]),
            ("incidents", "bbox=44,38,0,51,42,1000", vec!["In Baku"]),
            ("incidents", "bbox=40,41,46,44", vec![]),
            ("incidents_by_place", "bbox=40,41,46,44", vec!["In Georgia"]),
            ("incidents_by_place", "bbox=40,38,51,44", vec!["In Baku", "In Georgia"]),
            ("incidents_by_place", "bbox=170,-30,-170,0", vec!["In Fiji"]),
            ("incidents", "datetime=2024-04-29", vec!["In Baku"]),
            ("incidents", "datetime=2024-04-29T12:00:00Z", vec!["In Baku"]),
            ("incidents", "datetime=2023-01-01T00:00:00Z/2023-12-31T23:59:59Z", vec!["In Georgia"]),
            ("incidents", "datetime=2023-01-01/..", vec!["In Baku", "In Georgia"]),
            ("incidents", "datetime=2023-01-01T/2023-12-31T", vec!["In Georgia"]),
            ("incidents", "datetime=../2022-06-30", vec!["In Fiji"]),
            ("incidents", "datetime=/2022-06-30", vec!["In Fiji"]),
            ("incidents", "datetime=../..", vec!["In Baku", "In Georgia", "In Fiji"]),
            ("incidents", "country=GEO,FJI&period=2022", vec!["In Fiji"]),
            ("incidents_by_place", "country!=FJI&datetime=2023-05-01&bbox=40,38,51,44", vec!["In Georgia"]),
        ] {
            assert_eq!(found(&app, collection, query).await, titles, "{collection} {query}");
        }
        for wrong in [
            "bbox=1,2,3", "bbox=0,50,10,40", "datetime=yesterday", "datetime=2024/2023", "datetime=2024-04-29&period=2024",
            "contry=AZE", "person=4827-1930", "limit=0", "limit=many", "after=xyz", "crs=x", "fields=number",
        ] {
            app.public().get(&format!("/ogc/collections/incidents/items?{wrong}")).await.problem(400, "unknown-parameter");
        }
    }

    async fn features_come_in_pages(app: TestApp) {
        some(&app).await;
        let mut at = "/ogc/collections/incidents/items?limit=1&datetime=2000-01-01/..".to_owned();
        let mut titles = Vec::new();
        loop {
            let answer = app.public().get(&at).await;
            let page = answer.json();
            assert_eq!((&page["numberMatched"], &page["numberReturned"]), (&json!(3), &json!(1)));
            titles.push(page["features"][0]["properties"]["title"].as_str().unwrap().to_owned());
            let Some(next) = link(&page, "next") else { break };
            assert!(answer.header("link").contains(next));
            next.clone_into(&mut at);
        }
        assert_eq!(titles, ["In Baku", "In Georgia", "In Fiji"]);
        // More than is given can be asked for.
        assert_eq!(found(&app, "incidents", "limit=100000").await.len(), 3);
        let same = "/ogc/collections/incidents/items";
        let first = app.public().get(same).await;
        app.public().send(axum::http::Method::GET, same, &[("if-none-match", &first.etag())], "").await.is(304);
    }

    async fn a_feature_can_be_read_alone(app: TestApp) {
        let [baku, georgia, fiji] = some(&app).await;
        let at = |number: &str| format!("/ogc/collections/incidents/items/{number}");
        let answer = app.public().get(&at(&number(&baku))).await;
        assert_eq!(answer.header("content-type"), "application/geo+json");
        let feature = answer.json();
        assert_eq!((&feature["type"], &feature["properties"]["title"]), (&json!("Feature"), &json!("In Baku")));
        app.public().get(link(&feature, "collection").unwrap()).await.is(200);
        let into = json!({"into": number(&baku), "reason": "It is the same."});
        app.verifier().post(&format!("{georgia}/merge"), &into).await.is(200);
        let merged = app.public().get(&at(&number(&georgia))).await;
        merged.is(308);
        assert!(merged.header("location").ends_with(&at(&number(&baku))));
        let reason = json!({"reason": "It was elsewhere.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{fiji}/withdraw"), &reason).await.is(200);
        app.public().get(&at(&number(&fiji))).await.problem(410, "withdrawn");
        assert_eq!(found(&app, "incidents", "").await, ["In Baku"]);
        let draft = app.created("incidents", incident()).await.location();
        for client in [app.public(), app.verifier()] {
            client.get(&at(&number(&draft))).await.problem(404, "not-found");
        }
    }
}
