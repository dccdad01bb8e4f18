//! What changed, for those who keep a copy: complete, in order, and nothing that the public did not see.

use amparo_migrations::{Migrate as _, Migrator};
use amparo_tests::{Client, TestApp, incident, on_both, organization};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

/// What changed, as the change and the number.
fn told(page: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| (text(&item["change"]), text(&item["number"]))).collect()
}

fn changes(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(change, at)| ((*change).to_owned(), number(at))).collect()
}

/// All that changed after a cursor, page by page, and the next cursor.
async fn since(
    client: &Client<'_>,
    cursor: Option<String>,
) -> (Vec<(String, String)>, Option<String>) {
    let (mut all, mut cursor) = (Vec::new(), cursor);
    loop {
        let after = cursor.as_ref().map_or(String::new(), |cursor| format!("&after={cursor}"));
        let page = client.read(&format!("/api/v1/changes?limit=2{after}")).await;
        all.extend(told(&page));
        cursor = page["cursor"].as_str().map(str::to_owned);
        if page["next"].is_null() {
            return (all, cursor);
        }
    }
}

async fn publish_again(app: &TestApp, at: &str) {
    app.contributor().amend(at, &json!({"severity": 3})).await.is(200);
    app.approve(at).await;
    let reason = json!({"reason": "A second source."});
    app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
}

async fn withdraw(app: &TestApp, at: &str) {
    let reason = json!({"reason": "It was somewhere else.", "reason_class": "mistaken"});
    app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
}

on_both! {
    async fn tells_what_the_public_saw_change(app: TestApp) {
        let public = app.public();
        assert_eq!(public.read("/api/v1/changes").await, json!({"items": [], "next": null, "cursor": null}));
        let one = app.published("incidents", incident()).await;
        app.advance(TimeDelta::seconds(1));
        let other = app.published("incidents", incident().on("2023")).await;
        let group = app.published("organizations", organization("Open Observers")).await;
        let draft = app.created("incidents", incident().on("2022")).await.location();
        app.contributor().post_nothing(&format!("{draft}/submit")).await.is(200);
        let (all, cursor) = since(&public, None).await;
        assert_eq!(all, changes(&[("created", &one), ("created", &other), ("created", &group)]));

        app.contributor().amend(&one, &json!({"severity": 2})).await.is(200);
        assert_eq!(since(&public, cursor.clone()).await, (Vec::new(), cursor.clone()), "nothing of this was seen");
        publish_again(&app, &one).await;
        app.advance(TimeDelta::seconds(1));
        let into = json!({"into": number(&one), "reason": "It is the same."});
        app.verifier().post(&format!("{other}/merge"), &into).await.is(200);
        app.verifier().post(&format!("{other}/unmerge"), &json!({"reason": "They are two."})).await.is(200);
        withdraw(&app, &group).await;
        let after = cursor.clone().unwrap();
        let page = public.read(&format!("/api/v1/changes?after={after}")).await;
        let expected = [("corrected", one.as_str()), ("merged", &other), ("unmerged", &other), ("withdrawn", &group)];
        assert_eq!(told(&page), changes(&expected));
        let [corrected, merged, _, withdrawn] = [0, 1, 2, 3].map(|nth| &page["items"][nth]);
        assert_eq!((&corrected["kind"], &corrected["version"]), (&json!("incident"), &json!(2)));
        assert_eq!(corrected["address"], format!("{one}/versions/2"));
        assert_eq!(merged["into"], number(&one).as_str());
        assert_eq!((&withdrawn["kind"], &withdrawn["class"]), (&json!("organization"), &json!("mistaken")));
        public.get(corrected["address"].as_str().unwrap()).await.is(200);
        assert_eq!(since(&public, cursor).await.0, told(&page), "page by page it is the same");

        // From a moment on: the same for who notes the time of the last change.
        let moment = merged["at"].as_str().unwrap();
        let from = public.read(&format!("/api/v1/changes?since={moment}")).await;
        assert_eq!(told(&from), told(&page)[1..]);
        let day = public.read("/api/v1/changes?since=2026-11-25&limit=200").await;
        assert_eq!(day["items"].as_array().unwrap().len(), 7);
        let future = public.read("/api/v1/changes?since=2027-01-01").await;
        assert_eq!(future, json!({"items": [], "next": null, "cursor": null}));
        for wrong in ["since=yesterday", "after=xyz", "sience=2024"] {
            public.get(&format!("/api/v1/changes?{wrong}")).await.problem(400, "unknown-parameter");
        }
        // Everybody is told the same.
        let all = public.read("/api/v1/changes?limit=200").await;
        for client in [app.verifier(), app.admin(), app.analyst()] {
            assert_eq!(client.read("/api/v1/changes?limit=200").await, all);
        }
        assert!(!all.to_string().contains(&number(&draft)));
    }

    /// A copy drops the name. Whose it was is not told, and a record that tells them by role is not told at all.
    async fn a_name_that_is_taken_down_is_a_change_of_what_showed_it(app: TestApp) {
        let person = app.created("people", json!({"names": [{"name": "Ana Ruiz"}]})).await.json();
        let of = |display: &str| json!([{"ref": "P1", "person": person["number"], "display": display,
            "display_reason": if display == "name" { json!("She agreed.") } else { Value::Null }}]);
        let named = app.published("incidents", incident().titled("{P1} fined").about(of("name"))).await;
        let told_by_role = app.published("incidents", incident().on("2023").titled("{P1} held").about(of("role"))).await;
        let (_, cursor) = since(&app.public(), None).await;
        let before = app.public().read(&told_by_role).await["last_changed"].clone();
        app.advance(TimeDelta::seconds(1));
        let number = person["number"].as_str().unwrap();
        let down = format!("/api/v1/people/{number}/take-down");
        app.verifier().post(&down, &json!({"reason": "The family asked."})).await.is(204);
        let after = cursor.clone().unwrap();
        let page = app.public().read(&format!("/api/v1/changes?after={after}")).await;
        assert_eq!(told(&page), changes(&[("names_taken_down", &named)]));
        for word in ["Ruiz", number, "family", "P1"] {
            assert!(!page.to_string().contains(word), "{word}: {page}");
        }
        let after = app.public().read(&told_by_role).await["last_changed"].clone();
        assert_eq!(after, before, "the moment of a change tells of nobody either");
    }

    async fn tombstones_are_listed(app: TestApp) {
        let public = app.public();
        let mut gone = Vec::new();
        for year in ["2021", "2022", "2023"] {
            let at = app.published("incidents", incident().on(year)).await;
            if year == "2022" {
                publish_again(&app, &at).await;
            }
            withdraw(&app, &at).await;
            gone.push(number(&at));
        }
        app.published("incidents", incident()).await;
        assert_eq!(public.numbers("/api/v1/withdrawn?limit=1").await, gone);
        let page = public.read("/api/v1/withdrawn").await;
        assert_eq!(page["items"][1], json!({"number": gone[1], "kind": "incident", "versions": 2,
            "withdrawn_on": "2026-11-25", "class": "mistaken"}));
        assert!(!page.to_string().contains("somewhere else"), "the words of a reason are the desk's");
    }

    /// Whoever reads while others publish misses nothing and hears nothing twice.
    async fn nothing_is_missed_while_others_publish(app: TestApp) {
        let mut ready = Vec::new();
        for nth in 0..12 {
            let at = app.created("incidents", incident().on(&format!("20{:02}", 10 + nth))).await.location();
            app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
            app.approve(&at).await;
            ready.push(at);
        }
        let publish = async |at: &str| {
            app.verifier().post_nothing(&format!("{at}/publish")).await.is(200);
        };
        let writers = async {
            for some in ready.chunks(4) {
                tokio::join!(publish(&some[0]), publish(&some[1]), publish(&some[2]), publish(&some[3]));
            }
        };
        let reader = async {
            let (mut all, mut cursor) = (Vec::new(), None);
            while all.len() < ready.len() {
                let (more, next) = since(&app.public(), cursor.clone()).await;
                all.extend(more);
                cursor = next.or(cursor);
                // An answer that is kept is there at once, and whoever publishes has to have a turn.
                tokio::task::yield_now().await;
            }
            all
        };
        let ((), mut heard) = tokio::join!(writers, reader);
        let mut expected: Vec<_> = ready.iter().map(|at| ("created".to_owned(), number(at))).collect();
        heard.sort();
        expected.sort();
        assert_eq!(heard, expected);
    }

    /// All that an import publishes is there, and what was there before there was a table of changes.
    async fn an_import_and_what_was_there_before_are_told(app: TestApp) {
        app.load_register().await;
        let at = app.published("incidents", incident()).await;
        publish_again(&app, &at).await;
        let merged = app.published("incidents", incident().on("2023")).await;
        let into = json!({"into": number(&at), "reason": "It is the same."});
        app.verifier().post(&format!("{merged}/merge"), &into).await.is(200);
        let gone = app.published("incidents", incident().on("2022")).await;
        withdraw(&app, &gone).await;
        let versions = app.count("version", "1 = 1").await;
        let of = |change: &str| format!("change = '{change}'");
        let heard = app.count("register_change", "change IN ('created', 'corrected')").await;
        assert_eq!(heard, versions);
        assert!(versions > 100, "{versions}");
        let all = "SELECT change || ' ' || CAST(number AS TEXT) || ' ' || CAST(version AS TEXT) || ' ' || \
                   COALESCE(CAST(into_number AS TEXT), '') || ' ' || COALESCE(class, '') FROM register_change ORDER BY 1";
        let before = app.column(all).await;
        let migrations = Migrator::migrations();
        let nth = migrations.iter().position(|one| one.name().ends_with("create_keeping")).unwrap();
        let steps = u32::try_from(migrations.len() - nth).unwrap();
        Migrator::down(&app.database, Some(steps)).await.unwrap();
        Migrator::up(&app.database, None).await.unwrap();
        assert_eq!(app.column(all).await, before);
        assert_eq!(app.count("register_change", &of("merged")).await, 1);
        let mut times = app.column("SELECT CAST(at AS TEXT) FROM register_change ORDER BY id").await;
        let in_order = times.clone();
        times.sort();
        assert_eq!(times, in_order);
    }
}
