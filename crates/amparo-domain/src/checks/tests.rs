//! Each check trips over one text and leaves another alone; any text is read.

use proptest::prelude::*;

use super::*;
use crate::facts::Stored;
use crate::kind::Kind;

const NUMBER: &str = "4827-1930";

/// A record of one detention, as the snapshot has it, with other members.
fn record(change: &serde_json::Value) -> Cited {
    let mut snapshot = serde_json::json!({
        "grade": "reported", "title": "Held", "types": ["detention"], "occurred": "2024-04-29", "country": "AZE",
        "people": [{"ref": "P1", "person": 57_240_000, "role": "affected_person", "display": "role"}],
        "sources": [{"ref": "S1", "title": "A report", "date": "2024-04-30"}],
        "events": [{"ref": "E1", "date": "2024-04-29", "kind": "detained", "people": ["P1"], "source": "S1"}],
        "affected": {"unnamed_min": 2, "unnamed_max": 4},
    });
    for (member, value) in change.as_object().unwrap() {
        snapshot[member] = value.clone();
    }
    let Stored::Incident(facts) =
        Stored::from_snapshot(Kind::Incident, &snapshot.to_string()).unwrap()
    else {
        panic!("no incident")
    };
    Cited {
        number: NUMBER.parse().unwrap(),
        version: Some(1),
        pinned: true,
        latest: 1,
        standing: Standing::Stands,
        disputed: facts.grade.code() == "disputed",
        facts: Some(facts),
        election: None,
        shown: Vec::new(),
        hidden: Vec::new(),
        ordinary: Vec::new(),
    }
}

fn plain() -> Cited {
    record(&serde_json::json!({}))
}

fn checks_of(body: &str, cited: &[Cited], known_on: &str) -> Vec<Check> {
    let date: PartialDate = "2024-04-30".parse().unwrap();
    let statement = Statement {
        texts: vec![("/title".to_owned(), "A title"), ("/body".to_owned(), body)],
        date: &date,
        known_on: known_on.parse().ok(),
        today: "2026-11-25".parse().unwrap(),
    };
    let checks = look(&statement, cited);
    for check in &checks {
        let text = if check.pointer == "/body" { body } else { "A title" };
        assert!(check.at.clone().is_none_or(|at| text.get(at).is_some()), "{check:?}");
    }
    checks
}

fn codes(body: &str, cited: &[Cited]) -> Vec<&'static str> {
    let mut codes: Vec<_> =
        checks_of(body, cited, "2024-04-30").iter().map(|c| c.code.code()).collect();
    codes.dedup();
    codes
}

#[test]
fn a_claim_needs_a_mark_or_a_link() {
    for claim in [
        "An observer was arrested by the police.",
        "It happened on 29 April 2024.",
        "At least 39 observers were stopped.",
        "Un observateur a été interpellé le 1er mai 2023.",
        "Tres observadores fueron detenidos.",
        "No dia 3 de março de 2023 nada aconteceu.",
        "Наблюдатель был задержан 29 апреля.",
        "اعتقلت الشرطة مراقبين في 29 نيسان 2024.",
        "وقع ذلك يوم ٢٩ أبريل ٢٠٢٤.",
        "It was 2024-04-29, or 03.05.2024.",
    ] {
        assert_eq!(codes(claim, &[]), ["uncited_claim"], "{claim}");
        let linked =
            format!("{} ([a report](https://example.org/a)).", claim.trim_end_matches('.'));
        assert!(codes(&linked, &[]).is_empty(), "{linked}");
    }
    for no_claim in [
        "We stand with all observers.",
        "We urge the authorities to end the detention of observers.",
        "They may 5 times say so.",
        "In the arms of the May.",
        "GNDEM has 251 member organizations in 89 countries.",
        "## On 29 April 2024",
        "Washington, 30 April 2024",
        "COVID-19 may mean that observer groups are late.",
        "*22 July 2023.*",
        "They issued [a statement on 27 October 2022. ](https://example.org/a \"A title\") again.",
        "They are at risk of arrest, and we call for the release of all who are detained.",
        "Nous demandons que soit respectée la liberté ; ils doivent être libérés de détention.",
    ] {
        assert!(codes(no_claim, &[]).is_empty(), "{no_claim}: {:?}", codes(no_claim, &[]));
    }
    let body = "An observer was arrested.[[4827-1930]] Another was arrested. He was arrested, too. [[4827-1930]] So it is.";
    let found = checks_of(body, &[plain()], "2024-04-30");
    let told: Vec<&str> = found
        .iter()
        .filter(|check| check.code == Code::UncitedClaim)
        .map(|check| &body[check.at.clone().unwrap()])
        .collect();
    assert_eq!(told, ["Another was arrested."]);
}

#[test]
fn words_are_no_stronger_than_the_grade() {
    for strong in [
        "constant harassment",
        "une répression systématique",
        "hostigamiento constante",
        "repressão generalizada",
        "постоянное давление",
        "مضايقة مستمرة",
    ] {
        let body = format!("There was {strong} of observers.[[4827-1930]]");
        assert_eq!(codes(&body, &[plain()]), ["stronger_than_grade"], "{body}");
        let confirmed = record(&serde_json::json!({"sources": [
            {"ref": "S1", "title": "One", "date": "2024-04-30"}, {"ref": "S2", "title": "Two", "date": "2024-04-30"},
        ]}));
        assert!(codes(&body, &[confirmed]).is_empty(), "{body}");
    }
    assert!(codes("There was harassment of observers.[[4827-1930]]", &[plain()]).is_empty());
    let disputed = || record(&serde_json::json!({"grade": "disputed"}));
    assert_eq!(
        codes("He was held.[[4827-1930]]", &[disputed()]),
        ["stronger_than_grade", "disputed"]
    );
    assert_eq!(codes("According to EMDS he was held.[[4827-1930]]", &[disputed()]), ["disputed"]);
}

#[test]
fn what_became_of_a_record_is_told() {
    let body = "He was held.[[4827-1930]]";
    assert!(codes(body, &[plain()]).is_empty());
    assert_eq!(codes(body, &[Cited { latest: 3, ..plain() }]), ["newer_version"]);
    let gone = |standing| Cited { standing, facts: None, ..plain() };
    let withdrawn = checks_of(body, &[gone(Standing::Withdrawn)], "2024-04-30");
    assert_eq!((withdrawn[0].code, withdrawn[0].severity), (Code::Withdrawn, Severity::Blocks));
    assert_eq!(&body[withdrawn[0].at.clone().unwrap()], "[[4827-1930]]");
    let merged = checks_of(body, &[gone(Standing::Merged("5724-0000".parse().ok()))], "2024-04-30");
    assert_eq!((merged[0].code, merged[0].severity), (Code::Withdrawn, Severity::Warns));
    assert!(matches!(merged[0].fix, Some(Fix::CiteInstead(_))));
    // What is in the list alone is told of there.
    let listed = checks_of("Nothing.", &[gone(Standing::Withdrawn)], "2024-04-30");
    assert_eq!((listed[0].pointer.as_str(), &listed[0].at), ("/incidents", &None));
}

#[test]
fn a_date_is_the_records() {
    for (body, differs) in [
        ("He was held on 29 April.[[4827-1930]]", false),
        ("He was held on April 29, 2024.[[4827-1930]]", false),
        ("As of 30 April 2024 he was held.[[4827-1930]]", false),
        ("Er war held in April 2024.[[4827-1930]]", false),
        ("He was held on 28 April 2024.[[4827-1930]]", true),
        ("Fue detenido el 28 de abril de 2024.[[4827-1930]]", true),
        ("Задержан 28 апреля 2024 г.[[4827-1930]]", true),
        ("احتجز في 28 أبريل 2024.[[4827-1930]]", true),
        ("He was held in May 2023.[[4827-1930]]", true),
    ] {
        assert_eq!(codes(body, &[plain()]).contains(&"date_differs"), differs, "{body}");
    }
    let open = record(&serde_json::json!({"occurred": "/2024-04-30"}));
    assert!(codes("Since 3 February 2024 it goes on.[[4827-1930]]", &[open]).is_empty());
}

#[test]
fn a_number_is_the_records() {
    for (body, differs) in [
        ("They held 3 observers.[[4827-1930]]", false),
        ("They held five observers.[[4827-1930]]", false),
        ("They held at least two observers.[[4827-1930]]", false),
        ("They held about 40 observers.[[4827-1930]]", false),
        ("They held 39 observers.[[4827-1930]]", true),
        ("They held more than 30 citizen observers.[[4827-1930]]", true),
        ("Detuvieron a 39 observadores.[[4827-1930]]", true),
        ("Задержаны 39 наблюдателей.[[4827-1930]]", true),
        ("There was 1 incident.[[4827-1930]]", false),
        ("There were 3 incidents.[[4827-1930]]", true),
    ] {
        assert_eq!(codes(body, &[plain()]).contains(&"count_differs"), differs, "{body}");
    }
    // Where nobody counted, nothing contradicts, and where a source says so, neither.
    let uncounted = record(&serde_json::json!({"affected": {}}));
    assert!(codes("They held 39 observers.[[4827-1930]]", &[uncounted]).is_empty());
    let claimed = record(
        &serde_json::json!({"claims": [{"field": "affected.unnamed_max", "value": 39, "source": "S1"}]}),
    );
    assert!(codes("They held 39 observers.[[4827-1930]]", &[claimed]).is_empty());
}

#[test]
fn custody_was_confirmed_lately() {
    let says = |body: &str, cited: Cited, known_on: &str| {
        let checks = checks_of(body, &[cited], known_on);
        checks.iter().filter(|check| check.code == Code::CustodyNotConfirmed).count()
    };
    for now in [
        "He is still detained.[[4827-1930]]",
        "Il reste en détention.[[4827-1930]]",
        "Sigue detenido.[[4827-1930]]",
        "Continua detido.[[4827-1930]]",
        "Он находится под стражей.[[4827-1930]]",
        "لا يزال محتجزا.[[4827-1930]]",
    ] {
        assert_eq!(says(now, plain(), "2024-05-15"), 0, "{now}");
        assert_eq!(says(now, plain(), "2024-08-15"), 1, "{now}");
    }
    assert_eq!(says("He was held.[[4827-1930]]", plain(), "2024-08-15"), 1, "by the record");
    let released = || {
        record(&serde_json::json!({"events": [
            {"ref": "E1", "date": "2024-04-29", "kind": "detained", "people": ["P1"]},
            {"ref": "E2", "date": "2024-05-03", "kind": "released", "people": ["P1"]},
        ]}))
    };
    assert_eq!(says("He is detained.[[4827-1930]]", released(), "2024-08-15"), 1);
    assert_eq!(says("He is no longer detained.[[4827-1930]]", released(), "2024-08-15"), 0);
    assert_eq!(says("He was detained.[[4827-1930]]", released(), "2024-08-15"), 0);
}

#[test]
fn a_quotation_says_where_it_is() {
    for (body, told) in [
        ("As he said, “they came at dawn and left.”", false),
        ("As he [said](https://example.org), “they came at dawn and left.”", true),
        ("As he said, “they came at dawn. They left at noon.”[[4827-1930]]", true),
        ("Dijo «que llegaron muy temprano y luego»", false),
        ("He said \"they came at dawn and left\".", false),
        (
            "The “Declaration of Global Principles for Nonpartisan Election Observation” says so.",
            true,
        ),
        ("The so-called “fake observers” came.", true),
        ("“Never closed by anybody in this paragraph", true),
    ] {
        let found = codes(body, &[plain()]);
        assert_eq!(!found.contains(&"quotation_without_link"), told, "{body}");
    }
}

#[test]
fn a_name_that_the_record_does_not_show_blocks_those_who_know_it() {
    let person = "5724-0000".parse().unwrap();
    let hidden = |names: &[&str]| names::Hidden {
        person,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let knows = || Cited {
        hidden: vec![hidden(&["Zorabeth Quillfeather", "زورابيث كويل"])],
        ..plain()
    };
    for body in [
        "ZORABETH QUILLFEATHER was held.",
        "Ms Quillfeather was held.[[4827-1930]]",
        "#FreeZorabethQuillfeather",
        "قالت زورابيث كويل ذلك.",
    ] {
        let found = checks_of(body, &[knows()], "2024-04-30");
        let named: Vec<_> = found.iter().filter(|c| c.code == Code::ConfidentialName).collect();
        assert!(named.iter().any(|check| check.severity == Severity::Blocks), "{body}: {found:?}");
    }
    assert!(codes("An observer was held.[[4827-1930]]", &[knows()]).is_empty());
    // Whom another record names is named, but not where this one is cited.
    let elsewhere = Cited { number: "3141-5929".parse().unwrap(), shown: vec![person], ..plain() };
    let both = [knows(), elsewhere];
    assert!(
        !codes("Zorabeth Quillfeather was held.[[3141-5929]]", &both)
            .contains(&"confidential_name")
    );
    assert!(
        codes("Zorabeth Quillfeather was held.[[4827-1930]]", &both).contains(&"confidential_name")
    );
    // Whom somebody knows from one record is not told to be in another.
    let other =
        Cited { number: "3141-5929".parse().unwrap(), hidden: vec![hidden(&[])], ..plain() };
    let found =
        checks_of("Zorabeth Quillfeather was held.[[3141-5929]]", &[knows(), other], "2024-04-30");
    let blocks: Vec<_> = found.iter().filter(|check| check.severity == Severity::Blocks).collect();
    assert!(
        blocks.iter().all(|check| check.number == NUMBER.parse().ok()) && blocks.len() == 1,
        "{found:?}"
    );
    // Who does not know them gets the same answer whatever they are called.
    let unknowing = || Cited { hidden: vec![hidden(&[])], ..plain() };
    for name in ["Zorabeth Quillfeather", "Ilma Brandobras"] {
        let body = format!("The police held {name}.[[4827-1930]]");
        let found = checks_of(&body, &[unknowing()], "2024-04-30");
        assert_eq!((found[0].code, found[0].severity), (Code::ConfidentialName, Severity::Warns));
        assert_eq!(&body[found[0].at.clone().unwrap()], name);
    }
    assert!(
        codes("The European Union said so of an observer.[[4827-1930]]", &[unknowing()]).is_empty()
    );
}

proptest! {
    /// Any text is read, and every place lies on the borders of characters.
    #[test]
    fn any_text_is_read(body in "(\\PC|[\\[\\]()“”\"«».,\n]|\\[\\[4827-1930\\]\\]| 29 April| 2024|\\(https://e\\.org/|[0-9]{1,3} observers|é|م| is detained| \\.){0,40}") {
        let person = "5724-0000".parse().unwrap();
        let hidden = names::Hidden { person, names: vec!["April Observers".to_owned()] };
        let unknown = names::Hidden { person, names: Vec::new() };
        checks_of(&body, &[Cited { hidden: vec![hidden], ..plain() }], "2024-08-15");
        checks_of(&body, &[Cited { hidden: vec![unknown], latest: 2, ..plain() }], "2024-08-15");
        for sentence in text::sentences(&body) {
            prop_assert!(body.get(sentence.at.clone()).is_some_and(|text| !text.trim().is_empty()));
        }
    }

    /// Sentences do not overlap, and every mark is in one of them.
    #[test]
    fn every_mark_is_in_one_sentence(body in "([a-zA-Z]{1,6}[ .!?\n]{1,2}|\\[\\[4827-1930\\]\\]|\\[\\[5724-0000 v2\\]\\]){0,30}") {
        let sentences = text::sentences(&body);
        for pair in sentences.windows(2) {
            prop_assert!(pair[0].at.end <= pair[1].at.start);
        }
        let marked: usize = sentences.iter().map(|sentence| sentence.marks.len()).sum();
        prop_assert_eq!(marked, crate::marks::marks(&body).len());
    }
}
