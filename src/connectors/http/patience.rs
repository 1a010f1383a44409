//! How long to wait before a busy system is asked again.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use uuid::Uuid;

/// How often and how long to try.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often one question is asked at most.
    pub tries: u32,
    /// The longest first wait where the system does not say how long; it doubles each time.
    pub first: Duration,
    /// The longest wait that is taken on; a system that asks for more is given up.
    pub longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 6, first: Duration::from_millis(500), longest: Duration::from_mins(5) }
    }
}

impl Patience {
    /// For a system that counts questions by the minute and does not say how long to wait: over a minute altogether.
    pub const BY_THE_MINUTE: Self =
        Self { tries: 8, first: Duration::from_secs(1), longest: Duration::from_mins(5) };
}

/// Headers that say when the system may be asked again: seconds of the epoch, or seconds from now.
const RESETS: [&str; 3] = ["x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset"];
/// Headers that say how many questions are left until then.
const LEFT: [&str; 3] = ["x-rate-limit-remaining", "x-ratelimit-remaining", "ratelimit-remaining"];
/// A reset above this is a time, not a span: 10^9 seconds are 31 years.
const EPOCH: i64 = 1_000_000_000;

impl Patience {
    /// How long to wait after the `tried`th try (from 0); `None` when the system asks for more than is taken on.
    pub fn wait(&self, tried: u32, headers: &HeaderMap) -> Option<Duration> {
        match told(headers) {
            Some(told) if told <= self.longest => Some(told),
            Some(_) => None,
            None => {
                let most = self.first.saturating_mul(1 << tried.min(16)).min(self.longest);
                // Anything up to it, so that many who were refused together do not come back together.
                Some(most.mul_f64(chance()))
            }
        }
    }

    /// How long to wait before the next question, where this answer says that none is left.
    pub fn hold(&self, headers: &HeaderMap) -> Option<Duration> {
        let left = LEFT.iter().find_map(|name| number(headers, name))?;
        (left == 0).then(|| reset(headers)).flatten().filter(|told| *told <= self.longest)
    }
}

/// How long the system asks to wait.
fn told(headers: &HeaderMap) -> Option<Duration> {
    let after = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = after.and_then(|text| match text.trim().parse::<i64>() {
        Ok(seconds) => Some(seconds),
        Err(_) => Some(time(text)?.as_second() - now(headers).as_second()),
    });
    seconds.map(span).or_else(|| reset(headers))
}

fn reset(headers: &HeaderMap) -> Option<Duration> {
    let at = RESETS.iter().find_map(|name| number(headers, name))?;
    Some(span(if at >= EPOCH { at - now(headers).as_second() } else { at }))
}

/// The system's own time, so that a clock that is wrong here makes no wait wrong.
fn now(headers: &HeaderMap) -> Timestamp {
    let date = headers.get(DATE).and_then(|value| time(value.to_str().ok()?));
    date.unwrap_or_else(Timestamp::now)
}

/// A time as headers have it.
pub fn time(text: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(text.trim()).ok()?.timestamp())
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

fn span(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}

/// A number from 0 to 1.
fn chance() -> f64 {
    let bits = Uuid::now_v7().as_u128() & u128::from(u32::MAX);
    bits as f64 / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    fn wait(pairs: &[(&'static str, &str)]) -> Option<u64> {
        Patience::default().wait(0, &headers(pairs)).map(|wait| wait.as_secs())
    }

    const DAY: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");

    #[test]
    fn what_the_system_asks_for_is_done_by_its_own_clock() {
        assert_eq!(wait(&[("retry-after", "7")]), Some(7));
        assert_eq!(wait(&[DAY, ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")]), Some(30));
        assert_eq!(wait(&[DAY, ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]), Some(0));
        assert_eq!(
            wait(&[("date", "Thu, 01 Jan 2026 00:00:00 GMT"), ("x-rate-limit-reset", "1767225612")]),
            Some(12)
        );
        assert_eq!(wait(&[("x-ratelimit-reset", "9")]), Some(9));
        assert_eq!(wait(&[("retry-after", "86400")]), None);
    }

    #[test]
    fn the_last_question_of_a_window_holds_the_next_one_back() {
        let hold = |left| {
            Patience::default().hold(&headers(&[("x-ratelimit-remaining", left), ("x-ratelimit-reset", "3")]))
        };
        assert_eq!((hold("0"), hold("1")), (Some(Duration::from_secs(3)), None));
    }

    proptest! {
        #[test]
        fn without_a_word_the_wait_grows_and_stays_below_its_limit(tried in 0_u32..40) {
            let patience = Patience::default();
            let most = patience.first.saturating_mul(1 << tried.min(16)).min(patience.longest);
            prop_assert!(patience.wait(tried, &HeaderMap::new()).unwrap() <= most);
        }

        #[test]
        fn strange_words_are_no_reason_to_stop(text in "[ -~]{0,20}") {
            let wait = Patience::default().wait(1, &headers(&[("x-rate-limit-reset", &text)]));
            prop_assert!(wait.is_none_or(|wait| wait <= Patience::default().longest));
        }
    }
}
