//! mitmdump between a reader and a system, with faults that come in a given order.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{Running, installed, port};

/// A running proxy that stands for a system.
pub struct Proxy {
    /// The system's address, by way of the proxy.
    pub address: String,
    _running: Running,
    _folder: tempfile::TempDir,
}

impl Proxy {
    /// Starts it before a system, with faults as `faults.py` names them; `-` lets an answer through. `None` where it is
    /// not installed.
    pub fn start(system: &str, faults: &str) -> Option<Self> {
        let program = installed("faults", "mitmdump")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/peers/faults.py");
        let folder = tempfile::tempdir().unwrap();
        let port = port();
        let (origin, path) = split(system);
        let mut command = Command::new(program);
        command.args(["-q", "--listen-host", "127.0.0.1", "-p", &port.to_string()]);
        command.args(["--mode", &format!("reverse:{origin}"), "-s"]).arg(script).env("FAULTS", faults);
        command.arg("--set").arg(format!("confdir={}", folder.path().display()));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Running::until_listening(child, port);
        Some(Self { address: format!("http://127.0.0.1:{port}{path}"), _running: running, _folder: folder })
    }
}

/// The scheme and the host of an address, and the path behind them.
fn split(address: &str) -> (&str, &str) {
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    address.split_at(end)
}
