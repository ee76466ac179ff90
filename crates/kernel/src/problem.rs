//! The closed set of problems that a caller can be told (RFC 9457), with slug and status.

use serde::{Deserialize, Serialize};

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Path of the field: `rules[0].reward.amount`.
    pub field: String,
    /// A slug: `required`, `too_long`, `invalid`…
    pub code: String,
    /// A sentence that says what to do.
    pub message: String,
}

/// A problem on its way to the caller: a code, a sentence, and the fields where there are any.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}", code = .code.slug())]
pub struct Problem {
    /// Which problem.
    pub code: ProblemCode,
    /// What happened here, in a sentence that says what to do. Never a driver's text.
    pub detail: String,
    /// What is wrong with which field.
    pub fields: Vec<FieldError>,
}

impl Problem {
    /// A problem with a sentence of its own.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            fields: Vec::new(),
        }
    }

    /// `validation_failed` for one field.
    pub fn field(
        field: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::fields(vec![FieldError {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        }])
    }

    /// `validation_failed` for the fields given.
    pub fn fields(fields: Vec<FieldError>) -> Self {
        let detail = ProblemCode::ValidationFailed.title().to_owned();
        Self {
            code: ProblemCode::ValidationFailed,
            detail,
            fields,
        }
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code, code.title())
    }
}

macro_rules! problems {
    ($($variant:ident $status:literal $slug:literal $title:literal;)*) => {
        /// Which problem: a stable slug that clients may match on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ProblemCode {
            $(#[doc = $title] $variant,)*
        }

        impl ProblemCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable name.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),* }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            /// The general sentence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),* }
            }
        }
    };
}

problems! {
    MalformedRequest 400 "malformed_request" "The request could not be read.";
    Unauthenticated 401 "unauthenticated" "Credentials are missing or not valid.";
    Forbidden 403 "forbidden" "These credentials do not permit this operation.";
    NotFound 404 "not_found" "There is nothing here under this name.";
    MethodNotAllowed 405 "method_not_allowed" "This resource does not support this method.";
    Conflict 409 "conflict" "The request contradicts the present state.";
    IdempotencyConflict 409 "idempotency_conflict" "The same key was used before with another body.";
    InviteCodeInvalid 404 "invite_code_invalid" "There is no such invite code.";
    InviteCodeExpired 410 "invite_code_expired" "This invite code has expired.";
    InviteCodeRevoked 410 "invite_code_revoked" "This invite code has been revoked.";
    InviteCodeExhausted 409 "invite_code_exhausted" "This invite code has been used as often as it may be.";
    CodeTaken 409 "code_taken" "This code is in use already.";
    CodeUnsuitable 422 "code_unsuitable" "This text cannot be an invite code.";
    SelfInvitation 422 "self_invitation" "Members cannot invite themselves.";
    AlreadyInvited 409 "already_invited" "This member has an inviter in this program already.";
    ClaimWindowOver 409 "claim_window_over" "The time to name an inviter is over.";
    ProgramNotActive 409 "program_not_active" "The program is not active.";
    QuotaExceeded 409 "quota_exceeded" "The quota is used up.";
    RiskBlocked 403 "risk_blocked" "The sign-up was refused by the risk rules.";
    InvalidTransition 409 "invalid_transition" "This cannot be done in the present state.";
    InsufficientBalance 409 "insufficient_balance" "The balance does not cover the amount.";
    BudgetExhausted 409 "budget_exhausted" "The budget of the program is used up.";
    PayloadTooLarge 413 "payload_too_large" "The request is larger than accepted.";
    UnsupportedMediaType 415 "unsupported_media_type" "Send the body as `application/json`.";
    ValidationFailed 422 "validation_failed" "Some fields are not valid.";
    RateLimited 429 "rate_limited" "Too many requests; try again later.";
    Internal 500 "internal" "Something failed on our side; the request id leads to the cause.";
    Unavailable 503 "unavailable" "The service cannot do this at the moment; try again.";
}
