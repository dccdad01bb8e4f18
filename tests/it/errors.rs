//! What goes wrong is told as a problem (RFC 9457), with its place and what was probably meant.

use amparo_tests::{incident, on_both};
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

const INCIDENTS: &str = "/api/v1/incidents";

/// The first error of a problem that is about a parameter.
fn about<'p>(problem: &'p Value, parameter: &str) -> &'p Value {
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().find(|error| error["parameter"] == parameter).unwrap()
}

on_both! {
    async fn never_answers_another_question_than_the_one_asked(app: TestApp) {
        let public = app.public();
        let problem =
            public.get("/api/v1/incidents?contry=AZE&type=detentoin&period=2024-13").await
                .problem(400, "unknown-parameter");
        assert_eq!(about(&problem, "contry")["did_you_mean"], json!(["country"]));
        assert_eq!(about(&problem, "type")["did_you_mean"][0], "detention");
        assert!(about(&problem, "period")["message"].is_string());
        for path in [
            "/api/v1/incidents?limit=0", "/api/v1/incidents?limit=201", "/api/v1/incidents?limit=x",
            "/api/v1/incidents?country=Atlantis", "/api/v1/incidents?region=narnia",
            "/api/v1/incidents?custody=fre", "/api/v1/incidents?severity=6",
            "/api/v1/incidents?severity=5..3", "/api/v1/incidents?bbox=1,2,3",
            "/api/v1/incidents?bbox=0,60,10,50", "/api/v1/incidents?near=200,0&within=1km",
            "/api/v1/incidents?near=1,1", "/api/v1/incidents?within=1km",
            "/api/v1/incidents?sort=title", "/api/v1/incidents?date_match=exact",
            "/api/v1/incidents?before_election=P1D", "/api/v1/incidents?election=4827-1931",
            "/api/v1/incidents?person=4827-1930", "/api/v1/incidents?changed_since=yesterday",
            "/api/v1/incidents?q=%20.%20", "/api/v1/incidents?period=2024&period=2023",
            "/api/v1/incidents?total=yes", "/api/v1/incidents?fields=names", "/api/v1/incidents?after=x",
            "/api/v1/organizations?type=x", "/api/v1/elections?period=never",
            "/api/v1/incidents?limit!=3", "/api/v1/incidents?lang=de", "/api/v1/incidents?phase=before",
            "/api/v1/incidents?state=secret", "/api/v1/incidents?grade=true", "/api/v1/incidents?actor=x",
            "/api/v1/incidents?near=nan,1&within=1km", "/api/v1/incidents?near=1,1&within=0km",
            "/api/v1/incidents?fields!=title",
        ] {
            let answer = public.get(path).await;
            assert_eq!(answer.status, 400, "{path}: {}", answer.text());
            let problem = answer.problem(400, "unknown-parameter");
            assert!(!problem["errors"].as_array().unwrap().is_empty(), "{path}");
        }
    }

    /// What is not honoured is not accepted either.
    async fn refuses_members_to_be_chosen_where_they_cannot_be(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let writer = app.contributor();
        let event = json!({"date": "2024-05-02", "kind": "released"});
        for answer in [
            writer.post("/api/v1/incidents?fields=number", &incident().into()).await,
            writer.amend(&format!("{at}?fields=number"), &json!({"summary": "More."})).await,
            writer.post_nothing(&format!("{at}/submit?fields=number")).await,
            writer.post(&format!("{at}/events?fields=number"), &event).await,
            writer.get(&format!("{at}/events?fields=number")).await,
        ] {
            let problem = answer.problem(400, "unknown-parameter");
            assert_eq!(problem["errors"][0]["parameter"], "fields");
        }
    }

    async fn a_number_with_a_mistake_in_it_is_no_404(app: TestApp) {
        for path in ["incidents/4827-1931", "incidents/84271930", "cases/4827%201931"] {
            app.public().get(&format!("/api/v1/{path}")).await.problem(400, "mistyped-number");
        }
        app.public().get("/r/4827-1931").await.problem(400, "mistyped-number");
        app.public().get("/api/v1/incidents/hello").await.problem(404, "not-found");
        app.public().get("/api/v1/incidents/%ff%fe").await.problem(404, "not-found");
    }

    async fn finds_a_number_however_it_is_written(app: TestApp) {
        let at = app.published("incidents", incident()).await;
        let number = at.rsplit('/').next().unwrap();
        let plain = number.replace('-', "");
        let arabic: String = plain.bytes().map(|b| format!("%D9%{:02X}", 0xa0 + b - b'0')).collect();
        let persian: String =
            plain.bytes().map(|b| format!("%DB%{:02X}", 0xb0 + b - b'0')).collect();
        for written in [plain.clone(), format!("OBS%20{number}"), format!("obs-{plain}"), arabic, persian] {
            let found = app.public().read(&format!("/api/v1/incidents/{written}")).await;
            assert_eq!(found["number"], number, "{written}");
        }
        let permanent = app.public().get(&format!("/r/{plain}")).await;
        permanent.is(307);
        assert_eq!(permanent.header("location"), at);
        let version = app.public().get(&format!("/r/{number}/v1")).await;
        assert_eq!(version.header("location"), format!("{at}/versions/1"));
    }

    async fn asks_for_a_token_and_for_one_that_may(app: TestApp) {
        let draft: Value = incident().into();
        let refused = app.public().post(INCIDENTS, &draft).await;
        refused.problem(401, "token-needed");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        app.analyst().post(INCIDENTS, &draft).await.problem(403, "not-allowed");
        for token in ["amp_wrong", "", "x y"] {
            let authorization = format!("Bearer {token}");
            let headers = [("authorization", authorization.as_str())];
            let answer = app.public().send(Method::GET, INCIDENTS, &headers, Body::empty()).await;
            answer.problem(401, "token-needed");
        }
        let basic = [("authorization", "Basic YTpi")];
        let answer = app.public().send(Method::GET, INCIDENTS, &basic, Body::empty()).await;
        answer.problem(401, "token-needed");
    }

    async fn a_forbidden_record_is_the_same_404_as_one_that_is_not_there(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let organization = app
            .created("organizations", json!({"name": "Hidden", "slug": "hidden-observers"})).await
            .location();
        let stranger = app.of_network("elsewhere", amparo_domain::access::Role::Verifier).await;
        let absent = "/api/v1/incidents/4827-1930";
        let id = [("x-request-id", "the-same-id"), ("if-match", "\"r1-x\""), ("content-type", "application/json")];
        for client in [app.public(), app.analyst(), stranger] {
            for (method, rest, body) in [
                (Method::GET, "", ""), (Method::GET, "?view=working", ""), (Method::HEAD, "", ""),
                (Method::GET, "/versions", ""), (Method::GET, "/versions/1", ""),
                (Method::GET, "/diff", ""), (Method::GET, "/events", ""),
                (Method::GET, "/revisions", ""), (Method::GET, "/revisions/1", ""),
                (Method::PUT, "", "{}"), (Method::PATCH, "", "{}"), (Method::DELETE, "", ""),
                (Method::POST, "/submit", ""), (Method::POST, "/publish", ""),
                (Method::POST, "/withdraw", "{\"reason\":\"x\"}"), (Method::POST, "/events", "{}"),
                (Method::GET, "/approvals", ""), (Method::GET, "/questions", ""),
                (Method::POST, "/approve", ""), (Method::POST, "/return", "{\"question\":\"x\"}"),
                (Method::POST, "/decline", "{\"reason\":\"x\"}"), (Method::POST, "/reopen", "{\"reason\":\"x\"}"),
                (Method::POST, "/assign", "{\"to\":null}"), (Method::POST, "/grade", "{\"grade\":\"reported\"}"),
                (Method::POST, "/questions", "{\"text\":\"x\"}"),
                (Method::POST, "/questions/1/answer", "{\"text\":\"x\"}"),
            ] {
                let forbidden =
                    client.send(method.clone(), &format!("{at}{rest}"), &id, body.to_owned()).await;
                let missing =
                    client.send(method.clone(), &format!("{absent}{rest}"), &id, body.to_owned()).await;
                assert!(forbidden.status.is_client_error(), "{method} {rest}: {}", forbidden.text());
                assert_eq!(forbidden.status, missing.status, "{method} {rest}");
                assert_eq!(forbidden.body, missing.body, "{method} {rest}");
                assert_eq!(forbidden.headers, missing.headers, "{method} {rest}");
            }
            let by_slug = [("x-request-id", "the-same-id")];
            let get = |path: &str| {
                let (client, path) = (client.clone(), path.to_owned());
                async move { client.send(Method::GET, &path, &by_slug, Body::empty()).await.body }
            };
            let missing = get("/api/v1/organizations/not-there").await;
            assert_eq!(get("/api/v1/organizations/hidden-observers").await, missing);
            assert_eq!(get(&organization).await, missing);
            let permanent = format!("/r/{}", at.rsplit('/').next().unwrap());
            assert_eq!(get(&permanent).await, get("/r/4827-1930").await);
        }
    }

    /// A reference to what the writer cannot see is refused in the words for what is not there.
    async fn a_hidden_record_cannot_be_referred_to(app: TestApp) {
        let hidden = app.created("incidents", incident()).await.json()["number"].clone();
        let stranger = app.of_network("elsewhere", amparo_domain::access::Role::Contributor).await;
        let with = |number: Value| -> Value {
            incident().with("related", json!([{"number": number}])).into()
        };
        let forbidden = stranger.post(INCIDENTS, &with(hidden)).await;
        let missing = stranger.post(INCIDENTS, &with(json!("4827-1930"))).await;
        assert_eq!(forbidden.wrong(), missing.wrong());
        assert_eq!(forbidden.json()["errors"], missing.json()["errors"]);
    }

    async fn names_the_methods_that_work(app: TestApp) {
        for (method, path, allowed) in [
            (Method::DELETE, INCIDENTS, "POST"), (Method::PATCH, INCIDENTS, "GET"),
            (Method::POST, "/api/v1/incidents/4827-1930", "DELETE"), (Method::PUT, "/livez", "GET"),
            (Method::GET, "/api/v1/incidents/4827-1930/publish", "POST"),
        ] {
            let answer = app.admin().send(method, path, &[], Body::empty()).await;
            answer.problem(405, "method-not-allowed");
            assert!(answer.header("allow").contains(allowed), "{path}: {}", answer.header("allow"));
        }
        app.public().get("/api/v1/nothing").await.problem(404, "not-found");
        app.public().get("/api/v2/incidents").await.problem(404, "not-found");
    }

    async fn wants_if_match_for_a_change(app: TestApp) {
        let created = app.created("incidents", incident()).await;
        let (at, writer) = (created.location(), app.contributor());
        let body: Value = incident().into();
        let json = [("content-type", "application/json")];
        for method in [Method::PUT, Method::PATCH] {
            let answer = writer.send(method, &at, &json, body.to_string()).await;
            answer.problem(428, "if-match-needed");
        }
        writer.put(&at, "\"r7-x\"", &body).await.problem(412, "stale");
        writer.put(&at, "\"abc\"", &body).await.problem(412, "stale");
        writer.put(&at, "r1", &body).await.problem(400, "malformed-header");
        writer.put(&at, &format!("\"x\", {}", created.etag()), &body).await.is(200);
        writer.put(&at, "*", &body).await.is(200);
        let delete = [("if-match", "\"r7-x\"")];
        writer.send(Method::DELETE, &at, &delete, Body::empty()).await.problem(412, "stale");
    }

    async fn answers_304_to_who_has_it_already(app: TestApp) {
        let at = app.published("incidents", incident()).await;
        for path in [at.as_str(), INCIDENTS, "/api/v1/countries/AZE", &format!("{at}/versions/1")] {
            let first = app.public().get(path).await;
            let known = [("if-none-match", first.headers["etag"].to_str().unwrap())];
            let again = app.public().send(Method::GET, path, &known, Body::empty()).await;
            assert_eq!(again.status, 304, "{path}");
            assert!(again.body.is_empty());
            assert_eq!(again.etag(), first.etag());
        }
    }

    async fn refuses_a_body_that_is_none(app: TestApp) {
        let json = [("content-type", "application/json")];
        let writer = app.contributor();
        for broken in ["{", "", "{\"title\": }", "nul", "{\"a\":1}x", "\"\\ud800\""] {
            let answer = writer.send(Method::POST, INCIDENTS, &json, broken).await;
            assert!(matches!(answer.status.as_u16(), 400 | 422), "{broken}: {}", answer.text());
        }
        let answer = writer.send(Method::POST, INCIDENTS, &json, "{\"title\": ").await;
        let problem = answer.problem(400, "malformed-body");
        assert!(problem["detail"].as_str().unwrap().contains("line 1"));
        let utf8 = writer.send(Method::POST, INCIDENTS, &json, &b"{\"title\": \"\xff\"}"[..]).await;
        assert!(utf8.problem(400, "malformed-body")["detail"].as_str().unwrap().contains("UTF-8"));
        for deep in ["[", "{\"a\":"] {
            let answer = writer.send(Method::POST, INCIDENTS, &json, deep.repeat(100_000)).await;
            answer.problem(400, "malformed-body");
        }
        for value in [json!([]), json!("x"), json!(1), json!({"title": {}}), json!({"people": 3})] {
            writer.post(INCIDENTS, &value).await.problem(422, "invalid");
        }
    }

    async fn refuses_other_media_types_and_says_which_it_takes(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let writer = app.contributor();
        for media_type in ["text/plain", "application/xml", "application/merge-patch+json", ""] {
            let headers = [("content-type", media_type)];
            let answer = writer.send(Method::POST, INCIDENTS, &headers, "{}").await;
            answer.problem(415, "media-type");
        }
        writer.send(Method::POST, INCIDENTS, &[], "{}").await.problem(415, "media-type");
        let headers = [("content-type", "application/json-patch+json"), ("if-match", "*")];
        let answer = writer.send(Method::PATCH, &at, &headers, "[]").await;
        answer.problem(415, "media-type");
        assert_eq!(answer.header("accept-patch"), "application/merge-patch+json");
        let charset = [("content-type", "application/json; charset=utf-8")];
        let body = Value::from(incident()).to_string();
        writer.send(Method::POST, INCIDENTS, &charset, body).await.is(201);
    }

    async fn refuses_a_body_that_is_too_large(app: TestApp) {
        let body = format!("\"{}\"", "x".repeat(1024 * 1024));
        let json = [("content-type", "application/json")];
        let answer = app.contributor().send(Method::POST, INCIDENTS, &json, body).await;
        let problem = answer.problem(413, "too-large");
        assert!(problem["detail"].as_str().unwrap().contains("1048576"));
    }

    async fn gives_every_answer_the_id_of_its_request(app: TestApp) {
        for path in ["/livez", INCIDENTS, "/nothing", "/docs/", "/api/openapi.json"] {
            let sent = [("x-request-id", "caller-chosen_1")];
            let answer = app.public().send(Method::GET, path, &sent, Body::empty()).await;
            assert_eq!(answer.header("x-request-id"), "caller-chosen_1", "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            let evil = [("x-request-id", "a b<script>")];
            let answer = app.public().send(Method::GET, path, &evil, Body::empty()).await;
            assert!(answer.header("x-request-id").len() >= 8 && !answer.header("x-request-id").contains('<'));
        }
    }

    async fn every_problem_is_explained_at_its_address(app: TestApp) {
        for (slug, _) in amparo_api::problem::kinds() {
            let page = app.public().get(&format!("/problems/{slug}")).await;
            page.is(200);
            assert!(page.text().len() > slug.len() + 40, "{slug} is explained: {}", page.text());
        }
        app.public().get("/problems/nothing").await.problem(404, "not-found");
    }
}
