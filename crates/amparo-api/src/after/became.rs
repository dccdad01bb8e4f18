//! What became of a cited incident: the differences between what was cited and what is said today, and a note to put under
//! the statement. Both are of what everybody sees today, so that a name which is shown no longer is in neither.

use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::sentence::{self, Became};
use amparo_domain::since::Since;
use amparo_store::{Cited, CitedThings, Notice};
use serde_json::{Value, json};

use super::printed;
use crate::addresses::rendered_record;
use crate::back;
use crate::dto::Difference;
use crate::problem::ApiError;
use crate::state::AppState;

/// Members that tell of the frame of a record and not of what it says.
const OF_THE_FRAME: [&str; 8] = [
    "number",
    "state",
    "version",
    "first_published",
    "last_changed",
    "cited_by",
    "network",
    "removed",
];

/// What is read of the register to tell of notices.
pub(super) struct Told {
    things: CitedThings,
}

impl Told {
    /// Reads what some notices are about, all at once.
    pub(super) async fn of(state: &AppState, notices: &[Notice]) -> Result<Self, ApiError> {
        let incidents = notices.iter().map(|notice| (notice.incident, cited(notice)));
        let statements = notices.iter().map(|notice| (notice.statement, None));
        let wanted: Vec<_> = incidents.chain(statements).collect();
        Ok(Self { things: state.store.cited_things(&wanted).await? })
    }

    /// What everybody sees of the incident of a notice.
    fn incident(&self, notice: &Notice) -> Option<&Cited> {
        self.things.records.get(&notice.incident)
    }

    /// How it stands today: its latest version, its state, and where that is.
    pub(super) fn present(&self, notice: &Notice) -> Option<(i32, &'static str, String)> {
        let cited = self.incident(notice)?;
        let digits = cited.number.as_i64();
        if cited.withdrawn.is_some() {
            return Some((cited.latest, "withdrawn", format!("/r/{digits}")));
        }
        let present = cited.present.as_ref()?;
        let (at, version) = (present.number.as_i64(), present.version);
        let state = if cited.into.is_some() { "merged" } else { "published" };
        Some((version, state, format!("/r/{at}/v{version}")))
    }

    /// What the present version says otherwise than the cited one.
    pub(super) fn differences(
        &self,
        state: &AppState,
        notice: &Notice,
        language: Language,
    ) -> Result<Vec<Difference>, ApiError> {
        let Some(of) = self.incident(notice) else {
            return Ok(Vec::new());
        };
        let changed = |pointer: &str, from: Value, to: Value| Difference {
            pointer: pointer.to_owned(),
            from: Some(from).filter(|from| !from.is_null()),
            to: Some(to),
        };
        if of.withdrawn.is_some() {
            return Ok(vec![changed("/state", json!("published"), json!("withdrawn"))]);
        }
        let mut found = Vec::new();
        if let Some(into) = of.into {
            found.push(changed("/state", json!("published"), json!("merged")));
            found.push(changed("/merged_into", Value::Null, json!(into.to_string())));
        }
        let before = cited(notice).and_then(|version| of.versions.get(&version));
        if let (Some((_, before)), Some(present)) = (before, &of.present) {
            let say = |record| -> Result<Value, ApiError> {
                let mut value = rendered_record(state, record, &self.things.labels, language)?;
                if let Value::Object(members) = &mut value {
                    members.retain(|member, _| !OF_THE_FRAME.contains(&member.as_str()));
                }
                Ok(value)
            };
            found.extend(back::differences(&say(before)?, &say(present)?));
        }
        Ok(found)
    }

    /// A note to put under the statement; none where nothing is left to be said.
    pub(super) fn note(
        &self,
        state: &AppState,
        notice: &Notice,
        language: Language,
    ) -> Option<String> {
        let of = self.incident(notice)?;
        let statement = self.things.records.get(&notice.statement)?.present.as_ref()?;
        let Stored::Statement(statement) = &statement.facts else {
            return None;
        };
        let before = cited(notice).and_then(|version| of.versions.get(&version));
        let on = state.store.clock().today();
        let (mut since, mut changes) = (Since::default(), Vec::new());
        if let (Some((_, before)), Some(present)) = (before, &of.present)
            && let (Stored::Incident(before), Stored::Incident(after)) =
                (&before.facts, &present.facts)
        {
            since = Since::of(before, after, on);
            changes = sentence::changes(language, before, after, &since);
        }
        let number = printed(state, Kind::Incident, notice.incident);
        let into = of.into.map(|into| printed(state, Kind::Incident, into));
        let withdrawn = of.withdrawn.as_ref();
        let withdrawn =
            withdrawn.map(|gone| (gone.withdrawn_at.date_naive(), gone.class.label(language)));
        let note = sentence::note(
            language,
            &Became {
                stated: &statement.date,
                printed: &number,
                cited: notice.cited,
                withdrawn,
                merged: into.as_deref(),
                since: &since,
                changes: &changes,
            },
        );
        (!note.is_empty()).then_some(note)
    }
}

/// The version that was cited; of one that was cited without, the one before the change.
fn cited(notice: &Notice) -> Option<i32> {
    let gone = notice.class.is_some() || notice.into.is_some();
    let before = if gone { notice.version } else { notice.version - 1 };
    notice.cited.or(Some(before)).filter(|version| *version > 0)
}
