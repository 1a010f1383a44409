//! Directory Insights: when users last signed in. That somebody does not stand in some weeks of it proves no absence.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::http::{Ask, Body, Http, Verb, json as read_json};
use super::super::listing::{Object, Sightline};
use super::super::{ConnectorError, Progress, Sink};
use super::sights::EVENTS;
use crate::model::inventory::Fact;
use crate::model::pull::Missing;

/// The services whose events are sign-ins.
const SERVICES: &[&str] = &["sso", "directory", "ldap", "radius", "systems"];
/// How many events are asked for at once.
const PAGE: usize = 1_000;
/// What a sign-in is called: `sso_auth`, `user_login_attempt`, `ldap_bind`, `radius_auth_attempt`, `login_attempt`.
const SIGN_INS: &[&str] = &["auth", "login", "bind"];

/// How many events there are in some days.
pub async fn count(http: &Http, at: Timestamp, days: i64) -> Result<Sightline, ConnectorError> {
    let ask =
        Ask { what: "events/count", url: http.at("events/count", &[]), verb: post(at, days, json!({})) };
    match http.ask(&ask, read_json::<Object>).await {
        Ok(answer) => Ok(Sightline::Shown(answer.body.number("count"))),
        Err(fault) => match fault.lack() {
            Some(lack) => Ok(Sightline::Lacks(lack)),
            None => Err(http.broken("events", fault)),
        },
    }
}

/// Reads some days of events: the last sign-in of each user, by id.
pub async fn read(
    http: &Http,
    at: Timestamp,
    days: i64,
    out: &mut Sink,
) -> Result<HashMap<String, Timestamp>, ConnectorError> {
    let (mut seen, mut received) = (HashMap::new(), 0);
    loop {
        let verb = post(at, days, json!({"limit": PAGE, "skip": received, "sort": "ASC"}));
        let ask = Ask { what: "events", url: http.at("events", &[]), verb };
        let page = match http.ask(&ask, read_json::<Vec<Value>>).await {
            Ok(answer) => answer.body,
            Err(fault) => match fault.lack().filter(|_| received == 0) {
                Some(why) => {
                    out.misses(Missing::from(&EVENTS).because(why)).await?;
                    return Ok(seen);
                }
                None => return Err(http.broken("events", fault)),
            },
        };
        let rows = page.len();
        http.counted("events", rows);
        received += rows;
        page.into_iter().filter_map(Object::of).for_each(|event| take(&event, &mut seen));
        out.progress(Progress { what: "events".to_owned(), done: received as u64, of: None });
        if rows < PAGE {
            return Ok(seen);
        }
    }
}

/// A question about the days before a moment.
fn post(at: Timestamp, days: i64, more: Value) -> Verb {
    let since = at.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
    let mut body = json!({"service": SERVICES, "start_time": since.to_string(), "end_time": at.to_string()});
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    Verb::Post(Body::json(&body))
}

fn take(event: &Object, seen: &mut HashMap<String, Timestamp>) {
    let Fact::Known(at) = event.time("timestamp") else { return };
    let kind = event.text("event_type").unwrap_or_default();
    if event.flag("success") != Fact::Known(true) || !SIGN_INS.iter().any(|part| kind.contains(part)) {
        return;
    }
    let by = event.text("initiated_by.type").is_none_or(|kind| kind == "user");
    if let Some(user) = event.text("initiated_by.id").filter(|_| by) {
        let known = seen.entry(user).or_insert(at);
        *known = at.max(*known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sign_ins_that_succeeded_count() {
        let event = |kind: &str, success: Value, by: &str, day: u8| {
            Object::of(json!({
                "timestamp": format!("2026-01-{day:02}T00:00:00Z"), "event_type": kind, "success": success,
                "initiated_by": {"id": "u", "type": by},
            }))
            .unwrap()
        };
        let mut seen = HashMap::new();
        for event in [
            event("sso_auth", json!(true), "user", 2),
            event("user_login_attempt", json!(true), "user", 1),
            event("sso_auth", json!(false), "user", 9),
            event("user_update", json!(true), "user", 9),
            event("sso_auth", json!(true), "admin", 9),
            event("sso_auth", Value::Null, "user", 9),
        ] {
            take(&event, &mut seen);
        }
        assert_eq!(seen, [("u".to_owned(), "2026-01-02T00:00:00Z".parse().unwrap())].into());
    }
}
