//! The words for what was found, the same on the screen and on paper. Foreign text in them is not yet escaped.

use super::{
    Chain, Condition, Estimate, HeldGrant, PathFinding, Peer, Privilege, Profile, Reach, RightRow, Standing,
    Tier,
};
use crate::model::inventory::EntitlementKind;

impl Tier {
    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Control => "tier 0, control",
            Self::Management => "tier 1, management",
            Self::Ordinary => "tier 2, ordinary",
            Self::Sandbox => "tier 3, sandbox",
            Self::Unknown => "a tier not known",
        }
    }
}

impl Condition {
    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::SecondFactor => "a second factor",
            Self::Network => "a network or device",
            Self::Approval => "approval of each call",
            Self::Attribute => "matching attributes",
            Self::Organisation => "the same organisation",
        }
    }
}

impl Standing {
    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved by another",
            Self::TimeBoxed => "time boxed",
            Self::SelfActivated => "self activated",
            Self::Expiring => "expiring",
            Self::Permanent => "permanent",
        }
    }
}

impl Estimate {
    /// The ends of the range; `None` when they are one.
    pub fn between(self) -> Option<String> {
        (self.high - self.low >= 0.05).then(|| format!("{:.1} to {:.1}", self.low, self.high))
    }
}

impl Privilege {
    /// How much of the use is known, and what that makes of the score.
    pub fn known(&self) -> String {
        let share = format!("use known for {:.0} % of the weight", self.coverage * 100.0);
        if self.is_structural() { format!("{share}: a structural estimate") } else { share }
    }

    /// How it comes to control of everything, as a sentence.
    pub fn reached(&self) -> String {
        let paths = match self.paths {
            None => "escalation paths".to_owned(),
            Some(1) => "1 escalation path".to_owned(),
            Some(paths) => format!("{paths} escalation paths"),
        };
        match self.reach {
            Reach::None if self.paths == Some(0) => "No way to tier 0 is known.".to_owned(),
            Reach::None => format!("No way to tier 0 is known; {paths}."),
            Reach::Unknown => "Whether it reaches tier 0 is not known.".to_owned(),
            Reach::Chain => "It reaches tier 0 by becoming others.".to_owned(),
            Reach::Path => format!("It reaches tier 0 by {paths}."),
            Reach::Holds => "It holds tier 0 administration outright.".to_owned(),
        }
    }
}

impl HeldGrant {
    /// Its title, or its id where it has none.
    pub fn name(&self) -> &str {
        if self.title.is_empty() { &self.id } else { &self.title }
    }

    /// How it came to be held: the way, outermost first.
    pub fn way(&self) -> String {
        if self.via.is_empty() { "direct".to_owned() } else { self.via.join(" → ") }
    }
}

impl PathFinding {
    /// How it is closed most cheaply, and what the score is then.
    pub fn closed(&self, grants: &[HeldGrant]) -> String {
        let name = |grant: &HeldGrant| match grant.kind {
            EntitlementKind::Group => format!("the membership in {}", grant.name()),
            _ => grant.name().to_owned(),
        };
        let names: Vec<String> =
            self.removal.iter().filter_map(|place| grants.get(*place)).map(name).collect();
        if names.is_empty() {
            return "no set of its grants closes it".to_owned();
        }
        let after = self.score_after.map_or("unknown".to_owned(), |score| format!("{:.1}", score.point));
        format!("closed without {}; then the score is {after}", names.join(" and "))
    }
}

impl Chain {
    /// Whom it ends with.
    pub fn last(&self) -> &str {
        self.identities.last().map(String::as_str).unwrap_or_default()
    }

    /// Its steps: by what, and who is reached by that.
    pub fn links(&self) -> impl Iterator<Item = String> {
        self.identities.iter().skip(1).zip(&self.steps).map(|(to, step)| format!("{step} → {to}"))
    }
}

impl RightRow {
    /// A few of its actions and how many more there are; the service where no action says it.
    pub fn name(&self, grouped: impl Fn(u64) -> String) -> String {
        let own = match self.actions.join(", ") {
            nothing if nothing.is_empty() => self.service.clone(),
            actions if actions.contains(&self.service) => actions,
            actions => format!("{}: {actions}", self.service),
        };
        if self.more_actions == 0 { own } else { format!("{own} and {} more", grouped(self.more_actions)) }
    }

    /// On what, how far, for how long, whether it is used, and what must hold.
    pub fn facts(&self) -> String {
        let mut facts = vec![
            format!("on {}", self.resource),
            format!("scope {}", self.scope.id()),
            self.standing.word().to_owned(),
            self.usage.clone(),
        ];
        if !self.conditions.is_empty() {
            let conditions: Vec<_> = self.conditions.iter().map(|condition| condition.word()).collect();
            facts.push(format!("only with {}", conditions.join(", ")));
        }
        facts.push(self.system.clone());
        facts.join(" · ")
    }
}

impl Profile {
    /// Whom it is compared with; empty where nothing is to be said of that.
    pub fn beside(&self) -> String {
        let peer = &self.peer;
        let Some(name) = &peer.peer else {
            let is_judged = self.privilege.as_ref().is_some_and(|own| own.peer == Peer::NoPeer);
            let words = format!("nobody to compare it with: {}", peer.mapped_by);
            return if is_judged { words } else { String::new() };
        };
        let people = if peer.people == 1 { "person" } else { "people" };
        let beyond = match (peer.people, peer.is_from_use) {
            (1, true) => "this person does not use",
            (1, false) => "this person does not hold",
            (_, true) => "most of them do not use",
            (_, false) => "most of them do not hold",
        };
        format!(
            "beside {name} ({} {people}, by {}): power {:.1} against {:.1}; what {beyond}",
            peer.people, peer.mapped_by, peer.power, peer.peer_power
        )
    }
}
