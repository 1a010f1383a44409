//! The nouns: plain data and the arithmetic on it.
//!
//! This room imports nothing of ours and does no I/O; it knows no clock, no database, no terminal.

pub mod agents;
pub mod assessment;
pub mod catalog;
pub mod decision;
pub mod expr;
pub mod id;
pub mod inventory;
pub mod level;
pub mod merged;
pub mod metric;
pub mod near;
pub mod privilege;
pub mod pull;
pub mod questionnaire;
pub mod resolution;
pub mod scorecard;
pub mod shadow;

pub use id::{
    AssessmentId, CapabilityId, DomainId, MetricName, PackId, PullId, QuestionId, RespondentId, RoleId,
    SourceId,
};
pub use level::{Bounds, Level, Score, Tally};
