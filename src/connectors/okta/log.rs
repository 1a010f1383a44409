//! The system log: who was last seen signing in, and which tokens were last used. It tells of use; that something does not
//! stand in some weeks of it is no proof that it was never used.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::super::listing::{Object, Pages};
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use crate::model::inventory::Fact;
use crate::model::pull::Missing;

/// The last times in the days that were read.
#[derive(Debug, Default)]
pub struct Heard {
    /// By the ids of user and application.
    sign_ins: HashMap<(String, String), Timestamp>,
    /// By the ids of those who did something.
    actors: HashMap<String, Timestamp>,
    tokens: HashMap<String, Timestamp>,
}

impl Heard {
    /// Takes one event; those that failed show no use.
    fn take(&mut self, event: &Object) {
        let Fact::Known(at) = event.time("published") else { return };
        if event.text("outcome.result").is_some_and(|result| result != "SUCCESS" && result != "ALLOW") {
            return;
        }
        let actor = event.text("actor.id");
        if let Some(token) = event.text("transaction.detail.requestApiTokenId") {
            later(&mut self.tokens, token, at);
        }
        if event.text("eventType").as_deref() == Some("user.authentication.sso") {
            let targets = event.objects("target").unwrap_or_default();
            for target in
                targets.iter().filter(|target| target.text("type").as_deref() == Some("AppInstance"))
            {
                if let (Some(actor), Some(app)) = (&actor, target.text("id")) {
                    later(&mut self.sign_ins, (actor.clone(), app), at);
                }
            }
        }
        if let Some(actor) = actor {
            later(&mut self.actors, actor, at);
        }
    }

    /// When somebody was last seen in the log.
    pub fn seen(&self, id: &str) -> Fact<Timestamp> {
        self.actors.get(id).map_or(Fact::Hidden, |at| Fact::Known(*at))
    }

    /// When a token was last used; not told where the log does not show it, because most reading is not logged.
    pub fn used(&self, token: &str) -> Fact<Timestamp> {
        self.tokens.get(token).map_or(Fact::Hidden, |at| Fact::Known(*at))
    }

    /// When a user last signed in to an application.
    pub fn signed_in(&self, user: &str, app: &str) -> Fact<Timestamp> {
        let key = (user.to_owned(), app.to_owned());
        self.sign_ins.get(&key).map_or(Fact::Hidden, |at| Fact::Known(*at))
    }

    /// The later of what another field tells and the log.
    pub fn later(&self, told: Fact<Timestamp>, id: &str) -> Fact<Timestamp> {
        match (told, self.seen(id)) {
            (Fact::Known(one), Fact::Known(other)) => Fact::Known(one.max(other)),
            (told, Fact::Hidden) => told,
            (_, seen) => seen,
        }
    }
}

fn later<K: std::hash::Hash + Eq>(all: &mut HashMap<K, Timestamp>, key: K, at: Timestamp) {
    let known = all.entry(key).or_insert(at);
    *known = at.max(*known);
}

impl Reading<'_> {
    /// Reads some days of the log. Its end is set: without one, Okta's pages go on for ever.
    pub async fn read_log(
        &mut self,
        at: Timestamp,
        days: i64,
        out: &mut Sink,
    ) -> Result<Heard, ConnectorError> {
        let since = at.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
        let (since, until) = (since.to_string(), at.to_string());
        let times = [("since", since.as_str()), ("until", until.as_str())];
        let mut pages = Pages::of(self.http, &lists::LOG).with(&times);
        let (mut heard, mut lack) = (Heard::default(), None);
        while let Some(page) = pages.told(out, &mut lack).await? {
            for event in &page {
                heard.take(event);
            }
        }
        if let Some(why) = lack {
            out.misses(Missing::from(lists::LOG.sight).because(why)).await?;
        }
        Ok(heard)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_succeeded_counts_and_the_last_time_of_each() {
        let event = |at: &str, result: &str| {
            Object::of(json!({
                "published": at, "eventType": "user.authentication.sso", "outcome": {"result": result},
                "actor": {"id": "u", "type": "User"}, "target": [{"type": "AppInstance", "id": "a"}, {"type": "User", "id": "x"}],
                "transaction": {"detail": {"requestApiTokenId": "t"}},
            }))
            .unwrap()
        };
        let mut heard = Heard::default();
        for (day, result) in [("03", "SUCCESS"), ("01", "SUCCESS"), ("09", "FAILURE")] {
            heard.take(&event(&format!("2026-01-{day}T00:00:00Z"), result));
        }
        heard.take(&Object::of(json!({"published": null, "actor": 7, "target": {}})).unwrap());
        let third = Fact::Known("2026-01-03T00:00:00Z".parse().unwrap());
        assert_eq!((heard.seen("u"), heard.used("t"), heard.signed_in("u", "a")), (third, third, third));
        assert_eq!(
            (heard.seen("x"), heard.used("u"), heard.signed_in("u", "x")),
            (Fact::Hidden, Fact::Hidden, Fact::Hidden)
        );
        assert_eq!(heard.later(Fact::Absent, "u"), third);
        assert_eq!((heard.later(Fact::Absent, "x"), heard.later(third, "x")), (Fact::Absent, third));
    }
}
