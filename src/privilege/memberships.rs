//! Which grants come by which memberships: without a membership goes everything that comes by it.

use std::collections::BTreeSet;

use crate::model::inventory::EntitlementKind;
use crate::model::merged::Holding;

use super::right::GrantAt;

/// How many memberships may lie inside one another.
const DEEPEST: usize = 16;

/// The grants of one identity, and by which memberships each of them comes.
pub struct Memberships {
    /// By grant, and by step of its way: the memberships by which that step can be gone. It is closed when all of
    /// them are gone; empty where the source lists none, so that it never is.
    ways: Vec<Vec<Vec<GrantAt>>>,
}

impl Memberships {
    /// Looks for the membership behind each step of each way.
    pub fn of(holdings: &[Holding]) -> Self {
        let bundles: Vec<(GrantAt, &Holding)> =
            (0..).zip(holdings).filter(|(_, one)| is_bundle(one)).collect();
        let steps = |(at, held): (GrantAt, &Holding)| {
            let places = 0..held.via.len();
            places.map(|place| behind(&bundles, (at, held), place)).collect::<Vec<_>>()
        };
        Self { ways: (0..).zip(holdings).map(steps).collect() }
    }

    /// Some grants (any order), and every other one that goes with them; sorted.
    pub fn without(&self, grants: &[GrantAt]) -> Vec<GrantAt> {
        let mut gone = vec![false; self.ways.len()];
        for at in grants {
            if let Some(place) = gone.get_mut(*at as usize) {
                *place = true;
            }
        }
        // A membership may come by another one, so that what goes takes more with it.
        loop {
            let is_left = |at: &GrantAt| !gone.get(*at as usize).copied().unwrap_or(true);
            let is_closed = |step: &Vec<GrantAt>| !step.is_empty() && !step.iter().any(is_left);
            let open = (0..self.ways.len()).filter(|at| gone.get(*at) == Some(&false));
            let more: Vec<usize> = open
                .filter(|at| self.ways.get(*at).is_some_and(|steps| steps.iter().any(is_closed)))
                .collect();
            if more.is_empty() {
                break;
            }
            for at in more {
                if let Some(place) = gone.get_mut(at) {
                    *place = true;
                }
            }
        }
        (0..).zip(&gone).filter(|(_, is_gone)| **is_gone).map(|(at, _)| at).collect()
    }

    /// By grant: itself and the memberships without which it goes too.
    pub fn givers(&self) -> Vec<Vec<GrantAt>> {
        let places = (0..).zip(&self.ways).map(|(at, _)| at);
        let mut givers: Vec<Vec<GrantAt>> = places.map(|at| vec![at]).collect();
        let bundles: BTreeSet<GrantAt> = self.ways.iter().flatten().flatten().copied().collect();
        for bundle in bundles {
            for at in self.without(&[bundle]).into_iter().filter(|at| *at != bundle) {
                if let Some(own) = givers.get_mut(at as usize) {
                    own.push(bundle);
                }
            }
        }
        givers
    }

    /// What the holder itself can give up so that a grant goes: the one membership by which it comes, else the grant.
    pub fn handle(&self, grant: GrantAt) -> GrantAt {
        let mut at = grant;
        for _ in 0..DEEPEST {
            let nearest = self.ways.get(at as usize).and_then(|steps| steps.last());
            let Some([membership]) = nearest.map(Vec::as_slice) else { break };
            at = *membership;
        }
        at
    }
}

/// Whether other grants may come by it.
fn is_bundle(held: &Holding) -> bool {
    matches!(held.kind, EntitlementKind::Group | EntitlementKind::Role)
}

/// The memberships by which one step of a way is gone: those that were come by in the way that the rest of it names;
/// where the source lists none such, all of that name.
fn behind(bundles: &[(GrantAt, &Holding)], (own, held): (GrantAt, &Holding), place: usize) -> Vec<GrantAt> {
    let (Some(step), Some(rest)) = (held.via.get(place), held.via.get(place + 1..)) else {
        return Vec::new();
    };
    let is_meant = |(at, bundle): &&(GrantAt, &Holding)| {
        *at != own && bundle.account == held.account && bundle.system == held.system && names(step, bundle)
    };
    let all = || bundles.iter().filter(is_meant);
    let exact: Vec<GrantAt> = all().filter(|(_, bundle)| bundle.via == rest).map(|(at, _)| *at).collect();
    if exact.is_empty() { all().map(|(at, _)| *at).collect() } else { exact }
}

/// Whether a step of a way, such as `group builders`, names a group.
fn names(step: &str, bundle: &Holding) -> bool {
    let is_titled = |text: &str| *text == *bundle.title;
    is_titled(step) || *step == *bundle.entitlement || step.strip_prefix("group ").is_some_and(is_titled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inventory::{Declared, Fact};

    fn held(title: &str, kind: EntitlementKind, via: &[&str]) -> Holding {
        Holding {
            identity: 0,
            system: None,
            account: "ada".into(),
            entitlement: format!("id of {title}").into(),
            kind,
            via: via.iter().map(|step| (*step).to_owned()).collect(),
            title: title.into(),
            action: None,
            resource: None,
            is_general_admin: Fact::Hidden,
            granted_at: Fact::Hidden,
            last_used: Fact::Hidden,
            expires: Fact::Hidden,
            declared: Declared::default(),
        }
    }

    fn group(title: &str, via: &[&str]) -> Holding {
        held(title, EntitlementKind::Group, via)
    }

    fn policy(title: &str, via: &[&str]) -> Holding {
        held(title, EntitlementKind::Policy, via)
    }

    #[test]
    fn what_comes_by_a_membership_goes_with_it_and_nothing_else() {
        let all = [
            group("ops", &[]),
            policy("read", &["group ops"]),
            policy("read", &["group devs"]),
            policy("read", &[]),
            policy("ops", &[]),
            policy("deploy", &["id of ops"]),
            Holding { account: "another".into(), ..policy("read", &["group ops"]) },
        ];
        let memberships = Memberships::of(&all);
        assert_eq!(memberships.without(&[0]), [0, 1, 5]);
        assert_eq!(memberships.without(&[3, 1]), [1, 3]);
        assert_eq!(memberships.without(&[4]), [4], "a policy of the same name is no membership");
        assert_eq!(memberships.without(&[99]), [] as [GrantAt; 0]);
        assert_eq!([1, 2, 3, 0].map(|at| memberships.handle(at)), [0, 2, 3, 0]);
    }

    #[test]
    fn a_group_inside_a_group_takes_along_what_comes_by_both() {
        let all = [
            group("inner", &[]),
            group("outer", &["inner"]),
            policy("whole way", &["outer", "inner"]),
            policy("last step only", &["outer"]),
            policy("of the inner one", &["inner"]),
        ];
        let memberships = Memberships::of(&all);
        assert_eq!(memberships.without(&[0]), [0, 1, 2, 3, 4]);
        assert_eq!(memberships.without(&[1]), [1, 2, 3]);
        assert_eq!(memberships.handle(2), 0);
    }

    #[test]
    fn what_another_membership_gives_too_stays() {
        let all = [
            group("inner", &[]),
            group("outer", &[]),
            group("outer", &["inner"]),
            policy("by the inner one", &["outer", "inner"]),
            policy("by itself", &["outer"]),
            policy("one step is told", &["somewhere", "outer"]),
        ];
        let memberships = Memberships::of(&all);
        assert_eq!(memberships.without(&[0]), [0, 2, 3]);
        assert_eq!(memberships.without(&[1]), [1, 4, 5]);
        assert_eq!(memberships.without(&[0, 1]), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn memberships_in_a_circle_end() {
        let all = [group("a", &["b"]), group("b", &["a"]), policy("x", &["a"])];
        let memberships = Memberships::of(&all);
        assert_eq!(memberships.without(&[1]), [0, 1, 2]);
        assert!(memberships.handle(2) < 2);
    }
}
