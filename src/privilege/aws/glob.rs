//! Patterns with `*` for any text and `?` for any character.

/// Whether a pattern fits a text as a whole. Time is pattern times text at worst, whatever the pattern.
pub fn fits(pattern: &str, text: &str) -> bool {
    matches(pattern, text, |byte| byte.is_some())
}

/// Whether a pattern fits everything that another pattern fits. `?` stands for no `*`, which may be several
/// characters.
pub fn covers(pattern: &str, other: &str) -> bool {
    matches(pattern, other, |byte| byte.is_some_and(|byte| *byte != b'*'))
}

/// `single` says what a `?` may stand for.
fn matches(pattern: &str, text: &str, single: impl Fn(Option<&u8>) -> bool) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut done) = (0, 0);
    // Where to go back to: behind the last `*`, and one further into the text than last time.
    let mut again: Option<(usize, usize)> = None;
    while done < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                again = Some((at + 1, done));
                at += 1;
            }
            Some(byte) if *byte == b'?' && single(text.get(done)) || Some(byte) == text.get(done) => {
                at += 1;
                done += 1;
            }
            _ => {
                let Some((behind, from)) = again else { return false };
                again = Some((behind, from + 1));
                (at, done) = (behind, from + 1);
            }
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*c", "abbc", true),
            ("a*c", "abbcd", false),
            ("*b*", "abc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("**a", "a", true),
            ("*ab", "aab", true),
            ("A", "a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn patterns_cover_patterns() {
        for (pattern, other, expected) in [
            ("a*", "a?", true),
            ("a*", "a*b", true),
            ("a?", "a*", false),
            ("a?", "a?", true),
            ("*", "a*", true),
            ("a*", "*", false),
            ("a?*", "a*", false),
        ] {
            assert_eq!(covers(pattern, other), expected, "{pattern} {other}");
        }
    }

    #[test]
    fn many_stars_end_soon() {
        assert!(!fits(&"*a".repeat(200), &"b".repeat(5000)));
    }
}
