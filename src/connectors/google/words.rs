//! What Google's refusals mean: their reasons tell more than their status.

use serde_json::Value;

use super::super::http::{Refused, Verdict};

/// How the sentence begins that says that a service is not switched on where it was asked for.
pub const OFF: &str = "switched off: ";

/// The word for a refusal that may be about a person who was suspended, or about the reader.
pub const SUSPENDED: &str = "suspended";

/// Reasons of a refusal that only says "later".
const BUSY: &[&str] =
    &["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED", "backendError"];
/// A quota that comes back the next day.
const SPENT: &[&str] = &["dailyLimitExceeded", "dailyLimitExceededUnreg"];
const SWITCHED_OFF: &[&str] = &["accessNotConfigured", "SERVICE_DISABLED"];
/// What another edition, or an account that pays, would show.
const UNPAID: &[&str] = &["domainCannotUseApis", "BILLING_DISABLED"];
/// Refusals of the desk for tokens that are about these scopes or this administrator, not about the key.
const NOT_DELEGATED: &[&str] = &["unauthorized_client", "access_denied", "invalid_scope"];

/// How much of a message is taken over, in letters.
const SAID: usize = 200;

/// Reads a refusal of a service.
pub fn judge(refused: &Refused<'_>) -> Option<Verdict> {
    let error = serde_json::from_slice::<Value>(refused.body).ok()?;
    let error = error.get("error")?;
    let reasons = reasons(error);
    let is_one_of = |known: &[&str]| reasons.iter().any(|reason| known.contains(reason));
    let said = || message(error);
    if is_one_of(SPENT) {
        let help = "try again tomorrow, or have the quota of the project raised";
        return Some(Verdict::Failed(format!("the quota of the day is spent: {}", said()), help.to_owned()));
    }
    if is_one_of(BUSY) {
        return Some(Verdict::Busy(reasons.join(", ")));
    }
    if is_one_of(SWITCHED_OFF) {
        return Some(Verdict::Rejected(format!("{OFF}{}", said())));
    }
    if is_one_of(UNPAID) {
        return Some(Verdict::NotLicensed(said()));
    }
    None
}

/// Reads a refusal of what is asked of one person. Google takes no credentials for somebody who was suspended, so that such
/// a refusal may be about him.
pub fn judge_person(refused: &Refused<'_>) -> Option<Verdict> {
    if refused.status == 401 {
        return Some(Verdict::Forbidden(SUSPENDED.to_owned()));
    }
    judge(refused)
}

/// Reads a refusal of the desk that changes keys for tokens.
pub fn judge_desk(refused: &Refused<'_>) -> Option<Verdict> {
    if !(400..=403).contains(&refused.status) {
        return None;
    }
    let answer = serde_json::from_slice::<Value>(refused.body).ok()?;
    let text = |key: &str| answer.get(key).and_then(Value::as_str);
    let error = text("error")?;
    let said = short(text("error_description").unwrap_or(error));
    Some(if NOT_DELEGATED.contains(&error) { Verdict::Forbidden(said) } else { Verdict::Rejected(said) })
}

/// The reasons, in both shapes that Google has for them.
fn reasons(error: &Value) -> Vec<&str> {
    let lists = ["errors", "details"].iter().filter_map(|key| error.get(*key)?.as_array());
    lists.flatten().filter_map(|one| one.get("reason")?.as_str()).collect()
}

fn message(error: &Value) -> String {
    short(error.get("message").and_then(Value::as_str).unwrap_or_default())
}

fn short(text: &str) -> String {
    text.chars().take(SAID).collect()
}
