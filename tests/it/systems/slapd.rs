//! slapd: the server of OpenLDAP, filled before it starts, with the limits and rights of each test.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Running, port, program};

/// The suffix of every tree.
pub const SUFFIX: &str = "dc=corp,dc=example";
/// Who may do everything, and the reader of the tests.
pub const ADMIN: &str = "cn=admin,dc=corp,dc=example";
pub const READER: &str = "cn=trueup,dc=corp,dc=example";
pub const PASSWORD: &str = "canary-51d7-ldap";

/// What a server is started with.
#[derive(Default)]
pub struct Setup {
    /// Lines before the database.
    pub global: String,
    /// Lines of the database: limits, rights, overlays.
    pub database: String,
    /// Entries beside those that are always there, LDIF.
    pub entries: String,
    /// Certificate and key, PEM, for encrypted connections.
    pub identity: Option<(String, String)>,
}

/// A running server.
pub struct Server {
    /// Unencrypted, on this machine.
    pub address: String,
    /// The port of encrypted connections.
    pub safe: u16,
    _running: Running,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts one; `None` where slapd is not installed.
    pub fn start(setup: &Setup) -> Option<Self> {
        let (slapd, slapadd) = (program("slapd", "slapd")?, program("slapd", "slapadd")?);
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("slapd.conf");
        std::fs::write(&config, configured(folder.path(), setup)).unwrap();
        let ldif = folder.path().join("entries.ldif");
        std::fs::write(&ldif, format!("{}\n{}", always(), setup.entries)).unwrap();
        std::fs::create_dir(folder.path().join("db")).unwrap();
        let added =
            Command::new(slapadd).arg("-q").arg("-f").arg(&config).arg("-l").arg(&ldif).output().unwrap();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let (open, safe) = (port(), port());
        let mut listens = format!("ldap://127.0.0.1:{open}/");
        if setup.identity.is_some() {
            let _ = write!(listens, " ldaps://127.0.0.1:{safe}/");
        }
        let mut command = Command::new(slapd);
        command.arg("-f").arg(&config).args(["-h", &listens, "-d", "0"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Running::until_listening(child, open);
        let address = format!("ldap://127.0.0.1:{open}");
        Some(Self { address, safe, _running: running, _folder: folder })
    }
}

fn configured(folder: &Path, setup: &Setup) -> String {
    let place = folder.display();
    let mut made = String::new();
    for schema in ["core", "cosine", "inetorgperson", "nis"] {
        let _ = writeln!(made, "include /etc/ldap/schema/{schema}.schema");
    }
    let _ = writeln!(
        made,
        "modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload ppolicy\nmoduleload lastbind"
    );
    let _ = writeln!(made, "pidfile {place}/pid\n{}", setup.global);
    if let Some((certificate, key)) = &setup.identity {
        for (name, pem) in [("TLSCertificateFile", certificate), ("TLSCertificateKeyFile", key)] {
            let file = folder.join(name);
            std::fs::write(&file, pem).unwrap();
            let _ = writeln!(made, "{name} {}", file.display());
        }
    }
    let _ = writeln!(made, "database mdb\nsuffix \"{SUFFIX}\"\nrootdn \"{ADMIN}\"\nrootpw {PASSWORD}");
    let _ =
        writeln!(made, "directory {place}/db\nmaxsize 1073741824\nindex objectClass,uid eq\noverlay ppolicy");
    let _ = writeln!(made, "{}", setup.database);
    made
}

/// The tree, and the reader.
fn always() -> String {
    let entries = [
        format!("dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Corp\ndc: corp\n"),
        unit("people"),
        unit("groups"),
        unit("programs"),
        format!(
            "dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: trueup\n\
             userPassword: {PASSWORD}\n"
        ),
    ];
    entries.join("\n")
}

fn unit(name: &str) -> String {
    format!("dn: ou={name},{SUFFIX}\nobjectClass: organizationalUnit\nou: {name}\n")
}

/// A person.
pub fn person(uid: &str, more: &str) -> String {
    format!(
        "dn: uid={uid},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\n\
         givenName: {uid}\nmail: {uid}@corp.example\n{more}\n"
    )
}

/// A program.
pub fn service(uid: &str) -> String {
    format!(
        "dn: uid={uid},ou=programs,{SUFFIX}\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: {uid}\n\
         userPassword: x\n\n"
    )
}

/// A group of names.
pub fn group(cn: &str, members: &[String]) -> String {
    let mut made = format!("dn: cn={cn},ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: {cn}\n");
    for member in members {
        let _ = writeln!(made, "member: {member}");
    }
    made.push('\n');
    made
}

/// The name of a person, of a group.
pub fn person_name(uid: &str) -> String {
    format!("uid={uid},ou=people,{SUFFIX}")
}

pub fn group_name(cn: &str) -> String {
    format!("cn={cn},ou=groups,{SUFFIX}")
}
