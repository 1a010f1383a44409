//! Worlds of over-privilege to render: identities with invented figures that hold together as real ones do.

use trueup::export::Rights;
use trueup::model::SourceId;
use trueup::model::inventory::{Class, Fact};
use trueup::model::merged::{Identity, Inventory, Presence};
use trueup::model::privilege::{
    ClassPrivilege, Estimate, Peer, PeerShare, Population, Privilege, Reach, Weights,
};

/// What [`Rights`] borrows.
pub struct Told {
    pub population: Population,
    pub inventory: Inventory,
    pub weights: Weights,
}

/// How many identities of a class there are, how many of them are unknown, and how heavy they are, 0 to 1.
#[derive(Clone, Copy)]
pub struct Crowd {
    pub class: Option<Class>,
    pub count: usize,
    pub unknown: usize,
    pub heavy: f64,
    pub coverage: f64,
}

/// People, machines and agents of a company with evidence of use.
pub const COMPANY: [Crowd; 4] = [
    Crowd { class: Some(Class::Human), count: 340, unknown: 21, heavy: 0.25, coverage: 0.8 },
    Crowd { class: Some(Class::Machine), count: 128, unknown: 4, heavy: 0.55, coverage: 0.62 },
    Crowd { class: Some(Class::Ai), count: 23, unknown: 2, heavy: 0.8, coverage: 0.48 },
    Crowd { class: None, count: 9, unknown: 5, heavy: 0.4, coverage: 0.1 },
];

impl Told {
    pub fn rights(&self) -> Rights<'_> {
        Rights { population: &self.population, inventory: &self.inventory, weights: &self.weights }
    }

    pub fn of(crowds: &[Crowd]) -> Self {
        let mut inventory = Inventory::default();
        let mut dice = Dice(7);
        for crowd in crowds {
            for number in 0..crowd.count {
                inventory.identities.push(identity(crowd.class, number));
                let is_known = number >= crowd.unknown;
                inventory.privileges.push(is_known.then(|| privilege(crowd, &mut dice)));
            }
        }
        Self::counted(inventory)
    }

    /// The population of an inventory whose privileges are given.
    pub fn counted(inventory: Inventory) -> Self {
        let weights = trueup::packs::Library::open(None).unwrap().weights.as_ref().clone();
        let classes = Class::ALL.into_iter().map(Some).chain([None]);
        let population = Population {
            taken: Some("2026-12-01T00:00:00Z".parse().unwrap()),
            classes: classes.map(|class| counted(&inventory, &weights, class)).collect(),
            peers: compared(&inventory),
            weights: weights.digest.clone(),
            is_weights_changed: false,
            tables: vec!["aws 0.21.202609261 (MIT)".to_owned(), "entra 2026-09 (MIT)".to_owned()],
            notes: vec!["Organisation policies were not supplied.".to_owned()],
        };
        Self { population, inventory, weights }
    }
}

/// Numbers that look like chance and are the same on every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 11
    }

    fn share(&mut self) -> f64 {
        self.next() as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

fn identity(class: Option<Class>, number: usize) -> Identity {
    let word = class.map_or("someone", Class::id);
    let id = format!("arn:aws:iam::111122223333:role/{word}/{word}-{number:05}");
    Identity {
        name: format!("{word}-{number:05}"),
        accounts: vec![Presence {
            id: id.clone(),
            system: Some(SourceId::from("aws:111122223333")),
            ..Presence::default()
        }],
        id,
        recorded: class.map_or(Fact::Hidden, Fact::Known),
        ..Identity::default()
    }
}

fn privilege(crowd: &Crowd, dice: &mut Dice) -> Privilege {
    let weight = dice.share().powf(1.0 / crowd.heavy - 0.8);
    let excess = 420.0 * weight.powi(3);
    let open = 1.0 - crowd.coverage * dice.share().sqrt();
    let ends = Estimate { low: excess * (1.0 - open), point: excess, high: excess * (1.0 + open) };
    let actions = dice.below(4_000) + 1;
    let points = dice.below(30_000);
    let reach =
        if weight > 0.8 { Reach::ALL[1 + usize::try_from(dice.below(4)).unwrap()] } else { Reach::None };
    Privilege {
        score: Estimate { low: score(ends.low), point: score(ends.point), high: score(ends.high) },
        excess: ends,
        power: ends.high * 1.2,
        coverage: 1.0 - open,
        actions,
        used_actions: (open < 0.7).then(|| dice.below(actions)),
        standing: (weight > 0.5).then(|| dice.share()),
        reach,
        paths: Some(if reach == Reach::Path { 1 + u32::try_from(dice.below(40)).unwrap() } else { 0 }),
        points,
        used_points: (points / 3, points / 2),
        is_high_risk: Some(weight > 0.4),
        is_standing_high_risk: None,
        opaque: 0,
        peer: peer(crowd, weight, excess),
    }
}

fn peer(crowd: &Crowd, weight: f64, excess: f64) -> Peer {
    match weight {
        _ if crowd.class != Some(Class::Ai) => Peer::NotCompared,
        weight if weight < 0.3 => Peer::NoPeer,
        weight if weight < 0.4 => Peer::Less { excess: 0.0 },
        weight if weight < 0.5 => Peer::Same { excess: 1.5 },
        weight if weight < 0.75 => Peer::More { excess: excess.min(29.0) },
        _ => Peer::SignificantlyMore { excess },
    }
}

fn score(excess: f64) -> f64 {
    100.0 * excess / (excess + 30.0)
}

fn counted(inventory: &Inventory, weights: &Weights, class: Option<Class>) -> ClassPrivilege {
    let all: Vec<usize> = (0..inventory.identities.len())
        .filter(|at| inventory.identities[*at].class().known().copied() == class)
        .collect();
    let mut known: Vec<(usize, &Privilege)> =
        all.iter().filter_map(|at| Some((*at, inventory.privileges[*at].as_ref()?))).collect();
    known.sort_by(|(_, one), (_, other)| other.excess.point.total_cmp(&one.excess.point));
    let top = known.iter().take(10).map(|(at, _)| *at).collect();
    let known: Vec<&Privilege> = known.into_iter().map(|(_, privilege)| privilege).collect();
    let share = |is: fn(&Privilege) -> bool| mean(&known, |one| f64::from(u8::from(is(one))));
    let mut counted = ClassPrivilege {
        class,
        identities: all.len() as u64,
        known: known.len() as u64,
        index: index(&known),
        median: rank(&known, 50),
        p90: rank(&known, 90),
        share_high: mean(&known, |one| f64::from(u8::from(one.score.point >= weights.high_from))),
        buckets: [0; 3],
        coverage: mean(&known, |one| one.coverage),
        standing: mean(&known, |one| one.standing.unwrap_or_default()),
        exposure: share(|one| one.reach.is_control()),
        top,
        histogram: [0; 10],
    };
    for one in &known {
        counted.buckets[weights.bucket(one.score.point) as usize] += 1;
        let ten = (0..10_u8).rev().find(|ten| one.score.point >= f64::from(*ten) * 10.0).unwrap();
        counted.histogram[usize::from(ten)] += 1;
    }
    counted
}

fn mean(known: &[&Privilege], value: impl Fn(&Privilege) -> f64) -> Option<f64> {
    let sum: f64 = known.iter().map(|one| value(one)).sum();
    (!known.is_empty()).then(|| sum / known.len() as f64)
}

fn index(known: &[&Privilege]) -> Option<Estimate> {
    let root = |pick: fn(Estimate) -> f64| Some(mean(known, |one| pick(one.score).powi(2))?.sqrt());
    Some(Estimate { low: root(|one| one.low)?, point: root(|one| one.point)?, high: root(|one| one.high)? })
}

/// The score that so many percent lie at or below; the heaviest come first.
fn rank(known: &[&Privilege], percent: usize) -> Option<f64> {
    let last = known.len().checked_sub(1)?;
    Some(known[last - last * percent / 100].score.point)
}

fn compared(inventory: &Inventory) -> PeerShare {
    let known = inventory.identities.iter().zip(&inventory.privileges);
    let agents = known.filter(|(one, _)| one.class().known() == Some(&Class::Ai));
    let mut share = PeerShare::default();
    for peer in agents.filter_map(|(_, privilege)| Some(privilege.as_ref()?.peer)) {
        share.agents += 1;
        share.compared += u64::from(peer.excess().is_some());
        match peer {
            Peer::Less { .. } => share.less += 1,
            Peer::Same { .. } => share.same += 1,
            Peer::More { .. } => share.more += 1,
            Peer::SignificantlyMore { .. } => share.significantly_more += 1,
            Peer::NoPeer => share.no_peer += 1,
            Peer::NotCompared => share.not_shown += 1,
        }
    }
    share
}
