//! What refusals of Microsoft Graph, and of the desk that gives out tokens, mean.

use serde_json::Value;

use super::super::http::{Refused, Verdict};

/// Refusals that another licence would turn into answers.
const UNLICENSED: &[&str] =
    &["Authentication_RequestFromNonPremiumTenantOrB2CTenant", "AadPremiumLicenseRequired"];
/// How much of what is said stands in an error, in letters.
const SAID: usize = 240;

/// Reads a refusal.
pub fn judge(refused: &Refused<'_>) -> Option<Verdict> {
    let body: Value = serde_json::from_slice(refused.body).ok()?;
    let error = body.get("error")?;
    if let Some(code) = error.as_str() {
        let why = body.get("error_description").and_then(Value::as_str).unwrap_or_default();
        // Someone who may not have a token is told so with 401, which elsewhere means a token that ended.
        return (refused.status < 429).then(|| Verdict::Rejected(format!("{code}: {}", first(why))));
    }
    verdict(refused.status, error)
}

/// What an error of Graph means, on its own or inside the answer to a batch.
pub fn verdict(status: u16, error: &Value) -> Option<Verdict> {
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let (code, message) = (text("code"), text("message"));
    let said = || format!("{code}: {}", first(message));
    let is_unlicensed = UNLICENSED.iter().any(|word| code == *word || message.contains(word));
    match status {
        400 | 403 if is_unlicensed => Some(Verdict::NotLicensed(said())),
        402 => Some(Verdict::NotLicensed(said())),
        403 => Some(Verdict::Forbidden(said())),
        // A cloud that does not know a kind of object yet.
        400 if message.contains("not found for the segment") => Some(Verdict::NoSuch),
        400 => Some(Verdict::Rejected(said())),
        _ => None,
    }
}

/// What is said before the numbers that only Microsoft understands.
fn first(text: &str) -> String {
    let end = ["\r", "\n", " Trace ID:", " Correlation ID:"].iter().filter_map(|mark| text.find(mark)).min();
    text.get(..end.unwrap_or(text.len())).unwrap_or_default().trim().chars().take(SAID).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_licence_is_told_from_a_right_and_a_kind_that_is_not_there() {
        let of =
            |status, code: &str, message: &str| verdict(status, &json!({"code": code, "message": message}));
        let premium = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
        assert!(matches!(of(403, premium, "Neither tenant is B2C"), Some(Verdict::NotLicensed(_))));
        assert!(matches!(of(400, "AadPremiumLicenseRequired", "P2"), Some(Verdict::NotLicensed(_))));
        assert!(matches!(
            of(403, "Authorization_RequestDenied", "Insufficient privileges"),
            Some(Verdict::Forbidden(said)) if said.ends_with("Insufficient privileges")
        ));
        let segment = "Resource not found for the segment 'microsoft.graph.agentIdentity'.";
        assert_eq!(of(400, "BadRequest", segment), Some(Verdict::NoSuch));
        assert!(matches!(of(400, "BadRequest", "Invalid filter"), Some(Verdict::Rejected(_))));
        assert_eq!((of(429, "TooManyRequests", ""), of(404, "x", "y")), (None, None));
    }

    #[test]
    fn what_only_microsoft_understands_is_left_out() {
        let said =
            "AADSTS7000215: Invalid client secret provided. Trace ID: 1-2 Correlation ID: 3\r\nTimestamp: 4";
        assert_eq!(first(said), "AADSTS7000215: Invalid client secret provided.");
        assert_eq!(first(""), "");
    }
}
