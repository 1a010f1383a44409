//! What tells of use: the audit log, seats of Copilot, tokens and keys.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::super::listing::Object;
use crate::model::inventory::Fact;

/// The login under which Copilot's coding agent acts.
pub const CODING_AGENT: &str = "copilot-swe-agent[bot]";
/// What is used by itself tells only of lately: nothing says what else happened since.
const LATELY: SignedDuration = SignedDuration::from_hours(24 * 90);

/// The last use of each login, as far as anything tells.
#[derive(Debug)]
pub struct Evidence {
    now: Timestamp,
    by_login: HashMap<String, Timestamp>,
    /// By repository, of the coding agent.
    by_repository: HashMap<String, Timestamp>,
    /// Whether the audit log was read.
    pub is_logged: bool,
}

impl Evidence {
    /// Nothing yet.
    pub fn new(now: Timestamp) -> Self {
        Self { now, by_login: HashMap::new(), by_repository: HashMap::new(), is_logged: false }
    }

    /// Takes note that a login was used.
    pub fn used(&mut self, login: &str, at: Timestamp) {
        later(&mut self.by_login, login.to_lowercase(), at);
    }

    /// Takes an event of the audit log.
    pub fn event(&mut self, event: &Object) {
        let time = ["@timestamp", "created_at"].iter().find_map(|key| event.time(key).known().copied());
        let (Some(actor), Some(at)) = (event.text("actor"), time) else { return };
        if actor.eq_ignore_ascii_case(CODING_AGENT)
            && let Some(repository) = event.text("repo").or_else(|| event.text("repository"))
        {
            later(&mut self.by_repository, repository.to_lowercase(), at);
        }
        self.used(&actor, at);
    }

    /// When a login was last seen. What is not in the log is not told: the log goes back half a year.
    pub fn last(&self, login: &str) -> Fact<Timestamp> {
        self.judged(self.by_login.get(&login.to_lowercase()))
    }

    /// When the coding agent was last seen in a repository.
    pub fn last_in(&self, repository: &str) -> Fact<Timestamp> {
        self.judged(self.by_repository.get(&repository.to_lowercase()))
    }

    fn judged(&self, at: Option<&Timestamp>) -> Fact<Timestamp> {
        let since = self.now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
        at.filter(|at| self.is_logged || **at >= since).map_or(Fact::Hidden, |at| Fact::Known(*at))
    }
}

fn later(known: &mut HashMap<String, Timestamp>, key: String, at: Timestamp) {
    let kept = known.entry(key).or_insert(at);
    *kept = (*kept).max(at);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(day: &str) -> Timestamp {
        format!("{day}T00:00:00Z").parse().unwrap()
    }

    #[test]
    fn without_the_log_an_old_use_does_not_make_anybody_dormant() {
        let mut evidence = Evidence::new(at("2026-11-29"));
        evidence.used("Anna", at("2026-11-01"));
        evidence.used("anna", at("2026-10-01"));
        evidence.used("ben", at("2026-06-01"));
        assert_eq!(
            (evidence.last("ANNA"), evidence.last("ben")),
            (Fact::Known(at("2026-11-01")), Fact::Hidden)
        );
        evidence.is_logged = true;
        assert_eq!(
            (evidence.last("ben"), evidence.last("cleo")),
            (Fact::Known(at("2026-06-01")), Fact::Hidden)
        );
    }

    #[test]
    fn the_coding_agent_is_seen_in_each_repository_by_itself() {
        let mut evidence = Evidence::new(at("2026-11-29"));
        let event = json!({"actor": "copilot-swe-agent[bot]", "repo": "acme/web", "@timestamp": 1_795_000_000_000_i64});
        evidence.event(&Object::of(event).unwrap());
        evidence.event(&Object::of(json!({"actor": null, "@timestamp": "x", "created_at": true})).unwrap());
        assert!(evidence.last_in("Acme/Web").is_told() && !evidence.last_in("acme/api").is_told());
        assert!(evidence.last("copilot-swe-agent[bot]").is_told());
    }
}
