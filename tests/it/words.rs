//! Words are found in all scripts, folded by one table, the same on both databases.

use amparo_tests::{TestApp, incident, on_both};

/// A text by its name, what finds it, and what does not.
const CORPUS: [(&str, &str, &[&str], &[&str]); 8] = [
    (
        "az",
        "Seçki gözləməsi dayandırıldı, İctimai Palata",
        &[
            "gözləməsi",
            "GÖZLƏMƏSİ",
            "gozlamasi",
            "secki",
            "gözləm*",
            "ictimai palata",
            "dayandirildi",
        ],
        &["gözləmə", "özləməsi"],
    ),
    (
        "ru",
        "Наблюдателей ещё раз не пустили на участок; Йошкар-Ола",
        &["наблюдателей", "НАБЛЮДАТЕЛЕЙ", "еще", "наблюд*", "йошкар", "ола йошкар"],
        &["наблюдатель", "иошкар"],
    ),
    (
        "ar",
        "منعت السلطات المراقبين من دخول مركز الاقتراع في المدينة إلى ٢٠٢٤",
        &["السلطات", "السُّلطات", "المراقبين", "المدينه", "الي", "2024", "المراقب*"],
        &["مراقبين"],
    ),
    (
        "fr",
        "Des observatrices empêchées d'accéder à l'école; Cœur de Bœuf",
        &["empechees", "EMPÊCHÉES", "ecole", "coeur", "cœur", "observ*", "d accéder"],
        &["empêché", "observat"],
    ),
    (
        "es",
        "Detención de la señora Núñez en Asunción",
        &["detencion", "DETENCIÓN", "señora", "senora", "nunez asuncion", "asunci*"],
        &["asunc"],
    ),
    (
        "pt",
        "Observação impedida em São Tomé; não há acreditação",
        &["observacao", "são tomé", "sao tome", "ACREDITAÇÃO", "acredit*"],
        &["acreditacoes"],
    ),
    (
        "ka",
        "დამკვირვებლები უბანზე არ შეუშვეს",
        &["დამკვირვებლები", "დამკვირვებ*"],
        &["დამკვირვებელი"],
    ),
    (
        "tr",
        "IŞIK gözlemcileri İstanbul'da engellendi",
        &["ışık", "isik", "istanbul", "ISTANBUL da", "gözlemci*"],
        &["gözlemci"],
    ),
];

async fn found(app: &TestApp, words: &str) -> Vec<String> {
    let query: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let page = app.public().read(&format!("/api/v1/incidents?limit=200&q={query}")).await;
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["lang"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn finds_words_in_every_script(app: TestApp) {
        for (lang, text, _, _) in CORPUS {
            app.published("incidents", incident().with("summary", text).with("lang", lang)).await;
        }
        for (lang, _, finds, misses) in CORPUS {
            for words in finds {
                assert!(found(&app, words).await.contains(&lang.to_owned()), "{lang}: {words}");
            }
            for words in misses {
                assert!(!found(&app, words).await.contains(&lang.to_owned()), "{lang}: {words}");
            }
        }
        assert_eq!(found(&app, "observers turned").await.len(), 8, "all words, in any order");
        assert_eq!(found(&app, "turned observers nothing").await.len(), 0);
        assert_eq!(found(&app, "ob* tu* po*").await.len(), 8);
        assert_eq!(found(&app, "gözləməsi наблюдателей").await.len(), 0);
    }

    /// What is special to an index is nothing special in a question.
    async fn a_question_is_never_a_syntax_error(app: TestApp) {
        app.published("incidents", incident().with("lang", "en")).await;
        for words in [
            "\"turned", "turned AND NOT", "turned OR nothing", "NEAR(turned", "turned:*", "words:turned", "turned & !away",
            "(turned)", "'turned'", "turned\\", "¶turned", "* turned", "turned**", "-turned", "^turned", "turned;--", "a\u{301}",
            "turned\u{0}",
        ] {
            let query: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let answer = app.public().get(&format!("/api/v1/incidents?q={query}")).await;
            assert!(matches!(answer.status.as_u16(), 200 | 400), "{words}: {}", answer.text());
        }
        assert_eq!(found(&app, "turned-away \"observers\"").await.len(), 1);
        assert_eq!(found(&app, "¶observers").await.len(), 1);
        assert_eq!(found(&app, "turned OR nothing").await.len(), 0, "OR is a word");
        let many: Vec<String> = (0..17).map(|nth| format!("word{nth}")).collect();
        let query = format!("/api/v1/incidents?q={}", many.join("+"));
        app.public().get(&query).await.problem(400, "unknown-parameter");
        let long = format!("/api/v1/incidents?q={}", "a".repeat(501));
        app.public().get(&long).await.problem(400, "unknown-parameter");
    }

    async fn finds_what_is_shown_and_no_working_revision(app: TestApp) {
        let at = app.published("incidents", incident().with("lang", "en").with("summary", "Oldword.")).await;
        app.contributor().amend(&at, &serde_json::json!({"summary": "Newword."})).await.is(200);
        assert_eq!(found(&app, "oldword").await.len(), 1);
        assert_eq!(found(&app, "newword").await.len(), 0);
        let reason = serde_json::json!({"reason": "A better word."});
        app.approve(&at).await;
        app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
        assert_eq!(found(&app, "oldword").await.len(), 0);
        assert_eq!(found(&app, "newword").await.len(), 1);
        app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
        assert_eq!(found(&app, "newword").await.len(), 0);
    }

    /// Incidents are found by the names that their organizations have now.
    async fn finds_incidents_by_their_organizations(app: TestApp) {
        let organization = serde_json::json!({"name": "Light of Votes", "slug": "lov", "acronym": "LOV"});
        app.published("organizations", organization).await;
        let link = serde_json::json!([{"slug": "lov"}]);
        app.published("incidents", incident().with("lang", "en").with("organizations", link)).await;
        assert_eq!(found(&app, "light of votes").await.len(), 1);
        assert_eq!(found(&app, "lov").await.len(), 1);
        let at = "/api/v1/organizations/lov";
        app.contributor().amend(at, &serde_json::json!({"name": "Shine of Ballots"})).await.is(200);
        let reason = serde_json::json!({"reason": "They changed their name."});
        app.approve(at).await;
        app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
        assert_eq!(found(&app, "shine").await.len(), 1);
        assert_eq!(found(&app, "light").await.len(), 0);
    }
}
