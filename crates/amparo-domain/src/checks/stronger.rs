//! Words that are stronger than the grade of the record that a sentence cites: "constant harassment" on one source, or what is
//! disputed told as a fact.

use super::{Check, Cited, Claimed, Code, Fix, words};
use crate::grade::{INDEPENDENT, independent_sources};

pub(super) fn look(claimed: &Claimed<'_>, found: &mut Vec<Check>) {
    let Claimed { pointer, sentence, cited, .. } = claimed;
    let graded = |of: &&Cited, grade: &str| {
        of.facts.as_ref().is_some_and(|facts| facts.grade.code() == grade)
    };
    let hedged = || !words::places(sentence, words::HEDGES).is_empty();
    if let Some(disputed) = cited.iter().find(|of| graded(of, "disputed"))
        && !hedged()
    {
        let message = format!(
            "tells as a fact what {} holds as disputed: say that it is, or who says so",
            disputed.number
        );
        let check = Check::of(Code::StrongerThanGrade, pointer, sentence.at.clone(), message);
        found.push(check.about(disputed).fixed_by(Fix::Reword("disputed")));
    }
    let weak = |of: &&&Cited| {
        let few = of.facts.as_ref().is_some_and(|facts| {
            let public: Vec<_> =
                facts.sources.iter().filter(|source| source.tier.is_public()).cloned().collect();
            independent_sources(&public) < INDEPENDENT
        });
        graded(of, "reported") && few
    };
    // What another record in the sentence bears out may be what the word is about.
    let strong = cited.iter().any(|of| graded(of, "confirmed"));
    let Some(one) = cited.iter().find(weak) else { return };
    for (nth, count) in words::places(sentence, words::STRONG) {
        let confirms = sentence.word(nth).starts_with("confirm")
            || sentence.word(nth).starts_with("подтвержд");
        if confirms && (strong || hedged()) {
            continue;
        }
        let at = sentence.words[nth].at.start..sentence.words[nth + count - 1].at.end;
        let message = format!(
            "is stronger than what {} bears out, which is reported by one source: say \"reported\", or leave the word out",
            one.number
        );
        let check = Check::of(Code::StrongerThanGrade, pointer, at, message);
        found.push(check.about(one).fixed_by(Fix::Reword("reported")));
    }
}
