//! What cannot be taken is told all at once, each with its place and what was probably meant.

use amparo_tests::{incident, on_both, organization};
use serde_json::{Value, json};

const INCIDENTS: &str = "/api/v1/incidents";

/// The error at a place.
fn at<'p>(problem: &'p Value, pointer: &str) -> &'p Value {
    let errors = problem["errors"].as_array().unwrap();
    let found = errors.iter().find(|error| error["pointer"] == pointer);
    found.unwrap_or_else(|| panic!("nothing is said of {pointer}: {problem}"))
}

on_both! {
    async fn tells_everything_that_is_wrong_at_once(app: TestApp) {
        let draft = incident()
            .titled("")
            .of_type("detentoin")
            .on("2024-02-30")
            .in_country("Azerbajan")
            .at(200.0, 95.0)
            .about(json!([{"name": "Zora Canary", "role": "affected_persn", "display": "nam"}]))
            .with("severity", 6)
            .with("sumary", "A misspelt member.")
            .with("lang", "english language")
            .with("affected", json!({"unnamed_min": 5, "unnamed_max": 3}))
            .with("events", json!([
                {"date": "2024-05", "kind": "released", "people": ["P7"], "source": "S9"},
                {"date": "2024-13", "kind": "relaesed"},
            ]))
            .with("sources", json!([{"title": "x", "url": "javascript:alert(1)", "same_origin_as": "S4"}]));
        let answer = app.contributor().post(INCIDENTS, &draft.into()).await;
        let problem = answer.problem(422, "invalid");
        assert_eq!(at(&problem, "/types/0")["did_you_mean"][0], "detention");
        assert_eq!(at(&problem, "/sumary")["did_you_mean"], json!(["summary"]));
        assert!(at(&problem, "/country")["did_you_mean"].to_string().contains("Azerbai"));
        assert_eq!(at(&problem, "/people/0/role")["did_you_mean"][0], "affected_person");
        assert_eq!(at(&problem, "/events/1/kind")["did_you_mean"][0], "released");
        for pointer in [
            "/title", "/occurred", "/severity", "/lang", "/people/0/display", "/events/1/date",
            "/sources/0/url",
        ] {
            assert!(at(&problem, pointer)["message"].is_string());
        }
        let pointers = answer.wrong();
        assert!(pointers.iter().any(|p| p.starts_with("/location")), "{pointers:?}");
        assert!(!answer.text().contains("Canary"), "a problem repeats no name");
        assert_eq!(app.count("record", "1 = 1").await, 0, "nothing half-written");
        assert_eq!(app.count("person_name", "1 = 1").await, 0);
    }

    async fn refuses_what_contradicts_itself(app: TestApp) {
        let writer = app.contributor();
        for (draft, pointer) in [
            (incident().on("2024-05-01/2024-04-01"), "/occurred"),
            (incident().on("2023-02-29"), "/occurred"),
            (incident().on("last week"), "/occurred"),
            (incident().with("affected", json!({"unnamed_min": 5, "unnamed_max": 3})), "/affected"),
            (incident().with("types", json!([])), "/types"),
            (incident().without("types"), "/types"),
            (incident().without("country"), "/country"),
            (incident().without("occurred"), "/occurred"),
            (incident().titled("{P1} was held"), "/title"),
            (incident().with("grade", "certain"), "/grade"),
            (incident().with("title", "x".repeat(301)), "/title"),
            (incident().with("title", "a\u{0}b"), "/title"),
            (incident().with("events", json!([{"date": "2024", "kind": "released", "people": ["P1"]}])), "/events"),
            (incident().with("events", json!([{"date": "2024", "kind": "released", "source": "S7"}])), "/events"),
            (incident().with("claims", json!([{"field": "place", "value": "x", "source": "S7"}])), "/claims"),
            (incident().about(json!([{"name": "Zora Canary", "display": "name"}])), "/people"),
            (incident().with("election", "no-such-election"), "/election"),
            (incident().with("related", json!([{"number": "4827-1930"}])), "/related"),
            (incident().with("related", json!([{"number": "4827-1931"}])), "/related"),
            (incident().with("organizations", json!([{"slug": "no-such-organization"}])), "/organizations"),
            (incident().with("location", json!({"type": "Point", "coordinates": [50]})), "/location"),
            (incident().with("external_ids", json!([{"system": "", "id": "1"}])), "/external_ids"),
        ] {
            let draft = Value::from(draft);
            let answer = writer.post(INCIDENTS, &draft).await;
            let wrong = answer.wrong();
            assert!(wrong.iter().any(|p| p.starts_with(pointer)), "{draft}: {wrong:?}");
        }
        assert_eq!(app.count("record", "1 = 1").await, 0);
    }

    /// A slip that is likely is looked at, and stops nothing.
    async fn warns_of_a_point_far_from_its_country(app: TestApp) {
        let far = app.created("incidents", incident().at(2.35, 48.86)).await.json();
        assert!(far["warnings"][0]["pointer"].as_str().unwrap().starts_with("/location"), "{far}");
        let near = app.created("incidents", incident().at(49.87, 40.41)).await.json();
        assert_eq!(near.get("warnings"), None);
    }

    async fn an_external_id_is_unique_within_its_network(app: TestApp) {
        let ids = json!([{"system": "their-table", "id": "7"}]);
        let draft = Value::from(incident().with("external_ids", ids));
        let at = app.created("incidents", draft.clone()).await.location();
        app.contributor().post(INCIDENTS, &draft).await.problem(409, "conflict");
        let stranger = app.of_network("elsewhere", amparo_domain::access::Role::Contributor).await;
        stranger.post(INCIDENTS, &draft).await.is(201);
        app.contributor().delete(&at).await.is(204);
        app.contributor().post(INCIDENTS, &draft).await.is(201);
    }

    async fn a_slug_is_unique_among_what_has_one(app: TestApp) {
        let draft = Value::from(organization("Example Observers").with("slug", "example"));
        app.created("organizations", draft.clone()).await;
        let again = app.contributor().post("/api/v1/organizations", &draft).await;
        again.problem(409, "conflict");
        let election = json!({
            "slug": "example", "name": "Another kind", "country": "AZE", "date": "2030", "type": "presidential"
        });
        app.created("elections", election).await;
    }

    /// Text that a database cannot hold is refused, not a failure of ours.
    async fn survives_what_no_database_holds(app: TestApp) {
        let at = app.published("incidents", incident()).await;
        let nul = json!({"reason": "a\u{0}b"});
        for path in [
            format!("{INCIDENTS}?network=%00"), format!("{INCIDENTS}?q=%00"), format!("{INCIDENTS}?q=a%00b"),
            format!("{INCIDENTS}?country=%00"), format!("{INCIDENTS}?organization=%00"),
            "/api/v1/organizations/%00".to_owned(), "/r/%00".to_owned(),
        ] {
            let answer = app.public().get(&path).await;
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
        }
        let verbs = [format!("{at}/withdraw"), format!("{at}/withdraw?reason=%00")];
        for verb in verbs {
            let answer = app.verifier().post(&verb, &nul).await;
            assert!(answer.status.as_u16() < 500, "{verb}: {}", answer.text());
        }
    }

    /// Scripts without spaces make long words.
    async fn takes_long_texts_without_a_space(app: TestApp) {
        for letter in ["ก", "မ", "選", "𞤀", "a", "ə"] {
            let draft = incident().with("summary", letter.repeat(5_000));
            app.published("incidents", draft).await;
        }
        assert_eq!(app.public().numbers(INCIDENTS).await.len(), 6);
    }

    async fn takes_a_country_as_people_write_it(app: TestApp) {
        for written in ["AZE", "az", "031", "Azerbaijan", "Азербайджан", "أذربيجان", "Azerbaïdjan", "Azerbaiyán"] {
            let created = app.created("incidents", incident().in_country(written)).await.json();
            assert_eq!(created["country"], "AZE", "{written}");
        }
        let namibia = app.created("incidents", incident().in_country("NA")).await.json();
        assert_eq!(namibia["country"], "NAM");
    }

    /// Nothing is invented: what nobody said stays open.
    async fn invents_no_day_and_no_zero(app: TestApp) {
        for (edtf, start, end, precision) in [
            ("2024-04-29", json!("2024-04-29"), json!("2024-04-29"), "day"),
            ("2024-02", json!("2024-02-01"), json!("2024-02-29"), "month"),
            ("2024~", json!("2024-01-01"), json!("2024-12-31"), "year"),
            ("2023-12/2024-01", json!("2023-12-01"), json!("2024-01-31"), "interval"),
            ("/2024-04-30", Value::Null, json!("2024-04-30"), "before"),
            ("2024-04-30/..", json!("2024-04-30"), Value::Null, "after"),
        ] {
            let date = app.created("incidents", incident().on(edtf)).await.json()["occurred"].clone();
            assert_eq!(date["edtf"], edtf);
            assert_eq!((&date["start"], &date["end"]), (&start, &end), "{edtf}");
            assert_eq!(date["precision"], precision, "{edtf}");
        }
        let unknown = incident().with("occurred", Value::Null);
        let created = app.created("incidents", unknown).await.json();
        assert_eq!(created["occurred"]["precision"], "unknown");
        assert_eq!(created["affected"], json!({"named": 0, "unnamed_min": null, "unnamed_max": null}));
        assert_eq!(created["grade"], "reported", "nothing is confirmed by default");
        assert_eq!(created["location"], Value::Null);
    }
}
