//! Users of Workspace.

use jiff::Timestamp;

use super::super::super::listing::Object;
use super::super::super::suspect::suspect;
use super::factors::Factors;
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Fact, SecondFactor};

/// A user as an account.
pub fn account(source: &SourceId, id: &str, user: &Object, factors: &Factors) -> Account {
    let mail = user.text("primaryEmail").map(|mail| mail.to_lowercase());
    let name = mail.clone().or_else(|| user.text("name.fullName")).unwrap_or_else(|| id.to_owned());
    let own = mail.as_deref().map_or(name.as_str(), |mail| mail.split('@').next().unwrap_or_default());
    let suspected = suspect(own).or_else(|| suspect(&user.text("name.fullName")?));
    let aliases = user.texts("aliases").unwrap_or_default().into_iter().chain(mail);
    let mut aliases: Vec<String> = aliases.map(|mail| mail.to_lowercase()).collect();
    aliases.sort();
    aliases.dedup();
    Account {
        id: id.to_owned(),
        source: Some(source.clone()),
        name,
        aliases,
        // Google has no other kind of user; a name that suggests one leaves it open.
        class: if suspected.is_none() { Fact::Known(Class::Human) } else { Fact::Hidden },
        class_rule: if suspected.is_none() { "google.user/1".to_owned() } else { String::new() },
        suspected,
        is_enabled: is_enabled(user),
        is_guest: user.flag("isGuestUser"),
        created: user.time("creationTime"),
        last_seen: last_login(user),
        second_factor: second_factor(id, user, factors),
        job: job(user),
        ..Account::default()
    }
}

/// Whether a user can sign in: neither suspended nor archived.
pub fn is_enabled(user: &Object) -> Fact<bool> {
    match (user.flag("suspended"), user.flag("archived")) {
        (Fact::Known(true), _) | (_, Fact::Known(true)) => Fact::Known(false),
        (Fact::Known(false), _) => Fact::Known(true),
        _ => Fact::Hidden,
    }
}

/// Google writes the beginning of 1970 for "never".
fn last_login(user: &Object) -> Fact<Timestamp> {
    match user.time("lastLoginTime") {
        Fact::Known(at) if at.as_second() <= 0 => Fact::Absent,
        told => told,
    }
}

fn second_factor(id: &str, user: &Object, factors: &Factors) -> Fact<SecondFactor> {
    match user.flag("isEnrolledIn2Sv") {
        Fact::Known(true) if factors.resists(id) => Fact::Known(SecondFactor::PhishingResistant),
        Fact::Known(true) => Fact::Known(SecondFactor::Any),
        Fact::Known(false) => Fact::Absent,
        _ => Fact::Hidden,
    }
}

/// The title of the first post, else its department.
fn job(user: &Object) -> Fact<String> {
    let posts = user.objects("organizations").unwrap_or_default();
    let main = posts.iter().find(|post| post.flag("primary") == Fact::Known(true)).or(posts.first());
    let job = main.and_then(|post| post.text("title").or_else(|| post.text("department")));
    job.map_or(Fact::Hidden, Fact::Known)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(user: serde_json::Value) -> Account {
        let user = Object::of(user).unwrap();
        account(&SourceId::new("google:C1"), "1", &user, &Factors::default())
    }

    #[test]
    fn a_user_is_read_with_googles_word_for_never() {
        let user = read(json!({
            "primaryEmail": "Ann@Acme.example", "aliases": ["a@acme.example", null], "suspended": false,
            "archived": false, "isEnrolledIn2Sv": true, "lastLoginTime": "1970-01-01T00:00:00.000Z",
            "creationTime": "2020-01-02T03:04:05.000Z",
            "organizations": [{"department": "Sales"}, {"title": "Buyer", "primary": true}],
        }));
        assert_eq!((user.name.as_str(), user.aliases.len()), ("ann@acme.example", 2));
        assert_eq!((user.class, user.is_enabled), (Fact::Known(Class::Human), Fact::Known(true)));
        assert_eq!((user.last_seen, user.second_factor), (Fact::Absent, Fact::Known(SecondFactor::Any)));
        assert_eq!(user.job, Fact::Known("Buyer".to_owned()));
        assert!(user.created.known().is_some());
    }

    #[test]
    fn what_is_not_told_stays_open() {
        let user = read(
            json!({"primaryEmail": "svc-backup@acme.example", "lastLoginTime": "soon", "archived": false}),
        );
        assert_eq!((user.class, user.class_rule.as_str()), (Fact::Hidden, ""));
        assert_eq!(user.suspected.unwrap().class, Class::Machine);
        assert_eq!((user.is_enabled, user.last_seen), (Fact::Hidden, Fact::Hidden));
        assert_eq!((user.second_factor, user.job), (Fact::Hidden, Fact::Hidden));
        assert_eq!(read(json!({"archived": true})).is_enabled, Fact::Known(false));
    }
}
