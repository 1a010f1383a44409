//! One identity, read from the top down: who it is, the numbers, where they come from, what could be taken away.

use crate::cli::text::{
    Page, Paint, WIDTH, counted, grouped, percent, ranged, right, safe, without_home, wrapped,
};
use crate::model::inventory::Class;
use crate::model::privilege::{
    Access, Band, Bucket, Chain, HeldGrant, PathFinding, Privilege, Profile, RightRow, Section, ServiceShare,
    Tier,
};

/// How many rows of a section are shown without `--all`.
const ROWS: usize = 5;
/// The same for paths, of which each takes several lines.
const PATHS: usize = 3;
/// The same for grants, which what-if asks for by number.
const GRANTS: usize = 12;
/// How many accounts are named without `--all`.
const ACCOUNTS: usize = 3;
/// Where the values of the figures begin.
const VALUES: usize = 15;
/// Where the names of grants begin.
const NAMES: usize = 34;

/// The whole page.
pub(super) fn page(profile: &Profile, is_all: bool) -> String {
    let mut page = Page::default();
    who(profile, is_all, &mut page);
    match &profile.privilege {
        Some(own) => figures(own, profile.bucket, &mut page),
        None => page.line("\n  No source tells what it may do: unknown, not low."),
    }
    for section in Section::ALL {
        let is_moot = section == Section::Peers && profile.class != Some(Class::Ai);
        let is_silent = section == Section::Notes && profile.notes.is_empty();
        if !is_moot && !is_silent {
            page.add(&of(section, profile, is_all));
        }
    }
    if profile.grants.iter().any(|grant| grant.kind.gives()) {
        let hint =
            "`trueup what-if` with the same subject and --remove NUMBER: what would change without a grant.";
        page.line(&format!("\n{}", Paint::new().muted(hint)));
    }
    page.0
}

fn who(profile: &Profile, is_all: bool, page: &mut Page) {
    let class = profile.class.map_or("no class", Class::title);
    let rule = if profile.class_rule.is_empty() { "" } else { &format!(", {}", profile.class_rule) };
    page.line(&Paint::new().bold(&safe(&profile.name)));
    line("class", &safe(&format!("{class}{rule}")), page);
    let most = if is_all { usize::MAX } else { ACCOUNTS };
    let accounts: Vec<String> = profile.accounts.iter().take(most).map(|account| safe(account)).collect();
    let more = profile.accounts.len().saturating_sub(accounts.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = if profile.accounts.len() == 1 { "account" } else { "accounts" };
    line(what, &format!("{}{more}", accounts.join(", ")), page);
    line("owner", &profile.owner.as_deref().map_or_else(|| "unknown".to_owned(), safe), page);
}

fn line(what: &str, said: &str, page: &mut Page) {
    page.line(&format!("  {what:<12} {}", wrapped(said, VALUES, WIDTH)));
}

fn figures(own: &Privilege, bucket: Option<Bucket>, page: &mut Page) {
    page.line("");
    let paint = Paint::new();
    let word = bucket.map_or("", Bucket::id);
    let score = format!("{:.1} {word}", own.score.point);
    let score = match bucket {
        Some(Bucket::High) => paint.bad(&score),
        Some(Bucket::Medium) => paint.warn(&score),
        _ => score,
    };
    let range = own.score.between().map_or_else(String::new, |ends| format!(", {ends}"));
    line("score", &format!("{score}{range}; {}", own.known()), page);
    line("power", &format!("{:.1}: what it can do, used or not", own.power), page);
    line("excess", &format!("{}: how much of that it shows no need for", ranged(own.excess)), page);
    let actions = counted(own.actions, "action");
    let used = match (own.used_actions, own.utilisation()) {
        (Some(used), Some(share)) => {
            format!("{} of {actions} known to be used, {}", grouped(used), percent(share))
        }
        (Some(_), None) => format!("{actions} allowed"),
        (None, _) => format!("{actions} allowed; no source tells which are used"),
    };
    line("utilisation", &used, page);
    if let Some(share) = own.standing {
        line(
            "standing",
            &format!("{:.0} % of the weight on tiers 0 and 1 is permanent", share * 100.0),
            page,
        );
    }
    line("reach", &own.reached(), page);
    if own.opaque > 0 {
        let grants = counted(u64::from(own.opaque), "grant");
        line("opaque", &format!("{grants} that no table and no policy explains"), page);
    }
}

/// One section: its heading, its rows, how many rows are left out.
fn of(section: Section, profile: &Profile, is_all: bool) -> String {
    let mut page = Page::default();
    let count = section.count(profile);
    let head = Paint::new().bold(section.title());
    if count == 0 {
        page.line(&format!("\n{head}  {}", wrapped(section.nothing(profile), 2, WIDTH)));
        return page.0;
    }
    let beside = profile.beside();
    let about = if section == Section::Peers && !beside.is_empty() {
        safe(&beside)
    } else {
        section.about().to_owned()
    };
    page.line(&format!(
        "\n{head} ({})  {}",
        grouped(count as u64),
        Paint::new().muted(&wrapped(&about, 2, WIDTH))
    ));
    if section == Section::Grants {
        page.line(&Paint::new().muted("   #  without  access    actions  grant"));
    }
    let most = match section {
        _ if is_all => usize::MAX,
        Section::Grants => GRANTS,
        Section::Bands | Section::Notes => usize::MAX,
        Section::Paths => PATHS,
        _ => ROWS,
    };
    for place in 0..count.min(most) {
        page.add(&row(section, profile, place));
    }
    let elsewhere = match section {
        Section::Rights => profile.more_rights,
        Section::Peers => profile.peer.more_uncovered,
        _ => 0,
    };
    page.add(&left_out(count.saturating_sub(most) as u64, elsewhere));
    page.0
}

fn left_out(shown_by_all: u64, never: u64) -> String {
    let never = if never > 0 { format!("{} more are not listed", grouped(never)) } else { String::new() };
    match shown_by_all {
        0 if never.is_empty() => String::new(),
        0 => format!("  {never}\n"),
        more if never.is_empty() => format!("  and {} more; --all shows them\n", grouped(more)),
        more => format!("  and {} more; --all shows them; {never}\n", grouped(more)),
    }
}

/// The lines of one row; empty for a place that is not there.
fn row(section: Section, profile: &Profile, place: usize) -> String {
    let made = match section {
        Section::Bands => profile.bands.get(place).map(band),
        Section::Services => profile.services.get(place).map(|it| service(it, profile.accounts.len() > 1)),
        Section::Grants => profile.grants.get(place).map(|it| grant(it, place)),
        Section::Paths => profile.paths.get(place).map(|it| path(it, &profile.grants)),
        Section::Becomes => profile.becomes.get(place).map(|it| chain(it, &profile.accounts)),
        Section::Peers => profile.peer.uncovered.get(place).map(right_row),
        Section::Rights => profile.rights.get(place).map(right_row),
        Section::Notes => {
            profile.notes.get(place).map(|note| format!("  - {}\n", wrapped(&safe(note), 4, WIDTH)))
        }
    };
    made.unwrap_or_default()
}

fn points(points: f64, words: &str) -> String {
    format!("  {} pts  {}\n", right(&format!("{points:.1}"), 5), wrapped(&safe(words), 13, WIDTH))
}

/// `write/T1 over 21 services`, the points first.
fn band(band: &Band) -> String {
    let tier = if band.tier == Tier::Unknown { "?".to_owned() } else { band.tier.id().to_uppercase() };
    let services = counted(u64::from(band.services), "service");
    points(band.points, &format!("{}/{tier} over {services} ({})", band.access.id(), band.tier.word()))
}

fn service(it: &ServiceShare, is_system_told: bool) -> String {
    let actions = counted(it.actions, "action");
    let used = match it.used_actions {
        _ if it.actions == 0 => "only by becoming others".to_owned(),
        Some(used) => format!("{} of {actions} known to be used", grouped(used)),
        None => actions,
    };
    let mut words = vec![it.service.clone(), format!("{} on {}", it.access.id(), it.tier.word()), used];
    if is_system_told {
        words.insert(2, it.system.clone());
    }
    points(it.points, &words.join(" · "))
}

fn grant(grant: &HeldGrant, place: usize) -> String {
    let without = match grant.score_without {
        Some(score) => format!("{:.1}", score.point),
        None if !grant.kind.gives() => "–".to_owned(),
        None => "?".to_owned(),
    };
    let (access, actions) = if grant.kind.gives() {
        (grant.access.map_or("–", Access::id), grouped(grant.actions))
    } else {
        ("–", "–".to_owned())
    };
    let figures = format!(
        "{}  {}  {access:<6} {}",
        right(&(place + 1).to_string(), 4),
        right(&without, 7),
        right(&actions, 10)
    );
    let mut words = vec![grant.name().to_owned(), grant.kind.word().to_owned(), grant.way()];
    if grant.is_redundant {
        words.push("given by others too".to_owned());
    }
    format!("{figures}  {}\n", wrapped(&safe(&words.join(" · ")), NAMES, WIDTH))
}

fn path(path: &PathFinding, grants: &[HeldGrant]) -> String {
    let own = if path.grants.is_empty() { "no grant of its own".to_owned() } else { numbers(&path.grants) };
    let mut lines = vec![format!("by {own}")];
    lines.extend(path.assumes.iter().map(|assumed| format!("assumes: {assumed}")));
    let closed = path.closed(grants);
    let hint = if path.removal.is_empty() { String::new() } else { format!(" ({})", numbers(&path.removal)) };
    lines.push(format!("{closed}{hint}"));
    let first = format!(
        "  {}\n",
        wrapped(&safe(&format!("{} {} → {}", path.id, path.title, path.leads_to)), 4, WIDTH)
    );
    let rest = lines.iter().map(|line| format!("    {}\n", wrapped(&safe(line), 6, WIDTH)));
    first + &rest.collect::<String>()
}

/// Step by step; what lives in an account of its own is named without it.
fn chain(chain: &Chain, accounts: &[String]) -> String {
    let sign = if chain.reaches_control { ", which reaches tier 0" } else { "" };
    let words = chain.links().collect::<Vec<_>>().join("; ") + sign;
    let words = without_home(&words, accounts);
    format!("  {}\n", wrapped(&safe(&words), 4, WIDTH))
}

/// `grant 1`, `grants 1, 3`: as they are counted on the page.
fn numbers(places: &[usize]) -> String {
    let numbers: Vec<String> = places.iter().map(|place| (place + 1).to_string()).collect();
    format!("{} {}", if numbers.len() == 1 { "grant" } else { "grants" }, numbers.join(", "))
}

fn right_row(row: &RightRow) -> String {
    two(&format!("{} · {} on {}", row.name(grouped), row.access.id(), row.tier.word()), &row.facts())
}

fn two(first: &str, second: &str) -> String {
    format!("  {}\n    {}\n", wrapped(&safe(first), 4, WIDTH), wrapped(&safe(second), 6, WIDTH))
}
