//! The time of a line, as resolvers and proxies write it: ISO 8601, seconds since 1970, the common log format, BIND,
//! syslog without a year. Times without a zone are taken for UTC.

use std::ops::Range;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// How much of a line is searched, in bytes.
const HEAD: usize = 512;
const MONTHS: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
/// Seconds since 1970 between 2001 and 2100 are taken for a time.
const SECONDS: Range<i64> = 1_000_000_000..4_102_444_800;
/// The keys of JSON that hold seconds since 1970.
const KEYS: &[&[u8]] = &[b"\"ts\":", b"\"timestamp\":", b"\"time\":", b"\"epoch\":", b"\"_time\":"];

/// The time of a line; of one that tells no year, the last such day before `end`. A time after `end` is none.
pub fn time(line: &[u8], end: Timestamp) -> Option<Timestamp> {
    let head = line.get(..HEAD).unwrap_or(line);
    let head = head.trim_ascii_start();
    let limit = end.checked_add(SignedDuration::from_hours(24)).unwrap_or(end);
    let found = seconds(head)
        .or_else(|| iso(head))
        .or_else(|| named_month(head))
        .or_else(|| syslog(head, end))
        .or_else(|| KEYS.iter().find_map(|key| seconds(after(head, key)?)));
    found.filter(|at| *at <= limit)
}

/// What follows a text in a line.
fn after<'a>(line: &'a [u8], text: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(line, text)?;
    line.get(at + text.len()..).map(<[u8]>::trim_ascii_start)
}

/// Ten digits of seconds, or thirteen of milliseconds, with or without a fraction, in quotes or not.
fn seconds(line: &[u8]) -> Option<Timestamp> {
    let line = line.strip_prefix(b"\"").or_else(|| line.strip_prefix(b"[")).unwrap_or(line);
    let length = line.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(line.len());
    let whole = number(line, 0..length)?;
    let second = match length {
        10 => whole,
        13 => whole / 1000,
        _ => return None,
    };
    SECONDS.contains(&second).then(|| Timestamp::from_second(second).ok())?
}

fn number(line: &[u8], range: Range<usize>) -> Option<i64> {
    let digits = line.get(range)?;
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// `2026-03-31T08:09:10.5+02:00`, `2026-03-31 08:09:10`, anywhere at the beginning of the line.
fn iso(line: &[u8]) -> Option<Timestamp> {
    let starts = memchr::memchr_iter(b'-', line).filter_map(|dash| dash.checked_sub(4));
    starts.into_iter().find_map(|at| {
        let text = line.get(at..)?;
        let is_there = |place: usize, signs: &[u8]| text.get(place).is_some_and(|byte| signs.contains(byte));
        if !(is_there(7, b"-") && is_there(10, b"T ") && is_there(13, b":")) {
            return None;
        }
        let day = (number(text, 0..4)?, number(text, 5..7)?, number(text, 8..10)?);
        let rest = text.get(19..)?;
        let rest = rest.get(fraction(rest)..).unwrap_or_default();
        moment(day, text.get(11..19)?, rest)
    })
}

/// `31/Mar/2026:08:09:10 +0200` and `31-Mar-2026 08:09:10.123`, anywhere at the beginning of the line.
fn named_month(line: &[u8]) -> Option<Timestamp> {
    let starts = line.windows(4).enumerate().filter(|(_, four)| matches!(four, [b'/' | b'-', ..]));
    starts.filter_map(|(at, four)| Some((at, month(four.get(1..)?)?))).find_map(|(at, month)| {
        let from = at.checked_sub(2)?;
        let text = line.get(from..)?;
        let day = (number(text, 7..11)?, month, number(text, 0..2)?);
        let rest = text.get(20..).unwrap_or_default();
        moment(day, text.get(12..20)?, rest.get(fraction(rest)..).unwrap_or_default())
    })
}

/// `Mar 31 08:09:10` or `<13>Mar  1 08:09:10` at the beginning of the line.
fn syslog(line: &[u8], end: Timestamp) -> Option<Timestamp> {
    let line = match line {
        [b'<', rest @ ..] => rest.get(rest.iter().take(5).position(|byte| *byte == b'>')? + 1..)?,
        _ => line,
    };
    let month = month(line.get(..3)?)?;
    let day = if line.get(4) == Some(&b' ') { number(line, 5..6)? } else { number(line, 4..6)? };
    let clock = line.get(7..15)?;
    let last = i64::from(Offset::UTC.to_datetime(end).year());
    let tomorrow = end.checked_add(SignedDuration::from_hours(24)).unwrap_or(end);
    let in_year = |year: i64| moment((year, month, day), clock, b"").filter(|at| *at <= tomorrow);
    // A day that this year has not yet seen, or does not have, is one of a year before.
    (0..8).find_map(|back| in_year(last - back))
}

/// 1 to 12 for the first three letters of an English month.
fn month(text: &[u8]) -> Option<i64> {
    let small = text.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.chunks(3).position(|month| month == small)?;
    i64::try_from(at + 1).ok()
}

/// How long `.123` or `,123` is.
fn fraction(text: &[u8]) -> usize {
    match text {
        [b'.' | b',', rest @ ..] => {
            1 + rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())
        }
        _ => 0,
    }
}

/// A day, a clock as `08:09:10`, and the zone that may follow.
fn moment((year, month, day): (i64, i64, i64), clock: &[u8], zone: &[u8]) -> Option<Timestamp> {
    let small = |value: i64| i8::try_from(value).ok();
    if clock.get(2) != Some(&b':') || clock.get(5) != Some(&b':') {
        return None;
    }
    let (hour, minute) = (small(number(clock, 0..2)?)?, small(number(clock, 3..5)?)?);
    let second = small(number(clock, 6..8)?)?.min(59);
    let year = i16::try_from(year).ok()?;
    let local = DateTime::new(year, small(month)?, small(day)?, hour, minute, second, 0).ok()?;
    offset(zone).unwrap_or(Offset::UTC).to_timestamp(local).ok()
}

/// `+02:00`, `+0200`, also after a blank.
fn offset(zone: &[u8]) -> Option<Offset> {
    let zone = zone.trim_ascii_start();
    let sign = match zone.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let from = if zone.get(3) == Some(&b':') { 4 } else { 3 };
    let (hours, minutes) = (number(zone, 1..3)?, number(zone, from..from + 2)?);
    Offset::from_seconds(i32::try_from(sign * (hours * 3600 + minutes * 60)).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_to_write_a_time_is_read() {
        let end: Timestamp = "2026-04-01T00:00:00Z".parse().unwrap();
        for (line, expected) in [
            ("1774944550.123    45 10.0.0.1 TCP_MISS/200", "2026-03-31T08:09:10Z"),
            ("1774944550123 x", "2026-03-31T08:09:10Z"),
            ("{\"ts\": 1774944550.5, \"query\": \"x\"}", "2026-03-31T08:09:10Z"),
            ("{\"host\": \"a-b\", \"time\":\"2026-03-31T08:09:10.123456Z\"}", "2026-03-31T08:09:10Z"),
            ("\"2026-03-31 08:09:10\",\"me\"", "2026-03-31T08:09:10Z"),
            ("2026-03-31T10:09:10+02:00 x", "2026-03-31T08:09:10Z"),
            ("10.0.0.1 - - [31/Mar/2026:10:09:10 +0200] \"GET\"", "2026-03-31T08:09:10Z"),
            ("31-Mar-2026 08:09:10.123 queries: info: client", "2026-03-31T08:09:10Z"),
            ("Mar 31 08:09:10 dnsmasq[1]: query[A] x from y", "2026-03-31T08:09:10Z"),
            ("<30>Mar  1 08:09:10 host x", "2026-03-01T08:09:10Z"),
            ("Dec 31 08:09:10 host x", "2025-12-31T08:09:10Z"),
            ("Feb 29 08:09:10 host x", "2024-02-29T08:09:10Z"),
        ] {
            assert_eq!(time(line.as_bytes(), end), Some(expected.parse().unwrap()), "{line}");
        }
        for line in
            ["", "x", "2099-01-01T00:00:00Z", "9999999999", "12345678901", "Foo 31 08:09:10", "31/Mar/2026"]
        {
            assert_eq!(time(line.as_bytes(), end), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "[0-9/:\\-T .JanMrDec<>+]{0,40}") {
            let _ = time(&bytes, Timestamp::UNIX_EPOCH);
            let _ = time(text.as_bytes(), Timestamp::MAX);
        }
    }
}
