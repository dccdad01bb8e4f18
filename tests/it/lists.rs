//! Lists that stay what they were, and questions that somebody keeps for themselves.

use amparo_domain::access::Role;
use amparo_tests::{Answer, Client, TestApp, incident, on_both};
use axum::http::Method;
use serde_json::{Value, json};

/// Two incidents of 2024 in Azerbaijan and one elsewhere, all published.
async fn three(app: &TestApp) -> [String; 3] {
    let later = app.published("incidents", incident().titled("The later one").on("2024-06-01"));
    let later = later.await;
    let earlier = app.published("incidents", incident().titled("The earlier one")).await;
    let other = app.published("incidents", incident().in_country("GEO")).await;
    [later, earlier, other]
}

async fn freeze(client: &Client<'_>, title: &str, query: &str) -> Answer {
    client.post("/api/v1/lists", &json!({"title": title, "query": query})).await
}

/// A list that was made, as the public reads it.
async fn frozen(app: &TestApp, query: &str) -> (String, Value) {
    let made = freeze(&app.analyst(), "A list", query).await;
    made.is(201);
    (made.location(), app.public().read(&made.location()).await)
}

fn numbers(items: &Value) -> Vec<String> {
    let items = items.as_array().unwrap().iter();
    items.map(|item| item["number"].as_str().unwrap().to_owned()).collect()
}

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

async fn publish_again(app: &TestApp, at: &str, change: Value) {
    app.contributor().amend(at, &change).await.is(200);
    app.approve(at).await;
    let reason = json!({"reason": "A second source."});
    app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
}

async fn withdraw(app: &TestApp, at: &str) {
    let reason = json!({"reason": "It was somewhere else.", "reason_class": "mistaken"});
    app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
}

on_both! {
    /// What is corrected, withdrawn or published later changes nothing of what the list is a list of.
    async fn a_list_stays_what_it_was(app: TestApp) {
        let [later, earlier, _] = three(&app).await;
        app.created("incidents", incident().titled("A draft")).await;
        let query = "country=AZE&period=2024";
        let asked = app.public().read(&format!("/api/v1/incidents?{query}")).await;
        let made = freeze(&app.analyst(), "Azerbaijan in 2024", query).await;
        made.is(201);
        let at = made.location();
        assert_eq!(made.json()["count"], 2);
        let list = app.public().read(&at).await;
        assert_eq!((&list["title"], &list["query"]), (&json!("Azerbaijan in 2024"), &json!(query)));
        assert_eq!(list["meta"]["period"], json!({"from": "2024-01-01", "to": "2024-12-31"}));
        assert_eq!(numbers(&list["items"]), numbers(&asked["items"]));
        assert_eq!(list["network"], "default");
        let as_version = app.public().read(&format!("{later}/versions/1")).await;
        for (member, value) in as_version.as_object().unwrap() {
            assert_eq!(&list["items"][0][member], value, "{member}");
        }

        publish_again(&app, &later, json!({"title": "Said otherwise"})).await;
        withdraw(&app, &earlier).await;
        app.published("incidents", incident().titled("A new one")).await;
        let list = app.public().read(&at).await;
        assert_eq!(list["count"], 2);
        let [first, second] = [&list["items"][0], &list["items"][1]];
        assert_eq!(first["title"], "The later one");
        assert_eq!((&first["version"], &first["latest_version"]), (&json!(1), &json!(2)));
        assert_eq!(*second, json!({"number": number(&earlier), "version": 1, "latest_version": 1,
            "state": "withdrawn", "class": "mistaken", "on": second["on"]}));
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        for method in [Method::DELETE, Method::PUT, Method::PATCH] {
            app.admin().send(method, &at, &[], "").await.is(405);
        }
    }

    async fn a_list_is_taken_away_as_it_is_read(app: TestApp) {
        let [later, earlier, _] = three(&app).await;
        for nth in 0..4 {
            app.published("incidents", incident().on(&format!("2023-0{}", nth + 1))).await;
        }
        let (at, _) = frozen(&app, "country=AZE").await;
        publish_again(&app, &later, json!({"title": "=Said otherwise"})).await;
        withdraw(&app, &earlier).await;
        let public = app.public();
        let items = public.read(&format!("{at}/items?limit=200")).await["items"].clone();
        let lines = public.get(&format!("{at}/items.jsonl")).await;
        lines.is(200);
        let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(items, Value::Array(lines));
        let csv = public.get(&format!("{at}/items.csv")).await;
        csv.is(200);
        let text = csv.text();
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        assert_eq!(rows.iter().map(|row| row[0].to_owned()).collect::<Vec<_>>(), numbers(&items));
        let gone: Vec<_> = rows.iter().filter(|row| &row[3] == "withdrawn").collect();
        assert_eq!((gone.len(), &gone[0][0], &gone[0][6]), (1, number(&earlier).as_str(), "mistaken"));
        let csv = public.get("/api/v1/withdrawn.csv").await.text();
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(csv.contains(&format!("\r\n{},incident,1,2026-11-25,mistaken\r\n", number(&earlier))), "{csv}");
        public.get("/api/v1/lists/4827-1930/items.csv").await.problem(404, "not-found");
        public.get(&format!("{at}/items.csv?limit=2")).await.problem(400, "unknown-parameter");
    }

    async fn a_list_has_a_number_that_is_nothing_else(app: TestApp) {
        three(&app).await;
        let (at, list) = frozen(&app, "country=AZE").await;
        let number = number(&at);
        assert_eq!(list["number"], number.as_str());
        let found = app.public().get(&format!("/r/{number}")).await;
        found.is(307);
        assert_eq!(found.location(), at);
        app.public().get(&format!("/r/{}", number.replace('-', ""))).await.is(307);
        app.public().get(&format!("/r/{number}/v1")).await.problem(404, "not-found");
        for client in [app.public(), app.admin(), app.verifier()] {
            client.get(&format!("/api/v1/incidents/{number}")).await.problem(404, "not-found");
            client.get(&format!("/api/v1/cases/{number}")).await.problem(404, "not-found");
        }
        let same = format!("number = {}", number.replace('-', ""));
        assert_eq!(app.count("record", &same).await, 1, "no record can have it");
        app.public().get("/api/v1/lists/9999-9992").await.problem(404, "not-found");
        app.public().get("/api/v1/lists/9999-9993").await.problem(400, "mistyped-number");
    }

    async fn lists_and_what_is_in_them_come_in_pages(app: TestApp) {
        let [later, earlier, other] = three(&app).await;
        let (first, _) = frozen(&app, "sort=occurred").await;
        let (second, _) = frozen(&app, "sort=-last_changed").await;
        let all = app.public().numbers("/api/v1/lists?limit=1").await;
        let mut both = [number(&first), number(&second)];
        both.sort();
        let mut sorted = all.clone();
        sorted.sort();
        assert_eq!(sorted, both);
        for (list, sort) in [(&first, "occurred"), (&second, "-last_changed")] {
            let listed = app.public().numbers(&format!("/api/v1/incidents?sort={sort}")).await;
            let kept = app.public().numbers(&format!("{list}/items?limit=1")).await;
            assert_eq!(kept, listed, "{sort}");
            assert_eq!(kept.len(), [later.as_str(), &earlier, &other].len());
        }
        let whole = app.public().get(&format!("{first}?limit=2")).await;
        let link = whole.header("link");
        assert!(link.contains("/items?after="), "{link}");
        let next = link.split(['<', '>']).nth(1).unwrap();
        let next = next.split_once("/api").unwrap().1;
        let rest = app.public().read(&format!("/api{next}")).await;
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
        let fields = app.public().read(&format!("{first}/items?fields=number&limit=1")).await;
        assert_eq!(fields["items"][0].as_object().unwrap().len(), 2, "the number and the latest version");
    }

    /// What was there on a day, in the versions and the order of that day.
    async fn a_list_of_a_day_gone_by_keeps_the_versions_of_that_day(app: TestApp) {
        let shown = json!([{"ref": "P1", "name": "Ana Ruiz", "display": "name", "display_reason": "She agreed."}]);
        let named = incident().titled("{P1} fined").on("2024-03-01").about(shown);
        let named = app.published("incidents", named.with("severity", 4)).await;
        app.advance(chrono::TimeDelta::hours(1));
        let [later, earlier, _] = three(&app).await;
        let day = app.now().date_naive();
        app.advance(chrono::TimeDelta::days(2));
        publish_again(&app, &named, json!({"title": "Somebody fined", "people": []})).await;
        publish_again(&app, &later, json!({"title": "Said otherwise", "occurred": "2020"})).await;
        withdraw(&app, &earlier).await;
        app.published("incidents", incident().titled("A new one")).await;
        for order in ["", "&sort=occurred", "&sort=-last_changed", "&sort=-severity", "&q=one&sort=relevance"] {
            let query = format!("country=AZE&as_of={day}{order}");
            let asked = app.public().read(&format!("/api/v1/incidents?{query}")).await;
            let (_, list) = frozen(&app, &query).await;
            assert_eq!(numbers(&list["items"]), numbers(&asked["items"]), "{query}");
            for item in list["items"].as_array().unwrap() {
                assert_eq!(item["version"], 1, "{query}");
            }
            let of_day = (&list["items"][0]["title"], &list["items"][0]["version"]);
            assert_eq!(of_day, (&asked["items"][0]["title"], &asked["items"][0]["version"]), "{query}");
        }
        // The name is shown no longer, on that day neither.
        let (at, list) = frozen(&app, &format!("severity=4&as_of={day}")).await;
        assert_eq!(list["count"], 1);
        assert!(!app.public().get(&at).await.text().contains("Ana Ruiz"));
    }

    async fn a_question_that_cannot_be_kept_is_refused(app: TestApp) {
        three(&app).await;
        let wrong = |answer: &Answer| answer.problem(422, "invalid")["errors"][0].clone();
        let slip = wrong(&freeze(&app.analyst(), "A list", "contry=AZE").await);
        assert_eq!((&slip["pointer"], &slip["did_you_mean"]), (&json!("/query"), &json!(["country"])));
        for query in ["country=FRA", "state=draft", "period=2031"] {
            let nothing = wrong(&freeze(&app.verifier(), "A list", query).await);
            assert!(nothing["message"].as_str().unwrap().contains("finds nothing"), "{nothing}");
        }
        for query in ["limit=5", "person=4827-1930", "period=yesterday", "after=x", "known_on=2026-11-25",
            "as_of=2026-11-24", "as_of=2031-01-01"] {
            assert_eq!(wrong(&freeze(&app.verifier(), "A list", query).await)["pointer"], "/query", "{query}");
        }
        assert_eq!(wrong(&freeze(&app.analyst(), "  ", "country=AZE").await)["pointer"], "/title");
        let long = "x".repeat(201);
        assert_eq!(wrong(&freeze(&app.analyst(), &long, "country=AZE").await)["pointer"], "/title");
        app.public().post("/api/v1/lists", &json!({"title": "A list", "query": "country=AZE"})).await
            .problem(401, "token-needed");
        assert!(app.public().numbers("/api/v1/lists").await.is_empty());
        assert_eq!(app.count("frozen_list_item", "1 = 1").await, 0);
    }

    /// A list would keep the name when it is taken down. Of names that are not shown nothing is told.
    async fn a_list_names_nobody(app: TestApp) {
        let shown = json!([{"ref": "P1", "name": "Ana Ruiz", "display": "name", "display_reason": "She agreed."}]);
        let hidden = json!([{"ref": "P1", "name": "Zorabeth Quillfeather"}]);
        let at = app.published("incidents", incident().titled("{P1} fined").about(shown)).await;
        app.published("incidents", incident().titled("{P1} held").about(hidden)).await;
        let refused = freeze(&app.analyst(), "What was done to Ana Ruiz", "country=AZE").await;
        assert_eq!(refused.problem(422, "invalid")["errors"][0]["pointer"], "/title");
        for query in ["q=ruiz", "q=rui*", "q=ana fined"] {
            let refused = freeze(&app.analyst(), "A list", query).await;
            assert_eq!(refused.problem(422, "invalid")["errors"][0]["pointer"], "/query", "{query}");
        }
        freeze(&app.analyst(), "Zorabeth Quillfeather", "country=AZE").await.is(201);
        let (list, _) = frozen(&app, "q=fined").await;
        assert!(app.public().get(&list).await.text().contains("Ana Ruiz"));
        let down = json!({"person": "P1", "reason": "The family asked."});
        app.verifier().post(&format!("{at}/take-down"), &down).await.is(200);
        let answer = app.public().get(&list).await;
        assert!(!answer.text().contains("Ruiz"), "{}", answer.text());
        assert_eq!(answer.json()["count"], 1);
    }

    async fn the_same_request_again_makes_no_second_list(app: TestApp) {
        three(&app).await;
        let body = json!({"title": "A list", "query": "country=AZE"}).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", "a-list-of-mine")];
        let analyst = app.analyst();
        let first = analyst.send(Method::POST, "/api/v1/lists", &headers, body.clone()).await;
        let again = analyst.send(Method::POST, "/api/v1/lists", &headers, body).await;
        first.is(201);
        assert_eq!((again.status, again.json()), (first.status, first.json()));
        let other = json!({"title": "Another", "query": "country=AZE"}).to_string();
        analyst.send(Method::POST, "/api/v1/lists", &headers, other).await.problem(422, "idempotency-key-reused");
        assert_eq!(app.public().numbers("/api/v1/lists").await.len(), 1);
        assert_eq!(app.count("audit_entry", "action = 'freeze'").await, 1);
    }

    /// What a network alone can see is in no list, whoever makes it; what was merged since stays in it.
    async fn a_list_holds_what_everybody_sees(app: TestApp) {
        let [later, earlier, _] = three(&app).await;
        app.contributor().amend(&later, &json!({"title": "Not published yet"})).await.is(200);
        let (list, read) = frozen(&app, "country=AZE").await;
        assert_eq!(read["items"][0]["title"], "The later one");
        assert_eq!(read["items"][0]["version"], 1);
        for client in [app.public(), app.verifier(), app.admin()] {
            assert_eq!(client.read(&list).await, read);
        }
        let into = json!({"into": number(&later), "reason": "It is the same."});
        app.verifier().post(&format!("{earlier}/merge"), &into).await.is(200);
        let read = app.public().read(&list).await;
        assert_eq!(read["items"][1]["title"], "The earlier one");
        withdraw(&app, &later).await;
        let read = app.public().read(&list).await;
        let states: Vec<&Value> = (0..2).map(|nth| &read["items"][nth]["state"]).collect();
        assert_eq!(states, [&json!("withdrawn"), &json!("withdrawn")], "what held it is gone, too");
    }

    async fn a_question_is_kept_for_whoever_keeps_it(app: TestApp) {
        let [later, earlier, _] = three(&app).await;
        let analyst = app.analyst();
        let search = json!({"title": "Azerbaijan", "query": "?country=AZE&q=one"});
        let made = analyst.post("/api/v1/searches", &search).await;
        made.is(201);
        let at = made.location();
        assert_eq!(made.json()["query"], "country=AZE&q=one");
        let found = analyst.read(&format!("{at}/incidents")).await;
        assert_eq!(numbers(&found["items"]), [number(&later), number(&earlier)]);
        let first = analyst.get(&format!("{at}/incidents?limit=1&total=true")).await;
        assert_eq!(first.json()["meta"]["total"], 2);
        let link = first.header("link");
        assert!(link.contains(&at) && !link.contains("one"), "the question is in no address: {link}");
        assert_eq!(analyst.numbers(&format!("{at}/incidents?limit=1")).await, [number(&later), number(&earlier)]);
        analyst.get(&format!("{at}/incidents?country=GEO")).await.problem(400, "unknown-parameter");

        analyst.send(Method::PUT, &at, &[("content-type", "application/json")], search.to_string()).await
            .problem(428, "if-match-needed");
        let other = json!({"title": "Georgia", "query": "country=GEO"});
        analyst.put(&at, &made.etag(), &other).await.is(200);
        analyst.put(&at, &made.etag(), &search).await.problem(412, "stale");
        assert_eq!(analyst.read(&at).await["title"], "Georgia");
        let wrong = json!({"title": "Georgia", "query": "contry=GEO"});
        analyst.put(&at, "*", &wrong).await.problem(422, "invalid");
        let others = [app.verifier(), app.admin(), app.of_network("default", Role::Analyst).await];
        for other in &others {
            other.get(&at).await.problem(404, "not-found");
            other.get(&format!("{at}/incidents")).await.problem(404, "not-found");
            other.put(&at, "*", &search).await.problem(404, "not-found");
            other.delete(&at).await.problem(404, "not-found");
            assert_eq!(other.read("/api/v1/searches").await["items"], json!([]));
        }
        app.public().get("/api/v1/searches").await.problem(401, "token-needed");
        assert_eq!(analyst.read("/api/v1/searches").await["items"].as_array().unwrap().len(), 1);
        analyst.delete(&at).await.is(204);
        analyst.get(&at).await.problem(404, "not-found");
    }

    /// A question may hold a name, and the trail of what was done has it not.
    async fn the_words_of_a_question_are_in_no_trail(app: TestApp) {
        let search = json!({"title": "Quillfeather again", "query": "q=Quillfeather"});
        let made = app.verifier().post("/api/v1/searches", &search).await;
        made.is(201);
        app.verifier().put(&made.location(), "*", &search).await.is(200);
        assert_eq!(app.tables_holding("Quillfeather").await, ["saved_search"]);
        app.verifier().delete(&made.location()).await.is(204);
        assert!(app.tables_holding("Quillfeather").await.is_empty());
        for action in ["save_search", "change_search", "remove_search"] {
            assert_eq!(app.count("audit_entry", &format!("action = '{action}'")).await, 1, "{action}");
        }
    }

    async fn nobody_keeps_more_than_so_many_questions(app: TestApp) {
        let search = json!({"title": "One of many", "query": "country=AZE"});
        app.analyst().post("/api/v1/searches", &search).await.is(201);
        let more = "INSERT INTO saved_search (id, owner, title, query, revision, made_at, changed_at) \
                    SELECT id + 1, owner, title, query, revision, made_at, changed_at FROM saved_search \
                    ORDER BY id DESC LIMIT 1";
        for _ in 1..200 {
            app.execute(more).await.unwrap();
        }
        let refused = app.analyst().post("/api/v1/searches", &search).await;
        assert!(refused.problem(422, "invalid")["errors"][0]["message"].as_str().unwrap().contains("200"));
        app.contributor().post("/api/v1/searches", &search).await.is(201);
    }
}
