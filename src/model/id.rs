//! Newtypes for every identifier, so that a question is never taken for a metric. Copies share one text: a hundred
//! thousand grants name the same few systems.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Defines one text identifier: ordered, hashable, shown as its text, (de)serialised as a bare string.
macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(from = "String", into = "String")]
        #[schemars(with = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps text that is already known to name one of these.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into().into())
            }

            /// The identifier as it is written in files.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )+};
}

text_id! {
    /// An assessment, a UUID version 7.
    AssessmentId;
    /// A capability of the shared vocabulary, such as `inventory`.
    CapabilityId;
    /// A domain of the shared vocabulary, such as `CLS`.
    DomainId;
    /// A metric of the dictionary, such as `ai.agents.total`.
    MetricName;
    /// A questionnaire pack, such as `ai-agent-readiness`.
    PackId;
    /// One pull, a UUID version 7.
    PullId;
    /// A question, such as `INV-01`; also the self-rating, `SELF-01`.
    QuestionId;
    /// A person who answers, as the assessor named them.
    RespondentId;
    /// A function in the organisation, such as `iam_lead`.
    RoleId;
    /// A system that was read, such as `aws:111122223333`; for registers, `register`.
    SourceId;
}
