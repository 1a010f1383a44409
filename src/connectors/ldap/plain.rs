//! Entries of directories of other makes: people, accounts of systems, applications, groups of every schema in use.

use jiff::{SignedDuration, Timestamp};

use super::entry::Entry;
use super::name;
use super::reading::{Listed, Reading, Sort};
use crate::connectors::directory::account::{Flags, Mark, Plain, Traits};
use crate::connectors::directory::{Kind, Object};
use crate::model::inventory::Fact;

/// Filters that find an account of which a fact is shown; attributes that a server does not know find nothing.
pub const LAST_USE: &str =
    "(|(authTimestamp=*)(pwdLastSuccess=*)(krbLastSuccessfulAuth=*)(lastLoginTime=*)(loginTime=*))";
/// The same for what bars accounts.
pub const STATE: &str = "(|(pwdAccountLockedTime=*)(nsAccountLock=*)(loginDisabled=*)(shadowExpire=*))";
/// The same for the age of passwords.
pub const PASSWORDS: &str = "(|(pwdChangedTime=*)(krbLastPwdChange=*)(shadowLastChange=*))";

/// The same attributes where entries are read.
const USES: &[&str] =
    &["authtimestamp", "pwdlastsuccess", "krblastsuccessfulauth", "lastlogintime", "logintime"];

/// Every search, in the order in which it is made.
pub static LISTS: &[Listed] = &[
    Listed {
        kind: Sort::Account,
        what: "accounts",
        filter: "(|(objectClass=person)(objectClass=inetOrgPerson)(objectClass=account)(objectClass=posixAccount)\
                 (objectClass=simpleSecurityObject)(objectClass=applicationProcess)(objectClass=krbPrincipalAux)\
                 (objectClass=sambaSamAccount)(objectClass=device))",
        attributes: &[
            "objectClass",
            "entryUUID",
            "nsUniqueId",
            "uid",
            "cn",
            "displayName",
            "givenName",
            "employeeNumber",
            "employeeType",
            "title",
            "mail",
            "description",
            "gidNumber",
            "krbPrincipalName",
            "createTimestamp",
            "authTimestamp",
            "pwdLastSuccess",
            "krbLastSuccessfulAuth",
            "lastLoginTime",
            "loginTime",
            "pwdAccountLockedTime",
            "nsAccountLock",
            "loginDisabled",
            "shadowExpire",
            "pwdChangedTime",
            "krbLastPwdChange",
            "shadowLastChange",
        ],
        in_configuration: false,
    },
    Listed {
        kind: Sort::Group,
        what: "groups",
        filter: "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)\
                 (objectClass=posixGroup)(objectClass=groupOfURLs))",
        attributes: &[
            "objectClass",
            "entryUUID",
            "nsUniqueId",
            "cn",
            "gidNumber",
            "member",
            "uniqueMember",
            "memberUid",
            "memberURL",
        ],
        in_configuration: false,
    },
];

/// Classes of people, of programs, of things.
const PEOPLE: &[&str] = &["person", "organizationalperson", "inetorgperson"];
const PROGRAMS: &[&str] = &["simplesecurityobject", "applicationprocess"];
const DEVICES: &[&str] = &["device", "iphost", "computer"];
/// What people have and the schema does not ask for.
const PERSONAL: &[&str] = &["givenname", "displayname", "employeenumber", "employeetype", "title", "mail"];
/// Groups that the schema does not let be without members.
const FILLED: &[&str] = &["groupofnames", "groupofuniquenames"];
/// A day, for attributes that count days since 1970.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// An entry as an object.
pub fn object(reading: &mut Reading, sort: Sort, entry: &Entry) -> Option<Object> {
    let own = ["entryuuid", "nsuniqueid"].iter().find_map(|key| entry.text(key));
    let id = own.unwrap_or_else(|| name::folded(&entry.dn)).to_uppercase();
    if id.is_empty() {
        return None;
    }
    let mut called = ["uid", "cn"].iter().filter(|key| sort == Sort::Account || **key == "cn");
    let called = called.find_map(|key| entry.text(key));
    let mut object = Object {
        kind: if sort == Sort::Group { Kind::Group } else { Kind::User },
        domain: reading.domain.clone(),
        name: called.unwrap_or_else(|| name::first(&entry.dn).to_owned()),
        distinguished: entry.dn.clone(),
        id,
        ..Object::default()
    };
    match sort {
        Sort::Account => account(reading, entry, &mut object),
        _ => group(reading, entry, &mut object),
    }
    Some(object)
}

fn account(reading: &mut Reading, entry: &Entry, object: &mut Object) {
    let traits = traits(reading, entry);
    if let Some(seen) = traits.last_seen.known() {
        reading.oldest_use = Some(reading.oldest_use.map_or(*seen, |oldest| oldest.min(*seen)));
    }
    object.traits = Some(Box::new(traits));
    let number = reading.estate.id(&object.id);
    for uid in entry.texts("uid") {
        reading.known_as(&format!("UID:{uid}"), number, &entry.dn);
    }
    if let Some(group) = entry.text("gidnumber") {
        object.groups.push(reading.estate.group(&format!("GID:{group}")));
    }
}

fn traits(reading: &Reading, entry: &Entry) -> Traits {
    let mark = mark(entry);
    let person = matches!(mark, Some(Mark::Person(_)));
    let seen = USES.iter().filter_map(|key| entry.moment(key)).max();
    let set = ["pwdchangedtime", "krblastpwdchange"].iter().filter_map(|key| entry.moment(key)).max();
    let set = set.map_or_else(|| days(entry.number("shadowlastchange")), Fact::Known);
    let has_password = set.is_told() || entry.is_a(&["simplesecurityobject"]);
    Traits {
        // The address of whoever looks after a program would make both one.
        principal: entry.text("krbprincipalname").or_else(|| entry.text("mail").filter(|_| person)),
        title: entry.text("title"),
        display: entry.text("displayname"),
        mail: entry.text("mail"),
        description: entry.text("description"),
        flags: Flags { is_enabled: is_enabled(reading, entry), ..Flags::default() },
        created: entry.moment("createtimestamp").map_or(Fact::Hidden, Fact::Known),
        last_seen: match seen {
            Some(seen) => Fact::Known(seen),
            None if reading.shown.last_use => Fact::Absent,
            None => Fact::Hidden,
        },
        password_set: set,
        plain: Some(Plain {
            mark,
            has_password: if has_password { Fact::Known(true) } else { Fact::Hidden },
        }),
        ..Traits::default()
    }
}

/// What tells people from programs.
fn mark(entry: &Entry) -> Option<Mark> {
    let is_person = entry.is_a(PEOPLE);
    if entry.is_a(PROGRAMS) && !is_person {
        return Some(Mark::Machine("ldap.security-object/1"));
    }
    if entry.is_a(DEVICES) && !is_person {
        return Some(Mark::Machine("ldap.device/1"));
    }
    // Computers of a domain that Samba keeps in a directory are named so.
    if entry.texts("uid").any(|uid| uid.ends_with('$')) {
        return Some(Mark::Machine("ldap.machine-name/1"));
    }
    let is_personal =
        is_person && !entry.is_a(PROGRAMS) && PERSONAL.iter().any(|key| entry.text(key).is_some());
    is_personal.then_some(Mark::Person("ldap.person/1"))
}

/// Whether it may sign in. That nothing bars it is told only where this reader sees what bars others.
fn is_enabled(reading: &Reading, entry: &Entry) -> Option<bool> {
    let is_on = |key: &str| entry.text(key).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let ended = days(entry.number("shadowexpire").filter(|days| *days > 0));
    if is_on("nsaccountlock") || is_on("logindisabled") || ended.known().is_some_and(|at| *at < reading.at) {
        return Some(false);
    }
    match entry.moment("pwdaccountlockedtime") {
        // Locked for ever is written as the year 0; other locks may end by themselves.
        Some(at) => (at.as_second() < 0).then_some(false),
        None => reading.shown.state.then_some(true),
    }
}

/// A moment from days since 1970; 0 has it set at the next sign-in.
fn days(days: Option<i64>) -> Fact<Timestamp> {
    match days {
        Some(0) => Fact::Absent,
        Some(days) if days > 0 => {
            let since = i32::try_from(days).ok().and_then(|days| DAY.checked_mul(days));
            let at = since.and_then(|since| Timestamp::UNIX_EPOCH.checked_add(since).ok());
            at.map_or(Fact::Hidden, Fact::Known)
        }
        _ => Fact::Hidden,
    }
}

fn group(reading: &mut Reading, entry: &Entry, object: &mut Object) {
    let named = entry.texts("member").chain(entry.texts("uniquemember").map(without_bits));
    object.members = named.map(|member| reading.member(&name::folded(member))).collect();
    object.members.extend(entry.texts("memberuid").map(|uid| reading.member(&format!("UID:{uid}"))));
    if entry.is_a(FILLED) && object.members.is_empty() {
        reading.closed += 1;
        reading.refuse(&entry.dn, "it has to have members, and shows none");
    }
    if entry.has("memberurl") {
        reading.refuse(&entry.dn, "who is in it is found by a search, which is not made");
    }
    let number = reading.estate.group(&object.id);
    if entry.is_a(&["posixgroup"])
        && let Some(own) = entry.text("gidnumber")
    {
        reading.known_as(&format!("GID:{own}"), number, &entry.dn);
    }
}

/// A name may carry bits that tell it from a former holder's (RFC 4517 3.3.21).
fn without_bits(member: &str) -> &str {
    member.rsplit_once('#').filter(|(_, bits)| bits.starts_with('\'')).map_or(member, |(name, _)| name)
}

/// That somebody was never seen is known only since sign-ins are written down: of entries that are older than the oldest
/// of them, nobody knows.
pub fn forget_never<'a>(objects: impl Iterator<Item = &'a mut Object>, oldest: Timestamp) {
    for traits in objects.filter_map(|object| object.traits.as_deref_mut()) {
        let is_younger = traits.created.known().is_some_and(|created| *created >= oldest);
        if traits.plain.is_some() && traits.last_seen == Fact::Absent && !is_younger {
            traits.last_seen = Fact::Hidden;
        }
    }
}
