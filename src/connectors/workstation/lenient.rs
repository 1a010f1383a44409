//! Configuration as people and programs write it: JSON with comments and trailing commas, TOML, YAML, in UTF-8 or
//! UTF-16. What is wrong is told by its line, never by what stands there.

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

/// How deep and how large a YAML file may be; an alias counts as nothing, so that it cannot grow.
const DEEPEST: usize = 64;
const MOST: usize = 200_000;

/// Reads a file by its name's ending: TOML, YAML, else JSON.
pub fn read(name: &str, bytes: &[u8]) -> Result<Value, String> {
    let text = decode(bytes);
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "toml" => toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            wrong("TOML", before.matches('\n').count() + 1)
        }),
        "yaml" | "yml" => yaml(&text),
        _ if text.trim().is_empty() => Ok(Value::Null),
        _ => serde_json::from_str(&plain(&text)).map_err(|error| wrong("JSON", error.line())),
    }
}

fn wrong(language: &str, line: usize) -> String {
    format!("it is no {language} from line {line} on, so its servers are not known")
}

/// The text of a file, whatever its encoding; what is no letter becomes a sign for that.
fn decode(bytes: &[u8]) -> String {
    let units = |from: fn([u8; 2]) -> u16| {
        let pairs = bytes.as_chunks::<2>().0;
        let units: Vec<u16> = pairs.iter().skip(1).map(|pair| from(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned(),
    }
}

/// JSON without comments and without commas before a closing bracket. Lines stay where they are.
pub fn plain(text: &str) -> String {
    let without = without_comments(text);
    let mut plain = String::with_capacity(without.len());
    let mut quoted = Quoted::default();
    for (at, sign) in without.char_indices() {
        let is_inside = quoted.takes(sign);
        let after = || without.get(at + 1..).unwrap_or_default().trim_start();
        if !is_inside && sign == ',' && after().starts_with([']', '}']) {
            plain.push(' ');
        } else {
            plain.push(sign);
        }
    }
    plain
}

/// Whether a sign stands inside a text in quotes.
#[derive(Default)]
struct Quoted {
    is_open: bool,
    is_escaped: bool,
}

impl Quoted {
    fn takes(&mut self, sign: char) -> bool {
        let was_open = self.is_open;
        if self.is_escaped {
            self.is_escaped = false;
        } else if self.is_open && sign == '\\' {
            self.is_escaped = true;
        } else if sign == '"' {
            self.is_open = !self.is_open;
        }
        was_open
    }
}

fn without_comments(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut quoted = Quoted::default();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if quoted.takes(sign) || sign != '/' {
            left.push(sign);
            continue;
        }
        match signs.peek() {
            Some('/') => while signs.next_if(|sign| *sign != '\n').is_some() {},
            Some('*') => {
                signs.next();
                skip_block(&mut signs, &mut left);
            }
            _ => left.push(sign),
        }
    }
    left
}

/// Passes over a comment up to its end; its lines stay.
fn skip_block(signs: &mut std::iter::Peekable<std::str::Chars<'_>>, left: &mut String) {
    let mut before = ' ';
    for sign in signs.by_ref() {
        if before == '*' && sign == '/' {
            break;
        }
        if sign == '\n' {
            left.push(sign);
        }
        before = sign;
    }
    left.push(' ');
}

/// The first document of a YAML file.
fn yaml(text: &str) -> Result<Value, String> {
    let mut open: Vec<Open> = Vec::new();
    for (count, event) in Parser::new_from_str(text).enumerate() {
        let (event, span) = event.map_err(|error| wrong("YAML", error.marker().line()))?;
        if count > MOST || open.len() > DEEPEST {
            return Err(wrong("YAML that is small and flat enough", span.start.line()));
        }
        let done = match event {
            Event::Scalar(text, ..) => Some(Value::String(text.into_owned())),
            Event::Alias(_) => Some(Value::Null),
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(Open::close),
            Event::DocumentEnd => break,
            _ => None,
        };
        if let Some(value) = done {
            match open.last_mut() {
                Some(inside) => inside.take(value),
                None => return Ok(value),
            }
        }
    }
    Ok(Value::Null)
}

/// A list or a map of YAML that is not closed yet.
enum Open {
    List(Vec<Value>),
    /// The map and the key that waits for its value.
    Map(Map<String, Value>, Option<String>),
}

impl Open {
    fn take(&mut self, value: Value) {
        match self {
            Self::List(list) => list.push(value),
            Self::Map(map, key) => match key.take() {
                Some(key) => {
                    map.insert(key, value);
                }
                None => *key = Some(value.as_str().unwrap_or_default().to_owned()),
            },
        }
    }

    fn close(self) -> Value {
        match self {
            Self::List(list) => Value::Array(list),
            Self::Map(map, _) => Value::Object(map),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn comments_and_trailing_commas_are_passed_over() {
        let text = "// first\n{ /* a\nb */ \"a\": [1, 2, /* x */ ], \"b\": \"// no, ] comment\", // c\n}\n";
        assert_eq!(read("a.json", text.as_bytes()), Ok(json!({"a": [1, 2], "b": "// no, ] comment"})));
        let fault = read("a.json", b"{\n// x\n/* y\n*/ \"a\": secret }").unwrap_err();
        assert!(fault.contains("line 4") && !fault.contains("secret"), "{fault}");
    }

    #[test]
    fn every_language_and_encoding_gives_the_same() {
        let expected = Ok(json!({"a": {"b": ["x", "y"]}}));
        let wide: Vec<u8> =
            "\u{feff}{\"a\": {\"b\": [\"x\", \"y\"]}}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read("a.json", &wide), expected);
        assert_eq!(read("a.TOML", b"[a]\nb = [\"x\", \"y\"]\n"), expected);
        assert_eq!(read("a.yaml", b"a: # c\n  b:\n    - x\n    - \"y\"\n---\nother: 1\n"), expected);
        assert_eq!(read("a.json", b"\xef\xbb\xbf \n"), Ok(Value::Null));
    }

    #[test]
    fn aliases_do_not_grow() {
        let lines = (1..40).map(|at| format!("a{at}: &a{at} [*a{0}, *a{0}]\n", at - 1));
        let text = format!("a0: &a0 [x, x]\n{}", lines.collect::<String>());
        let value = read("a.yml", text.as_bytes()).unwrap();
        assert_eq!(value["a39"], json!([null, null]));
        assert!(read("a.yml", "[".repeat(200).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn json_stays_what_it_is(text in any::<String>(), number in any::<i64>()) {
            let value = json!({"k": [text, number, {"n": text}]});
            let made = value.to_string();
            prop_assert_eq!(read("a.json", made.as_bytes()), Ok(value));
        }

        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{}:,\"/*# \\n\\-a&!|>']{0,60}") {
            for name in ["a.json", "a.toml", "a.yaml"] {
                let _ = read(name, &bytes);
                let _ = read(name, text.as_bytes());
            }
        }
    }
}
