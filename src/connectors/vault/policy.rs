//! Policies of Vault: which path they allow what, from their text (HCL, or JSON, which is HCL too).

use std::collections::BTreeSet;

/// One path and what is allowed there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub path: String,
    pub capabilities: BTreeSet<String>,
}

/// The capabilities, the strongest first.
const STRENGTH: [&str; 7] = ["sudo", "delete", "create", "update", "patch", "read", "list"];

impl Rule {
    /// The strongest of what is allowed, as the verb of a grant; `None` where all is denied.
    pub fn verb(&self) -> Option<&'static str> {
        if self.capabilities.contains("deny") {
            return None;
        }
        let strongest = STRENGTH.into_iter().find(|one| self.capabilities.contains(*one))?;
        // The verbs of other systems for the same.
        Some(match strongest {
            "sudo" => "administer",
            other => other,
        })
    }

    /// Whether it allows everything, everywhere.
    pub fn is_everything(&self) -> bool {
        matches!(self.path.as_str(), "*" | "+/*")
            && self.capabilities.contains("sudo")
            && self.verb().is_some()
    }
}

/// A word of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Name(String),
    Sign(char),
}

/// The rules of a policy; `None` where the text is none.
pub fn rules(text: &str) -> Option<Vec<Rule>> {
    let tokens = tokens(text)?;
    let mut rules = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let is_path = matches!(token, Token::Name(word) | Token::Text(word) if word == "path");
        at += 1;
        if !is_path {
            continue;
        }
        // `path "a" { … }`, or in JSON `"path": {"a": { … }, "b": { … }}`.
        match tokens.get(at..) {
            Some([Token::Text(path), Token::Sign('{'), ..]) => {
                let end = closing(&tokens, at + 1)?;
                rules.push(rule(path, tokens.get(at + 1..end)?));
                at = end;
            }
            Some([Token::Sign(':' | '='), Token::Sign('{'), ..] | [Token::Sign('{'), ..]) => {
                let open = at + usize::from(!matches!(tokens.get(at), Some(Token::Sign('{'))));
                let end = closing(&tokens, open)?;
                at = open + 1;
                while at < end {
                    let Some([Token::Text(path), Token::Sign(':' | '='), Token::Sign('{'), ..]) =
                        tokens.get(at..)
                    else {
                        at += 1;
                        continue;
                    };
                    let inner = closing(&tokens, at + 2)?;
                    rules.push(rule(path, tokens.get(at + 2..inner)?));
                    at = inner + 1;
                }
            }
            _ => return None,
        }
    }
    Some(rules)
}

/// A path with what stands between its braces.
fn rule(path: &str, inside: &[Token]) -> Rule {
    let mut capabilities = BTreeSet::new();
    for (at, token) in inside.iter().enumerate() {
        let (Token::Name(word) | Token::Text(word)) = token else { continue };
        let rest = inside.get(at + 1..).unwrap_or_default();
        match word.as_str() {
            "capabilities" => {
                let listed = rest.iter().skip_while(|token| **token != Token::Sign('[')).skip(1);
                let listed = listed.take_while(|token| **token != Token::Sign(']'));
                capabilities.extend(listed.filter_map(|token| match token {
                    Token::Text(word) => Some(word.to_lowercase()),
                    _ => None,
                }));
            }
            // The older form, with one word for several.
            "policy" => {
                let word = rest
                    .iter()
                    .find_map(|token| if let Token::Text(word) = token { Some(word) } else { None });
                capabilities.extend(older(word.map(String::as_str)).iter().map(|one| (*one).to_owned()));
            }
            _ => {}
        }
    }
    Rule { path: path.trim_start_matches('/').to_owned(), capabilities }
}

fn older(word: Option<&str>) -> &'static [&'static str] {
    match word {
        Some("deny") => &["deny"],
        Some("read") => &["read", "list"],
        Some("write") => &["create", "read", "update", "delete", "list"],
        Some("sudo") => &["create", "read", "update", "delete", "list", "sudo"],
        _ => &[],
    }
}

/// The place of the brace that closes the one at `open`.
fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => found.push(Token::Text(quoted(&mut letters)?)),
            '#' => while letters.next_if(|one| *one != '\n').is_some() {},
            '/' if letters.peek() == Some(&'/') => while letters.next_if(|one| *one != '\n').is_some() {},
            '/' if letters.peek() == Some(&'*') => {
                let mut before = ' ';
                loop {
                    let one = letters.next()?;
                    if before == '*' && one == '/' {
                        break;
                    }
                    before = one;
                }
            }
            letter if letter.is_alphanumeric() || letter == '_' => {
                let mut word = String::from(letter);
                while let Some(more) =
                    letters.next_if(|one| one.is_alphanumeric() || matches!(one, '_' | '-'))
                {
                    word.push(more);
                }
                found.push(Token::Name(word));
            }
            letter if letter.is_whitespace() => {}
            letter => found.push(Token::Sign(letter)),
        }
    }
    Some(found)
}

fn quoted(letters: &mut impl Iterator<Item = char>) -> Option<String> {
    let mut text = String::new();
    loop {
        match letters.next()? {
            '"' => return Some(text),
            '\\' => text.push(letters.next()?),
            letter => text.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<(String, Option<&'static str>)> {
        rules(text).unwrap().into_iter().map(|rule| (rule.path.clone(), rule.verb())).collect()
    }

    #[test]
    fn paths_are_read_in_every_form() {
        let text = "# path \"no\" {}\npath \"secret/data/*\" {\n  capabilities = [\"create\", \"read\"] // more\n}\n\
                    path \"sys/auth\" { capabilities = [\"read\", \"sudo\"]\n allowed_parameters = { \"x\" = [] } }\n\
                    /* path \"no\" */ path \"secret/x\" { capabilities = [\"deny\", \"sudo\"] }\n\
                    path \"old\" { policy = \"write\" }";
        let expected = [
            ("secret/data/*", Some("create")),
            ("sys/auth", Some("administer")),
            ("secret/x", None),
            ("old", Some("delete")),
        ];
        assert_eq!(shown(text), expected.map(|(path, verb)| (path.to_owned(), verb)));
        let json =
            r#"{"path": {"a/*": {"capabilities": ["list"]}, "*": {"capabilities": ["sudo", "read"]}}}"#;
        assert_eq!(shown(json), [("a/*".to_owned(), Some("list")), ("*".to_owned(), Some("administer"))]);
        assert_eq!(rules(json).unwrap().iter().map(Rule::is_everything).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_text_that_breaks_off_is_none() {
        for broken in ["path \"a", "path \"a\" {", "path {", "path \"a\" { capabilities = [\"read\"", "path"]
        {
            assert_eq!(rules(broken), None, "{broken}");
        }
        assert_eq!(rules(""), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "(path|[\"{}\\[\\]=:,/*#a \\\\\n]){0,40}") {
            let _ = rules(&text);
        }
    }
}
