//! Classes side by side: index, median, share of high scores, standing and exposure. Classes are never averaged into
//! one figure.

use crate::model::inventory::Class;
use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::{Bucket, ClassPrivilege, Estimate, Peer, PeerShare, Privilege, Reach, Weights};

/// How many of the most excessive identities a class names.
const TOP: usize = 10;

/// One line for each class, and one for identities without a class.
pub fn classes(inventory: &Inventory, weights: &Weights) -> Vec<ClassPrivilege> {
    let mut members: [Vec<IdentityAt>; 4] = Default::default();
    for (at, identity) in inventory.identities.iter().enumerate() {
        let place = identity.class().known().map_or(Class::ALL.len(), |class| *class as usize);
        if let Some(own) = members.get_mut(place) {
            own.push(at);
        }
    }
    let names = Class::ALL.into_iter().map(Some).chain([None]);
    names.zip(&members).map(|(class, members)| class_of(inventory, weights, class, members)).collect()
}

fn class_of(
    inventory: &Inventory,
    weights: &Weights,
    class: Option<Class>,
    members: &[IdentityAt],
) -> ClassPrivilege {
    let told = |at: &IdentityAt| Some((*at, inventory.privileges.get(*at)?.as_ref()?));
    let known: Vec<(IdentityAt, &Privilege)> = members.iter().filter_map(told).collect();
    let mut scores: Vec<f64> = known.iter().map(|(_, one)| one.score.point).collect();
    scores.sort_by(f64::total_cmp);
    let buckets = buckets(&scores, weights);
    ClassPrivilege {
        class,
        identities: members.len() as u64,
        known: known.len() as u64,
        index: index(&known),
        median: median(&scores),
        p90: percentile(&scores, 90),
        share_high: share(buckets.get(Bucket::High as usize).copied().unwrap_or(0), known.len()),
        buckets,
        coverage: weighted(&known, |one| Some(one.coverage)),
        standing: weighted(&known, |one| one.standing),
        exposure: exposure(&known),
        top: top(&known),
        histogram: histogram(&scores),
    }
}

/// The share with a way to tier 0; not known while it is open of anybody.
fn exposure(known: &[(IdentityAt, &Privilege)]) -> Option<f64> {
    let is_open = known.iter().any(|(_, one)| one.reach == Reach::Unknown);
    let control = known.iter().filter(|(_, one)| one.reach.is_control()).count() as u64;
    share(control, known.len()).filter(|_| !is_open)
}

/// `sqrt(mean(score²))` of the points and of both ends.
fn index(known: &[(IdentityAt, &Privilege)]) -> Option<Estimate> {
    let root = |end: fn(&Estimate) -> f64| {
        let squares = known.iter().map(|(_, one)| end(&one.score).powi(2)).sum::<f64>();
        (squares / known.len() as f64).sqrt()
    };
    (!known.is_empty()).then(|| {
        let point = root(|score| score.point);
        Estimate { low: root(|score| score.low).min(point), point, high: root(|score| score.high).max(point) }
    })
}

/// The middle of sorted scores; of two middles, their mean.
fn median(sorted: &[f64]) -> Option<f64> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    Some(f64::midpoint(*lower, *upper))
}

/// The smallest score that at least so many in a hundred do not exceed.
fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    sorted.get((sorted.len() * percent).div_ceil(100).checked_sub(1)?).copied()
}

fn buckets(scores: &[f64], weights: &Weights) -> [u64; 3] {
    let of = |bucket| scores.iter().filter(|score| weights.bucket(**score) == bucket).count() as u64;
    Bucket::ALL.map(of)
}

fn histogram(scores: &[f64]) -> [u64; 10] {
    let from = |ten: usize| if ten == 0 { f64::NEG_INFINITY } else { ten as f64 * 10.0 };
    let to = |ten: usize| if ten == 9 { f64::INFINITY } else { (ten + 1) as f64 * 10.0 };
    let of = |ten| scores.iter().filter(|score| (from(ten)..to(ten)).contains(*score)).count();
    std::array::from_fn(|ten| of(ten) as u64)
}

/// The mean of a share over those that have it, by their power.
fn weighted(known: &[(IdentityAt, &Privilege)], share: impl Fn(&Privilege) -> Option<f64>) -> Option<f64> {
    let parts = known.iter().filter_map(|(_, one)| Some((share(one)?, one.power)));
    let (sum, power) =
        parts.fold((0.0, 0.0), |(sum, all), (share, power)| (sum + share * power, all + power));
    (power > 0.0).then(|| sum / power)
}

fn top(known: &[(IdentityAt, &Privilege)]) -> Vec<IdentityAt> {
    let mut most: Vec<_> = known.iter().filter(|(_, one)| one.excess.point > 0.0).collect();
    most.sort_by(|(a, one), (b, other)| {
        other
            .excess
            .point
            .total_cmp(&one.excess.point)
            .then_with(|| other.power.total_cmp(&one.power))
            .then(a.cmp(b))
    });
    most.into_iter().take(TOP).map(|(at, _)| *at).collect()
}

fn share(part: u64, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Agents by their comparison with people.
pub fn peers(inventory: &Inventory) -> PeerShare {
    let mut share = PeerShare::default();
    let known = inventory.identities.iter().zip(&inventory.privileges);
    for (_, one) in known.filter(|(identity, _)| identity.class().known() == Some(&Class::Ai)) {
        let Some(own) = one else { continue };
        *match own.peer {
            Peer::NotCompared => &mut share.not_shown,
            Peer::NoPeer => &mut share.no_peer,
            Peer::Less { .. } => &mut share.less,
            Peer::Same { .. } => &mut share.same,
            Peer::More { .. } => &mut share.more,
            Peer::SignificantlyMore { .. } => &mut share.significantly_more,
        } += 1;
        share.agents += 1;
        share.compared += u64::from(own.peer.excess().is_some());
    }
    share
}

/// What the figures leave open, as sentences.
pub fn notes(inventory: &Inventory) -> Vec<String> {
    let known: Vec<&Privilege> = inventory.privileges.iter().flatten().collect();
    let untold = inventory.identities.len().saturating_sub(known.len());
    let structural = known.iter().filter(|one| one.is_structural()).count();
    let opaque: u64 = known.iter().map(|one| u64::from(one.opaque)).sum();
    let mut notes = Vec::new();
    if untold > 0 && !known.is_empty() {
        notes.push(format!(
            "No source tells what {untold} of {} identities may do; they are in no figure.",
            inventory.identities.len()
        ));
    }
    if structural > 0 {
        notes.push(format!(
            "Of {structural} of {} identities less than a fifth of the weight has a known use; their scores are \
             structural estimates.",
            known.len()
        ));
    }
    let beside = peers(inventory);
    if beside.no_peer > 0 {
        notes.push(format!(
            "{} of {} AI agents have no people and no owner to be compared with; they are in no share.",
            beside.no_peer, beside.agents
        ));
    }
    if beside.not_shown > 0 {
        notes.push(format!(
            "{} of {} AI agents have little beyond their peers in what is shown, but not everything that they hold is \
             shown; they are in no share.",
            beside.not_shown, beside.agents
        ));
    }
    if opaque > 0 {
        notes.push(format!("{opaque} grants have names that no table knows; they count as write access."));
    }
    notes
}
