//! The JSON in which `aws iam get-credential-report` wraps the table: base64 text and the time of the report.

use jiff::Timestamp;

use crate::connectors::aws_authorization::wire::When;

/// The answer of the command line tool.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Envelope {
    content: String,
    generated_time: Option<When>,
}

impl Envelope {
    /// When AWS made the report.
    pub fn made(&self) -> Option<Timestamp> {
        match &self.generated_time {
            Some(When::At(at)) => Some(*at),
            Some(When::Odd(_)) | None => None,
        }
    }

    /// The table; `None` when the text is not base64.
    pub fn table(&self) -> Option<Vec<u8>> {
        decode(self.content.as_bytes())
    }
}

/// Decodes base64 of the standard alphabet; white space is passed over, padding may be missing.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let letters: Vec<u8> = text.iter().copied().filter(|letter| !letter.is_ascii_whitespace()).collect();
    let padding = letters.iter().rev().take_while(|letter| **letter == b'=').count();
    let letters = letters.get(..letters.len() - padding)?;
    if padding > 2 || letters.len() % 4 == 1 {
        return None;
    }
    let mut decoded = Vec::with_capacity(letters.len() * 3 / 4);
    for four in letters.chunks(4) {
        let mut bits = 0_u32;
        for letter in four {
            bits = bits << 6 | value(*letter)?;
        }
        bits <<= 6 * (4 - four.len());
        let [_, bytes @ ..] = bits.to_be_bytes();
        decoded.extend(bytes.iter().take(four.len() - 1));
    }
    Some(decoded)
}

fn value(letter: u8) -> Option<u32> {
    let (first, offset) = match letter {
        b'A'..=b'Z' => (b'A', 0),
        b'a'..=b'z' => (b'a', 26),
        b'0'..=b'9' => (b'0', 52),
        b'+' => (b'+', 62),
        b'/' => (b'/', 63),
        _ => return None,
    };
    Some(u32::from(letter - first) + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_with_and_without_padding_and_nonsense_is_not() {
        let cases = [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg", "foob"),
            ("Zm 9v\nYmE=", "fooba"),
        ];
        for (text, expected) in cases {
            assert_eq!(decode(text.as_bytes()).unwrap(), expected.as_bytes(), "{text}");
        }
        assert_eq!(decode(b"+/+/").unwrap(), [0xfb, 0xff, 0xbf]);
        for wrong in ["Z", "Zg===", "====", "Z-8=", "\u{e4}"] {
            assert_eq!(decode(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
