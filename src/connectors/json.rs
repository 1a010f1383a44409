//! JSON files: their faults, told to a person, and reading them item by item.

pub mod items;

use std::path::Path;

use serde_json::error::Category;

use super::ConnectorError;
use super::open::{content, unreadable};

/// What the parser says where lists and objects stand in one another too deep to be read safely.
const TOO_DEEP: &str = "recursion limit exceeded";

/// What is wrong with a JSON file, where, and what to do.
pub fn fault(path: &Path, error: &serde_json::Error) -> ConnectorError {
    let place = match (error.line(), error.column()) {
        (0, _) => String::new(),
        (line, column) => format!(", line {line}, column {column}"),
    };
    match error.classify() {
        Category::Eof => {
            let reason = "the JSON ends in the middle: the file was cut off, or it is still being written";
            content(
                path,
                place,
                reason,
                "collect it again and let the command finish; nothing of it was kept",
            )
        }
        Category::Io => {
            let kind = error.io_error_kind().unwrap_or(std::io::ErrorKind::Other);
            unreadable(path, &kind.into())
        }
        Category::Syntax if without_place(error) == TOO_DEEP => {
            let reason = "it nests more than 120 levels deep, which no system does";
            content(path, place, reason, "collect it again; nothing of it was kept")
        }
        Category::Syntax => {
            let reason = format!("it is not JSON: {}", without_place(error));
            content(path, place, reason, "collect it again; nothing of it was kept")
        }
        Category::Data => {
            content(path, place, without_place(error), "collect it again; nothing of it was kept")
        }
    }
}

/// The message without ` at line 1 column 2`, which stands in the place.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

/// Whether a file's beginning is that of JSON, an object or a list.
pub fn is_begun(head: &[u8]) -> bool {
    matches!(head.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Whether a text stands anywhere in a file's beginning.
pub fn mentions(head: &[u8], text: &str) -> bool {
    head.windows(text.len()).any(|window| window == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn faults_name_line_and_column_and_tell_cut_files_from_wrong_ones() {
        let told = |text: &str| {
            fault(Path::new("a.json"), &serde_json::from_str::<Value>(text).unwrap_err()).to_string()
        };
        assert!(told("{\n\"a\": [1,").starts_with("a.json, line 2, column 8: the JSON ends in the middle"));
        assert!(told("{\n\"a\": x}").starts_with("a.json, line 2, column 6: it is not JSON: expected value"));
        let deep = ["[".repeat(1000), "]".repeat(1000)].concat();
        assert!(told(&deep).contains("it nests more than 120 levels deep"), "{}", told(&deep));
        let typed = serde_json::from_str::<Vec<u8>>("[1, \"a\"]").unwrap_err();
        assert!(
            fault(Path::new("a.json"), &typed)
                .to_string()
                .starts_with("a.json, line 1, column 7: invalid type")
        );
    }
}
