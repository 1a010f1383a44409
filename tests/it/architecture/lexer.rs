//! Tells code from comments and texts in Rust source, without a parser.
//!
//! Both views have the shape of the original: what does not belong is blank, so lines and columns agree.

use std::iter::Peekable;
use std::str::CharIndices;

/// A source text, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Views {
    /// Code with the insides of texts and all comments blanked; the quotes stay.
    pub code: String,
    /// Comments alone, with their marks.
    pub comments: String,
}

/// What the reader is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    Comment,
    Text,
}

struct Lexer<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    views: Views,
    /// The last character of code, to tell `r"` from `bar"`.
    last: char,
}

/// Splits a source text into its views.
pub fn split(text: &str) -> Views {
    let mut lexer = Lexer {
        text,
        rest: text.char_indices().peekable(),
        views: Views { code: String::with_capacity(text.len()), comments: String::with_capacity(text.len()) },
        last: ' ',
    };
    while let Some((at, c)) = lexer.rest.next() {
        lexer.one(at, c);
    }
    lexer.views
}

impl Lexer<'_> {
    /// Reads what begins at `at`.
    fn one(&mut self, at: usize, c: char) {
        let after = &self.text[at..];
        if after.starts_with("//") {
            self.emit(c, Inside::Comment);
            self.take_while(Inside::Comment, |c| c != '\n');
        } else if after.starts_with("/*") {
            self.emit(c, Inside::Comment);
            self.block_comment();
        } else if let Some(hashes) = raw_hashes(after).filter(|_| !is_word(self.last)) {
            self.raw_text(c, hashes);
        } else if c == '"' {
            self.emit(c, Inside::Code);
            self.quoted('"');
        } else if c == '\'' && is_char_literal(after) {
            self.emit(c, Inside::Code);
            self.quoted('\'');
        } else {
            self.emit(c, Inside::Code);
        }
    }

    /// Puts one character into its view and a blank into the other.
    fn emit(&mut self, c: char, inside: Inside) {
        let blank = if c == '\n' { '\n' } else { ' ' };
        self.views.code.push(if inside == Inside::Code { c } else { blank });
        self.views.comments.push(if inside == Inside::Comment { c } else { blank });
        if inside == Inside::Code {
            self.last = c;
        }
    }

    fn take_while(&mut self, inside: Inside, keep: impl Fn(char) -> bool) {
        while let Some((_, c)) = self.rest.next_if(|(_, c)| keep(*c)) {
            self.emit(c, inside);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 1;
        let mut before = ' ';
        // The star of the opening mark cannot be the star of the closing one.
        if let Some((_, star)) = self.rest.next() {
            self.emit(star, Inside::Comment);
        }
        while let Some((_, c)) = self.rest.next() {
            self.emit(c, Inside::Comment);
            match (before, c) {
                ('*', '/') => depth -= 1,
                ('/', '*') => depth += 1,
                _ => {
                    before = c;
                    continue;
                }
            }
            before = ' ';
            if depth == 0 {
                return;
            }
        }
    }

    /// Blanks up to the closing quote; a backslash hides the next character.
    fn quoted(&mut self, quote: char) {
        while let Some((_, c)) = self.rest.next() {
            if c == quote {
                return self.emit(c, Inside::Code);
            }
            self.emit(c, Inside::Text);
            if c == '\\'
                && let Some((_, hidden)) = self.rest.next()
            {
                self.emit(hidden, Inside::Text);
            }
        }
    }

    /// Blanks a raw text such as `r#"…"#`.
    fn raw_text(&mut self, first: char, hashes: usize) {
        self.emit(first, Inside::Code);
        self.take_while(Inside::Code, |c| c != '"');
        if let Some((_, quote)) = self.rest.next() {
            self.emit(quote, Inside::Code);
        }
        let end = format!("\"{}", "#".repeat(hashes));
        while let Some(&(at, c)) = self.rest.peek() {
            if self.text[at..].starts_with(&end) {
                for _ in 0..end.len() {
                    if let Some((_, c)) = self.rest.next() {
                        self.emit(c, Inside::Code);
                    }
                }
                return;
            }
            self.rest.next();
            self.emit(c, Inside::Text);
        }
    }
}

/// How many hashes a raw text has that begins here; `None` when none begins here.
fn raw_hashes(after: &str) -> Option<usize> {
    let rest =
        after.strip_prefix("br").or_else(|| after.strip_prefix("cr")).or_else(|| after.strip_prefix('r'))?;
    let hashes = rest.bytes().take_while(|b| *b == b'#').count();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// Whether a single quote begins a character and not a lifetime.
fn is_char_literal(after: &str) -> bool {
    let mut chars = after.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

/// Whether a character may be part of a name.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The byte offsets at which a word stands on its own.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        !code[..at].chars().next_back().is_some_and(is_word)
            && !code[at + word.len()..].chars().next().is_some_and(is_word)
    })
}

/// The line of a byte offset, counted from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The offset of the bracket that closes the one at `open`; the end of the text when none does.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return open + at;
        }
    }
    code.len()
}

/// Blanks everything that is only compiled for tests.
pub fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut from = 0;
    while let Some(at) = code[from..].find(MARK).map(|at| from + at) {
        let item = at + MARK.len();
        let end = code[item..].find(['{', ';']).map_or(code.len(), |found| {
            let found = item + found;
            if code[found..].starts_with('{') { closing(code, found) } else { found }
        });
        kept.push_str(&code[from..at]);
        let end = (end + 1).min(code.len());
        kept.extend(code[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        from = end;
    }
    kept.push_str(&code[from..]);
    kept
}

#[test]
fn texts_and_comments_are_told_from_code() {
    let text =
        "let a = \"// no { \\\" comment\"; // { real\nlet b = '{'; /* /* } */ */ let c: &'a str = r#\"}\"#;";
    let views = split(text);
    assert_eq!(views.code.chars().count(), text.chars().count());
    assert_eq!(views.code.matches(['{', '}']).count(), 0, "{}", views.code);
    assert!(views.code.contains("let c: &'a str = r#\" \"#;"), "{}", views.code);
    assert!(views.comments.contains("// { real") && views.comments.contains("/* /* } */ */"));
    assert!(!views.comments.contains("no {"));
}

#[test]
fn escaped_characters_and_bytes_do_not_open_a_text() {
    let views = split(r#"let a = ('"', '\'', b'"', '\\'); let b = { 1 };"#);
    assert!(views.code.ends_with("let b = { 1 };"), "{}", views.code);
    let views = split("let bar = br\"\\\"; { }");
    assert!(views.code.ends_with("; { }"), "{}", views.code);
}

#[test]
fn code_of_tests_is_left_out() {
    let code = without_tests("fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { x(); }\n}\nfn c() {}\n");
    assert!(code.contains("fn a()") && code.contains("fn c()") && !code.contains("fn b()"));
    assert_eq!(code.matches('\n').count(), 6);
}
