//! What is around a version, for programs: as links (RFC 8288), by the relations of RFC 5829 and RFC 8574, and as linked
//! data.

use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_store::{Citable, Record, ShownToday};
use amparo_web::Link;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::embeds::discovery;
use super::form::{self, JSON_LD};
use crate::citing::{Both, permanent};

/// Under what facts and texts may be used.
const LICENSE: &str = "https://creativecommons.org/licenses/by/4.0/";

/// Under which relation a version leads to what proves it: the form of the proof in it.
const PROOF: &str = "https://c2sp.org/tlog-proof";

/// The address of what proves what is cited, if anything does: versions of incidents and statements go into the log.
pub(super) fn proof(base: &str, citable: &Citable) -> Option<String> {
    let proven = matches!(citable.kind, Kind::Incident | Kind::Statement) && citable.version > 0;
    let here = || permanent(base, citable.number, Some(citable.version));
    let shown = matches!(citable.shown, ShownToday::Published(..));
    (proven && shown).then(|| format!("{}.{}", here(), form::PROOF))
}

/// The links of a record.
pub(super) fn of_record(base: &str, citable: &Citable) -> Vec<Link> {
    let (number, version, latest) = (citable.number, citable.version, citable.latest);
    let link = |rel, href, kind| Link { rel, href, kind, lang: None };
    let at = |version| permanent(base, number, version);
    let here = at((version > 0).then_some(version));
    let mut links = vec![
        link("cite-as", here.clone(), None),
        link("latest-version", at(None), None),
        link("version-history", format!("{}/history", at(None)), None),
    ];
    if version > 1 {
        links.push(link("predecessor-version", at(Some(version - 1)), None));
    }
    if version < latest {
        links.push(link("successor-version", at(Some(version + 1)), None));
    }
    let plural = citable.kind.plural();
    let of_version = if version > 0 { format!("/versions/{version}") } else { String::new() };
    let described = format!("{base}/api/v1/{plural}/{number}{of_version}");
    links.push(link("describedby", described, Some("application/json")));
    for (ending, kind) in [
        ("jsonld", JSON_LD),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
    ] {
        links.push(link("alternate", format!("{here}.{ending}"), Some(kind)));
    }
    links.push(discovery(base, &here));
    links.extend(proof(base, citable).map(|href| link(PROOF, href, Some("application/json"))));
    links
}

/// Links an answer of the API that shows a version to its permanent address and to the versions around it.
pub(crate) fn link_versions(response: &mut Response, base: &str, number: Number, version: i32) {
    let link = |rel, href| Link { rel, href, kind: None, lang: None };
    let at = |version| permanent(base, number, version);
    let mut links = vec![
        link("cite-as", at(Some(version))),
        link("latest-version", at(None)),
        link("version-history", format!("{}/history", at(None))),
    ];
    if version > 1 {
        links.push(link("predecessor-version", at(Some(version - 1))));
    }
    set(response.headers_mut(), &links);
}

/// The links of a list.
pub(super) fn of_list(base: &str, both: &Both) -> Vec<Link> {
    let number = both.quoting.number.map(|number| number.to_string()).unwrap_or_default();
    let link = |rel, href, kind| Link { rel, href, kind, lang: None };
    vec![
        link("cite-as", both.quoting.address.clone(), None),
        link("describedby", format!("{base}/api/v1/lists/{number}"), Some("application/json")),
        discovery(base, &both.quoting.address),
    ]
}

/// Puts links into the header.
pub(super) fn set(headers: &mut HeaderMap, links: &[Link]) {
    let links = links.iter().map(|link| {
        let kind = link.kind.map(|kind| format!("; type=\"{kind}\"")).unwrap_or_default();
        format!("<{}>; rel=\"{}\"{kind}", link.href, link.rel)
    });
    if let Ok(value) = HeaderValue::from_str(&links.collect::<Vec<_>>().join(", ")) {
        headers.insert(header::LINK, value);
    }
}

/// What is cited, in the words of schema.org.
pub(super) fn json_ld(base: &str, both: &Both, record: Option<&Record>) -> Value {
    let cited = &both.quoting;
    let kind = match both.fate.kind {
        "list" => "Dataset",
        "statement" => "Article",
        _ => "CreativeWork",
    };
    let mut value = json!({
        "@context": "https://schema.org",
        "@type": kind,
        "@id": cited.address,
        "url": cited.address,
        "name": cited.title,
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": cited.prefix,
            "value": cited.number.map(|number| number.to_string()),
        },
        "publisher": {"@type": "Organization", "name": cited.instance},
        "license": LICENSE,
        "isPartOf": {"@type": "DataCatalog", "name": cited.instance, "url": base},
    });
    let mut set = |member: &str, of: Value| value[member] = of;
    if let Some(tag) = &cited.title_language {
        set("inLanguage", tag.clone().into());
    }
    if let Some(on) = cited.published {
        set("datePublished", on.to_string().into());
    }
    if let amparo_exchange::citation::Pin::Version(version) = cited.pin {
        set("version", version.to_string().into());
    }
    if let Some((at, class, _)) = &both.fate.withdrawn {
        set("creativeWorkStatus", format!("withdrawn: {class}").into());
        set("expires", json!(at));
    }
    match record.map(|record| &record.facts) {
        Some(Stored::Incident(facts)) => {
            set("temporalCoverage", facts.occurred.edtf().into());
            let code = facts.country.alpha3();
            set("spatialCoverage", json!({"@type": "Country", "identifier": code}));
        }
        Some(Stored::Statement(facts)) => set("temporalCoverage", facts.date.edtf().into()),
        _ => {}
    }
    value
}

/// The publications that a record is based on, from its public JSON: addresses that spell out a name are not among it.
pub(super) fn based_on(shown: &Value) -> Vec<Value> {
    let sources = shown["sources"].as_array().into_iter().flatten();
    let sources = sources.map(|source| {
        let mut work = json!({"@type": "CreativeWork"});
        let members = [
            ("title", "name"),
            ("url", "url"),
            ("archived_url", "archivedAt"),
            ("date", "datePublished"),
        ];
        for (member, called) in members {
            if let Some(text) = source[member].as_str() {
                work[called] = text.into();
            }
        }
        if let Some(publisher) = source["publisher"].as_str() {
            work["publisher"] = json!({"@type": "Organization", "name": publisher});
        }
        work
    });
    sources.collect()
}
