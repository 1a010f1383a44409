//! The sections in which an identity is explained, in one table for every face.

use super::{Peer, Profile};
use crate::model::inventory::Class;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Bands,
    Services,
    Grants,
    Paths,
    Becomes,
    Peers,
    Rights,
    Notes,
}

impl Section {
    /// All eight, in order.
    pub const ALL: [Self; 8] = [
        Self::Bands,
        Self::Services,
        Self::Grants,
        Self::Paths,
        Self::Becomes,
        Self::Peers,
        Self::Rights,
        Self::Notes,
    ];

    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Bands => "bands",
            Self::Services => "services",
            Self::Grants => "grants",
            Self::Paths => "paths",
            Self::Becomes => "becomes",
            Self::Peers => "peers",
            Self::Rights => "rights",
            Self::Notes => "notes",
        }
    }

    /// What its rows are.
    pub fn about(self) -> &'static str {
        match self {
            Self::Bands => "the score by access and tier",
            Self::Services => "the score by service",
            Self::Grants => "each with the score without it",
            Self::Paths => "what it takes, what it leads to, and the cheapest way to close it",
            Self::Becomes => "step by step, the shortest way to each",
            Self::Peers => "what people in the same job do not have",
            Self::Rights => "the heaviest ones",
            Self::Notes => "what is not known or was left out",
        }
    }

    /// How many rows it has.
    pub fn count(self, profile: &Profile) -> usize {
        match self {
            Self::Bands => profile.bands.len(),
            Self::Services => profile.services.len(),
            Self::Grants => profile.grants.len(),
            Self::Paths => profile.paths.len(),
            Self::Becomes => profile.becomes.len(),
            Self::Peers => profile.peer.uncovered.len(),
            Self::Rights => profile.rights.len(),
            Self::Notes => profile.notes.len(),
        }
    }

    /// How many rows it has, in words; not knowing is a sign of its own.
    pub fn counted(self, profile: &Profile) -> String {
        let count = self.count(profile);
        let is_open = match self {
            Self::Paths | Self::Becomes => !are_paths_known(profile),
            Self::Peers => profile.class == Some(Class::Ai) && !is_compared(profile),
            _ => false,
        };
        if is_open && count == 0 { "?".to_owned() } else { count.to_string() }
    }

    /// What is said when it has none.
    pub fn nothing(self, profile: &Profile) -> &'static str {
        let are_paths_known = are_paths_known(profile);
        match self {
            Self::Paths if !are_paths_known => "Whether it has ways to more privilege is not known.",
            Self::Becomes if !are_paths_known => "Whom it can become is not known.",
            Self::Bands | Self::Services | Self::Rights if profile.privilege.is_none() => {
                "No source tells what it may do."
            }
            Self::Bands | Self::Services => "Nothing adds to the score.",
            Self::Grants => "No source lists a grant of it.",
            Self::Paths => "No way to more privilege than what was granted is known.",
            Self::Becomes => "It becomes nobody else, as far as is known.",
            Self::Peers if profile.class != Some(Class::Ai) => {
                "Only AI agents are compared with people in the same job."
            }
            Self::Peers => match profile.privilege.as_ref().map(|own| own.peer) {
                None => "No source tells what it may do.",
                Some(Peer::NoPeer) => "Nobody is known to compare it with.",
                Some(Peer::NotCompared) => "Not everything that it holds is shown, so it is not compared.",
                Some(_) => "It has nothing that its peers have not.",
            },
            Self::Rights => "No right of it is known.",
            Self::Notes => "There is no note on this identity alone.",
        }
    }

    /// The section so many places on, round the end.
    #[must_use]
    pub fn next(self, by: usize) -> Self {
        let place = Self::ALL.iter().position(|section| *section == self).unwrap_or(0);
        Self::ALL.get((place + by) % Self::ALL.len()).copied().unwrap_or(self)
    }
}

fn are_paths_known(profile: &Profile) -> bool {
    profile.privilege.as_ref().is_some_and(|own| own.paths.is_some())
}

fn is_compared(profile: &Profile) -> bool {
    profile.privilege.as_ref().is_some_and(|own| own.peer.excess().is_some())
}
