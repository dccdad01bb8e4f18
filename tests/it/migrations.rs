//! The schema goes up, down and up again, and refuses to change the trail of what was done.

use amparo_migrations::{Migrate as _, Migrator};
use amparo_tests::{incident, on_both};
use serde_json::json;

on_both! {
    async fn goes_up_and_down_and_up_again(app: TestApp) {
        let tables = app.tables().await;
        let columns = app.columns().await;
        assert!(tables.len() >= 13, "{tables:?}");
        Migrator::down(&app.database, None).await.unwrap();
        let left: Vec<_> = app.tables().await.into_iter()
            .filter(|table| table != "seaql_migrations" && !table.starts_with("sqlite_")).collect();
        assert_eq!(left, Vec::<String>::new(), "nothing is left behind");
        app.public().get("/readyz").await.is(503);
        Migrator::up(&app.database, None).await.unwrap();
        assert_eq!(app.tables().await, tables);
        assert_eq!(app.columns().await, columns);
        assert_eq!(app.store.migrate().await.unwrap().applied, 0);
        for table in tables {
            // The register as a whole is always there, and what edition its cards are of.
            if table == "register" || table == "instance" {
                continue;
            }
            if !table.starts_with("sqlite_") && table != "seaql_migrations" && !table.starts_with("search_") {
                assert_eq!(app.count(&table, "1 = 1").await, 0, "{table}");
            }
        }
        app.public().get("/readyz").await.is(200);
        assert!(app.public().numbers("/api/v1/incidents").await.is_empty());
    }

    /// Each migration alone leads down and up again.
    async fn each_step_can_be_taken_back(app: TestApp) {
        let columns = app.columns().await;
        let steps = u32::try_from(Migrator::migrations().len()).unwrap();
        for back in 1..=steps {
            Migrator::down(&app.database, Some(back)).await.unwrap();
            Migrator::up(&app.database, None).await.unwrap();
            assert_eq!(app.columns().await, columns, "{back} back");
        }
    }

    /// What was handed in, changed or held before there was a queue is in it.
    async fn what_was_there_before_the_queue_waits_in_it(app: TestApp) {
        let held = json!([{"date": "2024-05-02", "kind": "detained", "people": ["P1"]}]);
        let people = json!([{"ref": "P1", "name": "Zorabeth Quillfeather"}]);
        app.published("incidents", incident().about(people).with("events", held)).await;
        let named = json!([{"ref": "P1", "name": "Zorabeth Quillfeather", "display": "name",
            "display_reason": "She agreed."}]);
        let draft = incident().on("2023").about(named).with("in_danger_now", true);
        let at = app.created("incidents", draft).await.location();
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        let changed = app.published("incidents", incident().on("2022")).await;
        app.contributor().amend(&changed, &json!({"summary": "More."})).await.is(200);
        let queue = "/api/v1/queue?total=true";
        let before = app.verifier().read(queue).await;
        let all = Migrator::migrations();
        let nth = all.iter().position(|one| one.name().ends_with("create_review")).unwrap();
        let steps = u32::try_from(all.len() - nth).unwrap();
        Migrator::down(&app.database, Some(steps)).await.unwrap();
        Migrator::up(&app.database, None).await.unwrap();
        let after = app.verifier().read(queue).await;
        let tasks = |page: &serde_json::Value| {
            let items = page["items"].as_array().unwrap().iter();
            items.map(|i| (i["task"].clone(), i["number"].clone(), i["approvals"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(before["meta"]["total"], 3);
        assert_eq!(tasks(&after), tasks(&before));
    }

    /// What was there before accounts works as it did.
    async fn tokens_and_networks_from_before_accounts_stay(app: TestApp) {
        let north = app.of_network("north", amparo_domain::access::Role::Contributor).await;
        let migrations = Migrator::migrations();
        let names: Vec<_> = migrations.iter().map(|migration| migration.name().to_owned()).collect();
        let before = names.iter().take_while(|name| !name.ends_with("_create_accounts")).count();
        let steps = u32::try_from(migrations.len() - before).unwrap();
        Migrator::down(&app.database, Some(steps)).await.unwrap();
        Migrator::up(&app.database, None).await.unwrap();
        let networks = app.column("SELECT slug FROM network ORDER BY slug").await;
        assert_eq!(networks, ["default", "north"]);
        let me = north.read("/api/v1/me").await;
        assert_eq!((&me["roles"][0], &me["fresh"]), (&"contributor".into(), &true.into()));
        north.post("/api/v1/incidents", &incident().into()).await.is(201);
        app.admin().get("/api/v1/networks").await.is(200);
    }

    async fn two_processes_that_migrate_at_once_do_it_once(app: TestApp) {
        Migrator::down(&app.database, None).await.unwrap();
        let (one, two) = tokio::join!(app.store.migrate(), app.store.migrate());
        let applied = one.unwrap().applied + two.unwrap().applied;
        assert_eq!(applied, Migrator::migrations().len());
    }

    async fn the_audit_trail_refuses_to_be_changed(app: TestApp) {
        app.created("incidents", incident()).await;
        let entries = app.count("audit_entry", "1 = 1").await;
        for change in [
            "UPDATE audit_entry SET action = 'nothing'", "DELETE FROM audit_entry",
            "DELETE FROM audit_entry WHERE action = 'create'", "UPDATE audit_entry SET token = 0 WHERE id = 1",
        ] {
            let refused = app.execute(change).await.unwrap_err();
            assert!(refused.contains("append-only"), "{change}: {refused}");
        }
        assert_eq!(app.count("audit_entry", "1 = 1").await, entries);
        assert_eq!(app.count("audit_entry", "action = 'create'").await, 1);
    }

    /// Whoever has the database has no token by it.
    async fn keeps_no_secret_of_a_token(app: TestApp) {
        let operator = amparo_domain::access::Actor::operator("default");
        let role = amparo_domain::access::Role::Verifier;
        let token = app.store.issue_token(&operator, "somebody", role, "default").await.unwrap();
        let client = amparo_tests::Client::with_token(&app, &token.secret);
        client.get("/api/v1/people").await.is(200);
        assert!(app.tables_holding(&token.secret).await.is_empty());
        assert!(app.tables_holding(&token.secret["amp_".len()..]).await.is_empty());
        assert!(!format!("{token:?}").contains(&token.secret));
        app.store.revoke_token(&operator, token.id).await.unwrap();
        client.get("/api/v1/people").await.problem(401, "token-needed");
        app.store.revoke_token(&operator, token.id).await.unwrap();
        assert_eq!(app.count("audit_entry", "action = 'revoke_token'").await, 1);
    }
}
