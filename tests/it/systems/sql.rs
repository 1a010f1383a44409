//! PostgreSQL and MariaDB as their makers ship them, each on a folder and a port of its own.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Running, port};

/// The password of the owner of everything.
pub const OWNER: &str = "correct horse";
/// The system's user that owns nothing; the server refuses to run as root.
const NOBODY: u32 = 65534;

/// A running database server.
pub struct Server {
    _running: Running,
    folder: tempfile::TempDir,
    pub port: u16,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Postgres,
    MariaDb,
}

impl Server {
    /// A PostgreSQL server; `None` with a message where none is installed, which is a failure when `CI` is set.
    pub fn postgres() -> Option<Self> {
        let programs = fs::read_dir("/usr/lib/postgresql").ok().and_then(|versions| {
            let mut found: Vec<PathBuf> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
            found.sort();
            found.pop()
        });
        let Some(programs) = programs.filter(|programs| programs.join("initdb").exists()) else {
            return missing("PostgreSQL");
        };
        let folder = shared();
        let data = folder.path().join("data");
        let word = folder.path().join("word");
        fs::write(&word, OWNER).unwrap();
        chown(&word, owner(), None).unwrap();
        let mut make = unprivileged(&programs.join("initdb"));
        make.args(["--no-sync", "--auth=scram-sha-256", "--username=owner", "--pwfile"]).arg(&word);
        done(make.arg("-D").arg(&data));
        let port = port();
        let mut start = unprivileged(&programs.join("postgres"));
        start.arg("-D").arg(&data).args([
            "-p",
            &port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "fsync=off",
        ]);
        start.arg("-c").arg(format!("unix_socket_directories={}", folder.path().display()));
        let running = Running::until_listening(quiet(&mut start).spawn().unwrap(), port);
        let server = Self { _running: running, folder, port, kind: Kind::Postgres };
        server.until_ready();
        Some(server)
    }

    /// A MariaDB server, on the same terms.
    pub fn mariadb() -> Option<Self> {
        let program =
            ["/usr/sbin/mariadbd", "/usr/bin/mariadbd"].iter().map(Path::new).find(|path| path.exists());
        let Some(program) = program else { return missing("MariaDB") };
        let folder = shared();
        let data = folder.path().join("data");
        let mut make = unprivileged(Path::new("/usr/bin/mariadb-install-db"));
        make.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
        done(make.arg(format!("--datadir={}", data.display())));
        let port = port();
        let mut start = unprivileged(program);
        start.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        start.arg(format!("--socket={}", folder.path().join("socket").display()));
        start.args([
            &format!("--port={port}"),
            "--bind-address=127.0.0.1",
            "--innodb-flush-log-at-trx-commit=0",
        ]);
        let running = Running::until_listening(quiet(&mut start).spawn().unwrap(), port);
        let server = Self { _running: running, folder, port, kind: Kind::MariaDb };
        server.until_ready();
        server.run(&format!("create user owner@'127.0.0.1' identified by '{OWNER}'; grant all on *.* to owner@'127.0.0.1' with grant option"));
        Some(server)
    }

    /// Runs statements as the owner of everything, by the database's own client.
    pub fn run(&self, sql: &str) {
        let mut client = self.client(sql);
        let ran = client.output().unwrap();
        assert!(ran.status.success(), "{sql}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    fn client(&self, sql: &str) -> Command {
        let mut client;
        match self.kind {
            Kind::Postgres => {
                client = Command::new("psql");
                client.args([
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &self.port.to_string(),
                    "-U",
                    "owner",
                    "-d",
                    "postgres",
                ]);
                client.args(["-v", "ON_ERROR_STOP=1", "-q", "-c", sql]).env("PGPASSWORD", OWNER);
            }
            Kind::MariaDb => {
                client = Command::new("mariadb");
                client.arg("--no-defaults").args(["-u", "root", "-e", sql]);
                client.arg(format!("--socket={}", self.folder.path().join("socket").display()));
            }
        }
        client
    }

    /// A port that listens may still say that the server starts up.
    fn until_ready(&self) {
        let begun = std::time::Instant::now();
        while !quiet(&mut self.client("select 1")).status().unwrap().success() {
            assert!(begun.elapsed() < super::START, "the database does not get ready");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }
}

fn missing<T>(name: &str) -> Option<T> {
    assert!(std::env::var_os("CI").is_none(), "{name} is not installed: run tests/peers");
    eprintln!("skipped: {name} is not installed; tests/peers installs it");
    None
}

/// Who the servers run as: nobody where the tests are root.
fn owner() -> Option<u32> {
    is_root().then_some(NOBODY)
}

fn is_root() -> bool {
    let me = Command::new("id").arg("-u").output().unwrap();
    me.stdout.trim_ascii() == b"0"
}

/// A folder that the server's user may write into.
fn shared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    chown(folder.path(), owner(), None).unwrap();
    folder
}

fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    let id = NOBODY.to_string();
    command.args(["--reuid", &id, "--regid", &id, "--clear-groups"]).arg(program);
    command
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

fn done(command: &mut Command) {
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}
