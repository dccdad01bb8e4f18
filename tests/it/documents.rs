//! The documents say what is there: crates, problems, files they lead to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_map_names_every_crate_and_no_other() {
    let folders = fs::read_dir(top().join("crates")).unwrap();
    let mut there: BTreeSet<String> =
        folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    there.extend(["amparo-migrations", "amparo-tests"].map(str::to_owned));
    let map = read("ARCHITECTURE.md");
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let named: BTreeSet<String> = map
        .split(|c| !letters(c))
        .filter(|word| word.starts_with("amparo-") && !word.ends_with('-'))
        .map(str::to_owned)
        .collect();
    assert_eq!(named, there);
}

#[test]
fn each_kind_of_problem_is_explained_and_no_other() {
    let kinds: BTreeSet<&str> =
        amparo_api::problem::kinds().into_iter().map(|(slug, _)| slug).collect();
    let document = read("docs/problems.md");
    let headings: Vec<&str> =
        document.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(headings.iter().copied().collect::<BTreeSet<_>>(), kinds);
    assert_eq!(headings.len(), kinds.len(), "a heading stands there twice");
    for (slug, title) in amparo_api::problem::kinds() {
        assert!(
            document.contains(&format!("\"type\":\"/problems/{slug}\",\"title\":\"{title}\"")),
            "{slug} has no example with its title, {title:?}"
        );
    }
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    let documents = documents();
    assert!(documents.len() > 15, "{documents:?}");
    let mut broken = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for target in links(&text) {
            let file = target.split('#').next().unwrap();
            let local = !file.is_empty() && !file.contains(':');
            if local && !document.parent().unwrap().join(file).exists() {
                broken.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// What people read: Markdown at the top and in some folders.
fn documents() -> Vec<PathBuf> {
    let folders =
        ["", "docs", "docs/adr", "docs/recipes", "deploy", "migrations", "crates/amparo-exchange"];
    let mut found = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(top().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// The targets of `[words](target)`, outside of code.
fn links(text: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        let mut rest = line;
        while let (false, Some((_, after))) = (fenced, rest.split_once("](")) {
            let (target, after) = after.split_once(')').unwrap_or((after, ""));
            targets.push(target);
            rest = after;
        }
    }
    targets
}
