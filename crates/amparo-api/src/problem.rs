//! What a client is told when a request fails (RFC 9457), and which failure is told how.

use amparo_domain::access::AccessDenied;
use amparo_domain::review::Need;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::WithdrawalClass;
use amparo_store::{StoreError, Tombstone};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What a client is told when a request fails (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/unknown-parameter",
    "title": "The query has something that is not known",
    "status": 400,
    "detail": "Nothing was looked up, so that a slip cannot return the whole register.",
    "instance": "urn:request:5f0c1d2e3a4b5c6d",
    "errors": [{
        "parameter": "contry",
        "message": "there is no such parameter",
        "did_you_mean": ["country"]
    }]
}))]
pub struct Problem {
    /// What kind of failure it is: an address at which it is explained.
    #[schema(format = "uri-reference", example = "/problems/not-found")]
    pub r#type: String,
    /// The kind of failure in a few words; the same for all failures of a kind.
    pub title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The id of the request, by which an operator finds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Everything that is wrong, each with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
    /// The number of a record that was withdrawn or removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The state of a withdrawn record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// The class of the reason for which a record was withdrawn: a term of the list
    /// `withdrawal_class`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "mistaken")]
    pub reason_class: Option<&'static str>,
    /// When the record was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// One thing that is wrong, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemError {
    /// The place in the body, as a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The parameter of the query or path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<&'static str>,
    /// What is wrong, in plain words.
    pub message: String,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub did_you_mean: Vec<String>,
}

impl ProblemError {
    pub(crate) fn parameter(name: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: None,
            parameter: Some(name.to_owned()),
            header: None,
            message: message.into(),
            did_you_mean: Vec::new(),
        }
    }

    pub(crate) fn suggesting(mut self, did_you_mean: Vec<String>) -> Self {
        self.did_you_mean = did_you_mean;
        self
    }

    fn header(name: &'static str, message: &str) -> Self {
        Self {
            pointer: None,
            parameter: None,
            header: Some(name),
            message: message.to_owned(),
            did_you_mean: Vec::new(),
        }
    }
}

impl From<Issue> for ProblemError {
    fn from(Issue { pointer, message, did_you_mean }: Issue) -> Self {
        Self { pointer: Some(pointer), parameter: None, header: None, message, did_you_mean }
    }
}

/// Why a request fails. The only error that becomes a response.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The query has unknown parameters or values.
    #[error("unknown parameter")]
    Query(Vec<ProblemError>),
    /// A number in the path has a mistake in it.
    #[error("mistyped number")]
    Mistyped,
    /// The body is not what it says it is.
    #[error("malformed body: {0}")]
    Malformed(String),
    /// The body cannot be taken.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The body is too large.
    #[error("body too large")]
    TooLarge(usize),
    /// The body is of another media type.
    #[error("unsupported media type")]
    MediaType(&'static str),
    /// None of the forms asked for is there.
    #[error("not acceptable")]
    NotAcceptable,
    /// A token is needed.
    #[error("no valid token")]
    Unauthorized,
    /// A page of another site sent it with the caller's cookie.
    #[error("sent by another site")]
    CrossSite,
    /// The token's role may not do this.
    #[error(transparent)]
    Forbidden(#[from] AccessDenied),
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// Nobody committed to the version, so that nothing can prove it.
    #[error("no proof")]
    NoProof,
    /// The version is in no signed checkpoint yet.
    #[error("not proven yet")]
    NotProvenYet {
        /// Whether there is any signed checkpoint.
        begun: bool,
    },
    /// The method is not there.
    #[error("method not allowed")]
    Method,
    /// A precondition is needed.
    #[error("precondition required")]
    PreconditionRequired,
    /// A header cannot be read.
    #[error("malformed header {0}")]
    Header(&'static str, &'static str),
    /// It took too long.
    #[error("timeout")]
    Timeout,
    /// The schema of the database is not the program's.
    #[error("the schema is not up to date")]
    Outdated,
    /// Something broke.
    #[error("internal: {0}")]
    Internal(String),
    /// The store says why.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Status, slug and title of a kind of failure.
type Told = (StatusCode, &'static str, &'static str);

const INVALID: Told =
    (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Something in the record cannot be taken");
const NOT_FOUND: Told = (StatusCode::NOT_FOUND, "not-found", "There is nothing here");
const UNAVAILABLE: Told =
    (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The register cannot be reached");
const INTERNAL: Told =
    (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something broke on our side");

const fn of_denied(denied: &AccessDenied) -> Told {
    match denied {
        AccessDenied::Needs(_) => {
            (StatusCode::FORBIDDEN, "not-allowed", "The caller's roles do not allow this")
        }
        AccessDenied::StepUp => {
            (StatusCode::FORBIDDEN, "step-up-needed", "This needs the second factor again")
        }
    }
}

/// The same of what the store refuses.
const fn of_store(error: &StoreError) -> Told {
    use StatusCode as S;
    match error {
        StoreError::Invalid(_) => INVALID,
        StoreError::KeyReused => (
            S::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "The idempotency key was used for another request",
        ),
        StoreError::SignIn => (S::UNAUTHORIZED, "sign-in-failed", "The sign-in was refused"),
        StoreError::Crowded => (S::SERVICE_UNAVAILABLE, "crowded", "Too many sign in at once"),
        StoreError::TooManyWalks => {
            (S::SERVICE_UNAVAILABLE, "too-many-exports", "Too many exports run at once")
        }
        StoreError::Denied(denied) => of_denied(denied),
        StoreError::OwnWork => (S::FORBIDDEN, "own-work", "Nobody approves their own work"),
        StoreError::TooMany { .. } => {
            (S::TOO_MANY_REQUESTS, "too-many-tries", "There were too many tries")
        }
        StoreError::NotFound => NOT_FOUND,
        StoreError::Withdrawn(_) => (S::GONE, "withdrawn", "The record was withdrawn"),
        // Told as a redirect, not as a problem.
        StoreError::Merged { .. } => {
            (S::PERMANENT_REDIRECT, "merged", "The record was merged into another")
        }
        StoreError::Removed(_) => (S::GONE, "removed", "The record was removed since"),
        StoreError::State { .. } => {
            (S::CONFLICT, "wrong-state", "The record is not in a state for this")
        }
        StoreError::ApprovalsMissing { .. } => {
            (S::CONFLICT, "approvals-missing", "Too few others have approved this")
        }
        StoreError::Conflict(_) => (S::CONFLICT, "conflict", "Another record is in the way"),
        StoreError::Blocked { .. } => (S::CONFLICT, "blocked", "A check is in the way"),
        StoreError::Stale => {
            (S::PRECONDITION_FAILED, "stale", "The record has changed since it was read")
        }
        StoreError::Unavailable => UNAVAILABLE,
        StoreError::Contended => (S::SERVICE_UNAVAILABLE, "busy", "Other writes were in the way"),
        StoreError::Corrupt { .. } | StoreError::Database(_) => INTERNAL,
    }
}

impl ApiError {
    /// Status, slug and title of each kind of failure: with [`of_store`] the whole contract.
    fn kind(&self) -> Told {
        use StatusCode as S;
        match self {
            Self::Query(_) => {
                (S::BAD_REQUEST, "unknown-parameter", "The query has something that is not known")
            }
            Self::Mistyped => {
                (S::BAD_REQUEST, "mistyped-number", "That number has a mistake in it")
            }
            Self::Malformed(_) => (S::BAD_REQUEST, "malformed-body", "The body cannot be read"),
            Self::Header(..) => (S::BAD_REQUEST, "malformed-header", "A header cannot be read"),
            Self::Invalid(_) => INVALID,
            Self::TooLarge(_) => (S::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::MediaType(_) => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "media-type",
                "The body is of a media type that is not taken here",
            ),
            Self::NotAcceptable => {
                (S::NOT_ACCEPTABLE, "not-acceptable", "There is no such form of this")
            }
            Self::Unauthorized => (S::UNAUTHORIZED, "token-needed", "This needs a valid token"),
            Self::CrossSite => (S::FORBIDDEN, "cross-site", "Another site sent this"),
            Self::Forbidden(denied) => of_denied(denied),
            Self::NotFound => NOT_FOUND,
            Self::NoProof => (S::NOT_FOUND, "no-proof", "There is no proof of this"),
            Self::NotProvenYet { .. } => {
                (S::SERVICE_UNAVAILABLE, "not-proven-yet", "This is in no signed checkpoint yet")
            }
            Self::Method => {
                (S::METHOD_NOT_ALLOWED, "method-not-allowed", "This method does not work here")
            }
            Self::PreconditionRequired => {
                (S::PRECONDITION_REQUIRED, "if-match-needed", "If-Match is needed")
            }
            Self::Timeout => (S::SERVICE_UNAVAILABLE, "timeout", "It took too long"),
            Self::Outdated => UNAVAILABLE,
            Self::Internal(_) => INTERNAL,
            Self::Store(error) => of_store(error),
        }
    }

    fn detail(&self) -> Option<String> {
        let detail = match self {
            Self::Query(_) => {
                "Nothing was looked up, so that a slip cannot return the whole register."
            }
            Self::Mistyped => {
                "Its check digit does not fit: a digit was mistyped, or two were swapped."
            }
            Self::Malformed(why) => return Some(why.clone()),
            Self::TooLarge(limit) => {
                return Some(format!("A body can have {limit} bytes at most."));
            }
            Self::MediaType(taken) => return Some(format!("Send {taken}.")),
            Self::Header(_, why) => why,
            Self::Unauthorized => {
                "Send it as Authorization: Bearer TOKEN, or sign in at POST /api/v1/sessions."
            }
            Self::CrossSite => {
                "What a cookie signs for must come from this site's own pages: send Sec-Fetch-Site or \
                 Origin, or use a token."
            }
            Self::Store(StoreError::SignIn) => {
                "Login, password and second factor do not fit together, or the account cannot be used. \
                 Which of it is not told."
            }
            Self::Store(StoreError::TooMany { seconds }) => {
                return Some(format!("Nothing was checked. Try again in {seconds} s."));
            }
            Self::Forbidden(AccessDenied::Needs(role))
            | Self::Store(StoreError::Denied(AccessDenied::Needs(role))) => {
                return Some(format!("It needs the role {role}."));
            }
            Self::Store(StoreError::OwnWork) => {
                "You made this record, or changed it since it was published last: somebody else approves it."
            }
            Self::Store(StoreError::ApprovalsMissing { there, need }) => {
                let why: Vec<&str> = need.reasons.iter().map(|reason| reason.words()).collect();
                let why = if why.is_empty() {
                    String::new()
                } else {
                    format!(", because {}", why.join(", and "))
                };
                return Some(format!(
                    "The latest revision has {there} of the {} approvals it needs{why}. Any change \
                     voids those that were there.",
                    need.count
                ));
            }
            Self::Forbidden(AccessDenied::StepUp)
            | Self::Store(StoreError::Denied(AccessDenied::StepUp)) => {
                "Show your second factor at POST /api/v1/sessions/current/step-up, then send this again."
            }
            Self::PreconditionRequired => {
                "Send If-Match with the ETag that the record had when you read it, so that nobody's \
                 change is lost."
            }
            Self::NoProof => {
                "Nothing was committed to: proofs are of versions of incidents and statements, published since the \
                 register has a log."
            }
            Self::NotProvenYet { begun: true } => {
                "The version is published and committed to. The log takes it up with its next checkpoint, which is a \
                 matter of seconds where the signer answers."
            }
            Self::NotProvenYet { begun: false } => {
                "The version is published and committed to. The log of this register has not begun: nobody has signed a \
                 checkpoint of it. Its bundle is here from the first one on."
            }
            Self::Outdated => "The schema is not up to date: run amparo migrate.",
            Self::Store(StoreError::Stale) => {
                "Read it again, make your change in it, and send that."
            }
            Self::Store(StoreError::State { state, verb }) => {
                return Some(format!("A record in the state {state} cannot be {verb}."));
            }
            Self::Store(StoreError::Withdrawn(Tombstone { reason, .. })) => {
                return reason.clone();
            }
            Self::Store(StoreError::Removed(_)) => {
                "This request was done when it was sent first; somebody removed the record since. \
                 Nothing was done again."
            }
            Self::Store(StoreError::KeyReused) => {
                "Use a new key for a new request; the same key is for retries of the same request."
            }
            _ => return None,
        };
        Some(detail.to_owned())
    }

    fn errors(&mut self) -> Vec<ProblemError> {
        match self {
            Self::Query(errors) => std::mem::take(errors),
            Self::Invalid(Invalid(issues))
            | Self::Store(
                StoreError::Invalid(Invalid(issues))
                | StoreError::Conflict(issues)
                | StoreError::Blocked { issues, .. },
            ) => std::mem::take(issues).into_iter().map(ProblemError::from).collect(),
            Self::Header(name, why) => vec![ProblemError::header(name, why)],
            _ => Vec::new(),
        }
    }

    /// After how many seconds another try makes sense, where that is known.
    pub(crate) fn wait(&self) -> Option<u64> {
        match self {
            Self::Store(StoreError::TooMany { seconds }) => Some(*seconds),
            // A second to notice, one for the signer, a few for its witnesses.
            Self::NotProvenYet { begun: true } => Some(5),
            Self::NotProvenYet { begun: false } => Some(3_600),
            _ => None,
        }
    }

    /// The problem as it is told, without the id of the request.
    pub(crate) fn into_problem(mut self) -> (StatusCode, Problem) {
        let (status, slug, title) = self.kind();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            // The one place where a failure of ours is logged; the client gets no internals.
            tracing::error!(error = %chain(&self), "a request failed");
        }
        let detail = self.detail();
        let errors = self.errors();
        let mut problem = Problem {
            r#type: format!("/problems/{slug}"),
            title,
            status: status.as_u16(),
            detail,
            instance: None,
            errors,
            number: None,
            state: None,
            reason_class: None,
            withdrawn_at: None,
        };
        if let Self::Store(StoreError::Withdrawn(tombstone)) = &self {
            problem.number = Some(tombstone.number.to_string());
            problem.state = Some("withdrawn");
            problem.reason_class = Some(tombstone.class.code());
            problem.withdrawn_at = Some(tombstone.withdrawn_at);
        }
        if let Self::Store(StoreError::Removed(number)) = &self {
            problem.number = Some(number.to_string());
        }
        (status, problem)
    }
}

/// The failure and what led to it, in one line.
fn chain(error: &ApiError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// A problem that still lacks the id of its request, which the outermost layer adds.
#[derive(Debug, Clone)]
pub(crate) struct Untold(pub Problem);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Store(StoreError::Merged { number, into }) = self {
            return crate::answer::merged(number, into, "");
        }
        let retry = matches!(
            self,
            Self::Timeout
                | Self::Outdated
                | Self::Store(
                    StoreError::Unavailable
                        | StoreError::Contended
                        | StoreError::Crowded
                        | StoreError::TooManyWalks
                )
        );
        let wait = self.wait();
        let unauthorized = matches!(self, Self::Unauthorized | Self::Store(StoreError::SignIn));
        let patch = matches!(self, Self::MediaType(taken) if taken.contains("merge-patch"));
        let (status, problem) = self.into_problem();
        let mut response = status.into_response();
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        set(header::CACHE_CONTROL, "no-store");
        if retry {
            set(header::RETRY_AFTER, "2");
        }
        if unauthorized {
            set(header::WWW_AUTHENTICATE, "Bearer");
        }
        if patch {
            set(HeaderName::from_static("accept-patch"), "application/merge-patch+json");
        }
        if let Some(seconds) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Untold(problem));
        response
    }
}

/// Every kind of problem, for the page that explains them: slug and title.
pub fn kinds() -> Vec<(&'static str, &'static str)> {
    let of_state = amparo_domain::vocabulary::State::Draft;
    let all = [
        ApiError::Query(Vec::new()),
        ApiError::Mistyped,
        ApiError::Malformed(String::new()),
        ApiError::Header("", ""),
        ApiError::Invalid(Invalid(Vec::new())),
        ApiError::Store(StoreError::KeyReused),
        ApiError::TooLarge(0),
        ApiError::MediaType(""),
        ApiError::NotAcceptable,
        ApiError::Unauthorized,
        ApiError::Store(StoreError::SignIn),
        ApiError::CrossSite,
        ApiError::Forbidden(AccessDenied::Needs("")),
        ApiError::Forbidden(AccessDenied::StepUp),
        ApiError::Store(StoreError::OwnWork),
        ApiError::Store(StoreError::TooMany { seconds: 1 }),
        ApiError::NotFound,
        ApiError::NoProof,
        ApiError::NotProvenYet { begun: true },
        ApiError::Method,
        ApiError::Store(StoreError::Withdrawn(Tombstone {
            number: amparo_domain::number::Number::from_random(
                0,
                amparo_domain::number::Width::Eight,
            ),
            withdrawn_at: DateTime::UNIX_EPOCH,
            class: WithdrawalClass::default(),
            reason: None,
        })),
        ApiError::Store(StoreError::Removed(amparo_domain::number::Number::from_random(
            0,
            amparo_domain::number::Width::Eight,
        ))),
        ApiError::Store(StoreError::State { state: of_state, verb: "" }),
        ApiError::Store(StoreError::ApprovalsMissing {
            there: 0,
            need: Need { count: 1, reasons: Vec::new() },
        }),
        ApiError::Store(StoreError::Conflict(Vec::new())),
        ApiError::Store(StoreError::Blocked { issues: Vec::new(), unknown: false }),
        ApiError::Store(StoreError::Stale),
        ApiError::PreconditionRequired,
        ApiError::Store(StoreError::TooMany { seconds: 1 }),
        ApiError::Timeout,
        ApiError::Store(StoreError::Crowded),
        ApiError::Store(StoreError::TooManyWalks),
        ApiError::Store(StoreError::Unavailable),
        ApiError::Store(StoreError::Contended),
        ApiError::Internal(String::new()),
    ];
    all.iter().map(ApiError::kind).map(|(_, slug, title)| (slug, title)).collect()
}
