//! An invented crowd: identities with every kind of over-privilege, and one of them in detail.

use std::collections::BTreeSet;

use jiff::Timestamp;
use trueup::metrics::merge_ruled;
use trueup::model::SourceId;
use trueup::model::assessment::Assessment;
use trueup::model::inventory::{Account, Agent, Class, EntitlementKind, Fact, Record};
use trueup::model::merged::{Feed, Found, Identity, IdentityAt, Inventory, Listed, Presence, Seen};
use trueup::model::privilege::{
    Access, Band, Chain, Condition, Estimate, HeldGrant, PathFinding, Peer, PeerDetail, Privilege, Profile,
    Reach, RightRow, Scope, ServiceShare, Standing, Tier,
};
use trueup::model::resolution::{AccountName, Pair, Ruling};
use trueup::ops::Roster;
use trueup::packs::Library;
use trueup::privilege::Estate;
use trueup::tui::listing::{Evidence, Listing};

use super::inventory::pulled;

const NAMES: [&str; 12] = [
    "deploy-pipeline",
    "Ada Lind",
    "invoice-agent",
    "backup-nightly",
    "Bo Marsh",
    "support-agent",
    "log-shipper",
    "Cai Weaver",
    "report-builder",
    "Dana Frost",
    "loom-planner-agent",
    "guest-scanner",
];

/// A short invented name for each place.
pub fn name(place: usize) -> String {
    NAMES.get(place).map_or_else(|| format!("worker-{place:06}"), |name| (*name).to_owned())
}

/// So many identities with these names; their figures follow from their place.
pub fn roster(count: usize, name: impl Fn(usize) -> String) -> Roster {
    let mut identities: Vec<Identity> = (0..count).map(|place| identity(place, name(place))).collect();
    let privileges: Vec<_> = (0..count).map(privilege).collect();
    let (tools, agents) = (tools(count, &name), agents(&identities, &name));
    for (at, place) in agents.iter().enumerate().filter_map(|(at, listed)| Some((at, listed.identity?))) {
        identities[place].agents.push(at);
    }
    let inventory = Inventory {
        identities,
        privileges,
        tools,
        agents,
        taken: Some(day(30)),
        sources: seen(),
        ..Inventory::default()
    };
    let weights = Library::open(None).unwrap().weights;
    let estate = Estate::build(&inventory, &[], weights);
    Roster::new(inventory, estate)
}

/// A pull that lists everything.
fn seen() -> Vec<Seen> {
    let mut manifest = pulled("any", "register", vec![]).manifest;
    manifest.origin.clear();
    let feeds = [Feed::Identities, Feed::Grants, Feed::Agents, Feed::Tools].into();
    vec![Seen { feeds, ..Seen::new(&manifest) }]
}

/// A day of one month.
fn day(day: usize) -> Timestamp {
    format!("2026-11-{:02}T09:00:00Z", day % 30 + 1).parse().unwrap()
}

/// AI tools of every kind of decision, found by one side, the other, or both.
fn tools(count: usize, name: impl Fn(usize) -> String) -> Vec<Found> {
    let found = |place: usize| {
        let is_sanctioned =
            [Fact::Absent, Fact::Known(true), Fact::Known(false), Fact::Absent, Fact::Hidden][place % 5];
        let channels: &[&str] =
            [&["network"][..], &["network", "consent"], &["consent", "endpoint"], &["keys"]][place % 4];
        Found {
            id: format!("{}.example", name(place)),
            name: format!("{} tool", name(place)),
            channels: channels.iter().map(|it| ((*it).to_owned(), Fact::Known(day(place)))).collect(),
            found: Fact::Known(day(place / 2)),
            is_sanctioned,
            decided: is_sanctioned.map(|_| day(place)),
            users: if place % 6 == 5 {
                Fact::Hidden
            } else {
                Fact::Known(u32::try_from(place * 37).unwrap())
            },
            ..Found::default()
        }
    };
    (0..count * 2).map(found).collect()
}

/// A row of the register for every second agent, with everything that such a row may leave open.
fn agents(identities: &[Identity], name: impl Fn(usize) -> String) -> Vec<Listed> {
    let rows = identities.iter().enumerate().filter(|(place, _)| place % 2 == 0);
    rows.map(|(place, identity)| {
        let row = Agent {
            id: format!("agent-{}", name(place)),
            name: name(place),
            owner: identity.owner.clone(),
            is_owner_active: [Fact::Known(true), Fact::Known(false), Fact::Hidden][place / 2 % 3],
            task: if place % 4 == 0 {
                Fact::Known(format!("does the work of {}", name(place)))
            } else {
                Fact::Hidden
            },
            autonomy_tier: if place % 8 == 6 {
                Fact::Hidden
            } else {
                Fact::Known(u8::try_from(place % 5).unwrap())
            },
            approval_gate: [Fact::Absent, Fact::Known(format!("board of {}", name(place))), Fact::Hidden]
                [place % 3]
                .clone(),
            last_seen: if place % 6 == 4 { Fact::Absent } else { Fact::Known(day(place)) },
            is_registered: place % 4 == 0,
            ..Agent::default()
        };
        Listed { row, identity: (place % 4 == 0).then_some(place) }
    })
    .collect()
}

/// Accounts of two systems: some have one name, some share a mailbox, one pair was decided.
pub fn doubtful(assessment: &Assessment, name: impl Fn(usize) -> String) -> Listing {
    let account = |id: String, name: String, mail: Option<&str>| {
        let aliases = mail.map(str::to_owned).into_iter().collect();
        Record::Account(Account { id, name, aliases, class: Fact::Known(Class::Human), ..Account::default() })
    };
    let desk = Some("desk@corp.example");
    let left: Vec<Record> = (0..12).map(|place| account(format!("S-{place}"), name(place), None)).collect();
    let mut right: Vec<Record> =
        [1, 4, 7].map(|place| account(format!("u{place}"), name(place), None)).into();
    right.extend(["a.desk", "b.desk"].map(|id| account(id.to_owned(), id.to_owned(), desk)));
    let named =
        |system: &str, id: &str| AccountName { system: Some(SourceId::from(system)), id: id.to_owned() };
    let pair = Pair::new(named("ldap:corp", "S-4"), named("scim:hr", "u4")).unwrap();
    let at = "2026-11-02T09:00:00Z".parse().unwrap();
    let ruling = Ruling { is_same: true, reason: "HR".to_owned(), by: "anna".to_owned(), at };
    let of = Evidence { rulings: [(pair, ruling)].into(), ..Evidence::of(assessment) };
    let inventory =
        merge_ruled(&[pulled("any", "ldap:corp", left), pulled("any", "scim:hr", right)], &of.rulings);
    let weights = Library::open(None).unwrap().weights;
    let estate = Estate::build(&inventory, &[], weights);
    Listing::new(of, Roster::new(inventory, estate))
}

fn identity(place: usize, name: String) -> Identity {
    let class = class(place);
    let id = format!("arn:aws:iam::{:012}:{}", 111_122_223_333_u64, name);
    let account =
        Presence { id: id.clone(), system: Some(SourceId::new("aws:111122223333")), ..Presence::default() };
    let owner = match place % 3 {
        0 => Fact::Known(format!("{name} team")),
        1 => Fact::Absent,
        _ => Fact::Hidden,
    };
    Identity {
        id,
        name,
        accounts: vec![account],
        recorded: class.map_or(Fact::Hidden, Fact::Known),
        owner,
        job: if class == Some(Class::Human) { Fact::Known("engineer".to_owned()) } else { Fact::Hidden },
        ..Identity::default()
    }
}

fn class(place: usize) -> Option<Class> {
    [Some(Class::Machine), Some(Class::Human), Some(Class::Ai), None]
        .get(if place % 12 == 11 { 3 } else { place % 3 })
        .copied()
        .flatten()
}

/// Every twelfth has no privilege that any source tells.
fn privilege(place: usize) -> Option<Privilege> {
    if place % 12 == 9 {
        return None;
    }
    let point = (97 - place * 37 % 97) as f64;
    let coverage = if place % 4 == 3 { 0.05 } else { 0.3 + (place % 7) as f64 / 10.0 };
    let spread = (1.0 - coverage) * 20.0;
    let score = Estimate { low: (point - spread).max(0.0), point, high: (point + spread / 2.0).min(98.0) };
    let excess = |score: f64| 30.0 * score / (100.0 - score);
    Some(Privilege {
        score,
        excess: Estimate { low: excess(score.low), point: excess(score.point), high: excess(score.high) },
        power: excess(score.high) * 1.5,
        coverage,
        actions: place as u64 * 211 % 9_000 + 12,
        used_actions: (place % 4 != 3).then_some(place as u64 % 40),
        standing: (place % 5 != 4).then_some(0.75),
        reach: Reach::ALL[(97 + place * 4) % 5],
        paths: u32::try_from(place * 7 % 23).ok(),
        points: 900,
        used_points: (90, 120),
        is_high_risk: Some(point > 66.0),
        is_standing_high_risk: Some(point > 80.0),
        opaque: u32::try_from(place % 6).unwrap(),
        peer: if class(place) == Some(Class::Ai) { peer(place) } else { Peer::NotCompared },
    })
}

fn peer(place: usize) -> Peer {
    let excess = place as f64;
    [Peer::SignificantlyMore { excess }, Peer::NoPeer, Peer::Same { excess }, Peer::More { excess }]
        [place / 3 % 4]
}

/// One identity in detail; the figures are invented, the shape is what every face gets.
pub fn profile(roster: &Roster, at: IdentityAt) -> Profile {
    let row = roster.row(at).unwrap();
    Profile {
        identity: at,
        id: row.id.to_owned(),
        name: row.name.to_owned(),
        class: row.class,
        class_rule: "trust names a service".to_owned(),
        accounts: vec![row.id.to_owned()],
        owner: row.owner.map(str::to_owned),
        privilege: row.privilege.cloned(),
        bucket: row.bucket,
        bands: bands(),
        services: services(),
        grants: grants(),
        rights: vec![
            right("iam", "CreateAccessKey", Tier::Control),
            right("s3", "DeleteObject", Tier::Management),
        ],
        more_rights: 1_204,
        paths: paths(),
        becomes: vec![Chain {
            identities: ["deploy-pipeline", "build-runner", "account-admin"].map(str::to_owned).into(),
            steps: vec!["sts:AssumeRole".to_owned(), "sts:AssumeRole".to_owned()],
            reaches_control: true,
        }],
        peer: PeerDetail {
            peer: Some("engineer".to_owned()),
            mapped_by: "owner's job".to_owned(),
            people: 4,
            is_from_use: true,
            power: 140.0,
            peer_power: 31.5,
            uncovered: vec![right("kms", "Decrypt", Tier::Control)],
            more_uncovered: 17,
        },
        notes: vec![
            "No organisation policy was supplied: the account may allow less than is shown.".to_owned(),
            "2 conditions were not understood and count as none.".to_owned(),
        ],
    }
}

/// The same as if it did not hold some of its grants: every one that is gone takes ten points.
pub fn without(profile: &Profile, without: &BTreeSet<usize>) -> Profile {
    let mut profile = profile.clone();
    for place in without {
        if let Some(grant) = profile.grants.get_mut(*place) {
            grant.is_removed = true;
        }
        if let Some(own) = &mut profile.privilege {
            own.score.point -= 10.0;
            own.paths = own.paths.map(|paths| paths.saturating_sub(1));
        }
    }
    profile
}

/// The same with foreign text in every place that shows any.
pub fn worse(mut profile: Profile, nasty: &str, long: &str) -> Profile {
    (profile.class_rule, profile.owner) = (long.to_owned(), Some(nasty.to_owned()));
    profile.accounts = vec![long.to_owned(); 9];
    for service in &mut profile.services {
        (service.system, service.service) = (long.to_owned(), nasty.to_owned());
    }
    for grant in &mut profile.grants {
        (grant.title, grant.via) = (long.to_owned(), vec![nasty.to_owned(); 5]);
    }
    for path in &mut profile.paths {
        (path.id, path.title, path.leads_to) = (nasty.to_owned(), long.to_owned(), long.to_owned());
        (path.steps, path.assumes) = (vec![long.to_owned(); 4], vec![nasty.to_owned(); 4]);
    }
    for right in profile.rights.iter_mut().chain(&mut profile.peer.uncovered) {
        (right.service, right.resource, right.usage) = (nasty.to_owned(), long.to_owned(), nasty.to_owned());
        right.actions = vec![nasty.to_owned(); 3];
    }
    for chain in &mut profile.becomes {
        (chain.identities, chain.steps) = (vec![long.to_owned(); 3], vec![nasty.to_owned(); 2]);
    }
    (profile.peer.peer, profile.peer.mapped_by) = (Some(long.to_owned()), nasty.to_owned());
    profile.notes = vec![long.to_owned(); 5];
    profile
}

fn bands() -> Vec<Band> {
    let band = |access, tier, services, points| Band { access, tier, services, points };
    vec![
        band(Access::Admin, Tier::Control, 3, 61.5),
        band(Access::Write, Tier::Management, 7, 24.0),
        band(Access::Read, Tier::Ordinary, 12, 11.5),
    ]
}

fn services() -> Vec<ServiceShare> {
    let service = |service: &str, points, used_actions, tier| ServiceShare {
        system: "aws:111122223333".to_owned(),
        service: service.to_owned(),
        points,
        actions: 180,
        used_actions,
        access: Access::Admin,
        tier,
    };
    vec![
        service("iam", 58.2, Some(3), Tier::Control),
        service("s3", 30.1, Some(14), Tier::Management),
        service("kms", 8.7, None, Tier::Unknown),
    ]
}

fn grants() -> Vec<HeldGrant> {
    let grant = |title: &str, via: &[&str], score: f64, is_redundant| HeldGrant {
        id: format!("arn:aws:iam::111122223333:policy/{title}"),
        title: title.to_owned(),
        kind: EntitlementKind::Policy,
        system: "aws:111122223333".to_owned(),
        via: via.iter().map(|via| (*via).to_owned()).collect(),
        actions: 412,
        access: Some(Access::Admin),
        score_without: Some(Estimate { low: score - 9.0, point: score, high: score + 4.0 }),
        is_redundant,
        is_removed: false,
    };
    vec![
        grant("release-everything", &[], 41.3, false),
        grant("PowerUser", &["group builders"], 88.0, false),
        grant("read-only", &["group builders"], 97.0, true),
    ]
}

fn paths() -> Vec<PathFinding> {
    let path = |id: &str, title: &str, removal: Vec<usize>| PathFinding {
        id: id.to_owned(),
        title: title.to_owned(),
        steps: vec![format!("{title} on arn:aws:iam::111122223333:user/*")],
        leads_to: "every right of the account".to_owned(),
        grants: vec![0, 1],
        removal,
        score_after: Some(Estimate { low: 20.0, point: 44.4, high: 50.0 }),
        assumes: vec![],
    };
    let mut second = path("lambda-001", "iam:PassRole + lambda:CreateFunction", vec![0, 1]);
    second.assumes = vec!["a role that lambda may take".to_owned()];
    vec![
        path("iam-007", "iam:AttachUserPolicy", vec![0]),
        second,
        path("iam-013", "iam:AddUserToGroup", vec![]),
    ]
}

fn right(service: &str, action: &str, tier: Tier) -> RightRow {
    RightRow {
        system: "aws:111122223333".to_owned(),
        service: service.to_owned(),
        actions: vec![action.to_owned(), format!("{action}Again")],
        more_actions: 12,
        resource: "*".to_owned(),
        access: Access::Admin,
        tier,
        scope: Scope::Account,
        conditions: vec![Condition::SecondFactor],
        standing: Standing::Permanent,
        usage: "not used in 90 days".to_owned(),
        exposure: 0.92,
        grants: vec![0],
    }
}
