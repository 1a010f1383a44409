//! What is searched for in a directory of each make, and what was read so far.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::entry::Entry;
use super::root::Root;
use super::{active, name, plain};
use crate::connectors::directory::estate::Estate;
use crate::connectors::directory::{Member, Number, Object};
use crate::model::pull::Refusal;

/// Servers elsewhere that are named one by one.
const NAMED_ELSEWHERE: usize = 20;

/// A kind of entries.
#[derive(Debug)]
pub struct Listed {
    pub kind: Sort,
    /// The word for them on receipts and in progress.
    pub what: &'static str,
    pub filter: &'static str,
    pub attributes: &'static [&'static str],
    /// Whether they lie in the forest's configuration rather than in the tree.
    pub in_configuration: bool,
}

/// What the entries of a search are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Account,
    Group,
    /// What rights on it reach further than itself.
    Other,
}

/// What a make of directories has.
pub struct Make {
    pub lists: &'static [Listed],
    /// Filters that find an account of which the last use, the state, the age of the password is shown.
    pub last_use: &'static str,
    pub state: &'static str,
    pub passwords: &'static str,
    take: fn(&mut Reading, Sort, &Entry) -> Option<Object>,
}

/// Active Directory.
pub static ACTIVE: Make = Make {
    lists: active::LISTS,
    last_use: "(&(objectClass=user)(lastLogonTimestamp=*))",
    state: "(&(objectClass=user)(userAccountControl=*))",
    passwords: "(&(objectClass=user)(pwdLastSet=*))",
    take: active::object,
};
/// Every other.
pub static PLAIN: Make = Make {
    lists: plain::LISTS,
    last_use: plain::LAST_USE,
    state: plain::STATE,
    passwords: plain::PASSWORDS,
    take: plain::object,
};

/// What this reader is shown, as far as small questions tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to one question of its own")]
pub struct Shown {
    pub accounts: bool,
    pub last_use: bool,
    pub state: bool,
    pub passwords: bool,
    pub groups: bool,
    /// Whether anybody is in any of the groups.
    pub members: bool,
    /// Whether rights on objects are; of directories whose rights nobody reads, `true`.
    pub rights: bool,
    /// Whether all of the tree is read, rather than a part of it.
    pub whole: bool,
}

impl Shown {
    /// What is missing for anybody's rights to be told; empty when nothing is.
    pub fn lacks(self) -> Vec<&'static str> {
        let all = [
            (self.whole, "the whole tree, for `base` names a part of it"),
            (self.groups, "groups"),
            (self.members, "who is in groups"),
            (self.rights, "rights on objects (nTSecurityDescriptor)"),
        ];
        all.iter().filter(|(is_there, _)| !is_there).map(|(_, word)| *word).collect()
    }
}

/// The state of one reading.
pub struct Reading {
    pub estate: Estate,
    pub shown: Shown,
    pub refusals: Vec<Refusal>,
    /// Entries by the words of their lists.
    pub counts: BTreeMap<&'static str, u64>,
    /// The domain of what is being read.
    pub domain: String,
    /// When the directory was asked.
    pub at: Timestamp,
    /// The oldest sign-in that is kept anywhere: before it, nobody knows whether any was written down.
    pub oldest_use: Option<Timestamp>,
    /// Groups that have to have members and show none.
    pub closed: u64,
    pub is_open: bool,
    /// Parts of the tree that lie elsewhere, as the server names them.
    pub elsewhere: BTreeSet<String>,
    /// The forest's configuration, folded, which is asked by itself.
    configuration: Option<String>,
    /// Objects whose rights are not shown.
    pub without_rights: u64,
    make: &'static Make,
}

impl Reading {
    /// Begins.
    pub fn new(root: &Root, shown: Shown, at: Timestamp) -> Self {
        Self {
            estate: if root.is_active { Estate::default() } else { Estate::plain() },
            shown,
            refusals: Vec::new(),
            counts: BTreeMap::new(),
            domain: String::new(),
            at,
            oldest_use: None,
            closed: 0,
            is_open: root.is_open,
            elsewhere: BTreeSet::new(),
            configuration: root.configuration.as_deref().map(name::folded),
            without_rights: 0,
            make: make(root),
        }
    }

    /// Takes an entry of a list.
    pub fn take(&mut self, listed: &Listed, entry: &Entry) {
        let Some(object) = (self.make.take)(self, listed.kind, entry) else {
            return self.refuse(&entry.dn, "it shows neither an identifier nor a name");
        };
        if self.estate.has(&object.id) {
            return self.refuse(&entry.dn, "it came twice and counts once");
        }
        *self.counts.entry(listed.what).or_default() += 1;
        let number = self.estate.id(&object.id);
        self.known_as(&name::folded(&entry.dn), number, &entry.dn);
        self.estate.add(object);
    }

    /// Says by which other name an object is known.
    pub fn known_as(&mut self, other: &str, number: Number, shown: &str) {
        if !self.estate.name(other, number) {
            let reason =
                format!("its name `{other}` belongs to another entry too, which counts where it stands");
            self.refuse(shown, &reason);
        }
    }

    /// A member of a group, by a name that it has.
    pub fn member(&mut self, id: &str) -> Member {
        Member { who: self.estate.id(id), is_group: false }
    }

    /// Names something that is counted as unknown.
    pub fn refuse(&mut self, subject: &str, reason: &str) {
        self.refusals.push(Refusal { subject: subject.to_owned(), reason: reason.to_owned() });
    }

    /// Names the parts of the tree that lie elsewhere and that nobody asked.
    fn leave_out(&mut self) {
        let is_asked = |part: &String| {
            // ldap://dc1.corp.example/CN=Configuration,DC=corp,DC=example
            let place = part.splitn(4, '/').nth(3).map(name::folded).unwrap_or_default();
            self.configuration.as_ref().is_some_and(|own| place.ends_with(own))
        };
        let left: Vec<String> = self.elsewhere.iter().filter(|part| !is_asked(part)).cloned().collect();
        for part in left.iter().take(NAMED_ELSEWHERE) {
            self.refuse(part, "another server holds a part of the tree; it was not asked");
        }
    }

    /// Ends: names stand for what they name.
    pub fn finish(&mut self) {
        self.leave_out();
        self.estate.settle();
        if let Some(oldest) = self.oldest_use {
            plain::forget_never(self.estate.objects_mut(), oldest);
        }
        if self.is_open && self.closed > 0 {
            self.shown.members = false;
        }
        if self.without_rights > 0 && self.shown.rights {
            let reason = "their rights are hidden, so that nobody knows who may do what to them";
            self.refuse(&format!("{} objects", self.without_rights), reason);
        }
    }
}

/// The make of a server.
pub fn make(root: &Root) -> &'static Make {
    if root.is_active { &ACTIVE } else { &PLAIN }
}
