//! From grants and policies to effective rights, and from rights to over-privilege: power, excess, score.
//!
//! Pure: it reads the merged inventory and the pulls behind it, and no clock; ages are relative to the snapshot.
//! The method is written down in `docs/privilege.md`.

mod alone;
mod aws;
mod explain;
mod factors;
mod gone;
mod memberships;
mod peers;
mod population;
mod profile;
mod right;
mod score;
mod services;
mod sheet;
mod sums;
mod tables;
mod trial;
mod used;
mod verbs;
mod what_if;

use std::collections::BTreeSet;
use std::num::NonZero;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use std::thread;

use crate::model::inventory::Class;
use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::{Conditions, Peer, Population, Privilege, Profile, Reach, Weights, WhatIf};
use crate::model::pull::Pulled;

pub use right::{Detail, GrantAt, Granted, Key, Right, RightText, ServiceAt};
pub use score::{Scored, score};
pub use services::Services;

use peers::Peers;
use right::FROM_TABLES;
use score::Scale;
use sheet::Sheet;
use sums::Sums;

/// How many identities one thread takes at a time.
const CHUNK: usize = 64;
/// More threads than this gain nothing over what they cost.
const THREADS: usize = 8;

/// Everything that is needed to say what any identity can do, with and without any of its grants.
pub struct Estate {
    weights: Arc<Weights>,
    services: Services,
    aws: aws::Aws,
    tables: tables::Tables,
    /// Made when it is first asked for.
    peers: OnceLock<Peers>,
}

/// What the policies of all pulls say; who holds them does not matter for it.
pub struct Policies<'p>(aws::Library<'p>);

impl<'p> Policies<'p> {
    /// Reads every policy once, on all cores.
    pub fn read(pulls: &'p [Pulled]) -> Self {
        Self(aws::Library::read(pulls))
    }
}

impl Estate {
    /// Reads the policies and grants of all pulls once.
    pub fn build(inventory: &Inventory, pulls: &[Pulled], weights: Arc<Weights>) -> Self {
        Self::of(inventory, pulls, Policies::read(pulls), weights)
    }

    /// The same with policies that were read before, such as while the pulls were merged.
    pub fn of(
        inventory: &Inventory,
        pulls: &[Pulled],
        policies: Policies<'_>,
        weights: Arc<Weights>,
    ) -> Self {
        let mut services = Services::default();
        let used = used::Used::build(inventory);
        let aws = aws::Aws::build((inventory, pulls), policies.0, &used, &mut services);
        let tables = tables::Tables::build((inventory, pulls), &used, &mut services);
        Self { weights, services, aws, tables, peers: OnceLock::new() }
    }

    /// What everybody is weighed with.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The over-privilege of every identity, in the order of the inventory; `None` where no source tells of rights.
    pub fn privileges(&self, inventory: &Inventory) -> Vec<Option<Privilege>> {
        let mut privileges = vec![None; inventory.identities.len()];
        let [others, people] = [false, true].map(|is_human| Sums::new(Scale::new(&self.weights, is_human)));
        let peers = self.peers(inventory);
        in_parallel(&mut privileges, |at| {
            if let Some(known) = peers.figures(at) {
                return known.clone();
            }
            let sums = if is_human(inventory, at) { &people } else { &others };
            // Who is compared is looked at right by right.
            let detail = if peers.has_baseline(at) { Detail::Brief } else { Detail::Sums(sums) };
            let granted = self.granted(at, &[], detail);
            granted.is_told.then(|| self.privilege(inventory, at, &granted, &sums.scale))
        });
        privileges
    }

    /// One identity down to single grants, as if it did not hold the grants at the places `without`.
    pub fn profile(
        &self,
        inventory: &Inventory,
        identity: IdentityAt,
        without: &BTreeSet<usize>,
    ) -> Option<Profile> {
        profile::profile(self, inventory, identity, without)
    }

    /// What would change for an identity if it did not hold the grants at the places `without`.
    pub fn what_if(
        &self,
        inventory: &Inventory,
        identity: IdentityAt,
        without: &BTreeSet<usize>,
    ) -> Option<WhatIf> {
        what_if::what_if(self, inventory, identity, without)
    }

    /// Whether a user or role of AWS (by ARN) may do an action such as `s3:GetObject` on a resource (by ARN), and what
    /// must hold for it; `None` when it may not.
    pub fn may(&self, arn: &str, action: &str, resource: &str) -> Option<Conditions> {
        self.aws.may(arn, action, resource)
    }

    /// Classes side by side; reads the privileges that the inventory carries.
    pub fn population(&self, inventory: &Inventory) -> Population {
        let (mut tables, mut notes) = self.aws.notes();
        tables.extend(self.tables.sources());
        notes.extend(population::notes(inventory));
        notes.extend(self.peers.get().map(Peers::notes).unwrap_or_default());
        Population {
            taken: inventory.taken,
            classes: population::classes(inventory, &self.weights),
            peers: population::peers(inventory),
            weights: self.weights.digest.clone(),
            is_weights_changed: self.weights.is_changed,
            tables,
            notes,
        }
    }

    /// What all sources together give an identity.
    fn granted(&self, identity: IdentityAt, without: &[GrantAt], detail: Detail<'_>) -> Granted {
        let policies = self.aws.granted(identity, without, detail);
        let mut others = self.tables.granted(identity, without, detail);
        for right in &mut others.rights {
            right.key.action |= FROM_TABLES;
        }
        let is_dark = policies.opaque > 0 || policies.reach == Reach::Unknown;
        Granted { is_dark, ..join(policies, others) }
    }

    /// Everything that agents are compared with; the inventory is the one of which the estate was built.
    fn peers(&self, inventory: &Inventory) -> &Peers {
        self.peers.get_or_init(|| Peers::build(self, inventory))
    }

    /// The figures of what was granted, and beside people.
    fn privilege(
        &self,
        inventory: &Inventory,
        at: IdentityAt,
        granted: &Granted,
        scale: &Scale<'_>,
    ) -> Privilege {
        let figures = figures(scale, granted);
        let peer = self.peers(inventory).compare(at, granted, scale, figures.power);
        Privilege { peer, ..figures }
    }

    fn scale(&self, inventory: &Inventory, at: IdentityAt) -> Scale<'_> {
        Scale::new(&self.weights, is_human(inventory, at))
    }
}

/// Whether an identity is a person.
fn is_human(inventory: &Inventory, at: IdentityAt) -> bool {
    let class = inventory.identities.get(at).and_then(|identity| identity.class().known().copied());
    class == Some(Class::Human)
}

/// The figures of what was granted; the comparison with peers is left out.
fn figures(scale: &Scale<'_>, granted: &Granted) -> Privilege {
    let own = scale.sheet_of(&granted.rights);
    let sheets: Vec<&Sheet> = granted.sheets.iter().map(|sheet| &**sheet).chain([&own]).collect();
    let scored = scale.total(&sheets);
    let is_open = scored.is_risk_open || granted.opaque > 0;
    let told = |is: bool| (is || !is_open).then_some(is);
    Privilege {
        score: scored.score,
        excess: scored.excess,
        power: scored.power,
        coverage: scored.coverage,
        actions: scored.actions,
        used_actions: scored.used_actions,
        standing: scored.standing,
        reach: granted.reach,
        paths: granted.path_count,
        points: scored.points,
        used_points: scored.used_points,
        is_high_risk: told(scored.is_high_risk),
        is_standing_high_risk: told(scored.is_standing_high_risk),
        opaque: granted.opaque,
        peer: Peer::NotCompared,
    }
}

/// Unpacks the embedded tables, which otherwise happens when the first of them is asked.
pub fn prepare() {
    aws::prepare();
}

/// What two sources give, as if one did.
fn join(mut all: Granted, mut more: Granted) -> Granted {
    if !(all.texts.is_empty() && more.texts.is_empty()) {
        all.texts.resize_with(all.rights.len(), RightText::default);
        more.texts.resize_with(more.rights.len(), RightText::default);
    }
    all.is_told |= more.is_told;
    all.rights.append(&mut more.rights);
    all.texts.append(&mut more.texts);
    all.sheets.append(&mut more.sheets);
    all.path_count = all.path_count.zip(more.path_count).map(|(one, other)| one + other);
    all.paths.append(&mut more.paths);
    all.becomes.append(&mut more.becomes);
    all.reach = all.reach.max(more.reach);
    all.opaque += more.opaque;
    all.notes.append(&mut more.notes);
    all
}

/// Fills every place with what `make` says of it, on all cores; each place by itself, so that the result does not
/// depend on which thread filled it.
fn in_parallel<T: Send>(places: &mut [T], make: impl Fn(usize) -> T + Sync) {
    // Asking costs a look into the file system.
    static CORES: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));
    let threads = (*CORES).min(THREADS);
    let fill = |(chunk, places): (usize, &mut [T])| {
        for (at, place) in places.iter_mut().enumerate() {
            *place = make(chunk * CHUNK + at);
        }
    };
    if threads == 1 || places.len() <= CHUNK {
        return places.chunks_mut(CHUNK).enumerate().for_each(fill);
    }
    let queue = Mutex::new(places.chunks_mut(CHUNK).enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| std::iter::from_fn(next).for_each(fill));
        }
    });
}
