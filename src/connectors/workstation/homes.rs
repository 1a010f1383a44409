//! Home folders below a folder: one home, all of a machine, or what was collected of many.

use std::path::{Path, PathBuf};

use super::folder::Folder;

/// How many folders below the given one a home may lie: `host/C/Users/name`.
const DEPTH: usize = 4;
/// How many folders are looked at in search of homes.
const LOOKED_AT: usize = 20_000;
/// What lies in a home and hardly anywhere else.
const SIGNS: &[&str] = &[
    ".config",
    ".claude.json",
    ".claude",
    ".cursor",
    ".codex",
    ".gemini",
    ".mozilla",
    ".bashrc",
    ".zshrc",
    ".profile",
    ".aws",
    ".kiro",
    ".codeium",
    ".copilot",
    ".junie",
    ".boltai",
    ".opencode",
    ".local",
    "AppData",
    "Library",
];
/// What lies at the root of a machine.
const ROOTS: &[&str] = &["Users", "home", "etc", "Windows", "System"];
/// What is no place of people.
const PASSED: &[&str] = &[
    "All Users",
    "Default",
    "Default User",
    "Public",
    "Shared",
    "proc",
    "sys",
    "dev",
    "run",
    "node_modules",
];

/// Homes, and folders that may be the root of a machine.
#[derive(Debug, Default)]
pub struct Places {
    pub homes: Vec<PathBuf>,
    pub roots: Vec<PathBuf>,
    looked_at: usize,
}

impl Places {
    /// Finds them below a folder.
    pub fn find(folder: &Folder) -> Self {
        let mut places = Self::default();
        places.descend(folder, &folder.root, DEPTH);
        if places.looked_at >= LOOKED_AT {
            let reason = format!("more than {LOOKED_AT} folders: name a folder nearer to the homes");
            folder.refuse(&folder.root, reason);
        }
        places
    }

    fn descend(&mut self, folder: &Folder, at: &Path, depth: usize) {
        self.looked_at += 1;
        if self.looked_at > LOOKED_AT {
            return;
        }
        let entries = folder.list(at);
        let has = |names: &[&str]| entries.iter().any(|entry| names.contains(&entry.name.as_str()));
        let is_root = has(ROOTS);
        if has(SIGNS) && !is_root {
            self.homes.push(at.to_owned());
            return;
        }
        if is_root {
            self.roots.push(at.to_owned());
        }
        if depth == 0 {
            return;
        }
        for entry in entries.iter().filter(|entry| entry.is_folder && !PASSED.contains(&entry.name.as_str()))
        {
            let below = at.join(&entry.name);
            // A link beside the homes would only lead to one of them again.
            if !below.is_symlink() && !entry.name.starts_with('.') {
                self.descend(folder, &below, depth - 1);
            }
        }
    }
}
