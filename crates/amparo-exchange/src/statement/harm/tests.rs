use super::*;

fn groups() -> Vec<Named> {
    ["GLO", "ReV"]
        .iter()
        .map(|acronym| Named {
            name: format!("{acronym} in full"),
            acronym: Some((*acronym).to_owned()),
        })
        .collect()
}

fn found(text: &str) -> Vec<(&'static str, Option<usize>)> {
    let mut found: Vec<_> = hits(&Sentence::new(text, 0), &groups(), None)
        .into_iter()
        .map(|h| (h.kind, h.organization))
        .collect();
    found.dedup();
    found
}

#[test]
fn reads_nouns_with_their_object() {
    assert_eq!(
        found(
            "It condemns the detainment of citizen election observers from the Glow Center (GLO) in X."
        ),
        [("detention", Some(0))]
    );
    assert_eq!(
        found(
            "It condemns the raid and arbitrary detention of staff and volunteers of the Glow Center (GLO) and the Vote (ReV)."
        ),
        [
            ("search_raid", Some(0)),
            ("search_raid", Some(1)),
            ("detention", Some(0)),
            ("detention", Some(1))
        ]
    );
    assert_eq!(
        found(
            "It condemns the violent threats made on 24 March 2023 against the Glow Center (GLO), a group."
        ),
        [("threat", Some(0))]
    );
    assert_eq!(
        found(
            "as well as the intimidation, harassment and physical violence against several GLO observers on election day."
        ),
        [("harassment", Some(0)), ("physical_assault", Some(0))]
    );
}

#[test]
fn reads_passives_and_verbs() {
    assert_eq!(
        found(
            "GLO leaders and observers have been subjected to a sustained discrediting campaign and constant harassment by the government."
        ),
        [("discrediting_campaign", Some(0)), ("harassment", Some(0))]
    );
    assert_eq!(found("GLO was refused accreditation."), [("accreditation_restriction", Some(0))]);
    assert_eq!(
        found("Armed men raided the observation data center of GLO and ReV."),
        [("search_raid", Some(0)), ("search_raid", Some(1))]
    );
    assert_eq!(
        found("the decision to deregister the group GLO and more"),
        [("organizational_restriction", Some(0))]
    );
    assert_eq!(
        found("Our colleagues from GLO received five letters with death threats."),
        [("threat", Some(0))]
    );
}

#[test]
fn the_organization_meant_is_the_one_last_named() {
    let text = "GLO worked on, despite the detainment of the organization’s chairperson, Ana Ruiz, on April 29.";
    let hit = &hits(&Sentence::new(text, 0), &groups(), None)[0];
    assert_eq!(
        (hit.kind, hit.organization, hit.people[0].name.as_str()),
        ("detention", Some(0), "Ana Ruiz")
    );
    let text = "Its secretary Bo Lindt was arbitrarily detained in 2013.";
    let hit = &hits(&Sentence::new(text, 0), &groups(), Some(1))[0];
    assert_eq!((hit.organization, hit.people[0].position.as_str()), (Some(1), "secretary"));
}

#[test]
fn reads_numbers_of_observers() {
    let text = "It condemns the arrest and detainment of 27 citizen observers on January 14, 2021.";
    let hit = &hits(&Sentence::new(text, 0), &groups(), None)[0];
    assert_eq!((hit.kind, hit.organization, hit.count), ("detention", None, Some(27)));
}

#[test]
fn appeals_generalities_and_findings_report_nothing() {
    for text in [
        "GLO condemns all forms of threats, harassment and violence against GLO observers.",
        "We urge the authorities to end the harassment of GLO.",
        "GLO found violence, cases of harassment against candidates and observers.",
        "GLO monitored incidents of intimidation and harassment.",
        "The arrest of observers contributes to fear among GLO observers.",
        "He asked about “the arrest of GLO staff” there.",
        "GLO tracked smear campaigns against two candidates.",
        "GLO arrested the decline of trust.",
        "observers may be detained with GLO",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}
