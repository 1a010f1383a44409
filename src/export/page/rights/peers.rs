//! AI agents beside people in the same jobs, and a survey that asked organisations: two units, never one figure.

use super::Published;
use crate::export::page::references;
use crate::export::words::{grouped, percent};
use crate::model::catalog::Catalog;
use crate::model::inventory::Class;
use crate::model::privilege::{ClassPrivilege, PeerShare, Population};

/// The comparison in words.
#[derive(Debug, Clone)]
pub(in crate::export) struct Peers {
    pub compared: u64,
    /// Agents with nobody to compare them with, and those of which not enough is shown.
    pub no_peer: u64,
    pub not_shown: u64,
    /// Less, same, more, significantly more.
    pub answers: [Answer; 4],
    /// More or significantly more, 0 to 1.
    pub share_more: Option<f64>,
    pub finding: String,
    /// Who was compared and who could not be.
    pub coverage: String,
    pub published: Option<Published>,
    /// How the organisation would count in the survey's unit.
    pub counts_as: String,
}

/// How many agents have less, the same or more than people.
#[derive(Debug, Clone)]
pub(in crate::export) struct Answer {
    pub word: &'static str,
    pub agents: u64,
    /// Of the compared agents, 0 to 1.
    pub share: f64,
}

/// The published figure that the comparison may stand beside.
const PUBLISHED: &str = "tp-above";

impl Peers {
    /// Words the comparison.
    pub fn new(population: &Population, catalog: &Catalog) -> Self {
        let share = &population.peers;
        let answer = |word, agents: u64| {
            let part = if share.compared == 0 { 0.0 } else { agents as f64 / share.compared as f64 };
            Answer { word, agents, share: part }
        };
        Self {
            compared: share.compared,
            no_peer: share.no_peer,
            not_shown: share.not_shown,
            answers: [
                answer("less", share.less),
                answer("same", share.same),
                answer("more", share.more),
                answer("significantly more", share.significantly_more),
            ],
            share_more: share.share_more(),
            finding: finding(share, population),
            coverage: coverage(share, population),
            published: references::one(catalog, PUBLISHED)
                .map(|(value, reference)| Published { value, reference }),
            counts_as: counts_as(share),
        }
    }
}

fn agents(count: u64) -> String {
    if count == 1 { "1 AI agent".to_owned() } else { format!("{} AI agents", grouped(count)) }
}

fn finding(share: &PeerShare, population: &Population) -> String {
    let more = share.more + share.significantly_more;
    let verb = if more == 1 { "has" } else { "have" };
    match (share.agents, share.share_more()) {
        (0, _) if untold(population) > 0 => {
            "The rights of no AI agent are known, so there is none to compare.".to_owned()
        }
        (0, _) => "No AI agent was seen, so there is none to compare.".to_owned(),
        (all, None) if share.not_shown > 0 => {
            format!("None of {} could be compared with people.", agents(all))
        }
        (all, None) => format!("No people are known to compare any of {} with.", agents(all)),
        (_, Some(part)) => format!(
            "{} of {} with a known peer {verb} more access than people in the same job: {}.",
            grouped(more),
            agents(share.compared),
            percent(part),
        ),
    }
}

/// Agents that are in no comparison because no source tells of their rights.
fn untold(population: &Population) -> u64 {
    agents_of(population).map(|class| class.identities.saturating_sub(class.known)).sum()
}

fn agents_of(population: &Population) -> impl Iterator<Item = &ClassPrivilege> {
    population.classes.iter().filter(|class| class.class == Some(Class::Ai))
}

fn coverage(share: &PeerShare, population: &Population) -> String {
    let untold = match untold(population) {
        0 => String::new(),
        more => format!(" The rights of {} more are not known.", grouped(more)),
    };
    let Some(part) = share.coverage() else {
        let seen = if untold.is_empty() { "No AI agent was seen." } else { "No AI agent can be compared." };
        return format!("{seen}{untold}");
    };
    let left_out = match share.not_shown {
        0 => format!("No peer known: {}, in no share above.", grouped(share.no_peer)),
        more => format!(
            "No peer known: {}; not enough shown: {}; both in no share above.",
            grouped(share.no_peer),
            grouped(more)
        ),
    };
    format!(
        "Compared: {} of {} ({}). {left_out}{untold}",
        grouped(share.compared),
        agents(share.agents),
        percent(part)
    )
}

fn counts_as(share: &PeerShare) -> String {
    let rule = "In the survey's unit this organisation is one answer: “more”, if at least half of its compared agents have more.";
    let here = match (share.is_mostly_more(), share.share_more()) {
        (Some(true), Some(part)) => format!("Here: “more”, with {}.", percent(part)),
        (Some(false), Some(part)) => format!("Here: not “more”, with {}.", percent(part)),
        _ => "Here: not known.".to_owned(),
    };
    format!("{rule} {here}")
}
