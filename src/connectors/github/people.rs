//! Members, owners, outside collaborators: who they are, and their credentials.

use std::collections::{HashMap, HashSet};

use super::super::listing::{Ids, Made, Object};
use super::super::suspect::suspect;
use super::evidence::Evidence;
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Credential, CredentialKind, Fact, Record, SecondFactor};

/// How somebody belongs to the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Owner,
    Member,
    Outside,
}

/// Somebody, as the lists of people show them.
#[derive(Debug)]
pub struct Person {
    /// The account's id in records.
    pub id: String,
    pub login: String,
    pub standing: Standing,
    mail: Option<String>,
    kind: Option<String>,
}

/// Everybody of an organisation, and what is known of them all.
#[derive(Debug)]
pub struct People {
    source: SourceId,
    ids: Ids,
    pub all: Vec<Person>,
    by_login: HashMap<String, usize>,
    /// Whether the organisation lets nobody in without a second factor.
    pub requires_factor: bool,
    /// Ids of those without a second factor, where they are shown: members, and outside collaborators.
    pub unsafe_members: Option<HashSet<String>>,
    pub unsafe_outsiders: Option<HashSet<String>>,
}

/// The id of a user's account.
pub fn id_of(user: &Object) -> Option<String> {
    user.text("id").map(|id| format!("user:{id}"))
}

impl People {
    /// Nobody yet.
    pub fn new(source: SourceId) -> Self {
        Self {
            source,
            ids: Ids::default(),
            all: Vec::new(),
            by_login: HashMap::new(),
            requires_factor: false,
            unsafe_members: None,
            unsafe_outsiders: None,
        }
    }

    /// The system that they belong to.
    pub fn source(&self) -> &SourceId {
        &self.source
    }

    /// Takes a user of a list.
    pub fn take(&mut self, standing: Standing, user: &Object, to: &mut Made) {
        let login = user.text("login");
        let Some(id) = self.ids.take(id_of(user), login.clone(), to) else { return };
        let login = login.unwrap_or_else(|| id.clone());
        self.by_login.insert(login.to_lowercase(), self.all.len());
        let mail = user.text("email").filter(|mail| mail.contains('@')).map(|mail| mail.to_lowercase());
        self.all.push(Person { id, login, standing, mail, kind: user.text("type") });
    }

    /// Whether a list shows an account.
    pub fn has(&self, id: &str) -> bool {
        self.ids.has(id)
    }

    /// Somebody by login.
    pub fn called(&self, login: &str) -> Option<&Person> {
        self.all.get(*self.by_login.get(&login.to_lowercase())?)
    }

    /// The account of somebody.
    pub fn account(&self, person: &Person, evidence: &Evidence) -> Account {
        let (class, class_rule) = match person.kind.as_deref() {
            Some("User") => (Fact::Known(Class::Human), "github.user/1"),
            Some("Bot") => (Fact::Known(Class::Machine), "github.bot/1"),
            _ => (Fact::Hidden, ""),
        };
        let guess =
            suspect(&person.login).filter(|guess| class.known().is_none_or(|class| *class != guess.class));
        Account {
            id: person.id.clone(),
            source: Some(self.source.clone()),
            name: person.login.clone(),
            aliases: person.mail.iter().cloned().collect(),
            class,
            class_rule: class_rule.to_owned(),
            suspected: guess,
            is_enabled: Fact::Known(true),
            is_guest: Fact::Known(person.standing == Standing::Outside),
            last_seen: evidence.last(&person.login),
            second_factor: self.factor(person),
            ..Account::default()
        }
    }

    fn factor(&self, person: &Person) -> Fact<SecondFactor> {
        let shown =
            if person.standing == Standing::Outside { &self.unsafe_outsiders } else { &self.unsafe_members };
        match shown {
            Some(without) if without.contains(&person.id) => Fact::Absent,
            Some(_) => Fact::Known(SecondFactor::Any),
            None if self.requires_factor => Fact::Known(SecondFactor::Any),
            None => Fact::Hidden,
        }
    }

    /// A fine-grained token.
    pub fn token(&self, token: &Object, evidence: &mut Evidence, to: &mut Made) {
        let owner = token.object("owner").unwrap_or_default();
        let login = owner.text("login");
        let (id, used) =
            (token.text("token_id").or_else(|| token.text("id")), told(token, "token_last_used_at"));
        let name = token.text("token_name").or_else(|| id.clone()).unwrap_or_else(|| "a token".to_owned());
        let (Some(id), Some(account)) = (id, id_of(&owner).filter(|id| self.has(id))) else {
            return to.refuse(format!("token {name}"), "it has no id, or its owner is in no list");
        };
        if let (Some(login), Fact::Known(at)) = (login, used) {
            evidence.used(&login, at);
        }
        to.records.push(Record::Credential(Credential {
            id: format!("token:{id}"),
            account,
            source: Some(self.source.clone()),
            kind: CredentialKind::Token,
            is_active: token.flag("token_expired").map(|is_over| !is_over),
            last_used: used,
            expires: told(token, "token_expires_at"),
            ..Credential::default()
        }));
    }

    /// A credential that somebody let in by single sign-on.
    pub fn authorised(&self, one: &Object, evidence: &mut Evidence, to: &mut Made) {
        let login = one.text("login").unwrap_or_default();
        let (Some(id), Some(person)) = (one.text("credential_id"), self.called(&login)) else {
            return to.refuse(format!("a credential of {login}"), "it has no id, or its owner is in no list");
        };
        let used = told(one, "credential_accessed_at");
        if let Fact::Known(at) = used {
            evidence.used(&login, at);
        }
        let is_key = one.text("credential_type").is_some_and(|kind| kind.to_lowercase().contains("key"));
        to.records.push(Record::Credential(Credential {
            id: format!("authorized:{id}"),
            account: person.id.clone(),
            source: Some(self.source.clone()),
            kind: if is_key { CredentialKind::Key } else { CredentialKind::Token },
            is_active: Fact::Known(true),
            last_used: used,
            // Of keys GitHub tells no end because they have none.
            expires: if is_key { Fact::Absent } else { told(one, "authorized_credential_expires_at") },
            ..Credential::default()
        }));
    }
}

/// A time of which GitHub writes down that there is none.
pub fn told(object: &Object, key: &str) -> Fact<jiff::Timestamp> {
    let is_there = object.pairs().any(|(own, _)| own == key);
    if is_there { object.time_or_never(key) } else { Fact::Hidden }
}
