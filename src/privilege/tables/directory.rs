//! Active Directory and LDAP: privileged groups by name or SID, and rights on objects as access entries give them.
//!
//! A right is written by its name, such as `WriteDacl`, with the object as the resource. A source that knows who is in
//! which group writes `tier0:NAME` for an object whose control is control of the domain.

use super::family::{Asked, Family, Gives, Meant, Way, plain};
use crate::model::privilege::{Access, Scope, Tier};

/// The family.
pub static FAMILY: Family = Family { systems: &["ad", "ldap"], judge, scope };

const GROUPS: &str = "Active Directory groups and well-known SIDs: Microsoft documentation";
const RIGHTS: &str = "Active Directory rights: Microsoft documentation, named as BloodHound names them";

use Access::{Admin, List, Read, Write};
use Tier::{Control, Management, Ordinary};

macro_rules! ways {
    ($($name:ident $id:literal $title:literal $leads:literal [$($assumes:literal),*];)*) => {
        $(static $name: Way =
            Way { id: $id, title: $title, leads_to: $leads, assumes: &[$($assumes),*] };)*
    };
}

ways! {
    REPLICATE "ad-dcsync" "Replicate all passwords from a domain controller" "every account of the domain" [];
    REWRITE "ad-rewrite-rights" "Give itself any right on the object" "the domain, or what stands over it" [];
    JOIN "ad-join-group" "Become a member of a privileged group" "the rights of that group" [];
    RESET "ad-reset-password" "Set the password of a privileged account" "that account" [];
    KEYS "ad-key-trust" "Add a key with which a privileged account signs in" "that account" [];
    DELEGATE "ad-delegate" "Act for anybody on a privileged computer" "that computer, then the domain" [];
    BACKUP "ad-read-disk" "Read the database of a domain controller" "every account of the domain" [];
    SERVICE "ad-controller-code" "Run code on a domain controller" "the domain" [];
    SCHEMA "ad-schema" "Change what new objects let others do" "the forest" ["objects are made after the change"];
    POLICY "ad-group-policy" "Run code by a group policy" "every computer and user under it" [];
    CERTIFY "ad-certificate" "Issue a certificate for a privileged account" "that account"
        ["the domain accepts certificates for signing in"];
}

/// A group: its names and SIDs (`-512` is the end of a domain's own), its right, and what it opens.
struct Group {
    names: &'static [&'static str],
    access: Access,
    tier: Tier,
    is_control: bool,
    way: Option<&'static Way>,
}

const fn group(
    names: &'static [&'static str],
    access: Access,
    tier: Tier,
    is_control: bool,
    way: Option<&'static Way>,
) -> Group {
    Group { names, access, tier, is_control, way }
}

static KNOWN: &[Group] = &[
    group(&["Domain Admins", "-512"], Admin, Control, true, None),
    group(&["Enterprise Admins", "-519"], Admin, Control, true, None),
    group(&["Administrators", "S-1-5-32-544"], Admin, Control, true, None),
    group(
        &["Domain Controllers", "-516", "Enterprise Domain Controllers", "S-1-5-9"],
        Admin,
        Control,
        true,
        None,
    ),
    group(&["Schema Admins", "-518"], Admin, Control, false, Some(&SCHEMA)),
    group(&["Account Operators", "S-1-5-32-548"], Admin, Control, false, None),
    group(&["Backup Operators", "S-1-5-32-551"], Admin, Control, false, Some(&BACKUP)),
    group(&["Server Operators", "S-1-5-32-549"], Admin, Control, false, Some(&SERVICE)),
    group(&["Print Operators", "S-1-5-32-550"], Admin, Control, false, Some(&SERVICE)),
    group(&["DnsAdmins"], Admin, Control, false, Some(&SERVICE)),
    group(&["Key Admins", "-526", "Enterprise Key Admins", "-527"], Admin, Control, false, Some(&KEYS)),
    group(&["Cert Publishers", "-517"], Admin, Control, false, None),
    group(&["Group Policy Creator Owners", "-520"], Write, Management, false, None),
    group(&["Read-only Domain Controllers", "-521", "-498"], Read, Control, false, None),
    group(&["Replicator", "S-1-5-32-552"], Write, Control, false, None),
    group(&["Cryptographic Operators", "S-1-5-32-569"], Write, Management, false, None),
    group(&["Hyper-V Administrators", "S-1-5-32-578"], Admin, Management, false, None),
    group(&["Remote Desktop Users", "S-1-5-32-555"], Write, Management, false, None),
    group(&["Remote Management Users", "S-1-5-32-580"], Write, Management, false, None),
    group(&["Distributed COM Users", "S-1-5-32-562"], Write, Management, false, None),
    group(&["Incoming Forest Trust Builders", "S-1-5-32-557"], Admin, Control, false, None),
    group(
        &["Exchange Windows Permissions", "Exchange Trusted Subsystem"],
        Admin,
        Control,
        false,
        Some(&REWRITE),
    ),
    group(&["Organization Management"], Admin, Control, false, Some(&REWRITE)),
    group(&["Event Log Readers", "S-1-5-32-573"], Read, Management, false, None),
    group(
        &["Performance Log Users", "S-1-5-32-559", "Performance Monitor Users", "S-1-5-32-558"],
        Read,
        Ordinary,
        false,
        None,
    ),
    group(&["Pre-Windows 2000 Compatible Access", "S-1-5-32-554"], Read, Ordinary, false, None),
    group(&["Protected Users", "-525"], List, Ordinary, false, None),
    group(
        &[
            "Domain Users",
            "-513",
            "Users",
            "S-1-5-32-545",
            "Authenticated Users",
            "S-1-5-11",
            "Everyone",
            "S-1-1-0",
            "S-1-5-4",
        ],
        Read,
        Ordinary,
        false,
        None,
    ),
    group(
        &[
            "IIS_IUSRS",
            "S-1-5-32-568",
            "Windows Authorization Access Group",
            "S-1-5-32-560",
            "Certificate Service DCOM Access",
            "S-1-5-32-574",
            "RAS and IAS Servers",
            "-553",
            "Denied RODC Password Replication Group",
            "-572",
        ],
        Read,
        Ordinary,
        false,
        None,
    ),
    group(&["Domain Computers", "-515"], Read, Ordinary, false, None),
    group(&["Domain Guests", "-514", "Guests", "S-1-5-32-546"], List, Ordinary, false, None),
];

/// Rights on objects: their names, what they are, and the way that they open on an object of tier 0.
static ENTRIES: &[(&[&str], Access, Option<&Way>)] = &[
    (
        &["GenericAll", "FullControl", "Full Control", "AllExtendedRights", "Owns", "Owner"],
        Admin,
        Some(&REWRITE),
    ),
    (&["WriteDacl", "WriteOwner", "WriteOwnerLimitedRights", "OwnsLimitedRights"], Admin, Some(&REWRITE)),
    (&["AddMember", "AddMembers", "AddSelf", "Self-Membership", "Self"], Admin, Some(&JOIN)),
    (&["ForceChangePassword", "User-Force-Change-Password", "Reset Password"], Admin, Some(&RESET)),
    (&["AddKeyCredentialLink", "msDS-KeyCredentialLink"], Admin, Some(&KEYS)),
    (
        &["AddAllowedToAct", "WriteAllowedToAct", "WriteAccountRestrictions", "AllowedToAct"],
        Admin,
        Some(&DELEGATE),
    ),
    (&["AllowedToDelegate", "CoerceToTGT", "Unconstrained delegation"], Admin, Some(&DELEGATE)),
    (&["ReadLAPSPassword", "SyncLAPSPassword", "ReadGMSAPassword", "DumpSMSAPassword"], Admin, Some(&RESET)),
    (&["AdminTo", "ExecuteDCOM", "CanPSRemote", "SQLAdmin", "HasSession"], Admin, Some(&SERVICE)),
    (&["WriteGPLink", "GPLink"], Admin, Some(&POLICY)),
    (&["ManageCA", "ManageCertificates", "GoldenCert"], Admin, Some(&CERTIFY)),
    (
        &["ADCSESC1", "ADCSESC3", "ADCSESC4", "ADCSESC6a", "ADCSESC9a", "ADCSESC10a", "ADCSESC13"],
        Admin,
        Some(&CERTIFY),
    ),
    (
        &["GenericWrite", "WriteProperty", "WriteSPN", "Validated-SPN", "WriteUserAccountControl"],
        Write,
        Some(&REWRITE),
    ),
    (&["CreateChild", "DeleteChild", "Delete", "DeleteTree"], Write, None),
    (&["CanRDP", "WritePKIEnrollmentFlag", "WritePKINameFlag", "DelegatedEnrollmentAgent"], Write, None),
    (&["Enroll", "AutoEnroll", "TrustedBy", "SpoofSIDHistory", "AllowedToAuthenticate"], Write, None),
    (&["GenericRead", "ReadProperty", "ReadControl", "Read"], Read, None),
    (&["ListChildren", "ListContents", "ListObject", "GenericExecute"], List, None),
];

/// Rights that together copy every password.
const REPLICATING: &[&str] =
    &["DCSync", "GetChangesAll", "DS-Replication-Get-Changes-All", "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2"];
/// Half of that right.
const HALF: &[&str] = &[
    "GetChanges",
    "DS-Replication-Get-Changes",
    "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2",
    "GetChangesInFilteredSet",
    "DS-Replication-Get-Changes-In-Filtered-Set",
];

/// How an object begins of which its source says that it is of tier 0.
const MARKED: &str = "tier0";

/// Objects of tier 0 that are no groups of the table.
const PIVOTAL: &[&str] =
    &["adminsdholder", "krbtgt", "administrator", "domaincontrollers", "ntauthcertificates"];

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    let right = plain(asked.name);
    let is_called = |names: &[&str]| names.iter().any(|name| plain(name) == right);
    if is_called(REPLICATING) {
        let gives = Gives::one("replication", asked.name, Admin, Control, Scope::Tenant);
        return Some(Meant::one(RIGHTS, gives).way(Some(&REPLICATE)).control());
    }
    if is_called(HALF) {
        return Some(Meant::one(RIGHTS, Gives::one("replication", asked.name, Read, Control, Scope::Tenant)));
    }
    if let Some((_, access, way)) = ENTRIES.iter().find(|(names, _, _)| is_called(names)) {
        return Some(on_object(asked, *access, *way));
    }
    let group = find(asked.name)?;
    let gives = Gives::one("groups", asked.name, group.access, group.tier, Scope::Tenant);
    let meant = Meant::one(GROUPS, gives).way(group.way);
    Some(match group {
        Group { is_control: true, .. } => meant.control(),
        Group { way: None, access: Access::Admin, .. } => meant.open(),
        _ => meant,
    })
}

/// A right on an object: over the domain or an object of tier 0 it leads to everything, over others nobody knows.
fn on_object(asked: &Asked<'_>, access: Access, way: Option<&'static Way>) -> Meant {
    let reached = asked.resource.map_or(Scope::Tenant, |resource| scope(resource).unwrap_or(Scope::Tenant));
    let is_pivotal = reached == Scope::Tenant || asked.resource.is_some_and(is_tier_0);
    let tier = match access {
        List | Read => Ordinary,
        _ if is_pivotal => Control,
        _ => Tier::Unknown,
    };
    let gives = Gives::one("objects", asked.name, access, tier, Scope::Tenant);
    let meant = Meant::one(RIGHTS, gives.grave(plain(asked.name).starts_with("delete")));
    match way {
        Some(way) if is_pivotal => Meant { is_pivotal: true, ..meant.way(Some(way)) },
        Some(_) => meant.open(),
        None => meant,
    }
}

/// A group by its SID, its name, or its name within a path or a domain.
fn find(name: &str) -> Option<&'static Group> {
    let short = common(name);
    let wanted = plain(short);
    let sid = name.trim().to_uppercase();
    let is = |own: &&'static str| {
        if own.starts_with('-') {
            sid.starts_with("S-1-5-21-") && sid.ends_with(*own)
        } else {
            plain(own) == wanted || sid == **own
        }
    };
    KNOWN.iter().find(|group| group.names.iter().any(&is))
}

/// The name of an object without its path: `CN=Domain Admins,CN=Users,DC=x`, `X\Domain Admins`, `DOMAIN ADMINS@X`.
fn common(name: &str) -> &str {
    let first = name.trim().split(',').next().unwrap_or(name);
    let first = first.split_once('=').map_or(first, |(_, rest)| rest);
    let first = first.rsplit('\\').next().unwrap_or(first);
    first.split('@').next().unwrap_or(first).trim()
}

/// Whether an object is control of the domain itself.
fn is_tier_0(resource: &str) -> bool {
    if resource.split_once(':').is_some_and(|(word, _)| word == MARKED) {
        return true;
    }
    let name = plain(common(resource));
    PIVOTAL.contains(&name.as_str()) || find(resource).is_some_and(|group| group.tier == Control)
}

/// The domain, an organisational unit, or one object.
fn scope(resource: &str) -> Option<Scope> {
    let small = resource.trim().to_lowercase();
    match small.split(['=', ':', '/']).next().unwrap_or_default() {
        "" | "*" | "domain" | "dc" | "forest" => Some(Scope::Tenant),
        "ou" => Some(Scope::Group),
        "cn" | "uid" | "user" | "group" | "computer" | "object" | MARKED => Some(Scope::Resource),
        _ if find(resource).is_some() || is_tier_0(resource) => Some(Scope::Resource),
        _ => None,
    }
}

/// Every name of the tables.
#[cfg(test)]
pub fn names() -> Vec<String> {
    let sid =
        |name: &str| if name.starts_with('-') { format!("S-1-5-21-1-2-3{name}") } else { name.to_owned() };
    let groups = KNOWN.iter().flat_map(|group| group.names.iter().map(|name| sid(name)));
    let rights = ENTRIES.iter().flat_map(|(names, _, _)| names.iter().map(|name| (*name).to_owned()));
    let copies = REPLICATING.iter().chain(HALF).map(|name| (*name).to_owned());
    groups.chain(rights).chain(copies).collect()
}
