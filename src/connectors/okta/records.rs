//! Records as all parts of this connector make them.

use crate::model::SourceId;
use crate::model::inventory::{
    Account, Class, Credential, CredentialKind, Entitlement, EntitlementKind, Fact, Grant,
};

use super::super::listing::Object;
use super::super::suspect::suspect;

/// Makes records of one organisation.
#[derive(Debug, Clone)]
pub struct Maker(pub SourceId);

impl Maker {
    /// An account of which nothing but its id and name is known.
    pub fn account(&self, id: &str, name: String) -> Account {
        Account { id: id.to_owned(), source: Some(self.0.clone()), name, ..Account::default() }
    }

    /// An account that acts by itself, as `rule` tells. What its name lets one suspect beyond that is kept.
    pub fn machine(&self, id: &str, name: String, rule: &str) -> Account {
        let suspected = suspect(&name).filter(|guess| guess.class != Class::Machine);
        Account {
            class: Fact::Known(Class::Machine),
            class_rule: rule.to_owned(),
            suspected,
            is_guest: Fact::Known(false),
            ..self.account(id, name)
        }
    }

    /// Something that can be granted.
    pub fn entitlement(&self, id: &str, title: &str, kind: EntitlementKind) -> Entitlement {
        Entitlement {
            id: id.to_owned(),
            source: Some(self.0.clone()),
            title: title.to_owned(),
            kind,
            is_general_admin: Fact::Known(false),
            document: None,
        }
    }

    /// That an account holds it, until somebody takes it away.
    pub fn grant(&self, account: &str, entitlement: &str) -> Grant {
        Grant {
            account: account.to_owned(),
            entitlement: entitlement.to_owned(),
            source: Some(self.0.clone()),
            expires: Fact::Absent,
            ..Grant::default()
        }
    }

    /// A key or a secret as lists of them show it; `None` without an id.
    pub fn credential(&self, account: &str, kind: CredentialKind, object: &Object) -> Option<Credential> {
        let id = object.text("id").or_else(|| object.text("kid"))?;
        Some(Credential {
            id: format!("{account}#{id}"),
            account: account.to_owned(),
            source: Some(self.0.clone()),
            kind,
            is_active: active(object),
            created: object.time("created"),
            // Keys and secrets are replaced by others, never changed.
            rotated: Fact::Absent,
            last_used: Fact::Hidden,
            expires: Fact::Absent,
        })
    }
}

/// Whether something is active, by its field `status`.
pub fn active(object: &Object) -> Fact<bool> {
    match object.text("status").as_deref() {
        Some("ACTIVE") => Fact::Known(true),
        Some("INACTIVE" | "DELETED" | "STAGED" | "REVOKED") => Fact::Known(false),
        _ => Fact::Hidden,
    }
}

/// The last part of an address or of a name of resources: `…/api/v1/groups/00g1` is `00g1`.
pub fn last(text: &str) -> Option<&str> {
    text.rsplit(['/', ':']).next().filter(|last| !last.is_empty())
}
