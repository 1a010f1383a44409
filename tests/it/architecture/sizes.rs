//! How big things may get: 400 lines of code a file, 60 a function, and 40 for all but one in twenty.

use super::lexer::{closing, is_word, line_of, words};
use super::tree::{Source, Tree};

const FILE: usize = 400;
const FUNCTION: usize = 60;
const MOST_FUNCTIONS: usize = 40;

/// Tables of data: long because the facts are many, not because the code is.
const TABLES: &[&str] = &[];

/// One function of a file.
#[derive(Debug, PartialEq, Eq)]
struct Function<'a> {
    name: &'a str,
    line: usize,
    /// Lines of code between its braces.
    lines: usize,
}

/// Files and functions that are too long.
pub fn faults(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let mut lengths = Vec::new();
    for file in &tree.0 {
        let lines = code_lines(&file.product);
        if lines > FILE && !TABLES.contains(&file.path.as_str()) {
            faults.push(format!("{}: {lines} lines of code, {FILE} is the limit", file.path));
        }
        for function in functions(file) {
            if function.lines > FUNCTION {
                faults.push(format!(
                    "{}:{}: `{}` has {} lines, {FUNCTION} is the limit",
                    file.path, function.line, function.name, function.lines
                ));
            }
            lengths.push(function.lines);
        }
    }
    let most = percentile(&mut lengths, 95);
    if most > MOST_FUNCTIONS {
        faults.push(format!(
            "one function in twenty has more than {most} lines, {MOST_FUNCTIONS} is the limit"
        ));
    }
    faults
}

/// Lines that hold something other than blanks.
fn code_lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

/// Every function with a body.
fn functions(file: &Source) -> Vec<Function<'_>> {
    let code = &file.product;
    words(code, "fn").filter_map(|at| function(code, at)).collect()
}

/// The function whose keyword stands at `at`; `None` for a type such as `fn(u8) -> u8` or a bare signature.
fn function(code: &str, at: usize) -> Option<Function<'_>> {
    let rest = code[at + 2..].trim_start();
    let start = code.len() - rest.len();
    let name_length = rest.find(|c| !is_word(c))?;
    if name_length == 0 {
        return None;
    }
    let open = body(code, start)?;
    let lines = code_lines(&code[open + 1..closing(code, open)]);
    Some(Function { name: &rest[..name_length], line: line_of(code, at), lines })
}

/// Where the body of a signature opens: the first brace outside its brackets.
fn body(code: &str, start: usize) -> Option<usize> {
    let mut skip = start;
    for (at, c) in code[start..].char_indices().map(|(at, c)| (start + at, c)) {
        if at < skip {
            continue;
        }
        match c {
            '(' | '[' => skip = closing(code, at) + 1,
            '{' => return Some(at),
            ';' => return None,
            _ => {}
        }
    }
    None
}

/// The smallest length that this share of all lengths does not exceed.
fn percentile(lengths: &mut [usize], percent: usize) -> usize {
    lengths.sort_unstable();
    let rank = (lengths.len() * percent).div_ceil(100);
    rank.checked_sub(1).and_then(|index| lengths.get(index)).copied().unwrap_or(0)
}

#[cfg(test)]
fn lengths_of(text: &str) -> Vec<(String, usize)> {
    functions(&Source::new("src/a.rs", text)).into_iter().map(|f| (f.name.to_owned(), f.lines)).collect()
}

#[test]
fn functions_are_measured_without_comments_and_blank_lines() {
    let text = "fn a(f: fn(u8) -> [u8; 2]) -> u8\nwhere\n    u8: Copy,\n{\n    // why {\n\n    let x = '}';\n    \"}\".len() as u8\n}\ntrait T { fn bare(&self); fn b() {} }";
    assert_eq!(lengths_of(text), [("a".to_owned(), 2), ("b".to_owned(), 0)]);
}

#[test]
fn a_long_function_and_a_long_file_are_found() {
    let function = |lines: usize| format!("fn long() {{\n{}}}\n", "    x();\n".repeat(lines));
    let found = |text: &str| faults(&Tree::of(&[("src/a.rs", text)])).len();
    // Among a hundred small ones, one long function does not move the share.
    let small = "fn s() {}\n".repeat(100);
    assert_eq!(found(&format!("{small}{}", function(60))), 0);
    assert_eq!(found(&format!("{small}{}", function(61))), 1);
    assert_eq!(found(&function(41)), 1, "the share of functions above forty lines");
    assert_eq!(found(&"const A: u8 = 1;\n".repeat(400)), 0);
    assert_eq!(found(&"const A: u8 = 1;\n".repeat(401)), 1);
    assert_eq!(found(&format!("#[cfg(test)]\nmod tests {{\n{}}}", "const A: u8 = 1;\n".repeat(401))), 0);
}

#[test]
fn the_percentile_is_the_nearest_rank() {
    assert_eq!(percentile(&mut (1..=100).collect::<Vec<_>>(), 95), 95);
    assert_eq!(percentile(&mut [7], 95), 7);
    assert_eq!(percentile(&mut [], 95), 0);
}
