//! Systems that the connectors are tested against. They were written by others, are installed by `tests/peers`, and run on
//! this machine alone; each is started for one test and ended with it.

pub mod aws;
pub mod entra;
pub mod fake;
pub mod faults;
pub mod github;
pub mod google;
pub mod hostile;
pub mod jumpcloud;
pub mod keycloak;
pub mod kubernetes;
pub mod okta;
pub mod prism;
pub mod samba;
pub mod scim;
pub mod slapd;
pub mod sql;
pub mod vault;

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

/// How long a peer may take to start on a busy machine.
const START: Duration = Duration::from_mins(2);

/// A running peer, ended when it is dropped.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Waits until a peer listens.
    fn until_listening(child: Child, port: u16) -> Self {
        Self(child).and_listening(port)
    }

    /// Waits until it listens at a further port.
    fn and_listening(mut self, port: u16) -> Self {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = self.0.try_wait().unwrap();
            assert!(ended.is_none() && begun.elapsed() < START, "the peer does not start: {ended:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
        self
    }
}

/// A port that nobody uses just now.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program of a peer that has to be built from source; `None` with a message where it is not there. It costs more than
/// all other checks together, so the quick run goes without it, also where `CI` is set.
fn built(peer: &str, program: &str) -> Option<PathBuf> {
    let path = place(peer, program);
    if !path.exists() {
        eprintln!("skipped: {peer} is not built; `tests/peers {peer}` builds it");
        return None;
    }
    Some(path)
}

fn place(peer: &str, program: &str) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_path_buf();
    target.join("peers").join(peer).join("bin").join(program)
}

/// A program of an installed peer; `None` with a message where it is not installed, which is a failure when `CI` is set.
fn installed(peer: &str, program: &str) -> Option<PathBuf> {
    let path = place(peer, program);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{peer} is not installed: run tests/peers");
    eprintln!("skipped: {peer} is not installed; tests/peers installs it");
    None
}

/// A program of a peer that is a package of the system; `None` with a message where it is not installed, which is a failure
/// when `CI` is set.
fn program(peer: &str, name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/sbin", "/usr/bin"].map(PathBuf::from);
    let found = std::env::split_paths(&folders).chain(usual).map(|folder| folder.join(name));
    let found = found.into_iter().find(|path| path.exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{peer} is not installed: run tests/peers");
        eprintln!("skipped: {peer} is not installed; tests/peers installs it");
    }
    found
}
