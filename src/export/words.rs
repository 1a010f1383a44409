//! How numbers and foreign text are written: the one rounding that every format shares.

use crate::model::privilege::Estimate;

/// What stands where nothing is known.
pub(super) const UNKNOWN: &str = "unknown";

/// What stands where over-privilege would.
pub(super) const NO_RIGHTS: &str = "no source tells of rights";

/// A figure with one decimal, as the terminal prints it; never "-0.0".
pub(super) fn rounded(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// A score, or the word for not knowing it.
pub(super) fn score(value: Option<f64>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), rounded)
}

/// A difference in points with its sign.
pub(super) fn signed(value: f64) -> String {
    let text = rounded(value);
    if value > 0.0 && text != "0.0" { format!("+{text}") } else { text }
}

/// A share between 0 and 1 as a percentage.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", rounded(share * 100.0))
}

/// A figure and the ends between which it lies; the figure alone where nothing is open.
pub(super) fn estimate(estimate: Estimate) -> String {
    let [low, point, high] = [estimate.low, estimate.point, estimate.high].map(rounded);
    if low == high { point } else { format!("{point} ({low}–{high})") }
}

/// A count with commas between thousands.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 question`, `2 questions`.
pub(super) fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Foreign text on one line without anything that steers a reader: control characters, marks that turn the
/// direction or have no width, code points that no document may hold.
pub(super) fn plain(text: &str) -> String {
    let kept = text.chars().filter_map(|letter| match letter {
        '\n' | '\r' | '\t' => Some(' '),
        _ if steers(letter) => None,
        _ => Some(letter),
    });
    kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a letter steers instead of being shown.
pub(super) fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_as_less_than_nothing() {
        assert_eq!(rounded(-0.04), "0.0");
        assert_eq!(signed(0.04), "0.0");
        assert_eq!(signed(36.84), "+36.8");
        assert_eq!(signed(-3.26), "-3.3");
    }

    #[test]
    fn thousands_are_set_apart() {
        let counts = [0, 999, 1_000, 100_000, 1_234_567];
        assert_eq!(counts.map(grouped), ["0", "999", "1,000", "100,000", "1,234,567"]);
    }

    #[test]
    fn a_range_that_is_closed_is_a_figure() {
        assert_eq!(estimate(Estimate { low: 48.0, point: 61.24, high: 77.3 }), "61.2 (48.0–77.3)");
        assert_eq!(estimate(Estimate { low: 61.21, point: 61.22, high: 61.24 }), "61.2");
    }

    #[test]
    fn not_knowing_is_a_word() {
        assert_eq!(score(None), UNKNOWN);
        assert_eq!((score(Some(0.0)), percent(0.86)), ("0.0".to_owned(), "86.0 %".to_owned()));
    }

    #[test]
    fn foreign_text_cannot_steer() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c\u{85}\r\nd\u{fffe}"), "a[31mbc d");
        assert_eq!(plain("  日本 \t Søren "), "日本 Søren");
    }
}
