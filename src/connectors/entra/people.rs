//! From users to accounts. Classes are concluded by rules with names and versions, but those that the directory itself
//! writes down.

use std::collections::HashMap;

use super::super::listing::{Ids, Made, Object};
use super::super::suspect::suspect;
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Fact, Record, SecondFactor};

/// Methods that cannot be phished, as reports of registrations name them, in small letters.
const RESISTANT: &[&str] = &[
    "fido2securitykey",
    "fido2",
    "passkeydevicebound",
    "passkeydeviceboundauthenticator",
    "passkeydeviceboundwindowshello",
    "passkeysynced",
    "windowshelloforbusiness",
    "macossecureenclavekey",
    "platformcredential",
    "certificatebasedauthentication",
    "x509certificatemultifactor",
];
/// Attributes that people have, and mailboxes, rooms and services have not.
const PERSONAL: [&str; 5] = ["givenName", "surname", "jobTitle", "department", "employeeId"];

/// What is known of a user beyond its account.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The sign-in name, by which owners are named.
    pub name: String,
    pub is_enabled: Fact<bool>,
}

/// Users so far.
pub struct People {
    source: SourceId,
    ids: Ids,
    /// By id; `None` where the report is not shown.
    pub factors: Option<HashMap<String, Fact<SecondFactor>>>,
    /// Whether the last sign-in is told.
    pub tells_sign_ins: bool,
    known: HashMap<String, Person>,
}

impl People {
    /// Nobody of a tenant yet.
    pub fn new(source: SourceId) -> Self {
        Self { source, ids: Ids::default(), factors: None, tells_sign_ins: true, known: HashMap::new() }
    }

    /// A user that was listed.
    pub fn get(&self, id: &str) -> Option<&Person> {
        self.known.get(id)
    }

    /// Takes one user.
    pub fn take(&mut self, user: &Object, to: &mut Made) {
        let name = user.text("userPrincipalName").or_else(|| user.text("displayName"));
        let Some(id) = self.ids.take(user.text("id"), name.clone(), to) else { return };
        let name = name.unwrap_or_else(|| id.clone()).to_lowercase();
        let is_enabled = user.flag("accountEnabled");
        self.known.insert(id.clone(), Person { name: name.clone(), is_enabled });
        let is_agent = parent(user).is_some() || is_agent_user(user);
        let account = if is_agent { Self::agent(user) } else { self.person(user) };
        to.records.push(Record::Account(Account {
            id,
            source: Some(self.source.clone()),
            name,
            is_enabled,
            created: user.time("createdDateTime"),
            last_seen: self.last_seen(user),
            ..account
        }));
    }

    /// A user that an agent acts as. It is one identity with its agent, of which it is the only user.
    fn agent(user: &Object) -> Account {
        Account {
            aliases: parent(user).map(|parent| agent_key(&parent)).into_iter().chain(names(user)).collect(),
            class: Fact::Known(Class::Ai),
            class_rule: "entra.agent-user/1".to_owned(),
            is_class_declared: true,
            is_guest: Fact::Known(false),
            has_password: Fact::Known(false),
            ..Account::default()
        }
    }

    fn person(&self, user: &Object) -> Account {
        let kind = user.text("userType").map(|kind| kind.to_lowercase());
        let is_guest = match kind.as_deref() {
            Some("guest") => Fact::Known(true),
            Some("member") => Fact::Known(false),
            _ => Fact::Hidden,
        };
        let called = [user.text("displayName"), user.text("userPrincipalName").map(|name| local(&name))];
        let guess = called.iter().flatten().find_map(|name| suspect(name));
        let is_person = PERSONAL.iter().any(|key| user.text(key).is_some());
        let (class, rule) = match (&guess, is_guest) {
            (None, Fact::Known(true)) => (Fact::Known(Class::Human), "entra.guest/1"),
            (None, _) if is_person => (Fact::Known(Class::Human), "entra.person/1"),
            _ => (Fact::Hidden, ""),
        };
        let job = user.text("jobTitle").or_else(|| user.text("department"));
        Account {
            aliases: user.text("onPremisesSecurityIdentifier").into_iter().chain(names(user)).collect(),
            class,
            class_rule: rule.to_owned(),
            suspected: guess,
            is_guest,
            has_password: has_password(user, is_guest),
            second_factor: self.factor(user),
            job: job.map_or(Fact::Hidden, Fact::Known),
            ..Account::default()
        }
    }

    /// The report leaves out whom it does not speak of, such as disabled users.
    fn factor(&self, user: &Object) -> Fact<SecondFactor> {
        let id = user.text("id").unwrap_or_default();
        self.factors.as_ref().and_then(|factors| factors.get(&id)).copied().unwrap_or(Fact::Hidden)
    }

    /// The newest sign-in of any kind; "never" where the tenant tells and has none.
    fn last_seen(&self, user: &Object) -> Fact<jiff::Timestamp> {
        if !self.tells_sign_ins {
            return Fact::Hidden;
        }
        last_sign_in(
            user,
            &[
                "signInActivity.lastSignInDateTime",
                "signInActivity.lastNonInteractiveSignInDateTime",
                "signInActivity.lastSuccessfulSignInDateTime",
            ],
        )
    }
}

/// The newest of some times; a time that cannot be read leaves open whether there is a newer one.
pub fn last_sign_in(object: &Object, paths: &[&str]) -> Fact<jiff::Timestamp> {
    let told = || paths.iter().filter(|path| object.get(path).is_some());
    let read = told().filter_map(|path| object.time(path).known().copied()).max();
    match read {
        Some(newest) => Fact::Known(newest),
        None if told().next().is_some() => Fact::Hidden,
        None => Fact::Absent,
    }
}

/// The key that an agent and the user that it acts as share.
pub fn agent_key(agent: &str) -> String {
    format!("entra-agent:{agent}")
}

fn is_agent_user(user: &Object) -> bool {
    user.text("@odata.type").is_some_and(|kind| kind.eq_ignore_ascii_case("#microsoft.graph.agentUser"))
}

fn parent(user: &Object) -> Option<String> {
    user.text("identityParentId")
}

/// Names that mean the same person elsewhere.
fn names(user: &Object) -> Vec<String> {
    let names = ["userPrincipalName", "mail"].iter().filter_map(|key| user.text(key));
    let mut names: Vec<String> =
        names.map(|name| name.to_lowercase()).filter(|name| name.contains('@')).collect();
    names.dedup();
    names
}

fn local(name: &str) -> String {
    name.split('@').next().unwrap_or_default().to_owned()
}

/// A member of the cloud alone whose password was ever set has one; whoever signs in elsewhere is not known to.
fn has_password(user: &Object, is_guest: Fact<bool>) -> Fact<bool> {
    let is_synced = user.flag("onPremisesSyncEnabled") == Fact::Known(true);
    let was_set = user.time("lastPasswordChangeDateTime").known().is_some();
    if was_set && !is_synced && is_guest == Fact::Known(false) { Fact::Known(true) } else { Fact::Hidden }
}

/// The second factor that a registration shows.
pub fn factor(registration: &Object) -> Fact<SecondFactor> {
    let methods = registration.texts("methodsRegistered").unwrap_or_default();
    let is_resistant = |method: &String| RESISTANT.contains(&method.to_lowercase().as_str());
    if methods.iter().any(is_resistant) {
        return Fact::Known(SecondFactor::PhishingResistant);
    }
    match registration.flag("isMfaRegistered") {
        Fact::Known(true) => Fact::Known(SecondFactor::Any),
        Fact::Known(false) => Fact::Absent,
        Fact::Absent | Fact::Hidden => Fact::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn object(value: Value) -> Object {
        Object::of(value).unwrap()
    }

    fn account(user: Value) -> Account {
        let mut people = People::new(SourceId::new("entra:t"));
        people.factors = Some([("u".to_owned(), Fact::Known(SecondFactor::Any))].into());
        let mut made = Made::default();
        people.take(&object(user), &mut made);
        let Some(Record::Account(account)) = made.records.pop() else { panic!("{made:?}") };
        account
    }

    #[test]
    fn users_are_classed_by_what_the_directory_says_of_them() {
        let human = Fact::Known(Class::Human);
        let cases = [
            (json!({"id": "u", "userType": "Member", "givenName": "Ada"}), human, "entra.person/1"),
            (json!({"id": "u", "userType": "Guest", "mail": "a@x.example"}), human, "entra.guest/1"),
            (json!({"id": "u", "identityParentId": "a"}), Fact::Known(Class::Ai), "entra.agent-user/1"),
            (
                json!({"id": "u", "@odata.type": "#microsoft.graph.agentUser"}),
                Fact::Known(Class::Ai),
                "entra.agent-user/1",
            ),
            // Rooms, shared mailboxes and services stand among the users too.
            (json!({"id": "u", "userType": "Member", "displayName": "Conf Room Adams"}), Fact::Hidden, ""),
            (
                json!({"id": "u", "userType": "Member", "userPrincipalName": "svc-backup@x.example", "surname": "B"}),
                Fact::Hidden,
                "",
            ),
            (json!({"id": "u", "userType": "Robot"}), Fact::Hidden, ""),
        ];
        for (user, class, rule) in cases {
            let account = account(user.clone());
            assert_eq!((account.class, account.class_rule.as_str()), (class, rule), "{user}");
        }
        assert_eq!(account(json!({"id": "u", "userType": "Robot"})).is_guest, Fact::Hidden);
    }

    #[test]
    fn never_and_not_told_stay_apart() {
        let at = "2026-01-02T03:04:05Z";
        let seen = |activity: Value| account(json!({"id": "u", "signInActivity": activity})).last_seen;
        assert_eq!(seen(Value::Null), Fact::Absent);
        assert_eq!(seen(json!({"lastSignInDateTime": null})), Fact::Absent);
        assert_eq!(seen(json!({"lastSignInDateTime": "soon"})), Fact::Hidden);
        let both =
            json!({"lastSignInDateTime": "2025-01-01T00:00:00Z", "lastNonInteractiveSignInDateTime": at});
        assert_eq!(seen(both), Fact::Known(at.parse().unwrap()));
    }

    #[test]
    fn factors_are_told_by_their_methods_or_not_at_all() {
        let of = |registration: Value| factor(&object(registration));
        assert_eq!(
            of(json!({"methodsRegistered": ["mobilePhone", "fido2SecurityKey"]})),
            Fact::Known(SecondFactor::PhishingResistant)
        );
        assert_eq!(
            of(json!({"isMfaRegistered": true, "methodsRegistered": ["newThing"]})),
            Fact::Known(SecondFactor::Any)
        );
        assert_eq!(of(json!({"isMfaRegistered": false, "methodsRegistered": []})), Fact::Absent);
        assert_eq!(of(json!({"methodsRegistered": null})), Fact::Hidden);
        assert_eq!(account(json!({"id": "other"})).second_factor, Fact::Hidden);
    }

    #[test]
    fn a_password_is_known_of_members_of_the_cloud_alone() {
        let set = "2026-01-02T03:04:05Z";
        let of = |more: Value| {
            let mut user = json!({"id": "u", "userType": "Member", "lastPasswordChangeDateTime": set});
            user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            account(user).has_password
        };
        assert_eq!(of(json!({})), Fact::Known(true));
        for more in [
            json!({"onPremisesSyncEnabled": true}),
            json!({"userType": "Guest"}),
            json!({"lastPasswordChangeDateTime": null}),
        ] {
            assert_eq!(of(more), Fact::Hidden);
        }
        assert_eq!(of(json!({"identityParentId": "a"})), Fact::Known(false));
    }
}
