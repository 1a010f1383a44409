//! `trueup what-if`: what an identity would be without some of its grants.

use std::path::PathBuf;

use super::call::Call;
use super::text::{Page, Paint, WIDTH, counted, grouped, ranged, right, safe, without_home, wrapped};
use super::{Done, Error, everybody};
use crate::export::WhatIfDocument;
use crate::model::privilege::{Gone, PathName, Privilege, Removed, ServiceChange, WhatIf};
use crate::ops::{self, Wish};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The identity: its id, its name, a key under which it is known, such as a mail, user/NAME or role/NAME, or how
    /// one of them begins.
    #[arg(value_name = "IDENTITY")]
    identity: String,
    /// Look for it in these files instead of the assessment; what each one is, is told from its content. Nothing is
    /// kept.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take this grant away: its number as `explain` prints it, its id or its title; may be given again. With a
    /// membership goes everything that comes by it.
    #[arg(long, value_name = "GRANT", required_unless_present_any = ["close", "close_all"])]
    remove: Vec<String>,
    /// Close this path to more privilege, such as iam-007, by its cheapest removal; may be given again.
    #[arg(long, value_name = "PATH")]
    close: Vec<String>,
    /// Close every path that a removal closes.
    #[arg(long)]
    close_all: bool,
    /// Show every row, not only the first ones.
    #[arg(long)]
    all: bool,
}

/// How many rows of each kind are shown without `--all`.
const ROWS: usize = 8;
/// Where the values of the figures begin.
const VALUES: usize = 15;

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let roster = everybody::roster(&args.files, call).await?;
    let wish = Wish { remove: args.remove, close: args.close, close_all: args.close_all };
    let what_if = ops::what_if(roster, &args.identity, &wish).await?;
    if call.global.json {
        call.print_json(&WhatIfDocument::from(&what_if))?;
    } else {
        call.print(&page(&what_if, if args.all { usize::MAX } else { ROWS }))?;
    }
    Ok(Done::Fine)
}

fn page(it: &WhatIf, most: usize) -> String {
    let mut page = Page::default();
    let grants = counted(it.removed.len() as u64, "grant");
    page.line(&format!("{} without {grants}", Paint::new().bold(&safe(&it.name))));
    for removed in &it.removed {
        page.add(&taken(removed));
    }
    page.line("");
    match (&it.before, &it.after) {
        (Some(before), Some(after)) => figures(before, after, &mut page),
        (Some(_), None) => page.line("  Nothing would tell what it may do any more: unknown, not low."),
        (None, _) => page.line("  No source tells what it may do: unknown, not low."),
    }
    page.add(&paths("paths closed", &it.paths_closed, most));
    page.add(&paths("paths still open", &it.paths_open, most));
    let lost = it.chains_lost.iter().map(|chain| {
        let sign = if chain.reaches_control { ", which reaches tier 0" } else { "" };
        format!("{}{sign}", without_home(chain.last(), std::slice::from_ref(&it.id)))
    });
    let left = format!("it can still become {}", counted(it.chains_left, "other"));
    page.add(&section("becomes no more", &left, &lost.collect::<Vec<_>>(), most));
    page.add(&services(&it.services, most));
    let gone: Vec<String> = it.gone.iter().map(gone).collect();
    page.add(&section("rights that go away", "the heaviest first", &gone, most));
    if it.more_gone > 0 && it.gone.len() <= most {
        page.line(&format!("  {} more are not listed", grouped(it.more_gone)));
    }
    if it.actions_gained > 0 {
        let more = counted(it.actions_gained, "action");
        let them = if it.actions_gained == 1 { "it" } else { "them" };
        page.line(&format!("\n{more} would be allowed besides, because what denies {them} goes away."));
    }
    if it.gone.is_empty() && it.before.is_some() && it.actions_gained == 0 {
        page.line("\nNo right goes away.");
    }
    page.0
}

/// A grant that is taken away, and what still gives the same.
fn taken(removed: &Removed) -> String {
    let name = if removed.title.is_empty() { &removed.id } else { &removed.title };
    let way = if removed.via.is_empty() { "direct".to_owned() } else { removed.via.join(" → ") };
    let mut words =
        vec![name.clone(), removed.kind.word().to_owned(), way, counted(removed.actions, "action")];
    if !removed.is_named {
        words.push("goes with a membership".to_owned());
    }
    let number = right(&(removed.place + 1).to_string(), 4);
    let first = format!("{number}  {}\n", wrapped(&safe(&words.join(" · ")), 6, WIDTH));
    if !removed.is_redundant {
        return first;
    }
    let others: Vec<String> =
        removed.also_given_by.iter().take(ROWS).map(|place| (place + 1).to_string()).collect();
    let more = removed.also_given_by.len().saturating_sub(others.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let by = match removed.also_given_by.len() {
        0 => String::new(),
        1 => format!(" by grant {}", others.join(", ")),
        _ => format!(" by grants {}{more}", others.join(", ")),
    };
    format!("{first}      all that it gives is still given{by}\n")
}

fn figures(before: &Privilege, after: &Privilege, page: &mut Page) {
    let paint = Paint::new();
    let mut line = |what: &str, before: String, after: String| {
        let words =
            if before == after { format!("{before}, as before") } else { format!("{before} → {after}") };
        page.line(&format!("  {what:<12} {}", wrapped(&words, VALUES, WIDTH)));
    };
    let after_score = ranged(after.score);
    let is_better = before.score.point - after.score.point >= 0.05;
    let after_score = if is_better { paint.good(&after_score) } else { after_score };
    line("score", ranged(before.score), after_score);
    line("power", format!("{:.1}", before.power), format!("{:.1}", after.power));
    line("excess", ranged(before.excess), ranged(after.excess));
    line("actions", grouped(before.actions), grouped(after.actions));
    let used = |own: &Privilege| own.used_actions.map_or_else(|| "not told".to_owned(), grouped);
    line("known used", used(before), used(after));
    line(
        "use known",
        format!("{:.0} %", before.coverage * 100.0),
        format!("{:.0} %", after.coverage * 100.0),
    );
    line("reach", before.reach.word().to_owned(), after.reach.word().to_owned());
    let paths = |own: &Privilege| own.paths.map_or_else(|| "not known".to_owned(), |count| count.to_string());
    line("paths", paths(before), paths(after));
    if after.is_structural() {
        let words = "Too little use is known: the score is a structural estimate.";
        page.line(&format!("  {}", paint.muted(words)));
    }
}

fn paths(title: &str, paths: &[PathName], most: usize) -> String {
    let rows: Vec<String> =
        paths.iter().map(|path| format!("{} {} → {}", path.id, path.title, path.leads_to)).collect();
    section(title, "", &rows, most)
}

/// Those that lose points or actions; that the shares of the others rise is only said.
fn services(all: &[ServiceChange], most: usize) -> String {
    let is_less = |it: &&ServiceChange| {
        it.points_before - it.points_after >= 0.05 || it.actions_after < it.actions_before
    };
    let rows: Vec<String> = all.iter().filter(is_less).map(service).collect();
    let others = all.len() - rows.len();
    let about = match others {
        0 => "those whose points change most".to_owned(),
        _ => format!(
            "those whose points change most; {} as shares of a smaller whole",
            if others == 1 {
                "1 other rises".to_owned()
            } else {
                format!("{} others rise", grouped(others as u64))
            }
        ),
    };
    section("services", &about, &rows, most)
}

fn service(it: &ServiceChange) -> String {
    let words = format!("{:.1} → {:.1} pts · {}", it.points_before, it.points_after, it.service);
    if it.actions_before == it.actions_after {
        return words;
    }
    format!("{words} · {} → {}", grouped(it.actions_before), counted(it.actions_after, "action"))
}

fn gone(it: &Gone) -> String {
    let count = if it.count == it.of {
        counted(it.count, &format!("{} action", it.access.id()))
    } else {
        format!("{} of {}", grouped(it.count), counted(it.of, &format!("{} action", it.access.id())))
    };
    let words = format!("{count} of {} ({}) on {}", it.service, it.tier.word(), it.resource);
    let more = it.count.saturating_sub(it.actions.len() as u64);
    let named = match (it.actions.join(", "), more) {
        (nothing, _) if nothing.is_empty() => nothing,
        (all, 0) => format!(": {all}"),
        (some, more) => format!(": {some} and {} more", grouped(more)),
    };
    let stay = match it.stay_on_all {
        0 => String::new(),
        stay => format!("; {} of that kind stay on *", grouped(stay)),
    };
    format!("{words}{named}{stay}")
}

/// A heading and its rows; nothing where there are none.
fn section(title: &str, about: &str, rows: &[String], most: usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let paint = Paint::new();
    let mut page = Page::default();
    let head = format!("{} ({})  {}", paint.bold(title), grouped(rows.len() as u64), paint.muted(about));
    page.line(&format!("\n{}", head.trim_end()));
    for row in rows.iter().take(most) {
        page.line(&format!("  {}", wrapped(&safe(row), 4, WIDTH)));
    }
    if rows.len() > most {
        page.line(&format!("  and {} more; --all shows them", grouped((rows.len() - most) as u64)));
    }
    page.0
}
