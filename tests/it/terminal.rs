//! The real program in a real terminal: it starts, takes answers, survives the size, and gives the terminal back.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

/// How long a condition may take to come true on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// What a program writes when it gives the alternate screen back.
const GIVEN_BACK: &str = "\x1b[?1049l";

/// The program in a terminal of its own.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    bytes: mpsc::Receiver<Vec<u8>>,
    parser: Parser,
    /// Everything that was written, for the sequences that a screen does not show.
    raw: Vec<u8>,
}

impl Terminal {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_trueup"));
        command.args(arguments);
        command.env("TRUEUP_DATA", folder);
        command.env("HOME", folder);
        command.env("USER", "ana");
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, bytes) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let parser = Parser::new(24, 80, 0);
        Self { child, master: pair.master, writer, bytes, parser, raw: vec![] }
    }

    fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    /// Reads until the screen shows a text.
    fn see(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen().contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.bytes.recv_timeout(left) else {
                panic!("`{text}` did not appear:\n{}", self.screen());
            };
            self.take(&bytes);
        }
    }

    fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Reads until the program has ended.
    fn end(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(20)) {
                self.take(&bytes);
            }
            assert!(Instant::now() < deadline, "the program does not end:\n{}", self.screen());
        };
        drop(self.writer);
        drop(self.master);
        while let Ok(bytes) = self.bytes.recv_timeout(PATIENCE) {
            self.raw.extend_from_slice(&bytes);
        }
        (status, String::from_utf8_lossy(&self.raw).into_owned())
    }
}

fn score(folder: &Path) -> serde_json::Value {
    let done = Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(["score", "--json"])
        .env("TRUEUP_DATA", folder)
        .env("HOME", folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

#[test]
fn a_stranger_begins_answers_and_leaves_with_everything_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &[]);
    terminal.see("Welcome to trueup.");
    terminal.press("n");
    terminal.see("Organisation");
    terminal.press("Ministry of Wool\r\r\r");
    terminal.see("Self-rating");
    terminal.press("3");
    terminal.see("Who answers?");
    terminal.press("\r");
    terminal.see("ana · every role that is asked · not answered");
    terminal.press("3");
    terminal.see("ana · every role that is asked · level 3");
    terminal.see("✓ saved");
    terminal.press("\r");
    terminal.see("CLS-01");
    terminal.press("2");
    terminal.see("ana · every role that is asked · level 2");
    terminal.press("q");
    let (status, raw) = terminal.end();
    assert!(status.success(), "{raw}");
    assert!(raw.contains(GIVEN_BACK));
    let card = score(folder.path());
    assert_eq!(card["self_rating"]["level"], 3);
    assert_eq!(card["rows"][0]["claimed"], 2);
}

#[test]
fn the_terminal_is_given_back_after_control_c_and_after_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["demo"]);
    terminal.see("Halden Mills");
    terminal.press("\x03");
    let (_, raw) = terminal.end();
    assert!(raw.contains(GIVEN_BACK));

    let mut terminal = Terminal::start(folder.path(), &["demo"]);
    terminal.see("Halden Mills");
    let id = terminal.child.process_id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let (_, raw) = terminal.end();
    assert!(raw.contains(GIVEN_BACK));
}

#[test]
fn a_terminal_that_is_too_small_is_told_so_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["demo"]);
    terminal.see("Halden Mills");
    for (rows, cols, text) in [(10, 40, "Make it larger"), (40, 120, "Three working signs")] {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        terminal.parser.screen_mut().set_size(rows, cols);
        terminal.master.resize(size).unwrap();
        terminal.see(text);
    }
    terminal.press("q");
    assert!(terminal.end().0.success());
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["demo"]);
    terminal.see("Halden Mills");
    // The last burst of the start may still be on its way; after a quiet second nothing may come by itself.
    while let Ok(bytes) = terminal.bytes.recv_timeout(Duration::from_secs(1)) {
        terminal.take(&bytes);
    }
    assert!(terminal.bytes.recv_timeout(Duration::from_secs(2)).is_err());
    terminal.press("q");
    assert!(terminal.end().0.success());
}

/// What the invented cloud account shows, from the first screen to a question of what if.
#[test]
fn an_account_is_pulled_looked_through_and_asked_what_if() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("account.json");
    std::fs::write(&file, ACCOUNT).unwrap();
    let mut terminal = Terminal::start(folder.path(), &[]);
    terminal.see("Welcome to trueup.");
    terminal.press("n");
    terminal.see("Organisation");
    terminal.press("Ministry of Wool\r\r\r");
    terminal.see("Self-rating");
    terminal.press("V");
    terminal.see("No pull lists any identity yet.");
    terminal.press("\r");
    terminal.see("Pull evidence");
    terminal.press(&format!("{}\r", file.display()));
    terminal.see("AWS account authorization details");
    terminal.press("\r");
    terminal.see("kept");
    // The field takes every letter; F8 is none.
    terminal.press("\x1b[19~");
    terminal.see("release-runner");
    terminal.press("/spin");
    terminal.see("1 of 1 · 2 in all");
    terminal.press("\r");
    terminal.see("Score");
    terminal.press("3");
    terminal.see("[x] do-anything");
    terminal.press(" ");
    terminal.see("What if without 1 grant: score");
    terminal.see("[ ] do-anything");
    terminal.press("\x03");
    let (status, raw) = terminal.end();
    assert!(status.success() && raw.contains(GIVEN_BACK), "{raw}");
}

/// An invented account with a user who may do anything and a role that may read.
const ACCOUNT: &str = r#"{
  "UserDetailList": [{
    "Path": "/", "UserName": "spinner", "UserId": "AIDAINVENTED00000001",
    "Arn": "arn:aws:iam::111122223333:user/spinner", "CreateDate": "2025-01-10T08:00:00+00:00",
    "GroupList": [], "AttachedManagedPolicies": [], "Tags": [],
    "UserPolicyList": [{"PolicyName": "do-anything", "PolicyDocument": {"Version": "2012-10-17",
      "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]
  }],
  "GroupDetailList": [],
  "RoleDetailList": [{
    "Path": "/", "RoleName": "release-runner", "RoleId": "AROAINVENTED00000001",
    "Arn": "arn:aws:iam::111122223333:role/release-runner", "CreateDate": "2025-01-10T08:00:00+00:00",
    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
      "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
    "InstanceProfileList": [], "AttachedManagedPolicies": [], "Tags": [], "RoleLastUsed": {},
    "RolePolicyList": [{"PolicyName": "read-logs", "PolicyDocument": {"Version": "2012-10-17",
      "Statement": [{"Effect": "Allow", "Action": "logs:GetLogEvents", "Resource": "*"}]}}]
  }],
  "Policies": []
}"#;
