//! Groups that mean the same in every domain, by their identifiers: names are translated and can be given to others.

use super::sid;

/// Numbers of a domain's own groups that administer all of it: domain and enterprise administrators.
const ADMINS: &[u32] = &[512, 519];
/// The domain's built-in administrators.
const BUILTIN_ADMINS: &str = "S-1-5-32-544";
/// Numbers of groups whose members are controllers of the domain.
const CONTROLLERS: &[u32] = &[516];
/// All controllers of the forest.
const ALL_CONTROLLERS: &str = "S-1-5-9";
/// Numbers of further groups of tier 0: read-only controllers, publishers of certificates, schema and key admins.
const TIER_0: &[u32] = &[498, 517, 518, 521, 526, 527];
/// Further built-in groups of tier 0: operators of accounts, servers, printers and backups, replicators, builders of
/// trusts.
const BUILTIN_TIER_0: &[&str] =
    &["S-1-5-32-548", "S-1-5-32-549", "S-1-5-32-550", "S-1-5-32-551", "S-1-5-32-552", "S-1-5-32-557"];
/// Groups of tier 0 that have no identifier of their own.
const BY_NAME: &[&str] =
    &["dnsadmins", "exchange windows permissions", "exchange trusted subsystem", "organization management"];
/// Names of groups that have identifiers of their own. Another group of such a name is not that group.
const TAKEN: &[&str] = &[
    "access control assistance operators",
    "account operators",
    "administrators",
    "allowed rodc password replication group",
    "authenticated users",
    "backup operators",
    "cert publishers",
    "cryptographic operators",
    "denied rodc password replication group",
    "distributed com users",
    "domain admins",
    "domain computers",
    "domain controllers",
    "domain guests",
    "domain users",
    "enterprise admins",
    "enterprise domain controllers",
    "enterprise key admins",
    "event log readers",
    "everyone",
    "group policy creator owners",
    "guests",
    "hyper-v administrators",
    "incoming forest trust builders",
    "key admins",
    "performance log users",
    "performance monitor users",
    "pre-windows 2000 compatible access",
    "print operators",
    "protected users",
    "read-only domain controllers",
    "remote desktop users",
    "remote management users",
    "replicator",
    "schema admins",
    "server operators",
    "users",
];
/// Numbers of single accounts of tier 0: the first administrator, and the one whose key signs every ticket.
const ACCOUNTS: &[u32] = &[500, 502];
/// The number of the account of guests.
const GUEST: u32 = 501;

/// Everybody who signs in, by identifier and name; collectors do not list the members.
const EVERYBODY: &[(&str, &str)] = &[("S-1-5-11", "Authenticated Users"), ("S-1-1-0", "Everyone")];

/// Identifiers that stand for the object itself, its maker or the computer, and for nobody in particular.
const NOBODY: &[&str] = &["S-1-3-0", "S-1-3-1", "S-1-3-4", "S-1-5-10", "S-1-5-18", "S-1-5-19", "S-1-5-20"];

fn is_one(id: &str, numbers: &[u32], builtin: &[&str]) -> bool {
    sid::number(id).is_some_and(|number| numbers.contains(&number)) || builtin.contains(&sid::plain(id))
}

/// Whether its members administer the whole domain.
pub fn is_general_admin(id: &str) -> bool {
    is_one(id, ADMINS, &[BUILTIN_ADMINS])
}

/// Whether its members have control of the whole domain, so that no single right adds to it.
pub fn is_control(id: &str) -> bool {
    is_general_admin(id) || is_one(id, CONTROLLERS, &[ALL_CONTROLLERS])
}

/// Whether a group belongs to tier 0; the name counts for those alone that have no identifier of their own.
pub fn is_tier_0(id: &str, name: &str) -> bool {
    is_control(id)
        || is_one(id, TIER_0, BUILTIN_TIER_0)
        || (sid::is_of_domain(id) && BY_NAME.contains(&name.to_lowercase().as_str()))
}

/// Whether a group that people made carries the name of one that every domain has.
pub fn is_mistakable(id: &str, name: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let name = letters(&name.to_lowercase());
    sid::number(id).is_some_and(|number| number >= 1000) && TAKEN.iter().any(|taken| letters(taken) == name)
}

/// The name of a group of everybody.
pub fn name_of_everybody(id: &str) -> Option<&'static str> {
    EVERYBODY.iter().find(|(own, _)| *own == sid::plain(id)).map(|(_, name)| *name)
}

/// Whether it is an account on which the whole domain hangs.
pub fn is_tier_0_account(id: &str) -> bool {
    is_one(id, ACCOUNTS, &[])
}

/// Whether it is an account that every domain is made with.
pub fn is_built_in_account(id: &str) -> bool {
    sid::number(id).is_some_and(|number| number < 1000)
}

/// The groups that everybody who signs in is in, by identifier and name; guests are in the second only.
pub fn everybody(account: &str) -> &'static [(&'static str, &'static str)] {
    let is_guest = sid::number(account) == Some(GUEST);
    if is_guest { EVERYBODY.get(1..).unwrap_or_default() } else { EVERYBODY }
}

/// Whether rights that are given to it are nobody's in particular.
pub fn is_nobody(id: &str) -> bool {
    NOBODY.contains(&sid::plain(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_decide_and_not_names() {
        assert!(is_general_admin("S-1-5-21-1-2-3-512") && is_general_admin("X-S-1-5-32-544"));
        assert!(!is_general_admin("S-1-5-21-1-2-3-1512") && !is_general_admin("S-1-5-21-1-2-3-516"));
        assert!(is_control("S-1-5-21-1-2-3-516") && is_control("X-S-1-5-9") && !is_control("S-1-5-32-548"));
        assert!(is_tier_0("X-S-1-5-32-548", "Konten-Operatoren"));
        assert!(!is_tier_0("S-1-5-21-1-2-3-1600", "Domain Admins"), "a name can be given to any group");
        assert!(is_tier_0("S-1-5-21-1-2-3-1101", "DnsAdmins") && !is_tier_0("S-1-5-32-999", "DnsAdmins"));
        assert!(is_built_in_account("S-1-5-21-1-2-3-500") && !is_built_in_account("S-1-5-21-1-2-3-1000"));
        assert_eq!(everybody("S-1-5-21-1-2-3-501").len(), 1);
        assert!(is_mistakable("S-1-5-21-1-2-3-1600", "Domain-Admins"));
        assert!(!is_mistakable("S-1-5-21-1-2-3-512", "Domain Admins"));
    }
}
