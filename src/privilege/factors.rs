//! The factors of a right as they are weighed: rights of one key count as one.

use super::right::{Key, Right, ServiceAt};
use crate::model::privilege::{Access, Conditions, Prior, Scope, Standing, Tier, Use};

/// All rights of one key: the most permissive factors, and everything that is known of its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factors {
    pub access: Access,
    pub tier: Tier,
    pub scope: Scope,
    pub used_scope: Option<Scope>,
    pub conditions: Conditions,
    pub standing: Standing,
    /// The fewest days since a use.
    pub used: Option<u32>,
    /// The most days without use.
    pub unused: Option<u32>,
    /// The least needed, where nothing is known of one of them.
    pub prior: Option<Prior>,
    pub is_grave: bool,
    pub actions: u32,
}

impl Factors {
    /// Those of one right.
    pub fn of(right: &Right) -> Self {
        let (used, unused, prior) = match right.usage {
            Use::Used { days } => (Some(days), None, None),
            Use::Unused { days } => (None, Some(days), None),
            Use::Unknown(prior) => (None, None, Some(prior)),
        };
        Self {
            access: right.access,
            tier: right.tier,
            scope: right.scope,
            used_scope: right.used_scope,
            conditions: right.conditions,
            standing: right.standing,
            used,
            unused,
            prior,
            is_grave: right.is_grave,
            actions: right.actions,
        }
    }

    /// Those of one right for which two stand.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            access: self.access.max(other.access),
            tier: self.tier.max(other.tier),
            scope: self.scope.max(other.scope),
            used_scope: self.used_scope.max(other.used_scope),
            conditions: self.conditions.common(other.conditions),
            standing: self.standing.max(other.standing),
            used: self.used.into_iter().chain(other.used).min(),
            unused: self.unused.max(other.unused),
            prior: self.prior.max(other.prior),
            is_grave: self.is_grave || other.is_grave,
            actions: self.actions.max(other.actions),
        }
    }

    /// What of it decides how much of it is exposed: everything but the band, and how many actions it is.
    #[must_use]
    pub fn manner(self) -> Self {
        Self { access: Access::List, tier: Tier::Unknown, is_grave: false, actions: 0, ..self }
    }

    /// Whether all of its use is known.
    pub fn is_use_known(&self) -> bool {
        self.used.is_some() || self.prior.is_none()
    }

    /// Risk points of one of its actions.
    pub fn points(&self) -> u64 {
        match self.access {
            _ if self.is_grave => 9,
            Access::Admin => 9,
            Access::Write | Access::Tag => 3,
            Access::List | Access::Read => 1,
        }
    }

    /// Whether it deletes, moves or changes production data, configuration or permissions.
    pub fn is_high_risk(&self) -> bool {
        let is_upper = self.tier >= Tier::Management && self.access >= Access::Write;
        is_upper || (self.tier != Tier::Sandbox && (self.is_grave || self.access == Access::Admin))
    }

    /// Whether it changes something of unknown tier, so that it may be of high risk.
    pub fn is_risk_open(&self) -> bool {
        self.tier == Tier::Unknown && self.access >= Access::Write
    }
}

/// The rights of every key as one, with the service of each.
pub fn of_keys(rights: &[Right]) -> Vec<(ServiceAt, Factors)> {
    let mut merged: Vec<(Key, Factors)> =
        rights.iter().map(|right| (right.key, Factors::of(right))).collect();
    merged.sort_unstable_by_key(|(key, _)| *key);
    merged.dedup_by(|(next, one), (key, kept)| {
        let is_same = next == key;
        if is_same {
            *kept = kept.with(*one);
        }
        is_same
    });
    merged.into_iter().map(|(key, one)| (key.service, one)).collect()
}
