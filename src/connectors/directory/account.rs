//! Users and computers become accounts and passwords. Classes are concluded by rules with names and versions: the
//! directory says what an account is used for, and declares no class.

use jiff::Timestamp;

use super::{Kind, Object, known, sid};
use crate::connectors::suspect::suspect;
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Credential, CredentialKind, Fact, SecondFactor, Suspicion};

/// Flags of `userAccountControl`.
const DISABLED: u32 = 0x2;
const NEVER_EXPIRES: u32 = 0x1_0000;
const SMART_CARD: u32 = 0x4_0000;
const DELEGATES_ANY: u32 = 0x8_0000;

/// What the directory says of a user or a computer; `None` where it is not told.
#[derive(Debug, Clone, Default)]
pub struct Traits {
    /// The sign-in name that the directory keeps unique.
    pub principal: Option<String>,
    pub title: Option<String>,
    pub display: Option<String>,
    pub mail: Option<String>,
    pub description: Option<String>,
    /// Whether the directory itself keeps the password: managed service accounts of all three kinds.
    pub is_managed: bool,
    /// Whether services run under it, by the names under which tickets for them are given out.
    pub has_services: Option<bool>,
    pub flags: Flags,
    pub created: Fact<Timestamp>,
    pub last_seen: Fact<Timestamp>,
    /// `Absent`: it has to be set at the next sign-in, or never was.
    pub password_set: Fact<Timestamp>,
    /// Of an entry in a directory of another make than Active Directory.
    pub plain: Option<Plain>,
}

/// What an entry shows in a directory without flags and well-known identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plain {
    pub mark: Option<Mark>,
    /// Whether it can sign in with a password.
    pub has_password: Fact<bool>,
}

/// The kind of entry, by the rule that tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Machine(&'static str),
    /// It has a person's attributes; a sign of a service outweighs them.
    Person(&'static str),
}

/// What `userAccountControl` says; `None` where it is not told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    pub is_enabled: Option<bool>,
    pub never_expires: Option<bool>,
    pub needs_smart_card: Option<bool>,
    /// Whether it may act for everybody who signs in to it.
    pub delegates_any: Option<bool>,
}

impl Flags {
    /// Reads the number that the directory keeps.
    pub fn of(control: u32) -> Self {
        let has = |flag: u32| Some(control & flag != 0);
        Self {
            is_enabled: has(DISABLED).map(|is_disabled| !is_disabled),
            never_expires: has(NEVER_EXPIRES),
            needs_smart_card: has(SMART_CARD),
            delegates_any: has(DELEGATES_ANY),
        }
    }

    /// These, and where they are silent, the others.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            is_enabled: self.is_enabled.or(other.is_enabled),
            never_expires: self.never_expires.or(other.never_expires),
            needs_smart_card: self.needs_smart_card.or(other.needs_smart_card),
            delegates_any: self.delegates_any.or(other.delegates_any),
        }
    }
}

/// The account of a user or a computer. Owners, second factors at sign-in pages and the end of an employment are not
/// told by a directory: whoever manages an object is not its owner.
pub fn account(object: &Object, source: &SourceId) -> Account {
    let blank = Traits::default();
    let traits = object.traits.as_deref().unwrap_or(&blank);
    let (class, rule) = class(object, traits);
    let needs_card = traits.flags.needs_smart_card == Some(true);
    let aliases = [Some(object.distinguished.clone()), traits.principal.clone()];
    let own = sid::is_of_domain(&object.id).then(|| object.id.clone());
    Account {
        id: sid::plain(&object.id).to_owned(),
        source: Some(source.clone()),
        name: object.title().to_lowercase(),
        aliases: own.into_iter().chain(aliases.into_iter().flatten()).filter(|key| !key.is_empty()).collect(),
        class,
        class_rule: rule.to_owned(),
        suspected: suspicion(object, traits, class),
        is_enabled: traits.flags.is_enabled.map_or(Fact::Hidden, Fact::Known),
        is_guest: Fact::Known(false),
        created: traits.created,
        last_seen: traits.last_seen,
        has_password: traits.plain.map_or(Fact::Known(!needs_card), |plain| plain.has_password),
        second_factor: if needs_card { Fact::Known(SecondFactor::PhishingResistant) } else { Fact::Hidden },
        job: traits.title.clone().filter(|title| is_filled(title)).map_or(Fact::Hidden, Fact::Known),
        ..Account::default()
    }
}

/// The password of an account: its age, and whether it has an end.
pub fn password(object: &Object, source: &SourceId) -> Option<Credential> {
    let traits = object.traits.as_deref()?;
    if traits.plain.is_some_and(|plain| plain.has_password.known() != Some(&true)) {
        return None;
    }
    let id = sid::plain(&object.id);
    Some(Credential {
        id: format!("{id}#password"),
        account: id.to_owned(),
        source: Some(source.clone()),
        kind: CredentialKind::Password,
        is_active: traits.flags.is_enabled.map_or(Fact::Hidden, Fact::Known),
        created: traits.created,
        rotated: traits.password_set,
        last_used: Fact::Hidden,
        // How long others last stands in policies.
        expires: if traits.flags.never_expires == Some(true) { Fact::Absent } else { Fact::Hidden },
    })
}

/// Concludes the class. An account without the marks of a service is a person's only where it has a person's
/// attributes and is not one that every domain is made with.
fn class(object: &Object, traits: &Traits) -> (Fact<Class>, &'static str) {
    let machine = Fact::Known(Class::Machine);
    if let Some(plain) = traits.plain {
        return match plain.mark {
            Some(Mark::Machine(rule)) => (machine, rule),
            Some(Mark::Person(rule)) if sign(object, traits).is_none() => (Fact::Known(Class::Human), rule),
            _ => (Fact::Hidden, ""),
        };
    }
    if object.kind == Kind::Computer {
        return (machine, "ad.computer/1");
    }
    if traits.is_managed {
        return (machine, "ad.managed-service-account/1");
    }
    // Only computers, managed service accounts and trusts are named so by the directory.
    if object.name.ends_with('$') {
        return (machine, "ad.machine-name/1");
    }
    if traits.has_services == Some(true) {
        return (machine, "ad.service-principal-name/1");
    }
    let is_person =
        [&traits.display, &traits.title, &traits.mail].into_iter().flatten().any(|text| is_filled(text));
    let is_odd = known::is_built_in_account(&object.id) || sign(object, traits).is_some();
    if is_person && !is_odd && traits.has_services == Some(false) {
        return (Fact::Known(Class::Human), "ad.person/1");
    }
    (Fact::Hidden, "")
}

fn is_filled(text: &str) -> bool {
    !text.trim().is_empty()
}

/// What makes one suspect another class than the one that counts.
fn suspicion(object: &Object, traits: &Traits, class: Fact<Class>) -> Option<Suspicion> {
    let found = sign(object, traits)?;
    (class.known() != Some(&found.class)).then_some(found)
}

/// A sign of a service or an agent: a word of the name or the description, a password that never ends on an account
/// at which nobody ever signed in.
fn sign(object: &Object, traits: &Traits) -> Option<Suspicion> {
    let described = || {
        let found = suspect(traits.description.as_deref()?)?;
        Some(Suspicion { because: found.because.replace("the name", "the description"), ..found })
    };
    let is_idle = traits.flags.never_expires == Some(true) && traits.last_seen == Fact::Absent;
    let idle = || {
        let because = "the password never expires and nobody ever signed in".to_owned();
        is_idle.then_some(Suspicion { class: Class::Machine, because })
    };
    suspect(&object.name).or_else(described).or_else(idle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, number: u32, traits: Traits) -> Account {
        let object = Object {
            id: format!("S-1-5-21-1-2-3-{number}"),
            kind: Kind::User,
            name: name.to_owned(),
            domain: "corp.example".to_owned(),
            traits: Some(Box::new(traits)),
            ..Object::default()
        };
        account(&object, &SourceId::new("ad:corp.example"))
    }

    fn person() -> Traits {
        Traits { display: Some("Ada Lind".to_owned()), has_services: Some(false), ..Traits::default() }
    }

    #[test]
    fn classes_are_concluded_by_rules_with_names() {
        let (human, machine) = (Fact::Known(Class::Human), Fact::Known(Class::Machine));
        let served = |mut traits: Traits| {
            traits.has_services = Some(true);
            traits
        };
        let managed = Traits { is_managed: true, ..Traits::default() };
        let cases = [
            ("ada", 1104, person(), human, "ad.person/1"),
            ("ada", 1104, served(person()), machine, "ad.service-principal-name/1"),
            ("sql", 1104, managed, machine, "ad.managed-service-account/1"),
            ("trust$", 1104, person(), machine, "ad.machine-name/1"),
            ("Administrator", 500, person(), Fact::Hidden, ""),
            ("svc-backup", 1104, person(), Fact::Hidden, ""),
            ("ada", 1104, Traits::default(), Fact::Hidden, ""),
            ("ada", 1104, Traits { has_services: None, ..person() }, Fact::Hidden, ""),
        ];
        for (name, number, traits, class, rule) in cases {
            let made = user(name, number, traits);
            assert_eq!((made.class, made.class_rule.as_str()), (class, rule), "{name} {number}");
            assert!(!made.is_class_declared, "a rule is no declaration");
        }
    }

    #[test]
    fn signs_are_suspicions_and_keep_an_account_from_being_a_person() {
        let idle = Traits {
            flags: Flags { never_expires: Some(true), ..Flags::default() },
            last_seen: Fact::Absent,
            ..person()
        };
        let described = Traits { description: Some("nightly backup".to_owned()), ..person() };
        for traits in [idle, described] {
            let made = user("u1", 1104, traits);
            assert_eq!(made.class, Fact::Hidden);
            assert_eq!(made.suspected.unwrap().class, Class::Machine);
        }
    }

    #[test]
    fn flags_are_read_from_the_number() {
        let flags = Flags::of(0x1_0202);
        assert_eq!((flags.is_enabled, flags.never_expires), (Some(false), Some(true)));
        assert_eq!((flags.needs_smart_card, flags.delegates_any), (Some(false), Some(false)));
        let told = Flags { is_enabled: Some(true), ..Flags::default() };
        assert_eq!(told.or(flags).is_enabled, Some(true), "what is told by name comes first");
        let carded = user("ada", 1104, Traits { flags: Flags::of(0x4_0200), ..person() });
        assert_eq!(carded.has_password, Fact::Known(false));
        assert_eq!(carded.second_factor, Fact::Known(SecondFactor::PhishingResistant));
    }
}
