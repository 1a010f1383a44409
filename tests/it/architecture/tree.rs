//! The project's files as the rules see them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::lexer::{self, Views};

/// One file of the project.
#[derive(Debug, Clone)]
pub struct Source {
    /// Relative to the project, with forward slashes.
    pub path: String,
    pub text: String,
    /// Rust only; empty otherwise.
    pub views: Views,
    /// The code without what is only compiled for tests.
    pub product: String,
}

impl Source {
    /// A file from its parts.
    pub fn new(path: &str, text: &str) -> Self {
        let is_rust = has_rust_ending(path);
        let views =
            if is_rust { lexer::split(text) } else { Views { code: String::new(), comments: String::new() } };
        let product = lexer::without_tests(&views.code);
        Self { path: path.to_owned(), text: text.to_owned(), views, product }
    }

    /// Whether this is Rust source.
    pub fn is_rust(&self) -> bool {
        has_rust_ending(&self.path)
    }

    /// The module path below the crate, such as `["tui", "screens", "home"]`.
    pub fn module(&self) -> Vec<&str> {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut parts: Vec<_> = inside.split('/').collect();
        if parts.last() == Some(&"mod") {
            parts.pop();
        }
        parts
    }

    /// The room it is in: the first folder or file below `src`.
    pub fn layer(&self) -> &str {
        self.module().first().copied().unwrap_or_default()
    }
}

/// Files, in the order of their paths.
#[derive(Debug, Clone)]
pub struct Tree(pub Vec<Source>);

impl Tree {
    /// The product's own source, without modules that are only compiled for tests.
    pub fn product() -> Self {
        let tree = Self::read(&["src"]);
        let tests = tree.test_modules();
        Self(tree.0.into_iter().filter(|file| file.is_rust() && !belongs(&file.path, &tests)).collect())
    }

    /// Source, tests, packs and embedded files.
    pub fn everything() -> Self {
        Self::read(&["src", "tests", "questionnaires", "assets"])
    }

    /// A made-up project.
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| Source::new(path, text)).collect())
    }

    fn read(folders: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        for folder in folders {
            walk(root, &root.join(folder), &mut files);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self(files)
    }

    /// Paths, without `.rs`, of the modules that are declared under `#[cfg(test)]`.
    fn test_modules(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for file in self.0.iter().filter(|file| file.is_rust()) {
            for piece in file.views.code.split("#[cfg(test)]").skip(1) {
                let declared =
                    piece.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
                if let Some((name, _)) = declared.strip_prefix("mod ").and_then(|rest| rest.split_once(';')) {
                    found.insert(format!("{}/{}", file.folder_of_children(), name.trim()));
                }
            }
        }
        found
    }
}

impl Source {
    /// The folder in which this module's own modules lie.
    pub fn folder_of_children(&self) -> String {
        let stem = self.path.trim_end_matches(".rs");
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let is_root = matches!(name, "mod" | "lib" | "main");
        if is_root { folder.to_owned() } else { stem.to_owned() }
    }
}

fn has_rust_ending(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "rs")
}

fn belongs(path: &str, modules: &BTreeSet<String>) -> bool {
    let stem = path.trim_end_matches(".rs");
    modules.iter().any(|module| stem == module || stem.starts_with(&format!("{module}/")))
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let relative = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.push(Source::new(&relative, &text));
        }
    }
}

#[test]
fn modules_of_tests_are_not_product() {
    let tree = Tree::of(&[("src/a/mod.rs", "#[cfg(test)]\nmod tests;\nmod b;"), ("src/a/tests.rs", "")]);
    assert_eq!(tree.test_modules().into_iter().collect::<Vec<_>>(), ["src/a/tests"]);
    assert!(belongs("src/a/tests.rs", &tree.test_modules()) && !belongs("src/a/b.rs", &tree.test_modules()));
}
