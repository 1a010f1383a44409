//! Secrets: where they lie, and reading them. A secret is never stored, shown, logged or put on a command line; only
//! where it lies is written down.

use std::fmt;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::ConnectorError;

/// The longest secret, in bytes; a service account's key with its certificate is a tenth of it.
const LONGEST: u64 = 64 << 10;

/// Something that only the system it belongs to may see.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes over text that is a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }
}

/// Where a secret lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretAt {
    /// A variable of the environment.
    Environment(String),
    /// A program and its arguments; what it prints, without the line's end, is the secret.
    Command(Vec<String>),
    /// A file that holds nothing else.
    File(PathBuf),
    /// An entry of the user's keyring: a service and an account.
    Keyring(String, String),
}

/// A way to write down where a secret lies.
struct Way {
    /// The word before the colon, and the key in the file of sources.
    id: &'static str,
    help: &'static str,
    read: fn(&str) -> Option<SecretAt>,
}

/// Every way, in the order in which they are offered.
static WAYS: &[Way] = &[
    Way {
        id: "env",
        help: "a variable of the environment",
        read: |rest| Some(SecretAt::Environment(rest.to_owned())),
    },
    Way {
        id: "command",
        help: "a program that prints it, such as a password manager",
        read: |rest| Some(SecretAt::Command(rest.split_whitespace().map(str::to_owned).collect())),
    },
    Way {
        id: "file",
        help: "a file that holds nothing else",
        read: |rest| Some(SecretAt::File(PathBuf::from(rest))),
    },
    Way {
        id: "keyring",
        help: "an entry of your keyring, as SERVICE/ACCOUNT",
        read: |rest| {
            let (service, account) = rest.rsplit_once('/')?;
            let is_named = !service.trim().is_empty() && !account.trim().is_empty();
            is_named.then(|| SecretAt::Keyring(service.trim().to_owned(), account.trim().to_owned()))
        },
    },
];

/// The program of the system that reads its keyring, with what stands before the service and before the account, and what
/// comes last.
const KEYRING: (&[&str], &str, &[&str]) = if cfg!(target_os = "macos") {
    (&["security", "find-generic-password", "-s"], "-a", &["-w"])
} else {
    (&["secret-tool", "lookup", "service"], "account", &[])
};

/// The ways, as words: `env:… (a variable of the environment), …`.
pub fn ways() -> String {
    let ways: Vec<_> = WAYS.iter().map(|way| format!("{}:… ({})", way.id, way.help)).collect();
    ways.join(", ")
}

impl SecretAt {
    /// Reads `env:NAME`, `command:PROGRAM ARGUMENTS`, `file:PATH` or `keyring:SERVICE/ACCOUNT`; `None` for anything else,
    /// which may be the secret itself and so is not repeated.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, rest) = text.split_once(':')?;
        let way = WAYS.iter().find(|way| way.id == id)?;
        Some(rest.trim()).filter(|rest| !rest.is_empty()).and_then(way.read)
    }

    /// Fetches the secret; `key` is the setting that it is for.
    pub fn fetch(&self, key: &'static str) -> Result<Secret, ConnectorError> {
        let found = match self {
            Self::Environment(name) => std::env::var(name).map_err(|error| match error {
                std::env::VarError::NotPresent => {
                    format!("the variable {name} of the environment is not set")
                }
                std::env::VarError::NotUnicode(_) => format!("the variable {name} is not text"),
            }),
            Self::Command(words) => ask(words),
            Self::File(path) => open(path).map_err(|error| format!("{}: {error}", path.display())),
            Self::Keyring(service, account) => ask(&lookup(service, account)).map_err(|reason| {
                format!("the keyring has no entry of the account {account} at {service} ({reason})")
            }),
        };
        let text = found.and_then(|text| match text.trim_end_matches(['\r', '\n']) {
            "" => Err(format!("{self} is empty")),
            text => Ok(text.to_owned()),
        });
        text.map(Secret).map_err(|reason| ConnectorError::Secret {
            key,
            reason,
            help: format!("put it there, or name another place: {}", ways()),
        })
    }
}

impl fmt::Display for SecretAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Command(words) => write!(f, "command:{}", words.join(" ")),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Keyring(service, account) => write!(f, "keyring:{service}/{account}"),
        }
    }
}

fn open(path: &std::path::Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

/// The words that ask the keyring.
fn lookup(service: &str, account: &str) -> Vec<String> {
    let (before, between, last) = KEYRING;
    let words = before.iter().copied().chain([service, between, account]).chain(last.iter().copied());
    words.map(str::to_owned).collect()
}

fn ask(words: &[String]) -> Result<String, String> {
    let [program, arguments @ ..] = words else { return Err("no program is named".to_owned()) };
    // What it complains about would be written over the screens, and might repeat the secret.
    let asked = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = asked.map_err(|error| format!("{program} could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} ended with {}", output.status));
    }
    // What it printed may be the secret, so an error does not repeat it.
    String::from_utf8(output.stdout).map_err(|_| format!("{program} printed something that is no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_fetched_from_where_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "hush\r\n").unwrap();
        let at = SecretAt::parse(&format!("file:{}", file.display())).unwrap();
        assert_eq!(at.fetch("token").unwrap(), Secret::new("hush"));
        let at = SecretAt::parse("command:echo two words").unwrap();
        assert_eq!(at.fetch("token").unwrap(), Secret::new("two words"));
        let at = SecretAt::parse("env:PATH").unwrap();
        assert_eq!(at.fetch("token").unwrap().reveal(), std::env::var("PATH").unwrap());
    }

    #[test]
    fn what_is_missing_is_said_with_the_key() {
        for at in [
            "env:TRUEUP_NO_SUCH_VARIABLE",
            "command:false",
            "command:/no/such/program",
            "file:/no/such/file",
            "command:true",
        ] {
            let error = SecretAt::parse(at).unwrap().fetch("token").unwrap_err().to_string();
            assert!(error.contains("`token`"), "{at}: {error}");
        }
    }

    #[test]
    fn a_secret_itself_is_not_taken_for_a_place_and_never_printed() {
        assert_eq!(SecretAt::parse("hunter2"), None);
        assert_eq!(SecretAt::parse("hunter:2"), None);
        for nothing in ["env:", "keyring:", "keyring:trueup", "keyring:/anna", "keyring:trueup/"] {
            assert_eq!(SecretAt::parse(nothing), None, "{nothing}");
        }
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "a secret");
    }

    #[test]
    fn a_place_reads_back_as_it_is_shown() {
        for text in
            ["env:TOKEN", "command:pass show scim", "file:/run/secrets/token", "keyring:scim/x.example/anna"]
        {
            assert_eq!(SecretAt::parse(text).unwrap().to_string(), text);
        }
    }
}
