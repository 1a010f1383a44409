//! What is asked of identities again and again: their class, whether they are enabled, used, owned, admins.

use jiff::Timestamp;

use super::finding::{Finding, Gap, any};
use super::tally::View;
use crate::model::inventory::{Class, Fact, SecondFactor};
use crate::model::merged::{Feed, Held, Identity, Presence};
use crate::model::privilege::Reach;

/// Not told: the class of an identity.
pub const CLASS: Gap = Gap {
    fact: "its class",
    remedy: "fill the column `class` of a register of identities, or tag the identity with its class at the source",
};
/// Not told: whether an account can be used.
pub const ENABLED: Gap =
    Gap { fact: "whether it is enabled", remedy: "fill the column `enabled` of a register of identities" };
/// Not told: whether an account is a guest's.
pub const GUEST: Gap =
    Gap { fact: "whether it is a guest", remedy: "fill the column `guest` of a register of identities" };
/// Not told: the last use of an account.
pub const LAST_SEEN: Gap = Gap {
    fact: "when it was last used",
    remedy: "pull a source with sign-ins, or fill the column `last_seen` of a register of identities",
};
/// Not told: the owner.
pub const OWNER: Gap = Gap {
    fact: "its owner",
    remedy: "fill the column `owner` of a register of identities, or tag the identity with its owner at the source",
};
/// Not told: second factors.
pub const FACTOR: Gap = Gap {
    fact: "its second factor",
    remedy: "pull a credential report, or fill the column `mfa` of a register of identities",
};
/// Not told: passwords.
pub const PASSWORD: Gap = Gap {
    fact: "whether it signs in with a password",
    remedy: "pull a credential report, or fill the column `password` of a register of identities",
};
/// Not told: grants.
pub const GRANTS: Gap = Gap {
    fact: "what it is granted",
    remedy: "pull a source that lists grants of its system, or a register of grants",
};
/// Not told: whether an entitlement makes a general administrator.
pub const ADMIN: Gap = Gap {
    fact: "whether what it holds is on the general-admin list",
    remedy: "fill the column `general_admin` of a register of grants",
};
/// Not told: the end of employment.
pub const ENDED: Gap = Gap {
    fact: "whether the employment ended",
    remedy: "pull a register of identities with the column `ended`: `none` while employed, else the date",
};

/// Whether an identity is of a class.
pub fn is(identity: &Identity, class: Class) -> Finding {
    match identity.class() {
        Fact::Known(known) if known == class => Finding::yes(match class {
            Class::Human => "it is a person",
            Class::Machine => "it is a machine identity",
            Class::Ai => "it is an AI agent",
        }),
        Fact::Known(_) => Finding::no("it is of another class"),
        Fact::Absent | Fact::Hidden => Finding::open(CLASS),
    }
}

/// Whether at least one of its accounts can be used.
pub fn is_enabled(identity: &Identity) -> Finding {
    let enabled =
        |account: &Presence| Finding::of(account.is_enabled, "it is enabled", "it is disabled", ENABLED);
    any(identity.accounts.iter().map(enabled), Finding::open(ENABLED))
}

/// Whether at least one of its accounts is a member's, not a guest's.
pub fn is_member(identity: &Identity) -> Finding {
    let guest = |account: &Presence| {
        Finding::of(account.is_guest, "it is a guest", "it is not a guest", GUEST).opposite()
    };
    any(identity.accounts.iter().map(guest), Finding::open(GUEST))
}

/// An enabled identity of a class.
pub fn enabled(identity: &Identity, class: Class) -> Finding {
    is(identity, class).and(is_enabled(identity))
}

/// An enabled person who is not a guest.
pub fn user(identity: &Identity) -> Finding {
    enabled(identity, Class::Human).and(is_member(identity))
}

/// Whether no account was used in the last days before the snapshot.
pub fn is_unused(view: &View<'_>, identity: &Identity, days: i64) -> Finding {
    let used = |account: &Presence| at(account.last_seen, |seen| seen >= view.days_ago(days), &USED);
    any(identity.accounts.iter().map(used), Finding::open(LAST_SEEN)).opposite()
}

/// Sentences for a fact about a time.
pub struct Words {
    /// Before the date.
    pub known: &'static str,
    pub absent: &'static str,
    pub gap: Gap,
}

const USED: Words = Words { known: "it was last used on", absent: "it was never used", gap: LAST_SEEN };

/// Whether a known time passes a test; "none" does not.
pub fn at(fact: Fact<Timestamp>, test: impl FnOnce(Timestamp) -> bool, words: &Words) -> Finding {
    match fact {
        Fact::Known(time) => {
            Finding { holds: Some(test(time)), because: super::finding::Because::At(words.known, time) }
        }
        Fact::Absent => Finding::no(words.absent),
        Fact::Hidden => Finding::open(words.gap),
    }
}

/// Whether a named owner stands in the records.
pub fn is_owned(owner: &Fact<String>) -> Finding {
    Finding::named(owner, "an owner is named", "no owner is named", OWNER)
}

/// Whether any account signs in with a password and nothing else.
pub fn is_password_only(identity: &Identity) -> Finding {
    let alone = |account: &Presence| {
        let password = Finding::of(
            account.has_password,
            "an account signs in with a password alone",
            "it has no password",
            PASSWORD,
        );
        let no_factor = Finding::named(
            &account.second_factor,
            "it has a second factor",
            "an account signs in with a password alone",
            FACTOR,
        );
        let usable = Finding::of(account.is_enabled, "it is enabled", "it is disabled", ENABLED);
        usable.and(no_factor.opposite()).and(password)
    };
    any(identity.accounts.iter().map(alone), Finding::open(FACTOR))
}

/// Whether any account has a second factor at least this strong.
pub fn has_factor(identity: &Identity, least: SecondFactor) -> Finding {
    let strong = |account: &Presence| match account.second_factor {
        Fact::Known(factor) if factor >= least => {
            Finding::yes("a second factor of this strength is registered")
        }
        Fact::Known(_) => Finding::no("its second factor can be phished"),
        Fact::Absent => Finding::no("it has no second factor"),
        Fact::Hidden => Finding::open(FACTOR),
    };
    any(identity.accounts.iter().map(strong), Finding::open(FACTOR))
}

/// Whether it is a general administrator: by something on the general-admin list, or by what all its policies
/// together let it do. Policies of AWS that are bounded or denied elsewhere do not count.
pub fn is_admin(view: &View<'_>, identity: &Identity) -> Finding {
    let listed = identity.grants.iter().map(|at| &view.inventory.grants[*at]);
    let held = listed.clone().map(|grant| {
        Finding::of(
            grant.is_general_admin,
            "it holds a general-admin right",
            "nothing that it holds is on the general-admin list",
            ADMIN,
        )
    });
    let held = any(held, nothing_held(view, identity));
    let privilege =
        identity.grants.first().and_then(|at| view.privilege(view.inventory.grants[*at].identity));
    let mut admin = listed.filter(|grant| grant.is_general_admin == Fact::Known(true));
    match privilege.map(|privilege| privilege.reach) {
        Some(Reach::Holds) => Finding::yes("what it holds makes it an administrator of the control plane"),
        Some(Reach::None | Reach::Chain | Reach::Path)
            if held.holds == Some(true) && admin.all(is_of_aws) =>
        {
            Finding::no("its general-admin right is bounded or denied by other policies")
        }
        _ => held,
    }
}

/// Whether the effective rights that follow from a grant are computed from policies.
fn is_of_aws(grant: &Held) -> bool {
    grant.system.as_ref().is_some_and(|system| system.as_str().starts_with("aws:"))
}

/// What it means that no grant is listed: nothing is held, or nobody looked.
pub fn nothing_held(view: &View<'_>, identity: &Identity) -> Finding {
    let sources = &view.inventory.sources;
    let looked = identity.seen_by.iter().any(|at| sources[*at].feeds.contains(&Feed::Grants))
        || sources.iter().any(|seen| seen.connector == "register-grants");
    if looked { Finding::no("it holds no grants") } else { Finding::open(GRANTS) }
}

/// Whether a source says of people when their employment ended, and lists this one.
pub fn is_on_staff_list(view: &View<'_>, identity: &Identity) -> bool {
    identity.seen_by.iter().any(|at| view.inventory.sources[*at].tells_ended)
}

/// Whether somebody has left: employment ended, or every account is disabled.
pub fn has_left(view: &View<'_>, identity: &Identity) -> Finding {
    let ended = match identity.ended {
        Fact::Known(end) if end <= view.now => Finding::yes("the employment ended"),
        Fact::Known(_) | Fact::Absent => Finding::no("the employment goes on"),
        Fact::Hidden => Finding::open(ENDED),
    };
    ended.or(is_enabled(identity).opposite())
}
