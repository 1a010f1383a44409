//! Distinguished names: the same one in every spelling.

/// A distinguished name in capitals, without blanks around its signs and with one way of writing what is escaped.
pub fn folded(name: &str) -> String {
    let mut made = Vec::with_capacity(name.len());
    let mut letters = name.bytes().peekable();
    // Where the last sign between parts stands, so that blanks behind it can be told from those of a value.
    let mut begins = true;
    let mut kept = 0;
    while let Some(letter) = letters.next() {
        match letter {
            b'\\' => {
                let next = letters.next().unwrap_or(b'\\');
                let second = letters.peek().copied().and_then(half);
                let value = match (half(next), second) {
                    (Some(high), Some(low)) => {
                        letters.next();
                        high << 4 | low
                    }
                    _ => next,
                };
                if value < b' ' || b",+=\"\\<>;#".contains(&value) {
                    made.push(b'\\');
                }
                made.push(value);
                kept = made.len();
                begins = false;
            }
            b',' | b'+' | b'=' | b';' => {
                made.truncate(kept);
                made.push(if letter == b';' { b',' } else { letter });
                kept = made.len();
                begins = true;
            }
            b' ' if begins => {}
            b' ' => made.push(b' '),
            other => {
                made.push(other);
                kept = made.len();
                begins = false;
            }
        }
    }
    made.truncate(kept);
    String::from_utf8_lossy(&made).to_uppercase()
}

fn half(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|half| u8::try_from(half).ok())
}

/// The domain that a name lies in: `corp.example` of `OU=x,DC=corp,DC=example`; `None` where it names none.
pub fn domain(name: &str) -> Option<String> {
    let folded = folded(name);
    let labels: Vec<&str> = folded.split(',').filter_map(|part| part.strip_prefix("DC=")).collect();
    (!labels.is_empty()).then(|| labels.join(".").to_lowercase())
}

/// The value of the first part: `Ada` of `CN=Ada,OU=x`.
pub fn first(name: &str) -> &str {
    let mut is_escaped = false;
    let end = name.find(|letter| {
        let ends = letter == ',' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        ends
    });
    let first = end.and_then(|end| name.get(..end)).unwrap_or(name);
    first.split_once('=').map_or(first, |(_, value)| value).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_in_many_spellings_is_one() {
        let own = "CN=LIND\\, ADA,OU=A B,DC=X";
        for spelt in [
            "cn=Lind\\, Ada,ou=a b,dc=x",
            "CN = Lind\\2C Ada , OU=A B; dc= x ",
            "cn=\\4cind\\2c\\20Ada,ou=A B,dc=X",
        ] {
            assert_eq!(folded(spelt), own, "{spelt}");
        }
        assert_ne!(folded("cn=a\\,ou=b"), folded("cn=a,ou=b"));
        assert_eq!(folded("cn=a\\0a"), "CN=A\\\n");
        assert_eq!(folded("cn=ö\\c3\\b6"), "CN=ÖÖ");
        for odd in ["", "\\", "cn=\\", "cn=\\4", ",,=", "é\\é"] {
            assert_eq!(folded(&folded(odd)), folded(odd), "{odd}");
        }
    }

    #[test]
    fn parts_of_names_are_found() {
        assert_eq!(domain("OU=x, dc=Corp ,DC=example").as_deref(), Some("corp.example"));
        assert_eq!(domain("o=Example"), None);
        assert_eq!(first("CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=x"), "S-1-5-11");
        assert_eq!(first("cn=Lind\\, Ada,dc=x"), "Lind\\, Ada");
        assert_eq!((first("x"), first("")), ("x", ""));
    }
}
