//! The real program on a folder of its own, for tests that call it as a script does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use trueup::store::Store;

/// A folder of its own with a database, and the program to call on it.
pub struct Desk {
    folder: tempfile::TempDir,
}

/// How a call ended.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A desk on which an assessment was begun.
    pub fn begun() -> Self {
        let desk = Self::new();
        desk.done(&["new", "--organisation", "Halden Mills", "--period", "2026-Q4"]);
        desk
    }

    /// A desk with the answers and documents of the reference company.
    pub fn answered() -> Self {
        let desk = Self::begun();
        desk.done(&["ask", "--from", &demo("answers.csv")]);
        desk.done(&["attach", "--from", &demo("documents.csv")]);
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and returns its name for a command.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).display().to_string()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
        command.args(arguments).env("TRUEUP_DATA", self.folder.path()).env_remove("TRUEUP_DB");
        command.env("USER", "anna").stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(&mut self.command(arguments))
    }

    /// Runs what has to succeed; returns what it printed.
    pub fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        ran.out
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(&[arguments, &["--json"]].concat())).unwrap()
    }

    /// Everything that was ever said or pulled here.
    pub fn content(&self) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(&self.path("trueup.db")).await.unwrap();
            let mut content = Vec::new();
            for listed in store.assessments().await.unwrap() {
                let edits = store.edits(&listed.begun.id).await.unwrap();
                content.push(format!("{listed:?} {edits:?}"));
            }
            store.close().await;
            content.join("\n")
        })
    }

    /// Runs what has to be refused with a sentence, and sees that nothing was changed by it.
    pub fn refused(&self, arguments: &[&str], sentence: &str) -> Ran {
        let before = self.content();
        let ran = self.run(arguments);
        assert!(matches!(ran.code, 1 | 2), "{arguments:?} ended with {}", ran.code);
        assert_eq!(ran.out, "", "{arguments:?}");
        assert!(ran.err.contains(sentence), "{arguments:?} said:\n{}", ran.err);
        assert!(ran.err.contains("help:"), "{arguments:?} gives no remedy:\n{}", ran.err);
        for forbidden in ["Error {", "panicked", "Some(", "\u{1b}", "stack backtrace"] {
            assert!(!ran.err.contains(forbidden), "{arguments:?} said:\n{}", ran.err);
        }
        assert_eq!(self.content(), before, "{arguments:?} changed something");
        ran
    }
}

pub fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A file of the reference company's last quarter.
pub fn demo(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/2026-Q4").join(name);
    path.display().to_string()
}
