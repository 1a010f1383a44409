//! Active Directory, however it is read, and directories of other makes: identifiers, times, flags, classes of
//! accounts, nested groups, rights on objects. Connectors fill an [`estate::Estate`] with objects; it makes the records.

pub mod account;
pub mod estate;
mod graph;
pub mod known;
mod rights;
pub mod sid;
mod texts;
pub mod time;

use account::Traits;

use crate::model::pull::Sight;

/// What no directory holds, however it is read.
pub static ELSEWHERE: &[Sight] = &[
    Sight {
        id: "owner",
        title: "Who owns an account, and whether the owner still works here",
        needs: "a register of identities",
        feeds: &["machine.identities.owned"],
    },
    Sight {
        id: "use",
        title: "Which rights were used",
        needs: "logs of the servers, which no connector reads",
        feeds: &["machine.permissions.used_risk_90d", "ai.permissions.used_risk_90d"],
    },
];

/// An identifier by its number in an [`estate::Estate`].
pub type Number = u32;

/// What sort of object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Kind {
    User,
    Computer,
    Group,
    Domain,
    Unit,
    /// A group policy.
    Policy,
    /// An authority that issues certificates, or what makes one trusted.
    Authority,
    #[default]
    Other,
}

/// An object of the directory.
#[derive(Debug, Default)]
pub struct Object {
    /// Its identifier: a security identifier, with the domain before one that is no domain's own, or a GUID.
    pub id: String,
    pub kind: Kind,
    /// The domain by its DNS name, in small letters; empty where it is not told.
    pub domain: String,
    /// The name without the domain; empty where it is not told.
    pub name: String,
    pub distinguished: String,
    /// What accounts have: users and computers.
    pub traits: Option<Box<Traits>>,
    /// Groups that it is in, as far as the object itself tells: its primary group.
    pub groups: Vec<Number>,
    /// The members of a group.
    pub members: Vec<Member>,
    /// Rights on this object, and who holds them.
    pub entries: Vec<Entry>,
    /// Rights of this object on others.
    pub own: Vec<Entry>,
    /// Group policies that apply to what is below it.
    pub policies: Vec<Number>,
}

/// A member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub who: Number,
    pub is_group: bool,
}

/// A right and its other side: who holds it, or on what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    pub who: Number,
    /// The name of the right, by its number.
    pub right: Number,
}

impl Object {
    /// The name with the domain, as people write it.
    pub fn title(&self) -> String {
        match (self.name.is_empty(), self.domain.is_empty()) {
            (true, _) => sid::plain(&self.id).to_owned(),
            (false, true) => self.name.clone(),
            (false, false) if self.kind == Kind::Domain => self.name.to_lowercase(),
            (false, false) => format!("{}@{}", self.name, self.domain),
        }
    }
}
