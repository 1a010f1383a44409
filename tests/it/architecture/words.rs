//! What names, comments and documentation have to say, and what product code must not do.

use super::lexer::{is_word, line_of, words};
use super::tree::{Source, Tree};

/// Module names that say nothing about their subject.
const EMPTY_MODULES: &[&str] = &["utils", "util", "helpers", "helper", "misc", "common", "shared", "stuff"];

/// Endings of type names that say nothing about the thing.
const EMPTY_ENDINGS: &[&str] = &["Manager", "Handler", "Helper", "Service", "Util", "Utils"];

/// How far above a deliberate panic its reasoned permission may stand.
const REASON_WITHIN: usize = 12;

/// Panics on purpose outside tests, unless a reasoned `#[expect]` stands just above.
pub fn panics(tree: &Tree) -> Vec<String> {
    let calls = [".unwrap()", ".expect(\"", "panic!(", "todo!(", "unimplemented!("];
    let mut faults = Vec::new();
    for file in &tree.0 {
        for call in calls {
            for (at, _) in file.product.match_indices(call) {
                let is_other_word = !call.starts_with('.') && file.product[..at].ends_with(is_word);
                let line = line_of(&file.product, at);
                if !is_other_word && !is_reasoned(file, line) {
                    faults.push(format!("{}:{line}: `{call}` in product code", file.path));
                }
            }
        }
    }
    faults
}

fn is_reasoned(file: &Source, line: usize) -> bool {
    let lints = ["unwrap_used", "expect_used", "clippy::panic"];
    let above = file.text.lines().take(line).skip(line.saturating_sub(REASON_WITHIN));
    above.collect::<Vec<_>>().iter().any(|text| lints.iter().any(|lint| text.contains(lint)))
}

/// Public items without a doc comment, and files that do not begin by saying what they are.
pub fn undocumented(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in &tree.0 {
        if !file.text.starts_with("//! ") {
            faults.push(format!("{}:1: does not begin with `//!`", file.path));
        }
        let documented: Vec<&str> = file.views.comments.lines().collect();
        let lines: Vec<&str> = file.product.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            if is_public_item(line) && !has_doc(&lines, &documented, index) {
                faults.push(format!("{}:{}: no doc comment on `{}`", file.path, index + 1, line.trim()));
            }
        }
    }
    faults
}

/// Whether a line begins a public item; a macro's pattern brings its own documentation.
fn is_public_item(line: &str) -> bool {
    if line.contains('$') {
        return false;
    }
    let Some(rest) = line.trim_start().strip_prefix("pub ") else { return false };
    let first = rest.split_whitespace().find(|word| !matches!(*word, "async" | "unsafe" | "extern"));
    matches!(first, Some("fn" | "struct" | "enum" | "trait" | "static" | "const" | "type" | "union"))
}

/// Whether a doc comment stands above, with nothing but attributes between.
fn has_doc(code: &[&str], comments: &[&str], index: usize) -> bool {
    for above in (0..index).rev() {
        if comments.get(above).is_some_and(|line| line.trim_start().starts_with("///")) {
            return true;
        }
        let line = code.get(above).map_or("", |line| line.trim());
        let comment = comments.get(above).map_or("", |line| line.trim());
        // Inside or at the end of an attribute; a blank line or another item ends the search.
        let is_attribute = line.starts_with("#[") || line.ends_with(")]") || is_attribute_middle(code, above);
        if !(is_attribute || (line.is_empty() && !comment.is_empty())) {
            return false;
        }
    }
    false
}

/// Whether a line lies between the brackets of an attribute of several lines.
fn is_attribute_middle(code: &[&str], line: usize) -> bool {
    let Some(opens) =
        (0..=line).rev().find(|at| code.get(*at).is_some_and(|text| text.trim_start().starts_with("#[")))
    else {
        return false;
    };
    let depth: i32 = code[opens..=line]
        .iter()
        .flat_map(|text| text.chars())
        .map(|c| i32::from(c == '[') - i32::from(c == ']'))
        .sum();
    depth > 0 || code.get(line).is_some_and(|text| text.trim() == "]")
}

/// Modules and types whose name says nothing.
pub fn names(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.0.iter().filter(|file| file.is_rust()) {
        let parts = file.path.trim_end_matches(".rs").split('/');
        for part in parts.filter(|part| EMPTY_MODULES.contains(part)) {
            faults.push(format!("{}: `{part}` says nothing about its subject", file.path));
        }
        for (line, kind, name) in declared(&file.views.code) {
            let is_empty = match kind {
                "mod" => EMPTY_MODULES.contains(&name),
                "fn" => name.starts_with("get_"),
                _ => EMPTY_ENDINGS.iter().any(|ending| name.ends_with(ending)),
            };
            if is_empty {
                faults.push(format!("{}:{line}: `{name}` says nothing about its subject", file.path));
            }
        }
    }
    faults
}

/// Every declared name: its line, its keyword and itself.
fn declared(code: &str) -> Vec<(usize, &'static str, &str)> {
    let mut found = Vec::new();
    for keyword in ["mod", "fn", "struct", "enum", "trait", "type"] {
        for at in words(code, keyword) {
            let rest = code[at + keyword.len()..].trim_start();
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            found.push((line_of(code, at), keyword, &rest[..length]));
        }
    }
    found
}

/// Comments that decorate, postpone, or keep dead code.
pub fn comments(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.0.iter().filter(|file| file.is_rust()) {
        for (index, line) in file.views.comments.lines().enumerate() {
            if let Some(fault) = comment_fault(line.trim()) {
                faults.push(format!("{}:{}: {fault}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    faults
}

fn comment_fault(comment: &str) -> Option<&'static str> {
    let is_rule =
        |c: char| ["----", "====", "****", "####", "~~~~", "////"].iter().any(|rule| rule.contains(c));
    let said = comment.trim_start_matches(['/', '!', '*']).trim();
    let ruled = said.chars().filter(|c| is_rule(*c)).count();
    // A table or an underlined heading in a doc comment is Markdown, not a banner.
    let is_plain = comment.starts_with("//") && !comment.starts_with("///") && !comment.starts_with("//!");
    let postponed = ["TODO", "FIXME", "XXX", "HACK"];
    if (is_plain && ruled >= 4 && ruled * 2 >= said.chars().count()) || comment.starts_with("/////") {
        Some("a banner")
    } else if postponed.iter().any(|word| words(comment, word).next().is_some()) {
        Some("postponed work")
    } else if is_plain && is_code(said) {
        Some("dead code")
    } else {
        None
    }
}

fn is_code(said: &str) -> bool {
    let starts = ["let ", "use ", "fn ", "pub ", "if ", "for ", "match ", "return ", "self.", "impl ", "}"];
    starts.iter().any(|start| said.starts_with(start)) && said.ends_with([';', '{', '}'])
}

#[test]
fn a_panic_on_purpose_is_found() {
    let found = |text: &str| panics(&Tree::of(&[("src/a.rs", text)])).len();
    assert_eq!(found("fn a() { b().unwrap(); c().expect(\"c\"); todo!() }"), 3);
    assert_eq!(
        found("#[expect(clippy::expect_used, reason = \"checked above\")]\nfn a() { c().expect(\"c\"); }"),
        0
    );
    assert_eq!(found("fn a() { self.expect(Token::Comma); } // .unwrap()"), 0);
    assert_eq!(found("#[cfg(test)]\nmod tests { fn a() { b().unwrap(); } }"), 0);
}

#[test]
fn a_missing_doc_comment_is_found() {
    let found = |text: &str| undocumented(&Tree::of(&[("src/a.rs", text)]));
    assert_eq!(found("pub fn a() {}").len(), 2, "the file and the function");
    let file = "//! A file.\n\n";
    assert_eq!(
        found(&format!("{file}/// Does it.\n#[derive(\n    Debug,\n)]\npub struct A;")),
        Vec::<String>::new()
    );
    assert_eq!(found(&format!("{file}// Does it.\npub async fn a() {{}}")).len(), 1);
    assert_eq!(found(&format!("{file}/// One.\npub struct A;\npub struct B;")).len(), 1);
    assert_eq!(found(&format!("{file}pub(crate) fn a() {{}}\npub use b::C;")).len(), 0);
}

#[test]
fn empty_names_are_found() {
    let found = |path: &str, text: &str| names(&Tree::of(&[(path, text)])).len();
    assert_eq!(found("src/utils.rs", ""), 1);
    assert_eq!(found("src/tui/helpers/mod.rs", ""), 1);
    assert_eq!(found("src/a.rs", "mod util; struct PullManager; fn get_it() {}"), 3);
    assert_eq!(found("src/a.rs", "struct Pull; fn target() {} // mod util"), 0);
}

#[test]
fn empty_comments_are_found() {
    let found = |text: &str| comments(&Tree::of(&[("src/a.rs", text)])).len();
    assert_eq!(found("// ------ section ------\nfn a() {}"), 1);
    assert_eq!(found("// T\u{4f}DO: later"), 1);
    assert_eq!(found("    // let x = old(y);"), 1);
    assert_eq!(
        found(
            "// Kept in order; the writer\n/// | a | b |\n/// |---|---|\nconst A: &str = \"T\u{4f}DO ====\";"
        ),
        0
    );
}
