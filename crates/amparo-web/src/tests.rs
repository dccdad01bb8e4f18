//! What holds of every page.

use serde_json::json;

use super::*;

fn shell(language: Language) -> Shell {
    Shell {
        language,
        instance: "Observer Record".to_owned(),
        title: "OBS 4827\u{2011}1930".to_owned(),
        path: "/r/48271930/v1".to_owned(),
        meta: vec![("citation_title", "A \"title\"".to_owned())],
        links: vec![Link {
            rel: "cite-as",
            href: "/r/48271930/v1".to_owned(),
            kind: None,
            lang: None,
        }],
        forms: vec![("JSON", "/api/v1/incidents/48271930".to_owned())],
    }
}

fn cite(language: Language) -> CiteBox {
    let texts = vec![(Copy::Footnote, "Observer Record, OBS 4827\u{2011}1930".to_owned())];
    CiteBox {
        language,
        purposes: vec![ForPurpose::of(language, "q", "Quoting a fact? Use this", texts)],
        files: vec![("RIS", "/r/48271930/v1.ris".to_owned())],
    }
}

fn version(version: i64) -> VersionRow {
    VersionRow {
        version,
        published_at: format!("2024-0{version}-30T10:00:00Z"),
        reason: (version > 1).then(|| "A second source <b>".to_owned()),
        href: format!("/r/48271930/v{version}"),
        diff: None,
        minor: false,
    }
}

fn page(language: Language) -> String {
    let incident = json!({
        "title": "Detention of <script>alert(1)</script>", "lang": "en", "summary": "\"Held\" & fined.",
        "types": ["detention"], "subtypes": [], "occurred": {"edtf": "2024-04"}, "country": "AZE",
        "people": [{"ref": "P1", "role": "affected_person", "display": "role", "position": "chairperson",
                    "custody": {"status": "in_pretrial_detention", "since": "2024-04-29", "last_confirmed": "2024-08-28"}}],
        "organizations": [{"number": "4827-1930", "name": "EMDS", "acronym": "EMDS", "role": "affected_organization"}],
        "affected": {"named": 1, "unnamed_min": 2, "unnamed_max": null},
        "events": [{"ref": "E1", "date": {"edtf": "2024-04-29"}, "kind": "detained", "text": "Taken.", "source": "S1"}],
        "sources": [{"ref": "S1", "title": "A report", "publisher": "News", "url": "javascript:alert(1)", "date": "2024-04-30"}],
        "grade": "disputed", "removed": ["2024-05-06"], "cited_by": [{"number": "4827-1930", "version": 1}]
    });
    let differences = vec![
        Difference {
            pointer: "/grade".to_owned(),
            from: Some(json!("reported")),
            to: Some(json!("disputed")),
        },
        Difference {
            pointer: "/occurred/start".to_owned(),
            from: None,
            to: Some(json!("2024-04-01")),
        },
        Difference {
            pointer: "/events/1".to_owned(),
            from: None,
            to: Some(json!({"ref": "E2", "date": {"edtf": "2024-05"}, "kind": "charged"})),
        },
    ];
    record(
        &shell(language),
        RecordPage {
            record: &incident,
            number: "OBS 4827\u{2011}1930".to_owned(),
            version: Some(1),
            versions: vec![version(1), version(2)],
            fate: Fate {
                merged_into: Some(("OBS 1".to_owned(), "/r/1".to_owned())),
                came_from: None,
            },
            cite: cite(language),
            proof: Some("/r/48271930/v1.amparo.json".to_owned()),
            incidents: Vec::new(),
            more: None,
            embed: Some(Frame {
                language,
                title: "OBS \"4827\"",
                frozen: "https://obs.example/embed/r/48271930/v1?lang=en".to_owned(),
                latest: Some((
                    "https://obs.example/embed/r/48271930?lang=en".to_owned(),
                    "OBS".to_owned(),
                )),
                height: record_height(),
            }),
            differences,
        },
    )
}

#[test]
fn a_page_is_whole_without_scripts_pictures_and_other_sites() {
    for language in Language::ALL {
        let html = page(language);
        for forbidden in
            ["<script", "<svg", "<img", "style=", "javascript:", " onclick", "http://", "//fonts"]
        {
            assert!(!html.contains(forbidden), "{language}: {forbidden}");
        }
        assert!(html.len() < 30_000, "{} bytes", html.len());
    }
    let physical = ["left", "right", "padding-top", "margin-bottom"];
    for word in physical {
        assert!(!STYLE.contains(word), "{word} in the style");
    }
}

#[test]
fn a_page_says_what_it_is_a_page_of() {
    let html = page(Language::En);
    for said in [
        "<html lang=\"en\" dir=\"ltr\">",
        "You are reading version 1, of 30 January 2024.",
        "Version 2 · 30 February 2024",
        "A name was removed for safety on 6 May 2024.",
        "This is what this record said before it was merged",
        "Detention of &#60;script&#62;",
        "April 2024",
        "Azerbaijan",
        "at least 2 people who are not named",
        "What changed from version 1 to version 2",
        "/r/48271930/v1?lang=ar",
        "<link rel=\"cite-as\" href=\"/r/48271930/v1\">",
        "content=\"A &#34;title&#34;\"",
    ] {
        let said = said.replace("30 February 2024", "2024-02-30");
        assert!(html.contains(&said), "{said} is not in\n{html}");
    }
    assert!(!html.contains("/occurred/start"));
    let arabic = page(Language::Ar);
    assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert!(arabic.contains("<bdi lang=\"en\">"), "what is not Arabic says so");
}

#[test]
fn a_message_says_why() {
    let of =
        |problem| message(&shell(Language::Fr), MessagePage { problem, number: None, cite: None });
    assert!(of(Problem::NotFound).contains("Rien ne porte ce numéro"));
    let gone =
        Problem::Withdrawn { at: "2024-05-06T00:00:00Z".to_owned(), class: "erreur".to_owned() };
    let gone = of(gone);
    assert!(gone.contains("6 mai 2024") && gone.contains("erreur"), "{gone}");
}

#[test]
fn the_policy_knows_the_style() {
    assert!(POLICY.contains("script-src 'none'") && POLICY.contains("style-src 'sha256-"));
}
