//! What directories answer instead of entries, as sentences with a remedy.

use ldap3::{LdapError, LdapResult};

use crate::connectors::ConnectorError;

/// How much of what a system says stands in an error, in letters.
const SAID: usize = 200;
/// Codes after which less came than there is: a limit of time, of size, of the administrator.
const TIME: u32 = 3;
const SIZE: u32 = 4;
const ADMIN: u32 = 11;
/// The server cannot part its answers.
const NO_PAGING: u32 = 12;
const NO_SUCH: u32 = 32;
const CREDENTIALS: u32 = 49;
const RIGHTS: u32 = 50;
const UNWILLING: u32 = 53;

/// Why a question has no answer.
#[derive(Debug)]
pub enum Fault {
    /// The server refuses it with a code.
    Refused(LdapResult),
    /// Nothing else will be answered either.
    Failed(ConnectorError),
}

/// What a code means.
struct Meaning {
    code: u32,
    reason: &'static str,
    help: &'static str,
}

static MEANINGS: &[Meaning] = &[
    Meaning {
        code: 1,
        reason: "it answers nobody who has not signed in",
        help: "set `user` and `password` of an account that may read",
    },
    Meaning {
        code: TIME,
        reason: "it ends searches that take longer than it allows, so that less came than there is",
        help: "let it give this account more time (OpenLDAP: `limits … time=unlimited`), or set a narrower `base`",
    },
    Meaning {
        code: SIZE,
        reason: "it sends this account fewer entries than there are",
        help: "let this account read all of them in pages (OpenLDAP: `limits … size.prtotal=unlimited`)",
    },
    Meaning {
        code: 8,
        reason: "it takes a password over an encrypted connection only",
        help: "begin the address with ldaps://",
    },
    Meaning {
        code: ADMIN,
        reason: "it sends this account fewer entries than there are",
        help: "let this account read all of them in pages (OpenLDAP: `limits … size.prtotal=unlimited`)",
    },
    Meaning {
        code: 13,
        reason: "it takes a password over an encrypted connection only",
        help: "begin the address with ldaps://",
    },
    Meaning {
        code: NO_SUCH,
        reason: "there is no entry where the search should begin, or this account may not see it",
        help: "look at the setting `base`, and at the rights of this account",
    },
    Meaning {
        code: 34,
        reason: "a distinguished name is not written as one",
        help: "look at the settings `user` and `base`: names are written such as cn=trueup,dc=corp,dc=example",
    },
    Meaning {
        code: 48,
        reason: "it does not let anybody sign in in this way",
        help: "set `user` and `password` of an account that may read",
    },
    Meaning {
        code: CREDENTIALS,
        reason: "it does not accept the credentials",
        help: "look whether the user is written whole (a distinguished name, or name@domain in Active Directory) \
               and the password is the right one",
    },
    Meaning {
        code: RIGHTS,
        reason: "this account may not read there",
        help: "`trueup sources permit ldap` prints the rights that it needs",
    },
    Meaning { code: 51, reason: "it is busy", help: "try again later; nothing of this pull was kept" },
    Meaning {
        code: 52,
        reason: "it is not ready to answer",
        help: "try again later; nothing of this pull was kept",
    },
    Meaning {
        code: UNWILLING,
        reason: "it is not willing to answer",
        help: "look at what it says; it may ask for an encrypted connection or for another account",
    },
];

/// What Active Directory says of a sign-in that it refuses, by the number behind `data`.
static SIGN_INS: &[(&str, &str, &str)] = &[
    ("525", "there is no such user", "look at the setting `user`: name@domain, or a distinguished name"),
    ("52e", "the user or the password is wrong", "look at the settings `user` and `password`"),
    ("530", "this account may not sign in at this time of the day", "let it sign in at any time"),
    (
        "531",
        "this account may not sign in at this computer",
        "let it sign in everywhere, or name another account",
    ),
    (
        "532",
        "the password of this account has expired",
        "give it a new one, and put that where the secret lies",
    ),
    ("533", "this account is disabled", "enable it, or name another account"),
    ("701", "this account has expired", "let it last longer, or name another account"),
    ("773", "the password of this account has to be changed at the next sign-in", "give it a lasting one"),
    ("775", "this account is locked", "unlock it, and look who tries wrong passwords"),
];

/// A system that is asked, for errors.
#[derive(Debug, Clone)]
pub struct Origin(pub String);

impl Origin {
    /// An error of this system with a remedy.
    pub fn told(&self, reason: impl Into<String>, help: &str) -> ConnectorError {
        ConnectorError::Network { origin: self.0.clone(), reason: reason.into(), help: help.to_owned() }
    }

    /// What a code means; `what` was being done, such as `while users were read`.
    pub fn refused(&self, result: &LdapResult, what: &str) -> ConnectorError {
        if let Some((_, reason, help)) = sign_in(result) {
            return self.told(*reason, help);
        }
        let said: String = result.text.trim().trim_end_matches('\0').chars().take(SAID).collect();
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        let what = if what.is_empty() { String::new() } else { format!(" ({what})") };
        if let Some(meaning) = MEANINGS.iter().find(|meaning| meaning.code == result.rc) {
            return self.told(format!("{}{what}{said}", meaning.reason), meaning.help);
        }
        let help = "look at what it says; nothing of this pull was kept, and an earlier one still counts";
        self.told(format!("it refuses with code {}{what}{said}", result.rc), help)
    }

    /// Why nothing could be sent or nothing came.
    pub fn broken(&self, error: &LdapError, what: &str) -> ConnectorError {
        let causes = match error {
            LdapError::LdapResult { result } => return self.refused(result, what),
            LdapError::EndOfStream | LdapError::ResultRecv { .. } | LdapError::OpSend { .. } => {
                let help = "try again later; nothing of this pull was kept, and an earlier one still counts";
                return self.told(format!("it broke off the connection ({what})"), help);
            }
            LdapError::Timeout { .. } => {
                let help = "look whether the address is right and nothing between stops it; try again later";
                return self.told(format!("it does not answer in time ({what})"), help);
            }
            LdapError::DNSName { .. } => {
                let help = "name it as its certificate does";
                return self.told("its certificate cannot be for such a name", help);
            }
            other => causes(other),
        };
        let is_about = |words: &[&str]| words.iter().any(|word| causes.contains(word));
        if is_about(&["not valid for any names"]) {
            let help = "give the server a certificate whose subjectAltName holds the name in the address; one that is in \
                        the subject alone counts no longer, anywhere";
            return self.told(format!("its certificate names no host: {causes}"), help);
        }
        if is_about(&["not valid for name", "NotValidForName"]) {
            let help = "set the address to the name in its certificate";
            return self.told(format!("its certificate is for another name: {causes}"), help);
        }
        if is_about(&["certificate", "UnknownIssuer"]) {
            let help = "if the organisation signs with an authority of its own, name its certificate in the \
                        setting `ca`; else look whether the address is right";
            return self.told(format!("its certificate is not trusted: {causes}"), help);
        }
        if is_about(&["failed to lookup", "Name or service not known"]) {
            return self
                .told("there is no such host", "look at the spelling of the address, and at the network");
        }
        let help = "look whether the address and its port are right, it runs, and nothing between stops it";
        self.told(format!("it cannot be reached: {causes}"), help)
    }
}

fn sign_in(result: &LdapResult) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let (_, rest) = result.text.split_once("data ")?;
    let number = rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next()?;
    SIGN_INS.iter().find(|(own, ..)| result.rc == CREDENTIALS && number.eq_ignore_ascii_case(own))
}

/// Whether fewer came than there are.
pub fn is_cut(code: u32) -> bool {
    matches!(code, TIME | SIZE | ADMIN)
}

/// Whether a smaller page may be sent where a larger one is refused.
pub fn is_too_much(code: u32) -> bool {
    matches!(code, SIZE | ADMIN | UNWILLING)
}

/// Whether the server cannot part its answers.
pub fn lacks_pages(code: u32) -> bool {
    code == NO_PAGING
}

/// Whether there is nothing, or nothing that this account may see.
pub fn is_hidden(code: u32) -> bool {
    matches!(code, NO_SUCH | RIGHTS)
}

/// An error with everything behind it.
fn causes(error: &LdapError) -> String {
    let mut words = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(one) = cause {
        words.push(one.to_string());
        cause = one.source();
    }
    words.dedup();
    if words.is_empty() { error.to_string() } else { words.join(": ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(rc: u32, text: &str) -> LdapResult {
        LdapResult { rc, matched: String::new(), text: text.to_owned(), refs: Vec::new(), ctrls: Vec::new() }
    }

    #[test]
    fn sign_ins_that_active_directory_refuses_are_sentences() {
        let origin = Origin("ldaps://dc1".to_owned());
        for (number, word) in [
            ("52e", "is wrong"),
            ("532", "has expired"),
            ("533", "disabled"),
            ("773", "changed"),
            ("775", "locked"),
        ] {
            let text = format!(
                "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {number}, v1db1"
            );
            let error = origin.refused(&result(49, &text), "").to_string();
            assert!(error.contains(word) && !error.contains("DSID"), "{error}");
        }
        let plain = origin.refused(&result(49, ""), "").to_string();
        assert_eq!(plain, "ldaps://dc1: it does not accept the credentials");
    }

    #[test]
    fn codes_are_sentences_and_unknown_ones_are_named() {
        let origin = Origin("x".to_owned());
        for code in [1, 3, 4, 8, 11, 13, 32, 34, 48, 49, 50, 51, 52, 53] {
            let error = origin.refused(&result(code, "why"), "while users were read").to_string();
            assert!(error.ends_with("(while users were read): why") && !error.contains("code"), "{error}");
        }
        assert!(origin.refused(&result(80, ""), "").to_string().ends_with("refuses with code 80"));
    }
}
