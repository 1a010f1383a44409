//! Who may name whom: the rooms of this crate, and the crates that only one room may see.

use super::lexer::{closing, is_word, line_of, words};
use super::tree::{Source, Tree};

/// A room and the rooms that it may name.
struct Layer {
    name: &'static str,
    may: &'static [&'static str],
}

/// Everything that the verbs bring together.
const EDGES: &[&str] =
    &["model", "metrics", "privilege", "scoring", "packs", "connectors", "store", "export", "config"];

static LAYERS: &[Layer] = &[
    Layer { name: "model", may: &[] },
    Layer { name: "config", may: &[] },
    Layer { name: "metrics", may: &["model"] },
    Layer { name: "privilege", may: &["model"] },
    Layer { name: "scoring", may: &["model"] },
    Layer { name: "packs", may: &["model"] },
    Layer { name: "connectors", may: &["model"] },
    Layer { name: "store", may: &["model"] },
    Layer { name: "export", may: &["model"] },
    Layer { name: "ops", may: EDGES },
    Layer {
        name: "cli",
        may: &[
            "ops",
            "config",
            "model",
            "connectors",
            "export",
            "packs",
            "tui::self",
            "tui::run",
            "tui::Start",
            "tui::First",
            "tui::Error",
        ],
    },
    Layer { name: "tui", may: &["ops", "scoring", "config", "model", "connectors", "export", "packs"] },
    Layer { name: "lib", may: &[] },
    Layer { name: "main", may: &["cli"] },
];

/// A crate and the only places that may name it.
struct Fence {
    krate: &'static str,
    only: &'static [&'static str],
}

static FENCES: &[Fence] = &[
    Fence { krate: "sqlx", only: &["store", "connectors/sql"] },
    Fence { krate: "ratatui", only: &["tui"] },
    Fence { krate: "crossterm", only: &["tui", "cli/text"] },
    Fence { krate: "clap", only: &["cli", "config"] },
    Fence { krate: "clap_complete", only: &["cli"] },
    Fence { krate: "clap_mangen", only: &["cli"] },
    Fence { krate: "indicatif", only: &["cli"] },
    Fence { krate: "plotters", only: &["export/figure"] },
    Fence { krate: "resvg", only: &["export"] },
    Fence { krate: "calamine", only: &["connectors"] },
    Fence { krate: "reqwest", only: &["connectors/http"] },
    Fence { krate: "rustls", only: &["connectors/http"] },
    Fence { krate: "base64", only: &["connectors"] },
    Fence { krate: "aws_sigv4", only: &["connectors/aws"] },
    Fence { krate: "aws_credential_types", only: &["connectors/aws"] },
    Fence { krate: "quick_xml", only: &["connectors/aws"] },
    Fence { krate: "rustls_platform_verifier", only: &["connectors/http"] },
    Fence { krate: "ldap3", only: &["connectors/ldap"] },
    Fence { krate: "ruzstd", only: &["connectors/network_log"] },
    Fence { krate: "saphyr_parser", only: &["connectors/workstation"] },
    Fence { krate: "toml_edit", only: &["config"] },
    Fence { krate: "zip", only: &["connectors/sharphound"] },
    Fence { krate: "toml", only: &["packs", "config", "connectors"] },
    Fence {
        krate: "tokio",
        only: &["packs", "connectors", "store", "config", "ops", "cli", "tui", "main", "lib"],
    },
];

/// Names of rooms that a room may not know.
pub fn arrows(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in &tree.0 {
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == file.layer()) else {
            faults.push(format!("{}: `{}` is not a room of the house", file.path, file.layer()));
            continue;
        };
        for (line, target) in targets(file) {
            let room = target.split("::").next().unwrap_or_default();
            let full = if target == room { format!("{room}::self") } else { target.clone() };
            let is_room = LAYERS.iter().any(|layer| layer.name == room);
            let is_allowed = room == layer.name || layer.may.iter().any(|may| *may == room || *may == full);
            if is_room && !is_allowed {
                faults.push(format!("{}:{line}: {} may not name `{target}`", file.path, layer.name));
            }
        }
    }
    faults
}

/// Every path from the crate's root that a file names: its line and its first two parts.
fn targets(file: &Source) -> Vec<(usize, String)> {
    let code = &file.product;
    let mut found = Vec::new();
    for root in ["crate", "trueup"] {
        for at in words(code, root) {
            if let Some(rest) = code[at + root.len()..].strip_prefix("::") {
                let from = code.len() - rest.len();
                found.extend(paths(code, from).into_iter().map(|path| (line_of(code, at), path)));
            }
        }
    }
    let depth = file.module().len();
    for at in words(code, "super") {
        let is_first = !code[..at].ends_with("super::");
        let chain = code[at..].split("::").take_while(|part| *part == "super").count();
        if is_first && chain >= depth && file.layer() != "lib" {
            let from = (at + "super::".len() * chain).min(code.len());
            found.extend(paths(code, from).into_iter().map(|path| (line_of(code, at), path)));
        }
    }
    found
}

/// The first two parts of each path that begins at `from`; a group in braces holds several.
fn paths(code: &str, from: usize) -> Vec<String> {
    if !code[from..].starts_with('{') {
        return two_parts(code, from);
    }
    let end = closing(code, from);
    let mut depth = 0;
    let mut paths = Vec::new();
    let mut start = from + 1;
    for (at, c) in code[from..=end.min(code.len() - 1)].char_indices().map(|(at, c)| (from + at, c)) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if (c == ',' && depth == 1) || depth == 0 {
            let blank = code[start..at].len() - code[start..at].trim_start().len();
            paths.extend(two_parts(code, start + blank));
            start = at + 1;
        }
    }
    paths.retain(|path| !path.is_empty());
    paths
}

/// `a::b` of the path that begins at `from`, or one for each `b` of `a::{…}`.
fn two_parts(code: &str, from: usize) -> Vec<String> {
    let name = |from: usize| code[from..].chars().take_while(|c| is_word(*c)).collect::<String>();
    let first = name(from);
    let rest = from + first.len() + 2;
    if !code[from + first.len()..].starts_with("::") {
        return vec![first];
    }
    if code[rest..].starts_with('{') {
        let seconds = paths(code, rest).into_iter();
        return seconds
            .map(|path| format!("{first}::{}", path.split("::").next().unwrap_or_default()))
            .collect();
    }
    vec![format!("{first}::{}", name(rest))]
}

/// Crates named outside their fence.
pub fn fences(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in &tree.0 {
        let place = file.path.trim_start_matches("src/").trim_end_matches(".rs");
        for fence in FENCES {
            let is_inside =
                fence.only.iter().any(|only| place == *only || place.starts_with(&format!("{only}/")));
            let named =
                words(&file.product, fence.krate).find(|&at| is_path_root(&file.product, at, fence.krate));
            if let (false, Some(at)) = (is_inside, named) {
                let line = line_of(&file.product, at);
                let only = fence.only.join(", ");
                faults.push(format!("{}:{line}: `{}` belongs to {only}", file.path, fence.krate));
            }
        }
    }
    faults
}

/// Whether a word is the beginning of a path or an import, and not a local name.
fn is_path_root(code: &str, at: usize, word: &str) -> bool {
    let before = code[..at].trim_end();
    let after = &code[at + word.len()..];
    let is_inner = before.ends_with("::") && !before.ends_with("use ::");
    !is_inner
        && (after.starts_with("::")
            || (before.ends_with("use") && after.trim_start().starts_with([';', ' '])))
}

#[test]
fn a_forbidden_arrow_is_found_in_every_shape() {
    let wrong = [
        "use crate::store::Store;",
        "use crate::{model::Level, store::{Store, StoreError}};",
        "fn f() { let _ = crate::store::open(); }",
        "use super::super::store::Store;",
        "use trueup::store::Store;",
    ];
    for text in wrong {
        let faults = arrows(&Tree::of(&[("src/scoring/gap.rs", text)]));
        assert!(!faults.is_empty(), "{text}");
    }
    let right = [
        "use crate::model::Level;",
        "use super::verdict;",
        "// crate::store\nconst A: &str = \"crate::store::x\";",
    ];
    for text in right {
        assert_eq!(arrows(&Tree::of(&[("src/scoring/gap.rs", text)])), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_command_line_knows_one_thing_of_the_terminal() {
    let run = Tree::of(&[("src/cli/mod.rs", "fn f() { crate::tui::run(); }")]);
    assert_eq!(arrows(&run).len(), 0);
    let group = Tree::of(&[("src/cli/mod.rs", "use crate::tui::{self, Start, theme::Theme};")]);
    assert_eq!(arrows(&group).len(), 1);
    let more = Tree::of(&[("src/cli/mod.rs", "use crate::tui::theme::Theme;")]);
    assert_eq!(arrows(&more).len(), 1);
    let root = Tree::of(&[("src/cli/mod.rs", "use super::store::Store;")]);
    assert_eq!(arrows(&root).len(), 1);
}

#[test]
fn an_unknown_room_is_a_fault() {
    assert_eq!(arrows(&Tree::of(&[("src/misc/mod.rs", "")])).len(), 1);
}

#[test]
fn a_crate_outside_its_fence_is_found() {
    let faults = |path: &str, text: &str| fences(&Tree::of(&[(path, text)])).len();
    assert_eq!(faults("src/ops/mod.rs", "use sqlx::SqlitePool;"), 1);
    assert_eq!(faults("src/export/svg.rs", "fn f() { plotters::prelude::x(); }"), 1);
    assert_eq!(faults("src/export/figure/gap.rs", "use plotters::prelude::*;"), 0);
    assert_eq!(faults("src/export/mod.rs", "use toml;"), 1);
    assert_eq!(faults("src/scoring/mod.rs", "use tokio::sync::mpsc;"), 1);
    assert_eq!(faults("src/ops/mod.rs", "let toml = file.toml; // sqlx::query"), 0);
}
