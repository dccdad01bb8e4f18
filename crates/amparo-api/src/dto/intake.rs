//! What people without an account ask, and what they hear.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What somebody asks of those who hold the register.
#[derive(ToSchema)]
#[schema(as = NewIntake)]
#[expect(dead_code, reason = "this type describes what is read elsewhere")]
pub(crate) struct NewIntakeView {
    /// `take_down`: a name or more has to go because somebody is in danger. `correction`: something is
    /// wrong. `reply`: those whom a record names answer it. `report`: something happened.
    #[schema(example = "take_down", pattern = "^(take_down|correction|reply|report)$")]
    kind: String,
    /// The number of the record it is about.
    #[schema(example = "4827-1930")]
    about: Option<String>,
    /// In your words. Only the verifiers of one network read them.
    #[schema(min_length = 1, max_length = 10_000)]
    text: String,
    /// How you can be reached, if you want to be.
    #[schema(max_length = 500)]
    contact: Option<String>,
}

/// What somebody gets who sent something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub(crate) struct ReceiptView {
    /// By it alone you hear what became of it: keep it. It is told this once.
    #[schema(example = "7F3KQ-9M2TX-0B8VD-4WHZR")]
    pub receipt: String,
}

/// What became of something that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceiptState {
    /// open or closed.
    #[schema(value_type = String, example = "closed")]
    pub state: &'static str,
    /// The answer, once there is one.
    pub answer: Option<String>,
}

/// Something that was sent, without its words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IntakeItem)]
pub(crate) struct IntakeItemView {
    /// By what it is called.
    #[schema(example = "4611686018427387904")]
    pub id: String,
    /// What is asked.
    #[schema(example = "take_down")]
    pub kind: String,
    /// The number it is about.
    pub about: Option<String>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// open or closed.
    #[schema(value_type = String, example = "open")]
    pub state: &'static str,
}

/// Something that was sent, with its words.
#[derive(Serialize, ToSchema)]
#[schema(as = Intake)]
pub(crate) struct IntakeView {
    /// By what it is called.
    #[schema(example = "4611686018427387904")]
    pub id: String,
    /// What is asked.
    #[schema(example = "take_down")]
    pub kind: String,
    /// The number it is about.
    pub about: Option<String>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// open or closed.
    #[schema(value_type = String, example = "open")]
    pub state: &'static str,
    /// In their words.
    pub text: String,
    /// How they can be reached.
    pub contact: Option<String>,
    /// What they were answered.
    pub answer: Option<String>,
    /// When.
    pub closed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub closed_by: Option<String>,
}

/// A page of what was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IntakeList {
    /// The items: what has to be taken down first, then the oldest.
    pub items: Vec<IntakeItemView>,
    /// The cursor of the next page; null on the last one.
    pub next: Option<String>,
}

/// What somebody is answered.
#[derive(ToSchema)]
#[expect(dead_code, reason = "this type describes what is read elsewhere")]
pub(crate) struct IntakeAnswer {
    /// Whoever holds the receipt reads it.
    #[schema(min_length = 1, max_length = 5_000)]
    answer: String,
}
