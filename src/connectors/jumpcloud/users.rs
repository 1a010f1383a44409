//! Users and administrators.

use serde_json::Value;

use super::super::listing::{Made, Object};
use super::super::suspect::suspect;
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use crate::model::inventory::{
    Account, Class, Credential, CredentialKind, EntitlementKind, Fact, Record, SecondFactor,
};

/// What the field `employeeType` says of the class, in small letters.
const TYPES: &[(&str, Class)] = &[
    ("employee", Class::Human),
    ("full time", Class::Human),
    ("part time", Class::Human),
    ("contractor", Class::Human),
    ("intern", Class::Human),
    ("external", Class::Human),
    ("service", Class::Machine),
    ("service account", Class::Machine),
    ("system", Class::Machine),
    ("bot", Class::Machine),
    ("agent", Class::Ai),
    ("ai agent", Class::Ai),
];
/// Roles of administrators that are general administration.
const GENERAL: &[&str] = &["Administrator", "Administrator With Billing"];
/// What the table of rights calls those who administer all systems.
const ALL_SYSTEMS: &str = "global administrator on systems";
const NO_PASSWORD: &str = "passwordless sudo";

impl Reading<'_> {
    /// Reads all users.
    pub async fn read_users(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.each(&lists::USERS, Self::user, out).await
    }

    /// Reads all administrators; they are accounts of their own, beside those of users with the same address.
    pub async fn read_administrators(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.each(&lists::ADMINISTRATORS, Self::administrator, out).await
    }

    /// One user, with password and keys.
    pub fn user(&mut self, user: &Object, made: &mut Made) {
        let name = ["email", "username", "displayname"].iter().find_map(|key| user.text(key));
        let Some(id) = self.ids.take(user.text("_id"), name.clone(), made) else { return };
        let name = name.unwrap_or_else(|| id.clone());
        let (class, class_rule, is_class_declared) = class(user, &name);
        let suspected =
            suspect(&name).filter(|guess| class.known().is_none_or(|known| *known != guess.class));
        let job = user.text("jobTitle").or_else(|| user.text("department"));
        let has_password = user.flag("activated");
        let account = Account {
            aliases: user.text("email").map(|mail| mail.to_lowercase()).into_iter().collect(),
            class,
            class_rule,
            is_class_declared,
            suspected,
            is_enabled: enabled(user),
            created: user.time("created"),
            last_seen: self.seen.get(&id).map_or(Fact::Hidden, |at| Fact::Known(*at)),
            has_password,
            second_factor: factor(user),
            job: job.map_or(Fact::Hidden, Fact::Known),
            ..self.account(&id, name)
        };
        if has_password == Fact::Known(true) {
            made.records.push(Record::Credential(Credential {
                id: format!("{id}#password"),
                kind: CredentialKind::Password,
                is_active: account.is_enabled,
                created: user.time("created"),
                rotated: user.time("password_date"),
                expires: match user.flag("password_never_expires") {
                    Fact::Known(true) => Fact::Absent,
                    _ => user.time("password_expiration_date"),
                },
                ..self.credential(&id)
            }));
        }
        for (at, key) in user.objects("ssh_keys").unwrap_or_default().iter().enumerate() {
            let own = key.text("_id").unwrap_or_else(|| at.to_string());
            made.records.push(Record::Credential(Credential {
                id: format!("{id}#{own}"),
                is_active: Fact::Known(true),
                created: key.time("create_date"),
                rotated: Fact::Absent,
                expires: Fact::Absent,
                ..self.credential(&id)
            }));
        }
        made.records.push(Record::Account(account));
        self.on_all_systems(&id, user, made);
    }

    /// The right of some users to administer whatever system they may sign in to.
    fn on_all_systems(&mut self, id: &str, user: &Object, made: &mut Made) {
        let right = match (user.flag("passwordless_sudo"), user.flag("sudo")) {
            (Fact::Known(true), _) => NO_PASSWORD,
            (_, Fact::Known(true)) => ALL_SYSTEMS,
            _ => return,
        };
        if self.tells_rights {
            made.records.extend(self.name(right, right, EntitlementKind::Permission, false));
            made.records.push(Record::Grant(self.grant(id, right, Vec::new())));
        }
    }

    /// One administrator of the console.
    pub fn administrator(&mut self, one: &Object, made: &mut Made) {
        let mail = one.text("email");
        let Some(id) = self.ids.take(one.text("_id").or_else(|| one.text("id")), mail.clone(), made) else {
            return;
        };
        let name = mail.clone().unwrap_or_else(|| id.clone());
        let suspected = suspect(&name);
        // Administrators sign in to the console with a mail address; service accounts are a kind of their own.
        let is_person = suspected.is_none() && mail.is_some();
        let factor = match one.flag("enableMultiFactor") {
            Fact::Known(true) => Fact::Known(SecondFactor::Any),
            Fact::Known(false) => Fact::Absent,
            _ => Fact::Hidden,
        };
        made.records.push(Record::Account(Account {
            aliases: mail.map(|mail| mail.to_lowercase()).into_iter().collect(),
            class: if is_person { Fact::Known(Class::Human) } else { Fact::Hidden },
            class_rule: if is_person { "jumpcloud.administrator/1".to_owned() } else { String::new() },
            suspected,
            is_enabled: match one.flag("suspended") {
                Fact::Known(is_suspended) => Fact::Known(!is_suspended),
                _ => Fact::Hidden,
            },
            created: one.time("created"),
            last_seen: one.time_or_null("lastLogin"),
            second_factor: factor,
            ..self.account(&id, name)
        }));
        self.role(&id, one, made);
    }

    /// The administrator's role that something holds.
    pub fn role(&mut self, id: &str, one: &Object, made: &mut Made) {
        let Some(role) = one.text("roleName").filter(|_| self.tells_rights) else { return };
        let is_general = GENERAL.contains(&role.as_str());
        made.records.extend(self.name(&role, &role, EntitlementKind::Role, is_general));
        let mut grant = self.grant(id, &role, Vec::new());
        if one.get("expiresAt").is_some() {
            grant.expires = one.time("expiresAt");
        }
        made.records.push(Record::Grant(grant));
    }

    /// A credential of which nothing but its account is known.
    pub fn credential(&self, account: &str) -> Credential {
        Credential { account: account.to_owned(), source: Some(self.source.clone()), ..Credential::default() }
    }
}

/// The class, the rule that gave it, and whether it is written down.
fn class(user: &Object, name: &str) -> (Fact<Class>, String, bool) {
    let written = user.text("employeeType").map(|kind| kind.to_lowercase());
    let known = written.and_then(|written| TYPES.iter().find(|(word, _)| *word == written));
    if let Some((_, class)) = known {
        return (Fact::Known(*class), "jumpcloud.employee-type/1".to_owned(), true);
    }
    if ["ldap_binding_user", "samba_service_user"].iter().any(|key| user.flag(key) == Fact::Known(true)) {
        return (Fact::Known(Class::Machine), "jumpcloud.binding-user/1".to_owned(), true);
    }
    let names = ["firstname", "lastname"].map(|key| user.text(key));
    let is_plain = suspect(name).is_none() && names.iter().flatten().all(|part| suspect(part).is_none());
    if names.iter().any(Option::is_some) && is_plain {
        return (Fact::Known(Class::Human), "jumpcloud.persons-name/1".to_owned(), false);
    }
    (Fact::Hidden, String::new(), false)
}

fn enabled(user: &Object) -> Fact<bool> {
    match user.text("state").as_deref() {
        Some("ACTIVATED") => Fact::Known(true),
        Some("STAGED" | "SUSPENDED") => Fact::Known(false),
        _ => match user.flag("suspended") {
            Fact::Known(is_suspended) => Fact::Known(!is_suspended),
            _ => Fact::Hidden,
        },
    }
}

/// The strongest second factor. Without a word of what was enrolled, only a code from an application is told.
fn factor(user: &Object) -> Fact<SecondFactor> {
    let has = |key: &str| user.text(&format!("mfaEnrollment.{key}")).as_deref() == Some("ENROLLED");
    if has("webAuthnStatus") || has("jcGoStatus") {
        return Fact::Known(SecondFactor::PhishingResistant);
    }
    let is_any = ["pushStatus", "totpStatus", "overallStatus"].iter().any(|key| has(key));
    if is_any || user.flag("totp_enabled") == Fact::Known(true) {
        return Fact::Known(SecondFactor::Any);
    }
    let told = user.get("mfaEnrollment.overallStatus").and_then(Value::as_str);
    if told.is_some_and(|told| KNOWN.contains(&told)) { Fact::Absent } else { Fact::Hidden }
}

/// States in which nothing is enrolled.
const KNOWN: &[&str] = &[
    "NOT_ENROLLED",
    "DISABLED",
    "PENDING_ACTIVATION",
    "ENROLLMENT_EXPIRED",
    "IN_ENROLLMENT",
    "PRE_ENROLLMENT",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user(value: Value) -> Object {
        Object::of(value).unwrap()
    }

    #[test]
    fn people_binders_and_what_nothing_tells_are_told_apart() {
        let class = |value: Value| class(&user(value), "a@x.example").0;
        assert_eq!(class(json!({"firstname": "Ann"})), Fact::Known(Class::Human));
        assert_eq!(
            class(json!({"firstname": "Ann", "employeeType": "Service Account"})),
            Fact::Known(Class::Machine)
        );
        assert_eq!(
            class(json!({"firstname": "Ldap", "ldap_binding_user": true})),
            Fact::Known(Class::Machine)
        );
        assert_eq!(class(json!({"firstname": "Backup", "lastname": "Service"})), Fact::Hidden);
        assert_eq!(class(json!({"firstname": null, "employeeType": 7})), Fact::Hidden);
    }

    #[test]
    fn second_factors_are_told_by_what_was_enrolled() {
        let factor = |value: Value| factor(&user(value));
        let enrolled = |key: &str| json!({"mfaEnrollment": {"overallStatus": "ENROLLED", key: "ENROLLED"}});
        assert_eq!(factor(enrolled("webAuthnStatus")), Fact::Known(SecondFactor::PhishingResistant));
        assert_eq!(factor(enrolled("totpStatus")), Fact::Known(SecondFactor::Any));
        assert_eq!(factor(json!({"mfaEnrollment": {"overallStatus": "NOT_ENROLLED"}})), Fact::Absent);
        assert_eq!(factor(json!({"mfaEnrollment": {"overallStatus": "NEW"}})), Fact::Hidden);
        assert_eq!(factor(json!({"totp_enabled": true})), Fact::Known(SecondFactor::Any));
        assert_eq!(factor(json!({"totp_enabled": false})), Fact::Hidden);
    }

    #[test]
    fn states_that_nothing_tells_are_unknown() {
        let enabled = |value: Value| enabled(&user(value));
        assert_eq!(enabled(json!({"state": "ACTIVATED", "suspended": true})), Fact::Known(true));
        assert_eq!(enabled(json!({"state": "NEW", "suspended": true})), Fact::Known(false));
        assert_eq!(enabled(json!({"state": null})), Fact::Hidden);
    }
}
