//! Nothing is forgotten: every module is declared, every member is in its table, every embedded file is read.

use super::lexer::words;
use super::tree::{Source, Tree};

/// What a member exports and what its folder's `mod.rs` must therefore name.
static MEMBERS: &[(&str, &str)] = &[
    ("pub static SPEC", "SPEC"),
    ("pub static FORMAT", "FORMAT"),
    ("pub static FIGURE", "FIGURE"),
    ("pub static ENTRY", "ENTRY"),
    ("pub struct Args", "Args"),
];

/// Folders whose every file of that kind is embedded by the room beside it.
static EMBEDDED: &[(&str, &str, &str)] = &[
    ("questionnaires/", ".toml", "src/packs/"),
    ("assets/catalog/", ".toml", "src/packs/"),
    ("src/store/migrations/", ".sql", "src/store/"),
    ("assets/demo/", "", "src/ops/"),
];

/// Rust files that no other file declares as a module.
pub fn modules(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.0.iter().filter(|file| file.is_rust() && !is_root(&file.path)) {
        let (folder, name) = home(&file.path);
        let declaration = format!("mod {name};");
        let is_declared = tree.0.iter().any(|parent| {
            parent.is_rust()
                && parent.path != file.path
                && parent.folder_of_children() == folder
                && words(&parent.views.code, "mod")
                    .any(|at| parent.views.code[at..].starts_with(&declaration))
        });
        if !is_declared {
            faults.push(format!("{}: nothing declares `{declaration}`", file.path));
        }
    }
    faults
}

/// Whether Cargo itself finds the file.
fn is_root(path: &str) -> bool {
    matches!(path, "src/lib.rs" | "src/main.rs" | "tests/it/main.rs")
}

/// The folder of a module's parent and the module's name.
fn home(path: &str) -> (String, String) {
    let stem = path.trim_end_matches(".rs");
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    (folder.to_owned(), name.to_owned())
}

/// Members of a kind that their table does not list.
pub fn entries(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.0.iter().filter(|file| !file.path.ends_with("/mod.rs")) {
        let (folder, name) = home(&file.path);
        for (export, item) in MEMBERS {
            let listed = format!("{name}::{item}");
            let is_member = words(&file.product, export).next().is_some() && is_kind(&folder, item);
            if is_member && !lists(tree, &folder, &listed) {
                faults.push(format!("{}: {folder}/mod.rs does not list `{listed}`", file.path));
            }
        }
    }
    faults
}

/// `Args` is a command only in `cli`; the other names say themselves what they are.
fn is_kind(folder: &str, item: &str) -> bool {
    item != "Args" || folder == "src/cli"
}

fn lists(tree: &Tree, folder: &str, listed: &str) -> bool {
    tree.at(&format!("{folder}/mod.rs")).is_some_and(|table| words(&table.product, listed).next().is_some())
}

/// Files that should be part of the binary and are not.
pub fn embedded(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (folder, ending, room) in EMBEDDED {
        for file in tree.0.iter().filter(|file| file.path.starts_with(folder) && file.path.ends_with(ending))
        {
            if !tree
                .0
                .iter()
                .any(|reader| reader.path.starts_with(room) && embeds(reader, &file.path, folder))
            {
                faults.push(format!("{}: nothing in {room} embeds it", file.path));
            }
        }
    }
    faults
}

/// Whether a source file names the file, or hands its whole folder to the migrator.
fn embeds(reader: &Source, path: &str, folder: &str) -> bool {
    // With its folder: quarters hold files of the same name.
    let parts: Vec<_> = path.rsplitn(3, '/').collect();
    let name = parts.iter().take(2).rev().copied().collect::<Vec<_>>().join("/");
    let folder = folder.trim_end_matches('/');
    reader.is_rust()
        && (reader.text.contains(&format!("{name}\""))
            || reader.text.contains(&format!("migrate!(\"{folder}\""))
            || reader.text.contains(&format!("migrate!(\"./{folder}\"")))
}

#[test]
fn an_undeclared_module_is_found() {
    let tree = Tree::of(&[
        ("src/lib.rs", "pub mod a;\n// mod lost;"),
        ("src/a/mod.rs", "mod b;"),
        ("src/a/b.rs", ""),
        ("src/a/c.rs", ""),
        ("src/lost.rs", ""),
        ("tests/it/main.rs", "mod kit;"),
        ("tests/it/kit.rs", ""),
        ("tests/it/alone.rs", ""),
    ]);
    let faults = modules(&tree);
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].starts_with("src/a/c.rs") && faults[2].starts_with("tests/it/alone.rs"));
}

#[test]
fn an_unlisted_member_is_found() {
    let member = ("src/export/csv.rs", "pub static FORMAT: Format = x;");
    let listed = Tree::of(&[
        ("src/export/mod.rs", "mod csv;\nstatic REGISTRY: &[&Format] = &[&csv::FORMAT];"),
        member,
    ]);
    assert_eq!(entries(&listed).len(), 0);
    let forgotten = Tree::of(&[("src/export/mod.rs", "mod csv;\n// csv::FORMAT"), member]);
    assert_eq!(entries(&forgotten).len(), 1);
    let command = Tree::of(&[("src/cli/mod.rs", "mod ask;"), ("src/cli/ask.rs", "pub struct Args {}")]);
    assert_eq!(entries(&command).len(), 1);
}

#[test]
fn a_file_that_nothing_embeds_is_found() {
    let pack = ("questionnaires/acme.toml", "");
    let forgotten = Tree::of(&[("src/packs/mod.rs", "// acme"), pack]);
    assert_eq!(embedded(&forgotten).len(), 1);
    let read = Tree::of(&[("src/packs/mod.rs", "include_str!(\"../../questionnaires/acme.toml\")"), pack]);
    assert_eq!(embedded(&read).len(), 0);
    let migration = ("src/store/migrations/0001_begin.sql", "");
    let whole = Tree::of(&[("src/store/mod.rs", "sqlx::migrate!(\"src/store/migrations\")"), migration]);
    assert_eq!(embedded(&whole).len(), 0);
    assert_eq!(embedded(&Tree::of(&[("src/store/mod.rs", ""), migration])).len(), 1);
}
