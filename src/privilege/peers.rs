//! AI agents beside the people who do the same job: what an agent may do and most of them do not.
//!
//! Only people make a baseline, and no agent's score depends on it.

mod baseline;
mod compare;
mod held;
mod mapping;

use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::{Peer, PeerDetail, Privilege};

use super::right::{Detail, Granted};
use super::score::{FULL, Scale};
use super::services::{Line, Services};
use super::{Estate, explain, figures, in_parallel};
use baseline::Baseline;
use compare::Beside;
use held::Held;
use mapping::{Group, Mapped, Plan};

/// How many rows of rights that peers do not have a profile shows.
const ROWS: usize = 200;

/// Everything that agents are compared with.
pub struct Peers {
    plan: Plan,
    /// By group of the plan; `None` where too little is known of its people.
    baselines: Vec<Option<Baseline>>,
    lines: Vec<Line>,
    /// The figures of those whose rights were needed, sorted by place.
    people: Vec<(IdentityAt, Option<Privilege>)>,
}

impl Peers {
    /// Finds out who is compared with whom, and what those people have.
    pub fn build(estate: &Estate, inventory: &Inventory) -> Self {
        let plan = Plan::of(inventory, estate.weights.peer_people as usize);
        let people = plan.people();
        let mut known: Vec<Option<(Privilege, Held)>> = vec![None; people.len()];
        in_parallel(&mut known, |place| {
            let at = *people.get(place)?;
            let granted = estate.granted(at, &[], Detail::Brief);
            let scale = estate.scale(inventory, at);
            let figures = granted.is_told.then(|| figures(&scale, &granted))?;
            Some((figures, Held::of(&granted.rights, &scale)))
        });
        let lines = estate.services.lines();
        let held =
            |at: &IdentityAt| known.get(people.binary_search(at).ok()?)?.as_ref().map(|(_, held)| held);
        let baseline =
            |group: &Group| Baseline::of(&group.people.iter().map(held).collect::<Vec<_>>(), &lines);
        let baselines = plan.groups.iter().map(baseline).collect();
        let figures = known.into_iter().map(|one| one.map(|(figures, _)| figures));
        Self { people: people.into_iter().zip(figures).collect(), plan, baselines, lines }
    }

    /// The figures of somebody whose rights were needed; `None` for everybody else.
    pub fn figures(&self, at: IdentityAt) -> Option<&Option<Privilege>> {
        let place = self.people.binary_search_by_key(&at, |(own, _)| *own).ok()?;
        self.people.get(place).map(|(_, figures)| figures)
    }

    /// Whether there are people to compare somebody with.
    pub fn has_baseline(&self, at: IdentityAt) -> bool {
        let mapped = self.plan.agents.get(&at).into_iter().flatten();
        mapped.into_iter().any(|mapped| self.baseline(mapped).is_some())
    }

    /// How an agent compares; not at all where it is none.
    pub fn compare(&self, at: IdentityAt, granted: &Granted, scale: &Scale<'_>, power: f64) -> Peer {
        match self.plan.agents.get(&at) {
            None => Peer::NotCompared,
            Some(mapped) => {
                self.beside(mapped, granted, (scale, power)).map_or(Peer::NoPeer, |(_, one)| one.answer)
            }
        }
    }

    /// What is behind the comparison of an agent, and what it leaves open, as sentences.
    pub fn detail(
        &self,
        at: IdentityAt,
        granted: &Granted,
        names: &Services,
        (scale, power): (&Scale<'_>, f64),
    ) -> (PeerDetail, Vec<String>) {
        let mapped = self.plan.agents.get(&at).map_or(&[][..], Vec::as_slice);
        let Some((mapped, beside)) = self.beside(mapped, granted, (scale, power)) else {
            let missing = mapped.iter().map(|mapped| self.missing(mapped)).collect::<Vec<_>>().join("; ");
            return (PeerDetail { mapped_by: missing, ..PeerDetail::default() }, Vec::new());
        };
        let base = beside.baseline;
        let beyond = Granted { texts: Vec::new(), rights: Vec::new(), ..granted.clone() };
        let beyond = compare::beyond(base, granted, &self.lines, beyond);
        let (uncovered, more_uncovered) = explain::rows(scale, &beyond, names, ROWS, FULL);
        let detail = PeerDetail {
            peer: self.group(mapped).map(|group| group.name.clone()),
            mapped_by: mapped.because.clone(),
            people: u32::try_from(base.people).unwrap_or(u32::MAX),
            is_from_use: base.is_from_use,
            power,
            peer_power: base.power,
            uncovered,
            more_uncovered,
        };
        (detail, notes(base, beside.answer))
    }

    /// The group beyond which an agent has the most, and how it compares with it.
    fn beside<'a>(
        &'a self,
        mapped: &'a [Mapped],
        granted: &Granted,
        (scale, power): (&Scale<'_>, f64),
    ) -> Option<(&'a Mapped, Beside<'a>)> {
        let known = mapped.iter().filter_map(|mapped| Some((mapped, self.baseline(mapped)?)));
        let beside =
            known.map(|(mapped, base)| (mapped, Beside::new(base, granted, &self.lines, (scale, power))));
        // Of two groups beyond which it has as much, the weaker one, so that it is not called less than the other.
        beside.max_by(|(_, a), (_, b)| {
            a.excess.total_cmp(&b.excess).then(b.baseline.power.total_cmp(&a.baseline.power))
        })
    }

    fn group(&self, mapped: &Mapped) -> Option<&Group> {
        self.plan.groups.get(mapped.group?)
    }

    fn baseline(&self, mapped: &Mapped) -> Option<&Baseline> {
        self.baselines.get(mapped.group?)?.as_ref()
    }

    /// Why a way to people leads to nobody.
    fn missing(&self, mapped: &Mapped) -> String {
        match self.group(mapped) {
            Some(group) => format!("too little is known of what {} may do", group.name),
            None => mapped.because.clone(),
        }
    }

    /// What the comparisons of everybody leave open, as sentences.
    pub fn notes(&self) -> Vec<String> {
        let compared =
            self.plan.agents.values().filter_map(|mapped| mapped.iter().find_map(|one| self.baseline(one)));
        let (all, held) =
            compared.fold((0, 0), |(all, held), base| (all + 1, held + u32::from(!base.is_from_use)));
        let told = format!(
            "{held} of {all} AI agents with a known peer are compared with what people hold, because it is not known \
             of all of it whether they use it; of what they use alone the agents may have more."
        );
        if held > 0 { vec![told] } else { Vec::new() }
    }
}

/// What one comparison leaves open.
fn notes(base: &Baseline, answer: Peer) -> Vec<String> {
    let mut notes = Vec::new();
    if base.known < base.people {
        notes.push(format!(
            "No source tells what {} of its {} peers may do; they count as people who may not hold what the others do.",
            base.people - base.known,
            base.people
        ));
    }
    if answer == Peer::NotCompared {
        notes.push(
            "It has little beyond its peers in what is shown, but not everything that it holds is shown; so it is not \
             compared."
                .to_owned(),
        );
    }
    notes
}

#[cfg(test)]
mod tests;
