//! People: users, second factors, administrators, leavers.

use jiff::SignedDuration;

use super::finding::{Because, Finding, Gap, any};
use super::judge;
use super::registry::Computation;
use super::scope::identities;
use super::tally::View;
use crate::model::inventory::{Class, Fact, SecondFactor};
use crate::model::merged::{Feed, Identity};

const DISABLED_AT: Gap = Gap {
    fact: "when the accounts were disabled",
    remedy: "report the figure from the directory's audit log in a measurement file",
};
const STANDING: Gap = Gap {
    fact: "whether its privileged grants end",
    remedy: "fill the column `expires` of a register of grants: `permanent` or the date",
};

/// The computations of this subject.
pub static COMPUTATIONS: &[Computation] = &[
    Computation {
        metric: "human.users.total",
        rule: "human.users/1",
        population: "people, enabled, guests left out",
        needs: &[Feed::Identities],
        compute: |view| identities(view, judge::user, None),
    },
    Computation {
        metric: "human.users.dormant_90d",
        rule: "human.dormant/1",
        population: "people, enabled, guests left out",
        needs: &[Feed::Identities],
        compute: |view| identities(view, judge::user, Some(is_dormant)),
    },
    Computation {
        metric: "human.users.orphaned",
        rule: "human.orphaned/1",
        population: "people, enabled, guests left out",
        needs: &[Feed::Identities],
        compute: |view| identities(view, judge::user, Some(is_orphaned)),
    },
    Computation {
        metric: "human.users.mfa_registered",
        rule: "human.mfa/1",
        population: "people, enabled, guests left out",
        needs: &[Feed::Identities],
        compute: |view| {
            identities(view, judge::user, Some(|_, person| judge::has_factor(person, SecondFactor::Any)))
        },
    },
    Computation {
        metric: "human.users.password_only",
        rule: "human.password-only/1",
        population: "people, enabled, guests left out",
        needs: &[Feed::Identities],
        compute: |view| identities(view, judge::user, Some(|_, person| judge::is_password_only(person))),
    },
    Computation {
        metric: "human.users.mfa_phishing_resistant",
        rule: "human.mfa-phishing-resistant/1",
        population: "people, enabled, guests left out",
        needs: &[Feed::Identities],
        compute: |view| identities(view, judge::user, Some(is_resistant)),
    },
    Computation {
        metric: "human.admins.total",
        rule: "human.admins/2",
        population: "people, enabled, with a general-admin right",
        needs: &[Feed::Identities, Feed::Grants],
        compute: |view| identities(view, |person| admin(view, person), None),
    },
    Computation {
        metric: "human.admins.standing",
        rule: "human.admins-standing/3",
        population: "people, enabled, with a general-admin right",
        needs: &[Feed::Identities, Feed::Grants],
        compute: |view| identities(view, |person| admin(view, person), Some(is_standing)),
    },
    Computation {
        metric: "human.admins.mfa_phishing_resistant",
        rule: "human.admins-mfa-phishing-resistant/2",
        population: "people, enabled, with a general-admin right",
        needs: &[Feed::Identities, Feed::Grants],
        compute: |view| identities(view, |person| admin(view, person), Some(is_resistant)),
    },
    Computation {
        metric: "human.leavers.total_90d",
        rule: "human.leavers/1",
        population: "identities on a list that says when employment ended",
        needs: &[Feed::Identities],
        compute: |view| identities(view, |person| listed(view, person), Some(has_left_lately)),
    },
    Computation {
        metric: "human.leavers.disabled_24h",
        rule: "human.leavers-disabled/1",
        population: "people whose employment ended in the last 90 days",
        needs: &[Feed::Identities],
        compute: |view| {
            let leaver = |person: &Identity| listed(view, person).and(has_left_lately(view, person));
            identities(view, leaver, Some(is_disabled_in_time))
        },
    },
];

fn admin(view: &View<'_>, person: &Identity) -> Finding {
    judge::enabled(person, Class::Human).and(judge::is_admin(view, person))
}

fn is_resistant(_: &View<'_>, person: &Identity) -> Finding {
    judge::has_factor(person, SecondFactor::PhishingResistant)
}

fn is_dormant(view: &View<'_>, person: &Identity) -> Finding {
    let old = judge::Words {
        known: "it was created on",
        absent: "it has no creation date",
        gap: Gap {
            fact: "when it was created",
            remedy: "fill the column `created` of a register of identities",
        },
    };
    let aged = person
        .accounts
        .iter()
        .map(|account| judge::at(account.created, |created| created < view.days_ago(90), &old));
    any(aged, Finding::open(old.gap)).and(judge::is_unused(view, person, 90))
}

/// Nobody who works here stands behind it. Without a list that tells of leavers nothing can be said.
fn is_orphaned(view: &View<'_>, person: &Identity) -> Finding {
    match person.ended {
        Fact::Known(end) if end <= view.now => {
            Finding { holds: Some(true), because: Because::At("the employment ended on", end) }
        }
        Fact::Known(_) | Fact::Absent => Finding::no("the person works here"),
        Fact::Hidden if judge::is_on_staff_list(view, person) => Finding::open(judge::ENDED),
        Fact::Hidden if view.inventory.sources.iter().any(|seen| seen.tells_ended) => {
            Finding::yes("no list of people who work here has it")
        }
        Fact::Hidden => Finding::open(judge::ENDED),
    }
}

/// Whether the person stands on a list that tells of leavers; machines on it do not count.
fn listed(view: &View<'_>, person: &Identity) -> Finding {
    let told = view.inventory.sources.iter().any(|seen| seen.tells_ended);
    if told && !judge::is_on_staff_list(view, person) {
        return Finding::no("no list of people who work here has it");
    }
    judge::is(person, Class::Human)
}

fn has_left_lately(view: &View<'_>, person: &Identity) -> Finding {
    let words =
        judge::Words { known: "end of employment:", absent: "the person works here", gap: judge::ENDED };
    judge::at(person.ended, |end| view.is_within(end, 90), &words)
}

/// Sources tell whether an account is disabled, but not when it happened; some cases follow all the same.
fn is_disabled_in_time(view: &View<'_>, person: &Identity) -> Finding {
    let Fact::Known(end) = person.ended else { return Finding::open(judge::ENDED) };
    let limit = end.checked_add(SignedDuration::from_hours(24)).unwrap_or(end);
    let used_after =
        person.accounts.iter().any(|account| account.last_seen.known().is_some_and(|seen| *seen > limit));
    if used_after {
        return Finding::no("an account was used more than a day after the end");
    }
    let open = any(
        person.accounts.iter().map(|account| {
            Finding::of(account.is_enabled, "an account is enabled", "it is disabled", judge::ENABLED)
        }),
        Finding::open(judge::ENABLED),
    );
    match open.holds {
        Some(true) if view.now > limit => Finding::no("an account is still enabled"),
        Some(false) if view.now <= limit => Finding::yes("all accounts were disabled within a day"),
        Some(false | true) => Finding::open(DISABLED_AT),
        None => open,
    }
}

fn is_standing(view: &View<'_>, person: &Identity) -> Finding {
    let standing = |at: &usize| {
        let grant = &view.inventory.grants[*at];
        let admin = Finding::of(
            grant.is_general_admin,
            "it holds a general-admin right",
            "nothing that it holds is on the general-admin list",
            judge::ADMIN,
        );
        let ends = if grant.is_per_use {
            Finding::yes("its general-admin rights are obtained for each use")
        } else {
            Finding::named(
                &grant.expires,
                "its general-admin rights end",
                "a general-admin right is permanent",
                STANDING,
            )
        };
        admin.and(ends.opposite())
    };
    any(person.grants.iter().map(standing), Finding::open(judge::GRANTS))
}
