//! What is known of the use of rights, account by account: the index that all sources' rights ask.
//!
//! Absence at the level of a service is conclusive for all its actions, presence is not; the last use that any
//! source shows beats every absence. Ages are days before the snapshot.

mod index;
mod recorded;

use std::sync::Arc;

use jiff::Timestamp;

use crate::model::inventory::Fact;
use crate::model::merged::{Holding, IdentityAt, Inventory};
use crate::model::privilege::{Prior, Scope, Use};
use index::{Index, Named, ServiceEvidence, State, TRACKED};

/// Use by identity, account, service and action. Copies share one index.
#[derive(Debug, Clone, Default)]
pub struct Used(Arc<Index>);

/// What is known of one account's use.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountUse<'a> {
    state: State,
    services: &'a [ServiceEvidence],
}

/// What is known of one account's use of one service.
#[derive(Debug, Clone, Copy)]
pub struct ServiceUse<'a> {
    state: State,
    service: Option<&'a ServiceEvidence>,
    recorded: Option<&'static recorded::Recorded>,
}

/// A part of a service's actions whose use is known alike: two actions of one part have the same use wherever their
/// grants are of the same age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(u32);

/// When a right was granted and whether the grant itself is known to be used, as ages in days at the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct GrantAge {
    pub granted: Option<u32>,
    /// The age of the grant's own last use; `Absent`: never.
    pub last_used: Fact<u32>,
}

impl Part {
    /// A number of its own among the parts of its service.
    pub fn number(self) -> u32 {
        self.0
    }

    /// Actions about which only the service as a whole is known.
    const REST: Self = Self(0);
    /// Actions whose use no source ever shows.
    const UNTRACKED: Self = Self(1);
    /// Actions that a log without gaps would show.
    const RECORDED: Self = Self(2);
    /// From here on: actions with evidence of their own, by their places.
    const NAMED: u32 = 3;
}

impl Used {
    /// Indexes everything that the inventory knows of use.
    pub fn build(inventory: &Inventory) -> Self {
        Self(Arc::new(Index::build(inventory)))
    }

    /// What is known of an account (by the id that its source gives it) of an identity.
    pub fn of(&self, identity: IdentityAt, account: &str) -> AccountUse<'_> {
        self.account(self.0.named(identity, account).or_else(|| self.0.only(identity)))
    }

    /// What is known of the account that holds a grant, also where the grant names it by another key.
    pub fn holder(&self, holding: &Holding) -> AccountUse<'_> {
        let inside = || self.0.inside(holding.identity, holding.system.as_ref());
        self.account(self.0.named(holding.identity, &holding.account).or_else(inside))
    }

    /// The ages of a grant.
    pub fn grant_age(&self, holding: &Holding) -> GrantAge {
        GrantAge {
            granted: holding.granted_at.known().map(|at| self.0.age(*at)),
            last_used: holding.last_used.map(|at: Timestamp| self.0.age(at)),
        }
    }

    fn account(&self, state: Option<&State>) -> AccountUse<'_> {
        let state = state.copied().unwrap_or_default();
        AccountUse { state, services: self.0.services(state) }
    }
}

impl<'a> AccountUse<'a> {
    /// Whether anything at all is known of its use by service or action, so that blocks have to be split by it.
    pub fn is_told(&self) -> bool {
        !self.services.is_empty() || self.state.watched.is_some()
    }

    /// What is known of a service, such as `s3`; ask once for all its actions.
    pub fn service(&self, service: &str) -> ServiceUse<'a> {
        let at = self.services.binary_search_by(|known| known.name.as_ref().cmp(service)).ok();
        ServiceUse {
            state: self.state,
            service: at.and_then(|at| self.services.get(at)),
            recorded: self.state.watched.and_then(|_| recorded::of(service)),
        }
    }

    /// What is known of the use of an action (`GetObject` of `s3`); `prior` counts where nothing is, unless the
    /// identity is dormant or its owner is gone.
    pub fn of(&self, service: &str, action: &str, grant: GrantAge, prior: Prior) -> Use {
        self.service(service).of(action, grant, prior)
    }
}

impl ServiceUse<'_> {
    /// Whether its actions are not all known alike, so that a block of them has to be split by [`Self::part`].
    pub fn is_split(&self) -> bool {
        self.service.is_some() || self.recorded.is_some()
    }

    /// The part of the service's actions to which an action belongs; the case of its name does not matter.
    pub fn part(&self, action: &str) -> Part {
        if let Some(at) = self.service.and_then(|service| service.place(action)) {
            return Part(Part::NAMED + at);
        }
        match (self.service, self.recorded) {
            (Some(service), _) if recorded::is_untracked(&service.name, action) => Part::UNTRACKED,
            (_, Some(recorded)) if recorded.shows(action) => Part::RECORDED,
            _ => Part::REST,
        }
    }

    /// What is known of the use of an action; see [`AccountUse::of`].
    pub fn of(&self, action: &str, grant: GrantAge, prior: Prior) -> Use {
        self.at(self.part(action), grant, prior)
    }

    /// What is known of the use of every action of a part.
    pub fn at(&self, part: Part, grant: GrantAge, prior: Prior) -> Use {
        let named = self.named(part);
        let own = named.and_then(|named| named.last);
        if let Some(days) = own.into_iter().chain(grant.last_used.known().copied()).min() {
            return Use::Used { days };
        }
        let granted = grant.granted.or(self.state.created);
        let watched = [
            self.state.is_never.then_some(TRACKED),
            (grant.last_used == Fact::Absent).then_some(TRACKED),
            named.and_then(|named| named.unused),
            self.service.filter(|_| part != Part::UNTRACKED).and_then(|service| service.unused),
            self.state.watched.filter(|_| part == Part::RECORDED),
        ];
        match watched.into_iter().flatten().max() {
            Some(watched) => Use::Unused { days: granted.map_or(watched, |granted| granted.min(watched)) },
            None if self.state.is_dormant => Use::Unknown(prior.max(Prior::Dormant)),
            None => Use::Unknown(prior),
        }
    }

    /// The widest scope in which the actions of a part were used; `None` where no log without gaps tells on which
    /// resources.
    pub fn used_scope(&self, part: Part) -> Option<Scope> {
        self.state.watched?;
        self.named(part)?.scope
    }

    fn named(&self, part: Part) -> Option<&Named> {
        self.service?.named.get(part.0.checked_sub(Part::NAMED)? as usize)
    }
}

#[cfg(test)]
mod tests;
