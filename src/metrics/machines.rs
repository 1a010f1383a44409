//! Machine identities: how many, owned, unused.

use super::judge;
use super::registry::Computation;
use super::scope::identities;
use crate::model::inventory::Class;
use crate::model::merged::{Feed, Identity};

/// The computations of this subject.
///
/// Rule `machine.owned/1` counts a named owner; whether the owner still works here is not asked, so that losing
/// the list of leavers cannot improve the figure.
pub static COMPUTATIONS: &[Computation] = &[
    Computation {
        metric: "machine.identities.total",
        rule: "machine.identities/1",
        population: "machine identities, enabled",
        needs: &[Feed::Identities],
        compute: |view| identities(view, machine, None),
    },
    Computation {
        metric: "machine.identities.owned",
        rule: "machine.owned/1",
        population: "machine identities, enabled",
        needs: &[Feed::Identities],
        compute: |view| identities(view, machine, Some(|_, machine| judge::is_owned(&machine.owner))),
    },
    Computation {
        metric: "machine.identities.unused_90d",
        rule: "machine.unused/1",
        population: "machine identities, enabled",
        needs: &[Feed::Identities],
        compute: |view| identities(view, machine, Some(|view, machine| judge::is_unused(view, machine, 90))),
    },
];

fn machine(identity: &Identity) -> super::finding::Finding {
    judge::enabled(identity, Class::Machine)
}
