//! Nothing is forgotten: every module is declared, every member is in its table, every embedded file is read.

use super::lexer::words;
use super::tree::{Source, Tree};

/// The types of members: a `static` or `const` of one of them is worth nothing until a table lists it.
const MEMBERS: &[&str] = &["Spec", "Format", "Figure", "Entry", "Family", "&[Computation]"];

/// Folders whose every file of that kind is embedded by the room beside it.
static EMBEDDED: &[(&str, &str, &str)] = &[
    ("questionnaires/", ".toml", "src/packs/"),
    ("assets/ai/", ".toml", "src/connectors/"),
    ("assets/catalog/", ".toml", "src/packs/"),
    ("assets/fonts/", ".otf", "src/export/"),
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

/// Members that no table lists, and commands that the command line does not know.
pub fn entries(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in &tree.0 {
        let (folder, module) = home(&file.path);
        for member in members(file) {
            let listed = format!("{module}::{member}");
            let is_listed = |other: &Source| words(&other.product, &listed).next().is_some();
            if !tree.0.iter().any(|other| other.path != file.path && is_listed(other)) {
                faults.push(format!("{}: no table in {folder} lists `{listed}`", file.path));
            }
        }
    }
    faults
}

/// Names of the statics that are members of a kind, and `Args` where the file is a command.
fn members(file: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let code = &file.product;
    let declarations =
        ["static", "const"].into_iter().flat_map(|word| words(code, word).map(move |at| at + word.len()));
    for at in declarations {
        let declared = code[at..].split('=').next().unwrap_or_default();
        if let Some((name, kind)) = declared.split_once(':')
            && MEMBERS.contains(&kind.trim())
        {
            found.push(name.trim().to_owned());
        }
    }
    let is_command = file.path.starts_with("src/cli/") && words(code, "struct Args").next().is_some();
    found.extend(is_command.then(|| "Args".to_owned()));
    found
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
    let member = ("src/export/csv.rs", "pub static FORMAT: Format = Format { id: x };");
    let listed = Tree::of(&[
        ("src/export/mod.rs", "mod csv;\nstatic REGISTRY: &[&Format] = &[&csv::FORMAT];"),
        member,
    ]);
    assert_eq!(entries(&listed).len(), 0);
    let forgotten = Tree::of(&[("src/export/mod.rs", "mod csv;\n// csv::FORMAT"), member]);
    assert_eq!(entries(&forgotten).len(), 1);
    let command =
        Tree::of(&[("src/cli/mod.rs", "mod ask;"), ("src/cli/ask.rs", "pub(super) struct Args {}")]);
    assert_eq!(entries(&command).len(), 1);
    let table = ("src/metrics/people.rs", "pub const COMPUTATIONS: &[Computation] = &[];");
    assert_eq!(entries(&Tree::of(&[("src/metrics/mod.rs", "mod people;"), table])).len(), 1);
    let folder = ("src/connectors/aws/mod.rs", "pub static USERS: Spec = Spec {};");
    assert_eq!(entries(&Tree::of(&[("src/connectors/mod.rs", "mod aws;"), folder])).len(), 1);
    assert_eq!(entries(&Tree::of(&[("src/connectors/mod.rs", "&[&aws::USERS]"), folder])).len(), 0);
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
