//! Entries of Active Directory, with the identifiers and the names of rights that files of collectors have, so that the
//! same domain is the same by both ways.

use super::entry::Entry;
use super::name;
use super::reading::{Listed, Reading, Sort};
use super::security::{self, Descriptor};
use crate::connectors::directory::account::{Flags, Traits};
use crate::connectors::directory::time::{last_seen, moment};
use crate::connectors::directory::{self, Kind, Object, sid};
use crate::model::inventory::Fact;

/// Every search, in the order in which it is made.
pub static LISTS: &[Listed] = &[
    Listed {
        kind: Sort::Account,
        what: "accounts",
        filter: "(objectClass=user)",
        attributes: &[
            "objectClass",
            "objectSid",
            "sAMAccountName",
            "userPrincipalName",
            "displayName",
            "title",
            "mail",
            "description",
            "userAccountControl",
            "primaryGroupID",
            "whenCreated",
            "lastLogonTimestamp",
            "lastLogon",
            "pwdLastSet",
            "servicePrincipalName",
            "dNSHostName",
            "msDS-AllowedToDelegateTo",
            "msDS-AllowedToActOnBehalfOfOtherIdentity",
            "msDS-GroupMSAMembership",
            "msDS-HostServiceAccount",
            "sIDHistory",
            "nTSecurityDescriptor",
        ],
        in_configuration: false,
    },
    Listed {
        kind: Sort::Group,
        what: "groups",
        filter: "(objectClass=group)",
        attributes: &[
            "objectClass",
            "objectSid",
            "sAMAccountName",
            "cn",
            "member",
            "sIDHistory",
            "nTSecurityDescriptor",
        ],
        in_configuration: false,
    },
    Listed {
        kind: Sort::Other,
        what: "others",
        filter: "(|(objectClass=domainDNS)(objectClass=organizationalUnit)(objectClass=groupPolicyContainer)\
                 (objectClass=container))",
        attributes: OTHERS,
        in_configuration: false,
    },
    Listed {
        kind: Sort::Other,
        what: "authorities",
        filter: "(|(objectClass=pKIEnrollmentService)(objectClass=certificationAuthority))",
        attributes: OTHERS,
        in_configuration: true,
    },
];

const OTHERS: &[&str] =
    &["objectClass", "objectSid", "objectGUID", "name", "displayName", "gPLink", "nTSecurityDescriptor"];

/// What objects are, by the first class of theirs that stands here.
static KINDS: &[(&str, Kind)] = &[
    ("msds-groupmanagedserviceaccount", Kind::User),
    ("msds-managedserviceaccount", Kind::User),
    ("msds-delegatedmanagedserviceaccount", Kind::User),
    ("computer", Kind::Computer),
    ("user", Kind::User),
    ("group", Kind::Group),
    ("grouppolicycontainer", Kind::Policy),
    ("domaindns", Kind::Domain),
    ("organizationalunit", Kind::Unit),
    ("pkienrollmentservice", Kind::Authority),
    ("certificationauthority", Kind::Authority),
];
/// Classes of accounts whose password the directory keeps.
const MANAGED: &[&str] =
    &["msds-groupmanagedserviceaccount", "msds-managedserviceaccount", "msds-delegatedmanagedserviceaccount"];
/// Where stand-ins for what is no object of the domain lie.
const FOREIGN: &str = ",CN=FOREIGNSECURITYPRINCIPALS,";

/// An entry as an object.
pub fn object(reading: &mut Reading, sort: Sort, entry: &Entry) -> Option<Object> {
    let kind = KINDS.iter().find(|(class, _)| entry.is_a(&[class])).map_or(Kind::Other, |(_, kind)| *kind);
    let own = entry.octets("objectsid").and_then(security::sid);
    let id = match own {
        Some(own) => identifier(&own, &reading.domain),
        None => security::guid(entry.octets("objectguid")?)?.to_uppercase(),
    };
    let keys: &[&str] =
        if kind == Kind::Policy { &["displayname", "name"] } else { &["samaccountname", "cn", "name"] };
    let called = keys.iter().find_map(|key| entry.text(key)).unwrap_or_default();
    let name = if kind == Kind::Domain { reading.domain.clone() } else { called };
    let mut object = Object {
        kind,
        domain: reading.domain.clone(),
        name,
        distinguished: entry.dn.clone(),
        traits: (sort == Sort::Account).then(|| Box::new(traits(reading, entry))),
        id,
        ..Object::default()
    };
    rights(reading, entry, &mut object);
    links(reading, entry, &mut object);
    if sort == Sort::Account {
        account(reading, entry, &mut object);
    }
    Some(object)
}

/// An identifier that means the same in every domain stands behind the domain's name.
fn identifier(own: &str, domain: &str) -> String {
    if sid::is_well_known(own) && !domain.is_empty() {
        format!("{}-{own}", domain.to_uppercase())
    } else {
        own.to_owned()
    }
}

fn traits(reading: &Reading, entry: &Entry) -> Traits {
    let control = entry.number("useraccountcontrol");
    // It may be written as a negative number, whose bits count.
    let control = control.and_then(|control| i32::try_from(control).ok()).map(i32::cast_unsigned);
    // Whoever never signed in has no such attribute; that it is read of others shows that it would be of this one.
    let seen = entry.number("lastlogontimestamp").or_else(|| reading.shown.last_use.then_some(0));
    Traits {
        principal: entry.text("userprincipalname"),
        title: entry.text("title"),
        display: entry.text("displayname"),
        mail: entry.text("mail"),
        description: entry.text("description"),
        is_managed: entry.is_a(MANAGED),
        has_services: Some(entry.has("serviceprincipalname")),
        flags: control.map(Flags::of).unwrap_or_default(),
        created: entry.moment("whencreated").map_or(Fact::Hidden, Fact::Known),
        last_seen: last_seen(seen, entry.number("lastlogon")),
        password_set: moment(entry.number("pwdlastset")),
        plain: None,
    }
}

/// Who may do what to it.
fn rights(reading: &mut Reading, entry: &Entry, object: &mut Object) {
    let Some(descriptor) = entry.octets("ntsecuritydescriptor").and_then(security::read) else {
        reading.without_rights += 1;
        return;
    };
    if let Some(owner) = &descriptor.owner {
        allow(reading, owner, &["Owns"], object);
    }
    for one in &descriptor.entries {
        allow(reading, &one.who, &one.rights(object.kind), object);
    }
    object.entries.sort();
    object.entries.dedup();
}

fn allow(reading: &mut Reading, who: &str, rights: &[&str], object: &mut Object) {
    for right in rights {
        let who = reading.estate.id(&identifier(who, &reading.domain));
        object.entries.push(directory::Entry { who, right: reading.estate.right(right) });
    }
}

/// Everybody whom a descriptor in an attribute lets in.
fn let_in(reading: &mut Reading, entry: &Entry, key: &str, right: &str, object: &mut Object) {
    let Descriptor { entries, .. } = entry.octets(key).and_then(security::read).unwrap_or_default();
    for one in entries {
        allow(reading, &one.who, &[right], object);
    }
}

/// Members of a group, and policies that apply to what lies below.
fn links(reading: &mut Reading, entry: &Entry, object: &mut Object) {
    object.members = entry
        .texts("member")
        .map(|member| {
            let folded = name::folded(member);
            let foreign = name::first(member);
            if folded.contains(FOREIGN) && foreign.starts_with("S-1-") {
                return reading.member(&identifier(foreign, &reading.domain));
            }
            reading.member(&folded)
        })
        .collect();
    let linked = entry.text("gplink").unwrap_or_default();
    for link in linked.split(['[', ']']).filter_map(|link| link.get(7..)?.split(';').next().map(name::folded))
    {
        object.policies.push(reading.estate.id(&link));
    }
}

/// Groups that an account is in by itself, and what it may do elsewhere.
fn account(reading: &mut Reading, entry: &Entry, object: &mut Object) {
    if let (Some(group), Some(domain)) = (entry.number("primarygroupid"), sid::domain(&object.id)) {
        object.groups.push(reading.estate.group(&format!("{domain}-{group}")));
    }
    let acts = "msds-allowedtoactonbehalfofotheridentity";
    let_in(reading, entry, acts, "AllowedToAct", object);
    let_in(reading, entry, "msds-groupmsamembership", "ReadGMSAPassword", object);
    let number = reading.estate.id(&object.id);
    if object.kind == Kind::Computer {
        for host in entry.texts("dnshostname").chain([object.name.trim_end_matches('$')]) {
            reading.known_as(&host_name(host), number, &entry.dn);
        }
    }
    let mut own: Vec<(&str, String)> = Vec::new();
    let services = entry.texts("msds-allowedtodelegateto").filter_map(|service| {
        let host = service.split('/').nth(1)?;
        Some(("AllowedToDelegate", host_name(host.split(':').next()?)))
    });
    own.extend(services);
    own.extend(entry.texts("msds-hostserviceaccount").map(|one| ("DumpSMSAPassword", name::folded(one))));
    let former = entry.values("sidhistory").iter().filter_map(|former| security::sid(former));
    own.extend(former.map(|former| ("HasSIDHistory", former)));
    for (right, target) in own {
        let (who, right) = (reading.estate.id(&target), reading.estate.right(right));
        object.own.push(directory::Entry { who, right });
    }
    object.own.sort();
    object.own.dedup();
}

/// The name under which a computer is looked for.
fn host_name(host: &str) -> String {
    format!("HOST:{host}")
}
