//! What AWS's refusals mean: its codes, whether they come as XML or JSON, and whatever status they come with.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::http::{Refused, Verdict};
use super::xml;

/// How much of what AWS says stands in an error, in letters.
const SAID: usize = 200;
/// By how much a clock may be wrong before AWS refuses what it signs.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Codes of a service that has too much to do; they come with the status 400 too.
const BUSY: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "ServiceFailure",
    "InternalFailure",
    "InternalError",
    "InternalServerException",
    "RequestTimeout",
    "ConcurrentModification",
];
/// Codes of a reader that is known and may not see this.
const FORBIDDEN: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "NotAuthorized",
    "AuthorizationError",
];
/// Codes of a question that the service does not know.
const UNKNOWN: &[&str] = &["InvalidAction", "UnknownOperation", "UnknownOperationException"];
/// Codes of a key that is not known: to AWS, or only in a region that the account has not switched on.
const STRANGER: &[&str] = &[
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
];
/// Codes of keys whose time is over.
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];
/// Codes of a signature that does not fit: another secret, or another time.
const UNFIT: &[&str] = &[
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "RequestTimeTooSkewed",
    "RequestExpired",
];

/// Reads a refusal of AWS.
pub fn judge(refused: &Refused<'_>) -> Option<Verdict> {
    let Some((code, said)) = code(refused) else {
        // A service of AWS that is there says so in its own words; a page for people is none of its.
        let is_page = refused.body.trim_ascii_start().first() == Some(&b'<');
        let words = "500 with a web page: the service does not know the question".to_owned();
        return (refused.status == 500 && is_page).then_some(Verdict::Rejected(words));
    };
    let is = |codes: &[&str]| codes.contains(&code.as_str());
    let words = if said.is_empty() { code.clone() } else { format!("{code}: {said}") };
    Some(if is(BUSY) {
        Verdict::Busy(code)
    } else if is(FORBIDDEN) {
        Verdict::Forbidden(words)
    } else if is(UNKNOWN) {
        Verdict::NoSuch
    } else if is(EXPIRED) {
        failed(
            format!("the keys have expired ({code})"),
            "sign in again, such as with `aws sso login`, so that `credentials` leads to new ones",
        )
    } else if is(UNFIT) {
        unfit(&code, refused.date(), Timestamp::now())
    } else if refused.status >= 500 {
        Verdict::Busy(code)
    } else {
        Verdict::Rejected(words)
    })
}

/// What to say of a key that is not known where every key is; `None` for another rejection.
pub fn stranger(said: &str) -> Option<(String, &'static str)> {
    let code = STRANGER.iter().find(|code| said.split(':').next() == Some(code))?;
    let help = "look whether the key is the right one, is whole, and was not deleted or switched off";
    Some((format!("it does not know the access key ({code})"), help))
}

fn failed(reason: String, help: &str) -> Verdict {
    Verdict::Failed(reason, help.to_owned())
}

/// A signature that does not fit, because of the clock where that is wrong.
fn unfit(code: &str, theirs: Option<Timestamp>, ours: Timestamp) -> Verdict {
    let ahead = theirs.map_or(SignedDuration::ZERO, |theirs| ours.duration_since(theirs));
    if ahead.abs() < SKEW {
        return failed(
            format!("the secret key does not fit the access key ({code})"),
            "look whether both belong together and are whole, and whether the region is right",
        );
    }
    let direction = if ahead.is_positive() { "ahead of" } else { "behind" };
    failed(
        format!(
            "this machine's clock is {} minutes {direction} AWS's, which refuses what it signs ({code})",
            ahead.abs().as_mins()
        ),
        "set the clock right, and try again",
    )
}

/// The code of a refusal, without what stands around it, and what is said.
fn code(refused: &Refused<'_>) -> Option<(String, String)> {
    let text =
        |from: &Value, keys: &[&str]| keys.iter().find_map(|key| from.get(*key)?.as_str().map(str::to_owned));
    let (code, said) = if let Ok(json) = serde_json::from_slice::<Value>(refused.body) {
        let named = refused.header("x-amzn-errortype").map(str::to_owned);
        (named.or_else(|| text(&json, &["__type", "code", "Code"])), text(&json, &["message", "Message"]))
    } else {
        let (_, root) = xml::document(refused.body).ok()?;
        // Some services put a list around it.
        let error = root.get("Errors").unwrap_or(&root).get("Error")?;
        (text(error, &["Code"]), text(error, &["Message"]))
    };
    // Such as `com.amazonaws.x#AccessDeniedException` and `AccessDeniedException:http://…`.
    let code = code?;
    let code = code.split(':').next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default().trim();
    let said = said.unwrap_or_default().chars().take(SAID).collect();
    (!code.is_empty()).then(|| (code.to_owned(), said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_told_from_a_wrong_secret() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (ours, far) = (at("2026-01-01T12:00:00Z"), at("2026-01-01T12:20:00Z"));
        for (theirs, word) in [
            (None, "does not fit"),
            (Some(at("2026-01-01T12:03:00Z")), "does not fit"),
            (Some(far), "clock is 20 minutes behind"),
            (Some(at("2026-01-01T11:30:00Z")), "clock is 30 minutes ahead of"),
        ] {
            let Verdict::Failed(reason, _) = unfit("SignatureDoesNotMatch", theirs, ours) else { panic!() };
            assert!(reason.contains(word), "{reason}");
        }
    }
}
