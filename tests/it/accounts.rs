//! People come in by invitation, and what they may do can be taken from them.

use amparo_domain::access::Role;
use amparo_tests::{Client, Person, TestApp, incident, on_both};
use serde_json::{Value, json};

const INVITATIONS: &str = "/api/v1/invitations";
const ACCOUNTS: &str = "/api/v1/accounts";

async fn invited(manager: &Client<'_>, body: &Value) -> String {
    let answer = manager.post(INVITATIONS, body).await;
    answer.is(201);
    answer.json()["code"].as_str().unwrap().to_owned()
}

fn joining(code: &str, name: &str) -> Value {
    json!({"invitation": code, "name": name, "password": Person::PASSWORD})
}

async fn joined(app: &TestApp, code: &str, name: &str) -> Person {
    let answer = app.public().post(ACCOUNTS, &joining(code, name)).await;
    answer.is(201);
    Person::of(&answer.json(), Person::PASSWORD)
}

on_both! {
    async fn somebody_invited_makes_an_account_signs_in_and_logs_an_incident(app: TestApp) {
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let invitation = head.post(INVITATIONS, &json!({"roles": ["contributor"]})).await;
        invitation.is(201);
        assert_eq!(invitation.header("cache-control"), "private, no-store");
        let invitation = invitation.json();
        assert_eq!(invitation["network"], "north");
        assert_eq!(invitation["roles"], json!(["contributor"]));
        let code = invitation["code"].as_str().unwrap();
        let mut body = joining(code, " Rosa ");
        body["display_name"] = json!("Rosa of the field desk");
        let made = app.public().post(ACCOUNTS, &body).await;
        made.is(201);
        let told = made.json();
        assert_eq!(told["account"]["name"], "rosa");
        assert_eq!(told["account"]["state"], "pending");
        assert_eq!(told["recovery_codes"].as_array().unwrap().len(), 10);
        let uri = told["totp"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("otpauth://totp/Observer%20Record:rosa?secret="), "{uri}");
        assert!(made.location().starts_with("/api/v1/accounts/"));
        let rosa = app.signed_in(&Person::of(&told, Person::PASSWORD)).await;
        let me = rosa.read("/api/v1/me").await;
        assert_eq!(me["account"]["state"], "active");
        assert_eq!(me["account"]["display_name"], "Rosa of the field desk");
        assert_eq!(me["network"], "north");
        assert_eq!(me["memberships"], json!([{"network": "north", "roles": ["contributor"]}]));
        let logged = rosa.post("/api/v1/incidents", &incident().into()).await;
        logged.is(201);
        let trail = app.column("SELECT action FROM audit_entry WHERE network = 'north' ORDER BY id").await;
        assert_eq!(trail, ["create_account", "sign_in", "invite", "accept", "sign_in", "create"]);
    }

    async fn an_invitation_holds_once_and_for_a_week(app: TestApp) {
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let code = invited(&head, &json!({"roles": ["analyst"]})).await;
        joined(&app, &code, "rosa").await;
        for code in [code.as_str(), "inv_x", ""] {
            let refused = app.public().post(ACCOUNTS, &joining(code, "carlos")).await;
            assert_eq!(refused.wrong(), ["/invitation"], "{code}");
        }
        let code = invited(&head, &json!({"roles": ["analyst"]})).await;
        app.advance(chrono::TimeDelta::days(7));
        let refused = app.public().post(ACCOUNTS, &joining(&code, "carlos")).await;
        assert_eq!(refused.wrong(), ["/invitation"]);
        assert!(app.tables_holding(&code).await.is_empty());
    }

    async fn two_who_use_an_invitation_at_once_get_one_account(app: TestApp) {
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let code = invited(&head, &json!({"roles": ["analyst"]})).await;
        let public = app.public();
        let (rosa, carlos) = (joining(&code, "rosa"), joining(&code, "carlos"));
        let (one, two) = tokio::join!(public.post(ACCOUNTS, &rosa), public.post(ACCOUNTS, &carlos));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422]);
        assert_eq!(app.count("account", "name <> 'head'").await, 1);
    }

    async fn nobody_gives_what_they_may_not_give(app: TestApp) {
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        app.person("other", "south", &[Role::NetworkAdmin]).await;
        for role in ["analyst", "contributor", "verifier", "advocate", "network_admin"] {
            head.post(INVITATIONS, &json!({"roles": [role]})).await.is(201);
        }
        head.post(INVITATIONS, &json!({"roles": ["admin"]})).await.problem(403, "not-allowed");
        let elsewhere = json!({"network": "south", "roles": ["analyst"]});
        head.post(INVITATIONS, &elsewhere).await.problem(403, "not-allowed");
        for role in [Role::Analyst, Role::Contributor, Role::Verifier, Role::Advocate] {
            let refused = app.with_role(role).post(INVITATIONS, &json!({"roles": ["analyst"]})).await;
            refused.problem(403, "not-allowed");
        }
        app.public().post(INVITATIONS, &json!({"roles": ["analyst"]})).await.problem(401, "token-needed");
        app.admin().post(INVITATIONS, &elsewhere).await.is(201);
        app.admin().post(INVITATIONS, &json!({"network": "south", "roles": ["admin"]})).await.is(201);
        let nowhere = app.admin().post(INVITATIONS, &json!({"network": "nowhere", "roles": ["analyst"]})).await;
        assert_eq!(nowhere.wrong(), ["/network"]);
        let wrong = head.post(INVITATIONS, &json!({"roles": ["verifer"], "netwrk": "north"})).await;
        assert_eq!(wrong.wrong(), ["/roles/0", "/netwrk"]);
        assert_eq!(head.post(INVITATIONS, &json!({"roles": []})).await.wrong(), ["/roles"]);
    }

    async fn takes_long_passwords_that_nobody_tries_first(app: TestApp) {
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let code = invited(&head, &json!({"roles": ["analyst"]})).await;
        for password in ["lampshade", "password1234", "rosa and her lamp", "the north remembers", &"x y".repeat(43)] {
            let body = json!({"invitation": code, "name": "rosa", "password": password});
            let refused = app.public().post(ACCOUNTS, &body).await;
            assert_eq!(refused.wrong(), ["/password"], "{password}");
            assert!(!refused.text().contains(password), "it is not told again");
        }
        let refused = app.public().post(ACCOUNTS, &json!({
            "invitation": code, "name": "r o", "password": "x", "display_name": "n".repeat(101), "role": "admin",
        })).await;
        assert_eq!(refused.wrong(), ["/role"]);
        let refused = app.public().post(ACCOUNTS, &json!({
            "invitation": code, "name": "r o", "password": "x", "display_name": "n".repeat(101),
        })).await;
        assert_eq!(refused.wrong(), ["/name", "/display_name", "/password"]);
        joined(&app, &code, "rosa").await;
        let code = invited(&head, &json!({"roles": ["analyst"]})).await;
        let taken = app.public().post(ACCOUNTS, &joining(&code, "RÓSA")).await;
        taken.problem(409, "conflict");
        joined(&app, &code, "carlos").await;
    }

    async fn who_has_an_account_takes_an_invitation_to_another_network(app: TestApp) {
        let rosa = app.person("rosa", "north", &[Role::Contributor]).await;
        let south = app.member("head", "south", &[Role::NetworkAdmin]).await;
        let code = invited(&south, &json!({"roles": ["analyst", "verifier"]})).await;
        let body = json!({"invitation": code});
        app.public().post("/api/v1/invitations/accept", &body).await.problem(401, "token-needed");
        app.contributor().post("/api/v1/invitations/accept", &body).await.problem(404, "not-found");
        let own = south.post("/api/v1/invitations/accept", &body).await;
        assert_eq!(own.wrong(), ["/invitation"]);
        let client = app.signed_in(&rosa).await;
        let joined = client.post("/api/v1/invitations/accept", &body).await;
        joined.is(200);
        assert_eq!(joined.json(), json!({"network": "south", "roles": ["analyst", "verifier"]}));
        let again = client.post("/api/v1/invitations/accept", &body).await;
        assert_eq!(again.wrong(), ["/invitation"]);
        // Where they act did not change; they can act for the other now.
        assert_eq!(client.read("/api/v1/me").await["network"], "north");
        let switched = client.post("/api/v1/sessions/current/network", &json!({"network": "south"})).await;
        switched.is(200);
        assert_eq!(switched.json()["roles"], json!(["analyst", "verifier"]));
        client.get("/api/v1/me").await.problem(401, "token-needed");
        let client = Client::with_cookie(&app, &switched.cookie());
        assert_eq!(client.read("/api/v1/me").await["network"], "south");
        let nowhere = client.post("/api/v1/sessions/current/network", &json!({"network": "nroth"})).await;
        assert_eq!(nowhere.problem(422, "invalid")["errors"][0]["did_you_mean"], json!(["north"]));
    }

    async fn a_suspended_account_can_do_nothing_from_then_on(app: TestApp) {
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let person = app.person("rosa", "north", &[Role::Contributor, Role::NetworkAdmin]).await;
        let rosa = app.signed_in(&person).await;
        let token = rosa.post("/api/v1/tokens", &json!({"name": "mine", "scopes": ["contributor"]})).await;
        token.is(201);
        let program = Client::with_token(&app, token.json()["token"].as_str().unwrap());
        program.get("/api/v1/me").await.is(200);
        let open = invited(&rosa, &json!({"roles": ["verifier"]})).await;
        let suspended = head.post_nothing(&format!("{ACCOUNTS}/{}/suspend", person.id)).await;
        suspended.is(200);
        assert_eq!(suspended.json()["state"], "suspended");
        rosa.get("/api/v1/me").await.problem(401, "token-needed");
        program.get("/api/v1/me").await.problem(401, "token-needed");
        let refused = app.public().post(ACCOUNTS, &joining(&open, "carlos")).await;
        assert_eq!(refused.wrong(), ["/invitation"]);
        let refused = app.public().post("/api/v1/sessions", &person.credentials(&app)).await;
        refused.problem(401, "sign-in-failed");
        head.post_nothing(&format!("{ACCOUNTS}/{}/suspend", person.id)).await.is(200);
        let reinstated = head.post_nothing(&format!("{ACCOUNTS}/{}/reinstate", person.id)).await;
        reinstated.is(200);
        assert_eq!(reinstated.json()["state"], "active");
        app.advance(chrono::TimeDelta::minutes(1));
        app.signed_in(&person).await.get("/api/v1/me").await.is(200);
        rosa.get("/api/v1/me").await.problem(401, "token-needed");
        program.get("/api/v1/me").await.problem(401, "token-needed");
        assert_eq!(app.count("audit_entry", "action = 'suspend'").await, 1);
        assert_eq!(app.count("audit_entry", "action = 'reinstate' AND network = 'north'").await, 1);
    }

    async fn who_manages_a_network_decides_over_its_people_alone(app: TestApp) {
        let north = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let stranger = app.person("stranger", "south", &[Role::Contributor]).await;
        let both = app.person("both", "north", &[Role::Contributor]).await;
        let south = app.member("southhead", "south", &[Role::NetworkAdmin]).await;
        let code = invited(&south, &json!({"roles": ["analyst"]})).await;
        app.signed_in(&both).await.post("/api/v1/invitations/accept", &json!({"invitation": code})).await.is(200);
        let operator = app.person("operator", "north", &[Role::Admin]).await;
        let suspend = |id: &str| format!("{ACCOUNTS}/{id}/suspend");
        north.post_nothing(&suspend(&stranger.id)).await.problem(404, "not-found");
        north.get(&format!("{ACCOUNTS}/{}", stranger.id)).await.problem(404, "not-found");
        north.post_nothing(&suspend("77")).await.problem(404, "not-found");
        north.post_nothing(&suspend("x")).await.problem(404, "not-found");
        north.post_nothing(&suspend(&both.id)).await.problem(403, "not-allowed");
        north.post_nothing(&suspend(&operator.id)).await.problem(403, "not-allowed");
        // Of who belongs to two networks each is told its own part.
        let seen = north.read(&format!("{ACCOUNTS}/{}", both.id)).await;
        assert_eq!(seen["memberships"], json!([{"network": "north", "roles": ["contributor"]}]));
        let all = app.admin().read(&format!("{ACCOUNTS}/{}", both.id)).await;
        assert_eq!(all["memberships"].as_array().unwrap().len(), 2);
        app.admin().post_nothing(&suspend(&both.id)).await.is(200);
        app.contributor().post_nothing(&suspend(&both.id)).await.problem(403, "not-allowed");
        app.public().post_nothing(&suspend(&both.id)).await.problem(401, "token-needed");
    }

    async fn lists_accounts_page_by_page(app: TestApp) {
        for nth in 0..5 {
            app.person(&format!("north{nth}"), "north", &[Role::Contributor]).await;
            app.person(&format!("south{nth}"), "south", &[Role::Analyst]).await;
        }
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let names = async |client: &Client<'_>, path: &str| {
            let mut names = Vec::new();
            let mut next = String::new();
            loop {
                let join = if path.contains('?') { '&' } else { '?' };
                let page = client.read(&format!("{path}{join}limit=2{next}")).await;
                let items = page["items"].as_array().unwrap();
                names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
                match page["next"].as_str() {
                    Some(cursor) => next = format!("&after={cursor}"),
                    None => break,
                }
            }
            names.sort();
            names
        };
        let own = names(&head, ACCOUNTS).await;
        assert_eq!(own, ["head", "north0", "north1", "north2", "north3", "north4"]);
        assert_eq!(names(&head, "/api/v1/networks/north/members").await, own);
        assert_eq!(names(&app.admin(), ACCOUNTS).await.len(), 11);
        assert_eq!(names(&app.admin(), &format!("{ACCOUNTS}?network=south")).await.len(), 5);
        head.get(&format!("{ACCOUNTS}?network=south")).await.problem(403, "not-allowed");
        let cursor = head.read(&format!("{ACCOUNTS}?limit=2")).await["next"].as_str().unwrap().to_owned();
        let foreign = app.admin().get(&format!("{ACCOUNTS}?after={cursor}")).await;
        foreign.problem(400, "unknown-parameter");
        head.get(&format!("{ACCOUNTS}?networks=south")).await.problem(400, "unknown-parameter");
    }

    async fn the_operator_helps_who_lost_their_second_factor(app: TestApp) {
        use amparo_domain::access::Actor;
        let mut person = app.person("rosa", "north", &[Role::Contributor]).await;
        let rosa = app.signed_in(&person).await;
        let old = person.clone();
        let operator = Actor::operator("north");
        let id = app.store.account_by_name("ROSA").await.unwrap().id;
        let factor = app.store.reset_second_factor(&operator, id).await.unwrap();
        rosa.get("/api/v1/me").await.problem(401, "token-needed");
        app.public().post("/api/v1/sessions", &old.credentials(&app)).await.problem(401, "sign-in-failed");
        let recovery = json!({"name": "rosa", "password": old.password, "recovery_code": old.recovery_codes[0]});
        app.advance(chrono::TimeDelta::seconds(5));
        app.public().post("/api/v1/sessions", &recovery).await.problem(401, "sign-in-failed");
        person.secret = factor.secret;
        app.advance(chrono::TimeDelta::seconds(5));
        app.signed_in(&person).await.get("/api/v1/me").await.is(200);
        assert_eq!(app.count("audit_entry", "action = 'reset_second_factor'").await, 1);
    }

    async fn changes_ones_password_by_the_one_until_now(app: TestApp) {
        let mut person = app.person("rosa", "north", &[Role::Contributor]).await;
        let (rosa, elsewhere) = (app.signed_in(&person).await, app.signed_in(&person).await);
        let path = "/api/v1/me/password";
        let new = "kettle orbit mustard";
        let wrong = json!({"password": "not the lamp at all", "new_password": new});
        rosa.post(path, &wrong).await.problem(401, "sign-in-failed");
        rosa.post(path, &wrong).await.problem(429, "too-many-tries");
        app.advance(chrono::TimeDelta::seconds(5));
        for weak in ["kettle", "kettle of the north", "rosa and a kettle"] {
            let refused = rosa.post(path, &json!({"password": person.password, "new_password": weak})).await;
            assert_eq!(refused.wrong(), ["/new_password"], "{weak}");
        }
        let right = json!({"password": person.password, "new_password": new});
        rosa.post(path, &right).await.is(204);
        rosa.get("/api/v1/me").await.is(200);
        elsewhere.get("/api/v1/me").await.problem(401, "token-needed");
        app.public().post("/api/v1/sessions", &person.credentials(&app)).await.problem(401, "sign-in-failed");
        new.clone_into(&mut person.password);
        app.advance(chrono::TimeDelta::minutes(5));
        app.signed_in(&person).await.get("/api/v1/me").await.is(200);
        let stale = json!({"password": new, "new_password": "another kettle orbit"});
        rosa.post(path, &stale).await.problem(403, "step-up-needed");
        app.contributor().post(path, &stale).await.problem(403, "step-up-needed");
        app.public().post(path, &stale).await.problem(401, "token-needed");
        assert_eq!(app.count("audit_entry", "action = 'change_password'").await, 1);
    }
}
