//! Samba as a controller of an Active Directory domain: made and filled offline, then served on the ports that every
//! controller has. These are fixed, so that one domain runs at a time.

use std::fs::File;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Running, program};

/// The suffix of the domain.
pub const SUFFIX: &str = "DC=corp,DC=example";
/// Who may do everything, and the reader of the tests, who is a plain account of the domain.
pub const ADMIN: &str = "Administrator@corp.example";
pub const READER: &str = "trueup@corp.example";
pub const PASSWORD: &str = "canary-51D7-Samba";
/// The ports of a controller: LDAP, LDAPS, and both of the global catalogue.
const PORTS: [u16; 4] = [389, 636, 3268, 3269];

/// Adds and changes entries as the directory's own program does, in one transaction.
const LOAD: &str = "
import sys, ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
settings = LoadParm()
settings.load(sys.argv[1])
directory = SamDB(session_info=system_session(), lp=settings)
directory.transaction_start()
for kind, entry in directory.parse_ldif(sys.stdin.read()):
    if 'unicodePwd' in entry:
        # As it is taken: in quotation marks, two octets a letter.
        word = '\"' + str(entry['unicodePwd']) + '\"'
        entry['unicodePwd'] = word.encode('utf-16-le')
    (directory.modify if kind == ldb.CHANGETYPE_MODIFY else directory.add)(entry)
directory.transaction_commit()
";

/// A domain on this machine, and the right to be its only one.
pub struct Domain {
    folder: tempfile::TempDir,
    server: PathBuf,
    _only: File,
}

impl Domain {
    /// Makes a domain with these entries, LDIF. `None` with a message where Samba is not installed, the tests are not
    /// root or a port of a controller is taken, which is a failure when `CI` is set.
    pub fn new(entries: &str) -> Option<Self> {
        let (server, tool) = (program("samba", "samba")?, program("samba", "samba-tool")?);
        let only = File::create(std::env::temp_dir().join("trueup-tests-samba.lock")).unwrap();
        only.lock().unwrap();
        if let Err(error) =
            PORTS.iter().try_for_each(|port| TcpListener::bind(("127.0.0.1", *port)).map(drop))
        {
            assert!(std::env::var_os("CI").is_none(), "a controller's ports cannot be used: {error}");
            eprintln!(
                "skipped: a controller's ports cannot be used, which needs root and that they are free: {error}"
            );
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut provision = Command::new(tool);
        provision.args(["domain", "provision", "--realm=CORP.EXAMPLE", "--domain=CORP", "--server-role=dc"]);
        provision.args(["--dns-backend=NONE", "--use-rfc2307", "--host-name=dc1", "--host-ip=127.0.0.1"]);
        provision.args(["--option=interfaces=lo", "--option=bind interfaces only=yes"]);
        provision
            .arg(format!("--adminpass={PASSWORD}"))
            .arg(format!("--targetdir={}", folder.path().display()));
        let made = provision.stdin(Stdio::null()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let domain = Self { folder, server, _only: only };
        domain.load(&format!("{}{entries}", reader()));
        Some(domain)
    }

    fn settings(&self) -> PathBuf {
        self.path().join("etc/smb.conf")
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn load(&self, entries: &str) {
        // Debian's own interpreter is the one that Samba's modules are for.
        let mut load = Command::new("/usr/bin/python3");
        load.args(["-c", LOAD]).arg(self.settings()).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = load.spawn().unwrap();
        child.stdin.take().unwrap().write_all(entries.as_bytes()).unwrap();
        let loaded = child.wait_with_output().unwrap();
        assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    }

    /// Serves it until the answer is dropped, with further options such as `ldap server require strong auth=no`.
    pub fn serve(&self, options: &[String]) -> Running {
        let place = self.path().display();
        let mut command = Command::new(&self.server);
        command.args(["-F", "--no-process-group", "-M", "single", "--option=server services=ldap", "-s"]);
        command.arg(self.settings()).arg(format!("--option=pid directory={place}"));
        command.arg(format!("--option=ncalrpc dir={place}/ncalrpc"));
        command.arg(format!("--option=log file={place}/log"));
        command.args(options.iter().map(|option| format!("--option={option}")));
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = quiet.spawn().unwrap();
        let first = Running::until_listening(child, PORTS[0]);
        // The others come right behind it.
        first.and_listening(PORTS[1])
    }
}

fn reader() -> String {
    format!(
        "dn: CN=trueup,CN=Users,{SUFFIX}\nobjectClass: user\nsAMAccountName: trueup\nuserPrincipalName: {READER}\n\
         unicodePwd: {PASSWORD}\nuserAccountControl: 512\n\n"
    )
}

/// A user in a folder such as `OU=People`, with further lines; `control` is what it may do, a number of flags.
pub fn user(name: &str, folder: &str, control: u32, more: &str) -> String {
    format!(
        "dn: CN={name},{folder},{SUFFIX}\nobjectClass: user\nsAMAccountName: {name}\nuserAccountControl: {control}\n\
         {more}\n"
    )
}

/// A group with members by their distinguished names.
pub fn group(name: &str, folder: &str, members: &[String], more: &str) -> String {
    let members: Vec<String> = members.iter().map(|member| format!("member: {member}\n")).collect();
    let members = members.concat();
    format!("dn: CN={name},{folder},{SUFFIX}\nobjectClass: group\nsAMAccountName: {name}\n{members}{more}\n")
}

/// A change of an entry: values that are added to an attribute, or that replace it.
pub fn change(entry: &str, how: &str, key: &str, value: &str) -> String {
    format!("dn: {entry}\nchangetype: modify\n{how}: {key}\n{key}: {value}\n\n")
}

/// Writes a file that nobody else may read, as the server wants its key.
pub fn secret(file: &Path, content: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(file, content).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}
