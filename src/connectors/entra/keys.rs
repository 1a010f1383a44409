//! Secrets and certificates of applications; their values never arrive.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::listing::{Made, Object};
use crate::model::SourceId;
use crate::model::inventory::{Credential, CredentialKind, Fact, Record};

const SECRETS: &str = "passwordCredentials";
const CERTIFICATES: &str = "keyCredentials";

/// Turns them into records, each once.
pub struct Keys {
    source: SourceId,
    at: Timestamp,
    /// When each was used, by its id; empty where that is not told.
    pub uses: HashMap<String, Fact<Timestamp>>,
    /// Whether they are handed over: those of service principals alone would pass for all.
    pub are_shown: bool,
    seen: HashSet<(String, String)>,
}

/// The part of an object that speaks of its secrets and certificates.
pub fn only(object: &Object) -> Object {
    let part = |key: &str| object.get(key).cloned().unwrap_or(Value::Null);
    Object::of(json!({ SECRETS: part(SECRETS), CERTIFICATES: part(CERTIFICATES) })).unwrap_or_default()
}

impl Keys {
    /// None yet.
    pub fn new(source: SourceId, at: Timestamp) -> Self {
        Self { source, at, uses: HashMap::new(), are_shown: true, seen: HashSet::new() }
    }

    /// Those of an application.
    pub fn of_application(&mut self, account: &str, object: &Object, to: &mut Made) {
        for one in object.objects(SECRETS).unwrap_or_default() {
            self.take(account, &one, CredentialKind::Secret, to);
        }
        for one in object.objects(CERTIFICATES).unwrap_or_default() {
            self.take(account, &one, kind(&one), to);
        }
    }

    /// Those of a service principal, but what signs assertions for single sign-on: it opens nothing.
    pub fn of_service(&mut self, account: &str, object: &Object, to: &mut Made) {
        let certificates = object.objects(CERTIFICATES).unwrap_or_default();
        let signs = |one: &&Object| one.text("usage").is_some_and(|usage| usage.eq_ignore_ascii_case("Sign"));
        let signing: HashSet<String> =
            certificates.iter().filter(signs).filter_map(|one| one.text("customKeyIdentifier")).collect();
        let opens = |one: &Object| {
            !signs(&one) && one.text("customKeyIdentifier").is_none_or(|key| !signing.contains(&key))
        };
        for one in certificates.iter().filter(|one| opens(one)) {
            self.take(account, one, kind(one), to);
        }
        for one in object.objects(SECRETS).unwrap_or_default().iter().filter(|one| opens(one)) {
            self.take(account, one, CredentialKind::Secret, to);
        }
    }

    fn take(&mut self, account: &str, one: &Object, kind: CredentialKind, to: &mut Made) {
        if !self.are_shown {
            return;
        }
        let Some(id) = one.text("keyId") else {
            to.refuse(account, "one of its credentials has no id, and is not counted");
            return;
        };
        if !self.seen.insert((account.to_owned(), id.clone())) {
            return;
        }
        let expires = one.time("endDateTime");
        let is_active = match expires {
            Fact::Known(end) => {
                let is_begun = one.time("startDateTime").known().is_none_or(|start| *start <= self.at);
                Fact::Known(is_begun && end > self.at)
            }
            Fact::Absent | Fact::Hidden => Fact::Hidden,
        };
        let last_used = self.uses.get(&id.to_lowercase()).copied().unwrap_or(Fact::Hidden);
        to.records.push(Record::Credential(Credential {
            id,
            account: account.to_owned(),
            source: Some(self.source.clone()),
            kind,
            is_active,
            created: one.time("startDateTime"),
            // They are replaced by others, and never change.
            rotated: Fact::Absent,
            last_used,
            expires,
        }));
    }
}

fn kind(one: &Object) -> CredentialKind {
    let kind = one.text("type").map(|kind| kind.to_lowercase());
    if kind.as_deref() == Some("symmetric") { CredentialKind::Key } else { CredentialKind::Certificate }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(value: Value, of_service: bool) -> (Vec<Credential>, usize) {
        let mut keys = Keys::new(SourceId::new("entra:t"), "2026-06-01T00:00:00Z".parse().unwrap());
        let (object, mut made) = (Object::of(value).unwrap(), Made::default());
        let read = if of_service { Keys::of_service } else { Keys::of_application };
        read(&mut keys, "sp", &object, &mut made);
        let records = made.records.into_iter().map(|record| match record {
            Record::Credential(one) => one,
            other => panic!("{other:?}"),
        });
        (records.collect(), made.refusals.len())
    }

    #[test]
    fn secrets_are_active_while_they_are_good_and_unknown_where_nothing_tells() {
        let (all, refused) = made(
            json!({"passwordCredentials": [
                {"keyId": "a", "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"},
                {"keyId": "b", "endDateTime": "2025-01-01T00:00:00Z"}, {"keyId": "c"}, {"hint": "abc"}, null,
                {"keyId": "a", "endDateTime": "2027-01-01T00:00:00Z"},
            ], "keyCredentials": [{"keyId": "d", "type": "Symmetric"}, {"keyId": "e", "type": "AsymmetricX509Cert"}]}),
            false,
        );
        let told: Vec<_> = all.iter().map(|one| (one.id.as_str(), one.is_active, one.kind)).collect();
        let secret = CredentialKind::Secret;
        assert_eq!(
            told,
            [
                ("a", Fact::Known(true), secret),
                ("b", Fact::Known(false), secret),
                ("c", Fact::Hidden, secret),
                ("d", Fact::Hidden, CredentialKind::Key),
                ("e", Fact::Hidden, CredentialKind::Certificate),
            ]
        );
        assert_eq!(refused, 1);
    }

    #[test]
    fn what_signs_for_single_sign_on_opens_nothing() {
        let saml = json!({
            "keyCredentials": [
                {"keyId": "v", "usage": "Verify", "customKeyIdentifier": "x"},
                {"keyId": "s", "usage": "Sign", "customKeyIdentifier": "x"},
                {"keyId": "own", "usage": "Verify", "customKeyIdentifier": "y"},
            ],
            "passwordCredentials": [{"keyId": "s", "customKeyIdentifier": "x"}, {"keyId": "p", "customKeyIdentifier": null}],
        });
        let (all, _) = made(saml, true);
        assert_eq!(all.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["own", "p"]);
    }
}
