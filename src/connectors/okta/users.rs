//! Users: people, and the accounts that services sign in with.

use super::super::listing::{AT_ONCE, Made, Object, Pages, below};
use super::super::suspect::suspect;
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use crate::model::inventory::{Account, Class, Credential, CredentialKind, Fact, Record, SecondFactor};
use crate::model::pull::{Lack, Missing};

/// What the field `userType` says of the class, in small letters.
const TYPES: &[(&str, Class)] = &[
    ("employee", Class::Human),
    ("contractor", Class::Human),
    ("consultant", Class::Human),
    ("intern", Class::Human),
    ("vendor", Class::Human),
    ("partner", Class::Human),
    ("external", Class::Human),
    ("service", Class::Machine),
    ("service account", Class::Machine),
    ("serviceaccount", Class::Machine),
    ("service_account", Class::Machine),
    ("machine", Class::Machine),
    ("system", Class::Machine),
    ("bot", Class::Machine),
    ("agent", Class::Ai),
    ("ai agent", Class::Ai),
];

/// Second factors that no one can be tricked into giving away.
const RESISTANT: &[&str] = &["webauthn", "u2f", "signed_nonce"];
/// What Okta lists beside them and is none.
const NO_FACTOR: &[&str] = &["question"];

impl Reading<'_> {
    /// Reads all users that were not deleted or deactivated, page by page.
    pub async fn read_users(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let (mut pages, mut lack) = (Pages::of(self.http, &lists::USERS), None);
        let (mut hides_factors, mut late) = (None, Vec::new());
        while let Some(page) = pages.told(out, &mut lack).await? {
            let mut made = Made::default();
            let mut accounts = Vec::new();
            for object in &page {
                accounts.extend(self.user(object, &mut made));
            }
            if self.wants.factors && hides_factors.is_none() {
                hides_factors = self.add_factors(&mut accounts).await?;
            }
            // Who owns them may stand on a later page.
            let (now, managed): (Vec<_>, Vec<_>) =
                accounts.into_iter().partition(|account| !self.managed.contains_key(&account.id));
            late.extend(managed);
            made.records.extend(now.into_iter().map(Record::Account));
            made.hand_over(out).await?;
        }
        for account in &mut late {
            account.owner =
                self.managed.get(&account.id).map_or(Fact::Hidden, |managed| self.first_owner(managed));
        }
        let records = late.into_iter().map(Record::Account).collect();
        Made { records, refusals: Vec::new() }.hand_over(out).await?;
        if let Some(why) = hides_factors {
            out.misses(Missing::from(lists::FACTORS.sight).because(why)).await?;
        }
        self.note(&lists::USERS, lack, out).await
    }

    /// One user; the password beside it, where there is one.
    pub fn user(&mut self, object: &Object, made: &mut Made) -> Option<Account> {
        let login = object.text("profile.login").or_else(|| object.text("profile.email"));
        let id = self.ids.take(object.text("id"), login.clone(), made)?;
        let name = login.unwrap_or_else(|| id.clone());
        self.users.insert(id.clone(), name.clone());
        let is_managed = self.managed.contains_key(&id);
        let (class, class_rule, is_class_declared) =
            if is_managed { managed_class() } else { class(object, &name) };
        let suspected =
            suspect(&name).filter(|guess| class.known().is_none_or(|known| *known != guess.class));
        let job = object.text("profile.title").or_else(|| object.text("profile.department"));
        let account = Account {
            aliases: mails(object),
            class,
            class_rule,
            is_class_declared,
            suspected,
            is_enabled: enabled(object),
            created: object.time("created"),
            last_seen: self.heard.later(object.time_or_null("lastLogin"), &id),
            has_password: password(object),
            job: job.map_or(Fact::Hidden, Fact::Known),
            ..self.make.account(&id, name)
        };
        if account.has_password == Fact::Known(true) {
            made.records.push(Record::Credential(Credential {
                id: format!("{id}#password"),
                account: id,
                source: account.source.clone(),
                kind: CredentialKind::Password,
                is_active: account.is_enabled,
                created: account.created,
                rotated: object.time_or_null("passwordChanged"),
                last_used: Fact::Hidden,
                // How long passwords last stands in policies.
                expires: Fact::Hidden,
            }));
        }
        Some(account)
    }

    /// Adds to each account what its user enrolled; says why where that is not shown.
    async fn add_factors(&self, accounts: &mut [Account]) -> Result<Option<Lack>, ConnectorError> {
        if let Some(first) = accounts.first()
            && let super::Sightline::Lacks(why) =
                super::count_below(self.http, &lists::FACTORS, &first.id).await?
            && why != Lack::NotCollected
        {
            return Ok(Some(why));
        }
        for some in accounts.chunks_mut(AT_ONCE) {
            let ids: Vec<String> = some.iter().map(|account| account.id.clone()).collect();
            let places: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = below(self.http, &lists::FACTORS, &places).await?;
            for (account, factors) in some.iter_mut().zip(found) {
                account.second_factor = factors.map_or(Fact::Hidden, |factors| strongest(&factors));
            }
        }
        Ok(None)
    }
}

fn managed_class() -> (Fact<Class>, String, bool) {
    (Fact::Known(Class::Machine), "okta.managed-service-account/1".to_owned(), true)
}

/// The class, the rule that gave it, and whether it is written down. Okta asks everybody for a first and a last name, so
/// that these tell of a person only where the name says nothing else.
fn class(user: &Object, name: &str) -> (Fact<Class>, String, bool) {
    let written = user.text("profile.userType").map(|kind| kind.to_lowercase());
    let known = written.and_then(|written| TYPES.iter().find(|(word, _)| *word == written));
    if let Some((_, class)) = known {
        return (Fact::Known(*class), "okta.user-type/1".to_owned(), true);
    }
    let parts = ["profile.firstName", "profile.lastName"].map(|part| user.text(part));
    let is_suspect = |text: &str| suspect(text).is_some();
    let is_named = parts.iter().any(Option::is_some);
    if is_named && !is_suspect(name) && !parts.iter().flatten().any(|part| is_suspect(part)) {
        return (Fact::Known(Class::Human), "okta.persons-name/1".to_owned(), false);
    }
    (Fact::Hidden, String::new(), false)
}

/// The mail address and the sign-in name; never the second address, which is often a private one.
fn mails(user: &Object) -> Vec<String> {
    let all = ["profile.login", "profile.email"].iter().filter_map(|key| user.text(key));
    let mut mails: Vec<String> =
        all.filter(|mail| mail.contains('@')).map(|mail| mail.to_lowercase()).collect();
    mails.sort();
    mails.dedup();
    mails
}

fn enabled(user: &Object) -> Fact<bool> {
    match user.text("status").as_deref() {
        Some("ACTIVE" | "LOCKED_OUT" | "PASSWORD_EXPIRED" | "PROVISIONED" | "RECOVERY") => Fact::Known(true),
        Some("DEPROVISIONED" | "STAGED" | "SUSPENDED") => Fact::Known(false),
        _ => Fact::Hidden,
    }
}

/// Whether a user can sign in with a password: Okta's own, or one of the directory behind it.
fn password(user: &Object) -> Fact<bool> {
    if user.object("credentials.password").is_some() {
        return Fact::Known(true);
    }
    match user.text("credentials.provider.type").as_deref() {
        Some("ACTIVE_DIRECTORY" | "LDAP") => Fact::Known(true),
        Some("FEDERATION" | "SOCIAL") => Fact::Known(false),
        _ => Fact::Hidden,
    }
}

/// The strongest of the factors that are in use. One whose state or kind is not told may be the strongest.
fn strongest(factors: &[Object]) -> Fact<SecondFactor> {
    let mut found = Fact::Absent;
    for factor in factors {
        match (factor.text("factorType"), factor.text("status").as_deref()) {
            (Some(kind), _) if NO_FACTOR.contains(&kind.as_str()) => {}
            (Some(kind), Some("ACTIVE")) if RESISTANT.contains(&kind.as_str()) => {
                return Fact::Known(SecondFactor::PhishingResistant);
            }
            (Some(_), Some("ACTIVE")) => found = Fact::Known(SecondFactor::Any),
            (None, Some("ACTIVE")) | (_, None) if found == Fact::Absent => found = Fact::Hidden,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user(value: serde_json::Value) -> Object {
        Object::of(value).unwrap()
    }

    #[test]
    fn people_are_told_from_services_by_what_is_written_and_by_names_that_say_nothing_else() {
        let named = |login: &str, first: &str, last: &str, kind: Option<&str>| {
            let profile = json!({"login": login, "firstName": first, "lastName": last, "userType": kind});
            class(&user(json!({ "profile": profile })), login).0
        };
        let human = Fact::Known(Class::Human);
        assert_eq!(named("ann@x.example", "Ann", "Lee", None), human);
        assert_eq!(named("ann@x.example", "Ann", "Lee", Some("Employee")), human);
        assert_eq!(named("svc-backup@x.example", "Backup", "Job", None), Fact::Hidden);
        assert_eq!(named("b@x.example", "Backup", "Service", None), Fact::Hidden);
        assert_eq!(named("b@x.example", "", "", None), Fact::Hidden);
        assert_eq!(named("b@x.example", "B", "C", Some("Service Account")), Fact::Known(Class::Machine));
        assert_eq!(named("b@x.example", "B", "C", Some("Other")), human);
    }

    #[test]
    fn the_strongest_factor_in_use_counts_and_a_question_is_none() {
        let factors = |all: serde_json::Value| {
            let all: Vec<Object> = all.as_array().unwrap().iter().cloned().filter_map(Object::of).collect();
            strongest(&all)
        };
        let factor = |kind: &str, status: Option<&str>| json!({"factorType": kind, "status": status});
        assert_eq!(factors(json!([])), Fact::Absent);
        assert_eq!(factors(json!([factor("question", Some("ACTIVE"))])), Fact::Absent);
        assert_eq!(factors(json!([factor("webauthn", Some("PENDING_ACTIVATION"))])), Fact::Absent);
        assert_eq!(factors(json!([factor("webauthn", None)])), Fact::Hidden);
        assert_eq!(factors(json!([{"status": "ACTIVE"}])), Fact::Hidden);
        assert_eq!(
            factors(json!([factor("webauthn", None), factor("sms", Some("ACTIVE"))])),
            Fact::Known(SecondFactor::Any)
        );
        let all = json!([factor("push", Some("ACTIVE")), factor("webauthn", Some("ACTIVE")), {"odd": 1}]);
        assert_eq!(factors(all), Fact::Known(SecondFactor::PhishingResistant));
    }

    #[test]
    fn states_and_passwords_that_nothing_tells_are_unknown() {
        let odd = user(
            json!({"status": "NEW_STATE", "credentials": {"password": null, "provider": {"type": "X"}}}),
        );
        assert_eq!((enabled(&odd), password(&odd)), (Fact::Hidden, Fact::Hidden));
        let own = user(json!({"status": "SUSPENDED", "credentials": {"password": {}}}));
        assert_eq!((enabled(&own), password(&own)), (Fact::Known(false), Fact::Known(true)));
        let other = user(json!({"status": "ACTIVE", "credentials": {"provider": {"type": "FEDERATION"}}}));
        assert_eq!((enabled(&other), password(&other)), (Fact::Known(true), Fact::Known(false)));
    }
}
