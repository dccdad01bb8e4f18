//! Who sees what: public, network and confidential facts, grants, and names taken down.

use amparo_domain::access::Role;
use amparo_tests::{Answer, Client, Draft, incident, on_both};
use serde_json::{Value, json};

const INCIDENTS: &str = "/api/v1/incidents";
const NAME: &str = "Zorabeth Quillfeather";
/// What stands in confidential fields alone.
const SECRETS: [&str; 5] =
    ["narrative-qxv", "hideout-qxv", "phone-qxv", "reviewer-note-qxv", "source-qxv"];

/// A detention with something in every confidential field.
fn secret() -> Draft {
    incident()
        .titled("{P1} detained")
        .of_type("detention")
        .about(json!([{"ref": "P1", "name": NAME, "position": "observer"}]))
        .with(
            "confidential",
            json!({
                "narrative": "{P1} told us narrative-qxv", "place": "hideout-qxv",
                "location": {"type": "Point", "coordinates": [47.123, 41.321]},
                "contact": "phone-qxv", "note": "reviewer-note-qxv",
            }),
        )
        .with(
            "sources",
            json!([
                {"ref": "S1", "title": "A report", "url": "https://example.org/a"},
                {"ref": "S2", "title": "source-qxv", "tier": "confidential"},
            ]),
        )
}

fn secrets_in(text: &str) -> Vec<&'static str> {
    SECRETS.into_iter().filter(|secret| text.contains(secret)).collect()
}

async fn working(client: &Client<'_>, at: &str) -> Answer {
    client.get(&format!("{at}?view=working")).await
}

on_both! {
    /// Who logged it and who verifies it knows all; the rest of the desk sees that there is more.
    async fn confidential_facts_are_for_those_who_need_to_know(app: TestApp) {
        let made = app.created("incidents", secret()).await;
        assert_eq!(secrets_in(&made.text()), SECRETS, "{}", made.text());
        let at = made.location();
        for knowing in [app.contributor(), app.verifier()] {
            let got = working(&knowing, &at).await;
            got.is(200);
            assert_eq!(secrets_in(&got.text()), SECRETS, "{}", got.text());
            assert_eq!(got.json()["people"][0]["confidential_name"], NAME);
            // A list tells what the whole desk sees.
            let list = knowing.get(&format!("{INCIDENTS}?state=draft")).await;
            assert_eq!(secrets_in(&list.text()), Vec::<&str>::new());
            assert!(!list.text().contains(NAME));
        }
        let colleague = app.of_network("default", Role::Contributor).await;
        for desk in [colleague, app.admin(), app.of_network("default", Role::NetworkAdmin).await] {
            let got = working(&desk, &at).await;
            got.is(200);
            assert_eq!(secrets_in(&got.text()), Vec::<&str>::new(), "{}", got.text());
            assert!(!got.text().contains(NAME), "{}", got.text());
            let record = got.json();
            assert_eq!(record["confidential"], Value::Null);
            assert_eq!(record["people"][0]["person"], Value::Null);
            // That there is a source is no secret at the desk.
            assert_eq!(record["sources"][1]["ref"], "S2");
            assert_eq!(record["sources"][1]["tier"], "confidential");
            assert_eq!(record["sources"][1]["title"], Value::Null);
        }
        for other in [
            app.public(), app.analyst(), app.of_network("elsewhere", Role::Verifier).await,
            app.with_role(Role::Advocate),
        ] {
            working(&other, &at).await.problem(404, "not-found");
        }
    }

    /// Every look at confidential facts is written down, and nothing of them stands beside their rows.
    async fn confidential_facts_lie_alone_and_reads_of_them_are_noted(app: TestApp) {
        let at = app.created("incidents", secret()).await.location();
        let read = "action = 'read_confidential'";
        let before = app.count("audit_entry", read).await;
        app.verifier().get(&format!("{at}?view=working&purpose=contact")).await.is(200);
        working(&app.of_network("default", Role::Contributor).await, &at).await.is(200);
        assert_eq!(app.count("audit_entry", read).await, before + 1);
        assert_eq!(app.count("audit_entry", &format!("{read} AND reason = 'contact'")).await, 1);
        let wrong = app.verifier().get(&format!("{at}?purpose={}", NAME.replace(' ', "+"))).await;
        wrong.problem(400, "unknown-parameter");
        for secret in SECRETS {
            assert_eq!(app.tables_holding(secret).await, ["confidential"], "{secret}");
        }
        // Removed with the record.
        app.contributor().delete(&at).await.is(204);
        for secret in SECRETS {
            assert_eq!(app.tables_holding(secret).await, [""; 0], "{secret}");
        }
    }

    /// Whoever does not know them sends the rest back, and takes nothing away.
    async fn what_a_writer_cannot_see_keeps_its_value(app: TestApp) {
        let at = app.created("incidents", secret()).await.location();
        let colleague = app.of_network("default", Role::Contributor).await;
        let got = working(&colleague, &at).await;
        let mut record = got.json();
        record["summary"] = "More is known.".into();
        colleague.put(&at, &got.etag(), &record).await.is(200);
        colleague.amend(&at, &json!({"admin1": "Baku"})).await.is(200);
        let known = working(&app.verifier(), &at).await;
        assert_eq!(secrets_in(&known.text()), SECRETS, "{}", known.text());
        assert_eq!(known.json()["people"][0]["confidential_name"], NAME);
        // Without the stub it is kept as well.
        colleague.amend(&at, &json!({"sources": [{"ref": "S1", "title": "A report"}]})).await.is(200);
        let known = working(&app.verifier(), &at).await;
        assert_eq!(secrets_in(&known.text()), SECRETS, "{}", known.text());
        // What they cannot see they cannot write over.
        let over = colleague.amend(&at, &json!({"confidential": {"note": "mine"}})).await;
        assert_eq!(over.wrong(), ["/confidential"]);
        let sources = json!([{"ref": "S1", "title": "A report"}, {"ref": "S2", "title": "Mine"}]);
        let over = colleague.amend(&at, &json!({"sources": sources})).await;
        assert_eq!(over.wrong(), ["/sources/1"]);
    }

    /// Published with it: what is kept from the public is absent, and nothing finds the record by it.
    async fn publishing_lowers_no_tier(app: TestApp) {
        let draft = secret()
            .with("place", "Secretville")
            .with("summary", "Whisperword was said.")
            .with("location", json!({"type": "Point", "coordinates": [49.87, 40.41]}))
            .with("location_precision", "settlement")
            .with("tiers", json!({"place": "network", "summary": "confidential", "location": "network"}))
            .with("claims", json!([
                {"field": "place", "value": "Claimville", "source": "S1"},
                {"field": "affected.unnamed_max", "value": 7, "source": "S2"},
            ]))
            .with("organizations", json!([{"name": "Open Observers", "country": "AZE"}]))
            .about(json!([{
                "ref": "P1", "name": NAME, "position": "observer",
                "organization": {"name": "Hidden Employer", "country": "AZE"},
                "organization_tier": "confidential",
            }]));
        let at = app.published("incidents", draft).await;
        let public = app.public();
        let got = public.get(&at).await;
        for secret in SECRETS.iter().chain(&[
            "Secretville", "Whisperword", "49.87", "Claimville", "Hidden Employer", NAME, "tier",
            "S2", "confidential",
        ]) {
            assert!(!got.text().contains(secret), "{secret} is in {}", got.text());
        }
        let record = got.json();
        for member in ["place", "summary", "location", "location_precision"] {
            assert!(record.get(member).is_none(), "{member} is there: {record}");
        }
        assert_eq!(record["admin1"], Value::Null);
        assert!(record.get("admin1").is_some(), "what is not known is null");
        for found_by in [
            "q=Secretville", "q=Whisperword", "q=Zorabeth", "bbox=49,40,50,41",
            "near=49.87,40.41&within=10km", "near=47.123,41.321&within=10km",
        ] {
            let path = format!("{INCIDENTS}?{found_by}&total=true");
            for asker in [app.public(), app.analyst(), app.of_network("elsewhere", Role::Verifier).await] {
                let found = asker.read(&path).await;
                assert_eq!(found["meta"]["total"], 0, "{found_by}");
            }
        }
        // The organization of a hidden edge is not public for it.
        assert_eq!(public.read("/api/v1/organizations?q=Hidden").await["items"], json!([]));
        assert_eq!(public.numbers("/api/v1/organizations?q=Open").await.len(), 1);
        let version = public.get(&format!("{at}/versions/1")).await;
        assert_eq!(secrets_in(&version.text()), Vec::<&str>::new());
        assert!(!version.text().contains("Secretville"));
        // A version is the same for all; the desk sees more in the record itself.
        let desk = app.of_network("default", Role::Contributor).await;
        assert_eq!(desk.get(&format!("{at}/versions/1")).await.json(), version.json());
        let record = desk.read(&at).await;
        assert_eq!(record["place"], "Secretville");
        assert!(record.get("summary").is_none());
        assert_eq!(record["tiers"]["summary"], "confidential");
        let known = app.verifier().read(&at).await;
        assert_eq!(known["summary"], "Whisperword was said.");
        assert_eq!(known["people"][0]["organization"]["name"], "Hidden Employer");
    }

    /// A fact whose only source cannot be told has none for the public.
    async fn a_source_that_cannot_be_told_is_none_to_publish_by(app: TestApp) {
        let sources = json!([{"ref": "S1", "title": "Somebody", "tier": "confidential"}]);
        let at = app.created("incidents", incident().with("sources", sources)).await.location();
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        app.approve(&at).await;
        let refused = app.verifier().post_nothing(&format!("{at}/publish")).await;
        assert_eq!(refused.wrong(), ["/sources"]);
    }

    /// Of somebody who is withheld the public learns the part they have, and no more.
    async fn who_is_withheld_is_told_by_nothing(app: TestApp) {
        let at = app.published("incidents", incident().about(json!([{
            "ref": "P1", "name": NAME, "display": "withheld", "position": "only woman on the board",
            "organization": {"name": "Small Group", "country": "AZE"},
        }]))).await;
        let got = app.public().get(&at).await;
        for told in ["only woman", "Small Group", NAME] {
            assert!(!got.text().contains(told), "{}", got.text());
        }
        assert_eq!(got.json()["people"].as_array().unwrap().len(), 1);
        assert_eq!(got.json()["affected"]["named"], 1);
        assert!(app.verifier().get(&at).await.text().contains("only woman"));
    }

    /// Who somebody is, is for those who need to know: to all others there is no such record.
    async fn people_are_confidential_as_a_whole(app: TestApp) {
        let made = app.created("incidents", secret()).await;
        let person = made.json()["people"][0]["person"].as_str().unwrap().to_owned();
        let at = format!("/api/v1/people/{person}");
        app.contributor().get(&at).await.is(200);
        app.verifier().get(&at).await.is(200);
        let colleague = app.of_network("default", Role::Contributor).await;
        for other in [&colleague, &app.admin(), &app.of_network("elsewhere", Role::Verifier).await] {
            other.get(&at).await.problem(404, "not-found");
            other.get(&format!("/r/{person}")).await.problem(404, "not-found");
            assert_eq!(other.numbers("/api/v1/people").await, Vec::<String>::new());
            let found = other.get(&format!("{INCIDENTS}?person={person}")).await;
            found.problem(400, "unknown-parameter");
        }
        // A name that is typed in finds nobody whom the writer does not know.
        let draft = incident().about(json!([{"ref": "P1", "name": NAME}]));
        let again = colleague.post(INCIDENTS, &draft.into()).await;
        again.is(201);
        assert_ne!(again.json()["people"][0]["person"], person);
    }

    /// How somebody appears is somebody's decision, and the desk sees whose.
    async fn who_decided_on_a_name_is_told_at_the_desk(app: TestApp) {
        let made = app.created("incidents", secret()).await;
        let at = made.location();
        assert_eq!(made.json()["people"][0].get("display_by"), None, "nobody decided anything");
        let verifier = app.verifier();
        let mut people = working(&verifier, &at).await.json()["people"].clone();
        people[0]["display"] = "withheld".into();
        people[0]["display_reason"] = "in danger".into();
        verifier.amend(&at, &json!({"people": people})).await.is(200);
        app.advance(chrono::TimeDelta::days(2));
        app.contributor().amend(&at, &json!({"summary": "More."})).await.is(200);
        let me = verifier.read("/api/v1/me").await;
        let link = working(&app.contributor(), &at).await.json()["people"][0].clone();
        assert_eq!((&link["display"], &link["display_on"]), (&"withheld".into(), &"2026-11-25".into()));
        assert_eq!(link["display_by"], me["token"]["id"]);
    }

    /// A grant opens one record, as far as it says, until it is revoked.
    async fn a_grant_opens_a_record_as_far_as_it_says(app: TestApp) {
        let made = app.created("incidents", secret()).await;
        let (at, number) = (made.location(), made.json()["number"].clone());
        let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
        let analyst = app.of_network("elsewhere", Role::Analyst).await;
        let grant = |level: &str, members: &str| json!({
            "number": number, "network": "elsewhere", "level": level, "members": members,
            "reason": "A second opinion.",
        });
        let manager = app.of_network("default", Role::NetworkAdmin).await;
        app.contributor().post("/api/v1/grants", &grant("read", "desk")).await.problem(403, "not-allowed");
        manager.post("/api/v1/grants", &grant("confidential", "desk")).await.problem(403, "not-allowed");
        elsewhere.post("/api/v1/grants", &grant("read", "desk")).await.problem(404, "not-found");

        let read = manager.post("/api/v1/grants", &grant("read", "desk")).await;
        read.is(201);
        let got = working(&elsewhere, &at).await;
        got.is(200);
        assert_eq!(secrets_in(&got.text()), Vec::<&str>::new());
        assert_eq!(elsewhere.numbers(&format!("{INCIDENTS}?state=draft")).await.len(), 1);
        working(&analyst, &at).await.problem(404, "not-found");
        // To read is not to write.
        elsewhere.put(&at, &got.etag(), &got.json()).await.problem(404, "not-found");

        let more = app.verifier().post("/api/v1/grants", &grant("confidential", "all")).await;
        more.is(201);
        let got = working(&elsewhere, &at).await;
        assert_eq!(secrets_in(&got.text()), SECRETS);
        assert_eq!(got.json()["people"][0]["confidential_name"], NAME);
        let got = working(&analyst, &at).await;
        got.is(200);
        assert_eq!(secrets_in(&got.text()), Vec::<&str>::new());
        assert_eq!(app.count("audit_entry", "action = 'grant'").await, 2);

        let listed = app.verifier().read(&format!("/api/v1/grants?number={}", number.as_str().unwrap())).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), 2);
        for made in [&more, &read] {
            let grant = format!("/api/v1/grants/{}", made.json()["id"].as_str().unwrap());
            elsewhere.delete(&grant).await.problem(404, "not-found");
            app.verifier().delete(&grant).await.is(204);
            app.verifier().delete(&grant).await.is(204);
        }
        working(&elsewhere, &at).await.problem(404, "not-found");
        working(&analyst, &at).await.problem(404, "not-found");
        assert_eq!(app.count("audit_entry", "action = 'revoke'").await, 2);
    }

    /// What a network shows to all its members.
    async fn a_network_shares_a_record_with_its_analysts(app: TestApp) {
        let made = app.created("incidents", secret()).await;
        let at = made.location();
        working(&app.analyst(), &at).await.problem(404, "not-found");
        let grant = json!({
            "number": made.json()["number"], "network": "default", "members": "all",
            "reason": "For the annual count.",
        });
        app.verifier().post("/api/v1/grants", &grant).await.is(201);
        let got = working(&app.analyst(), &at).await;
        got.is(200);
        assert_eq!(secrets_in(&got.text()), Vec::<&str>::new());
        assert!(!got.text().contains(NAME));
    }

    /// Advocates write statements of their network and see no more of its desk.
    async fn advocates_write_statements_alone(app: TestApp) {
        let advocate = app.with_role(Role::Advocate);
        let statement = json!({"title": "We stand with them", "date": "2026-11-25", "kind": "statement", "body": "…"});
        let made = advocate.post("/api/v1/statements", &statement).await;
        made.is(201);
        advocate.amend(&made.location(), &json!({"body": "More."})).await.is(200);
        let refused = advocate.post(INCIDENTS, &incident().into()).await;
        refused.problem(403, "not-allowed");
        let draft = app.created("incidents", incident()).await.location();
        working(&advocate, &draft).await.problem(404, "not-found");
    }

    /// One call, and the name is in no record, no version, no search, no answer.
    async fn a_name_is_taken_down_everywhere(app: TestApp) {
        let named = |title: &str| incident().titled(title).about(json!([{
            "ref": "P1", "name": NAME, "display": "name", "display_reason": "the person agreed",
            "position": "observer",
        }])).with("sources", json!([{"title": "{P1} held", "url": "https://example.org/zorabeth-quillfeather"}]));
        let at = app.published("incidents", named("{P1} detained")).await;
        let other = app.published("incidents", named("{P1} released")).await;
        let public = app.public();
        let before = public.get(&at).await;
        assert!(before.text().contains(NAME));
        assert_eq!(public.read(&format!("{INCIDENTS}?q=Quillfeather&total=true")).await["meta"]["total"], 2);
        let person = app.verifier().read(&at).await["people"][0]["person"].as_str().unwrap().to_owned();
        let down = format!("/api/v1/people/{person}/take-down");
        app.contributor().post(&down, &json!({})).await.problem(403, "not-allowed");
        app.of_network("elsewhere", Role::Verifier).await.post(&down, &json!({})).await.problem(404, "not-found");
        app.verifier().post(&down, &json!({"reason": "The family asked."})).await.is(204);
        for at in [&at, &other] {
            for path in [
                at.clone(), format!("{at}?text=raw"), format!("{at}/versions/1"), format!("{at}/events"),
                format!("{at}/diff"), INCIDENTS.to_owned(), format!("{INCIDENTS}?q=detained"),
            ] {
                for asker in [&public, &app.analyst(), &app.admin()] {
                    let got = asker.get(&path).await;
                    got.is(200);
                    let text = got.text().to_lowercase();
                    assert!(!text.contains("quillfeather"), "{path}: {text}");
                }
            }
            assert_eq!(public.read(at).await["removed"], json!(["2026-11-25"]));
            assert_eq!(public.read(&format!("{at}/versions/1")).await["removed"], json!(["2026-11-25"]));
        }
        assert_eq!(public.read(&format!("{INCIDENTS}?q=Quillfeather&total=true")).await["meta"]["total"], 0);
        // The words of the version are what they were.
        assert_eq!(public.read(&format!("{at}/versions/1?text=raw")).await["title"], "{P1} detained");
        // An answer that was kept is told to be old, and changes are told of.
        let kept = public.send(axum::http::Method::GET, &at, &[("if-none-match", &before.etag())], "").await;
        kept.is(200);
        assert!(public.read(&at).await["last_changed"].as_str().unwrap() >= before.json()["last_changed"].as_str().unwrap());
        // Nobody shows it again by writing so.
        let again = json!({"people": [{"ref": "P1", "person": person, "display": "name", "display_reason": "x"}]});
        app.verifier().amend(&other, &json!({"people": [{"ref": "P1", "person": person, "display": "role"}]})).await.is(200);
        assert_eq!(app.verifier().amend(&other, &again).await.wrong(), ["/people/0/display"]);
        // What comes later does not find or show it either.
        let later = incident().titled("{P1} fined").about(json!([{
            "ref": "P1", "person": person, "display": "name", "display_reason": "x",
        }]));
        let later = app.published("incidents", later).await;
        assert!(!public.get(&later).await.text().contains(NAME));
        assert_eq!(public.read(&format!("{INCIDENTS}?q=Zorabeth&total=true")).await["meta"]["total"], 0);
    }

    /// In one record alone, where that is what was asked for.
    async fn a_name_is_taken_down_in_one_record(app: TestApp) {
        let named = |title: &str| incident().titled(title).about(json!([{
            "ref": "P1", "name": NAME, "display": "name", "display_reason": "the person agreed",
        }]));
        let at = app.published("incidents", named("{P1} detained")).await;
        let other = app.published("incidents", named("{P1} released")).await;
        let verb = format!("{at}/take-down");
        let verifier = app.verifier();
        assert_eq!(verifier.post(&verb, &json!({"person": "P9"})).await.wrong(), ["/person"]);
        assert_eq!(verifier.post(&verb, &json!({})).await.wrong(), ["/person"]);
        app.contributor().post(&verb, &json!({"person": "P1"})).await.problem(403, "not-allowed");
        verifier.post(&verb, &json!({"person": "P1", "scope": "record"})).await.is(200);
        assert!(!app.public().get(&at).await.text().contains(NAME));
        assert!(app.public().get(&other).await.text().contains(NAME));
        assert_eq!(app.public().read(&format!("{INCIDENTS}?q=Zorabeth&total=true")).await["meta"]["total"], 1);
        verifier.post(&verb, &json!({"person": "P1"})).await.is(200);
        assert!(!app.public().get(&other).await.text().contains(NAME));
    }

    /// Consent is data; who no longer agrees is named nowhere.
    async fn consent_withdrawn_takes_the_name_down(app: TestApp) {
        let at = app.published("incidents", incident().titled("{P1} detained").about(json!([{
            "ref": "P1", "name": NAME, "display": "name", "display_reason": "the person agreed",
        }]))).await;
        let writer = app.contributor();
        let person = writer.read(&at).await["people"][0]["person"].as_str().unwrap().to_owned();
        let consents = format!("/api/v1/people/{person}/consents");
        let given = json!({"purpose": "naming", "status": "given", "by": "person", "on": "2024-05"});
        writer.post(&consents, &given).await.is(201);
        assert!(app.public().get(&at).await.text().contains(NAME));
        let wrong = writer.post(&consents, &json!({"purpose": "namin", "status": "given"})).await;
        assert_eq!(wrong.wrong(), ["/purpose", "/by"]);
        let named = json!({"purpose": "naming", "status": "given", "by": "family", "note": format!("{NAME} said so")});
        assert_eq!(writer.post(&consents, &named).await.status, 422);
        app.of_network("default", Role::Contributor).await.get(&consents).await.problem(404, "not-found");
        app.advance(chrono::TimeDelta::minutes(1));
        let withdrawn = json!({"purpose": "naming", "status": "withdrawn", "by": "family", "note": "By phone."});
        writer.post(&consents, &withdrawn).await.is(201);
        let listed = writer.read(&consents).await;
        assert_eq!(listed["items"][0]["status"], "withdrawn");
        assert_eq!(listed["items"][1]["on"], "2024-05");
        let got = app.public().get(&at).await;
        assert!(!got.text().contains(NAME), "{}", got.text());
        assert_eq!(got.json()["removed"], json!(["2026-11-25"]));
    }
}
