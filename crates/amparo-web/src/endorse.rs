//! The page on which somebody with a code reads what an organization is asked to endorse, and answers.

use amparo_domain::marks;
use askama::Template;
use serde_json::Value;

use crate::facts::{Text, Told};
use crate::pages::{rendered, with_language};
use crate::words::Word;
use crate::{Shell, tell};

/// What was entered, to be kept when something is missing.
#[derive(Debug, Default, Clone)]
pub struct Entered {
    /// The answer: endorsed, declined or `change_suggested`.
    pub answer: String,
    /// Who signs.
    pub name: String,
    /// What they are there.
    pub role: String,
    /// What should be otherwise.
    pub text: String,
}

/// How far somebody is.
#[derive(Debug)]
pub enum EndorsePage<'a> {
    /// They enter the code; what they entered before does not hold, if that is so.
    Code {
        /// Whether a code was refused.
        refused: bool,
    },
    /// They read what is asked, and answer.
    Asked {
        /// The public JSON of the statement, as it is asked about.
        record: &'a Value,
        /// The request, as JSON.
        request: &'a Value,
        /// Its number as it is printed.
        number: String,
        /// Its text: safe HTML, from this program's own hand.
        html: String,
        /// The notes under it: safe HTML.
        notes: String,
        /// The code, to be sent back.
        code: String,
        /// What they entered.
        entered: Entered,
        /// Whether something that is needed is missing.
        missing: bool,
        /// Whether they have just answered.
        answered: bool,
    },
}

struct Asked {
    organization: Option<String>,
    number: String,
    date: Option<String>,
    changed: bool,
    heading: Text,
    lead: Option<Text>,
    html: String,
    notes: String,
}

#[derive(Template)]
#[template(path = "endorse.html")]
struct EndorseTemplate<'a> {
    shell: &'a Shell,
    problem: Option<&'static str>,
    asked: Option<Asked>,
    said: Option<(&'static str, &'static str)>,
    action: String,
    code: String,
    entered: Entered,
    answers: [(&'static str, &'static str); 3],
}

/// The page.
pub fn endorse(shell: &Shell, page: EndorsePage<'_>) -> String {
    let language = shell.language;
    let answers = [
        ("endorsed", Word::EndorsedIt.of(language)),
        ("declined", Word::Declined.of(language)),
        ("change_suggested", Word::ChangeSuggested.of(language)),
    ];
    let mut template = EndorseTemplate {
        shell,
        problem: None,
        asked: None,
        said: None,
        action: with_language(&shell.path, language),
        code: String::new(),
        entered: Entered::default(),
        answers,
    };
    match page {
        EndorsePage::Code { refused } => {
            template.problem = refused.then(|| Word::CodeWrong.of(language));
        }
        EndorsePage::Asked {
            record,
            request,
            number,
            html,
            notes,
            code,
            entered,
            missing,
            answered,
        } => {
            let told = Told { record, language };
            let organization = &request["organization"];
            let organization = organization["name"].as_str().or(organization["acronym"].as_str());
            template.problem = missing.then(|| Word::EndorseMissing.of(language));
            let state = request["state"].as_str().unwrap_or_default();
            let said = answers.into_iter().find(|(code, _)| *code == state);
            let label = if answered { Word::EndorseThanks } else { Word::Answered };
            template.said = said.map(|(_, said)| (label.of(language), said));
            template.asked = Some(Asked {
                organization: organization.map(str::to_owned),
                number,
                date: record["date"]["edtf"].as_str().map(|edtf| tell::date(edtf, language)),
                changed: request["is_current"] == Value::Bool(false),
                heading: told.title(),
                lead: told.lead().map(|lead| Text {
                    text: marks::replaced(&lead.text, |_| Some(String::new())),
                    ..lead
                }),
                html,
                notes,
            });
            template.code = code;
            template.entered = entered;
        }
    }
    rendered(&template)
}
