//! AI tools: what people decide beats what sources say and outlives pulls and quarters; how many are unseen is told only
//! as far as two groups of channels agree.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use trueup::metrics::{self, ENOUGH, Inventory, measure, merge, total};
use trueup::model::MetricName;
use trueup::model::agents::OwnerState;
use trueup::model::assessment::Edit;
use trueup::model::decision::{Decision, Sanction, ToolName};
use trueup::model::inventory::{Fact, Record, Tool};
use trueup::model::shadow::{Shadow, Total, Unseen};
use trueup::packs::Library;

use trueup::tui::app::App;
use trueup::tui::screens::{agents, decide, shadow};

use crate::app::save;
use crate::chance::Chance;
use crate::desk::Desk;
use crate::inventory::{company, pulled};
use crate::stage::{Stage, press, text, typed};

const CHANNELS: [&str; 6] = ["consent", "network", "endpoint", "code", "keys", "purchases"];

fn tool(id: &str, channel: Option<&str>, is_sanctioned: Fact<bool>) -> Record {
    Record::Tool(Tool {
        id: id.to_owned(),
        name: id.to_uppercase(),
        channel: channel.map_or(Fact::Hidden, |channel| Fact::Known(channel.to_owned())),
        found: Fact::Known("2026-03-20T00:00:00Z".parse().unwrap()),
        is_sanctioned,
        ..Tool::default()
    })
}

fn listed(inventory: &Inventory) -> Shadow {
    metrics::shadow(inventory, &inventory.decisions)
}

fn inventory(tools: Vec<Record>) -> Inventory {
    merge(&[pulled("register-tools", "register", tools)])
}

/// So many tools by the first channel alone, by the second alone, and by both.
fn found([one, other, both]: [usize; 3], channels: [&str; 2]) -> Vec<Record> {
    let named = |kind: &str, at: usize| format!("{kind}-{at}.example");
    let mut tools: Vec<Record> =
        (0..one).map(|at| tool(&named("one", at), Some(channels[0]), Fact::Absent)).collect();
    tools.extend((0..other).map(|at| tool(&named("other", at), Some(channels[1]), Fact::Absent)));
    for channel in channels {
        tools.extend((0..both).map(|at| tool(&named("both", at), Some(channel), Fact::Absent)));
    }
    tools
}

fn unseen(tools: Vec<Record>) -> Unseen {
    listed(&inventory(tools)).unseen
}

fn ends(total: &Total) -> Option<(u64, Option<u64>)> {
    match total {
        Total::Between { low, high, .. } => Some((*low, Some(*high))),
        Total::AtLeast { low, .. } => Some((*low, None)),
        Total::Unknown(_) => None,
    }
}

/// The estimate and its interval, computed apart from the program.
#[test]
fn the_estimate_is_that_of_the_literature() {
    // 10 marked, 15 caught, 5 of them marked: the usual example, whose 95 % interval is 22 to 65 in whole animals.
    let Total::AtLeast { low, why } = total([10, 15, 5]) else { panic!("5 in common are too few") };
    assert_eq!(low, 21, "the lower end is 21.94");
    assert!(why.reason.contains("only 5"), "{}", why.reason);
    assert_eq!(total([30, 40, 12]), Total::Between { low: 75, point: 97, high: 158 });
    assert_eq!(total([200, 180, 90]), Total::Between { low: 364, point: 399, high: 454 });
    // Every find of one side is one of the other: nothing points to more, and yet more is possible.
    let Total::Between { low, point, high } = total([20, 8, 8]) else { panic!() };
    assert_eq!((low, point), (20, 20));
    assert!(high > 21, "{high}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_end_lies_below_what_was_seen_and_the_sides_may_change_places(
        one in 0..3_000_u64, other in 0..3_000_u64, both in 0..3_000_u64,
    ) {
        let total_of = total([one + both, other + both, both]);
        prop_assert_eq!(&total_of, &total([other + both, one + both, both]));
        let seen = one + other + both;
        match total_of {
            Total::Between { low, point, high } => {
                prop_assert!(both >= ENOUGH);
                prop_assert!(seen <= low && low <= point && point <= high, "{} {} {} {}", seen, low, point, high);
            }
            Total::AtLeast { low, .. } => prop_assert!(both < ENOUGH && low >= seen),
            Total::Unknown(_) => prop_assert!(false, "two sides looked"),
        }
    }

    #[test]
    fn to_hide_which_channel_found_a_tool_never_narrows_what_is_told(
        counts in [1..20_usize, 1..20_usize, 0..20_usize], hidden in any::<prop::sample::Index>(),
    ) {
        let mut tools = found(counts, ["network", "consent"]);
        let before = unseen(tools.clone());
        let at = hidden.index(tools.len());
        let Record::Tool(row) = &tools[at] else { unreachable!() };
        let id = row.id.clone();
        for record in &mut tools {
            if let Record::Tool(tool) = record && tool.id == id {
                tool.channel = Fact::Hidden;
            }
        }
        let after = unseen(tools);
        prop_assert_eq!(after.seen, before.seen);
        let (low, high) = ends(&before.total).unwrap();
        if let Some((less, more)) = ends(&after.total) {
            prop_assert!(less <= low && more.is_none(), "{:?} {:?}", (low, high), (less, more));
        }
    }
}

/// Ten thousand times a known number of tools is looked for by two sides that do not depend on each other.
#[test]
fn the_interval_holds_the_true_number_about_as_often_as_it_says() {
    const ROUNDS: usize = 2_000;
    // The smallest share of 2,000 that is no worse than 95 % but by chance of one in a thousand.
    let least = 0.95 - 3.09 * (0.95_f64 * 0.05 / ROUNDS as f64).sqrt();
    let mut chance = Chance::new(20_260_331);
    for (tools, percent, most) in [
        (50, [50, 50], 1.0),
        (200, [30, 50], 0.985),
        (200, [50, 50], 0.985),
        (200, [70, 40], 0.985),
        (800, [30, 40], 0.985),
    ] {
        let (mut told, mut held) = (0_u32, 0_u32);
        for _ in 0..ROUNDS {
            let mut counts = [0, 0, 0];
            for _ in 0..tools {
                let found = percent.map(|percent| chance.is(percent));
                counts[0] += u64::from(found[0]);
                counts[1] += u64::from(found[1]);
                counts[2] += u64::from(found[0] && found[1]);
            }
            let Total::Between { low, high, .. } = total(counts) else { continue };
            told += 1;
            held += u32::from((low..=high).contains(&tools));
        }
        let share = f64::from(held) / f64::from(told);
        assert!(told > 1_800, "{tools} tools, {percent:?} %: only {told} estimates");
        assert!(share >= least && share <= most, "{tools} tools, {percent:?} %: {share}");
    }
}

/// Where few tools are on both sides, the lower bound alone is told, and it holds.
#[test]
fn a_lower_bound_lies_above_the_true_number_seldom() {
    let mut chance = Chance::new(7);
    for (tools, percent) in [(12, [30, 50]), (20, [20, 20]), (50, [20, 30]), (200, [10, 15])] {
        let (mut told, mut over) = (0_u32, 0_u32);
        for _ in 0..2_000 {
            let mut counts = [0, 0, 0];
            for _ in 0..tools {
                let found = percent.map(|percent| chance.is(percent));
                counts[0] += u64::from(found[0]);
                counts[1] += u64::from(found[1]);
                counts[2] += u64::from(found[0] && found[1]);
            }
            let Total::AtLeast { low, .. } = total(counts) else { continue };
            told += 1;
            over += u32::from(low > tools);
        }
        assert!(
            told > 1_000 && f64::from(over) / f64::from(told) < 0.05,
            "{tools} {percent:?}: {over} of {told}"
        );
    }
}

#[test]
fn channels_that_see_use_stand_against_those_that_see_its_traces() {
    let all = unseen(CHANNELS.iter().map(|channel| tool("a.example", Some(channel), Fact::Absent)).collect());
    assert_eq!(all.first.channels, ["endpoint", "network"]);
    assert_eq!(all.second.channels, ["code", "consent", "keys", "purchases"]);
    assert_eq!((all.first.found, all.second.found, all.both, all.seen), (1, 1, 1, 1));
    let told = unseen(found([3, 5, 9], ["network", "consent"]));
    assert!(matches!(told.total, Total::Between { .. }), "{told:?}");
    assert!(told.sentence().contains("if the assumptions hold"), "{}", told.sentence());
    // Where all lie on one side, the channel that found most stands against the others.
    let one_side = unseen(found([5, 3, 9], ["keys", "consent"]));
    assert_eq!(
        (one_side.first.channels, one_side.second.channels),
        (vec!["keys".into()], vec!["consent".into()])
    );
}

#[test]
fn what_cannot_be_told_is_unknown_or_only_a_lower_bound() {
    let nobody_looked = listed(&merge(&[])).unseen;
    assert!(matches!(&nobody_looked.total, Total::Unknown(why) if why.reason.contains("no source")));
    let one = unseen(found([4, 0, 0], ["network", "consent"]));
    assert!(
        matches!(&one.total, Total::Unknown(why) if why.reason.contains("two discovery channels")),
        "{one:?}"
    );
    let mut tools = found([3, 5, 9], ["network", "consent"]);
    tools.push(tool("somewhere.example", None, Fact::Absent));
    let silent = unseen(tools.clone());
    assert!(matches!(silent.total, Total::AtLeast { low: 18, .. }), "{silent:?}");
    // What somebody lists without having found it is no find of an unknown channel.
    if let Some(Record::Tool(listed)) = tools.last_mut() {
        listed.found = Fact::Hidden;
    }
    let outside = unseen(tools);
    assert_eq!((outside.outside, outside.seen), (1, 18));
    assert!(matches!(outside.total, Total::Between { low, .. } if low >= 18), "{outside:?}");
}

#[test]
fn a_person_s_word_beats_the_sources_and_both_stay_in_sight() {
    use Sanction::{Sanctioned, Undecided, Unknown, Unsanctioned};
    let mut inventory = inventory(vec![
        tool("A.example", Some("network"), Fact::Known(true)),
        tool("b.example", Some("network"), Fact::Absent),
        tool("c.example", Some("network"), Fact::Hidden),
        tool("d.example", Some("network"), Fact::Known(false)),
    ]);
    let said = |inventory: &Inventory| -> Vec<(String, Sanction, Sanction)> {
        let rows = listed(inventory).tools;
        rows.into_iter().map(|row| (row.id, row.sanction, row.said)).collect()
    };
    let row = |id: &str, sanction, said| (id.to_owned(), sanction, said);
    let expected = [
        row("b.example", Undecided, Undecided),
        row("c.example", Unknown, Unknown),
        row("d.example", Unsanctioned, Unsanctioned),
        row("A.example", Sanctioned, Sanctioned),
    ];
    assert_eq!(said(&inventory), expected, "those that need a person come first");
    let at: Timestamp = "2026-03-25T00:00:00Z".parse().unwrap();
    let decision =
        |is_sanctioned| Decision { is_sanctioned, reason: String::new(), by: "anna".to_owned(), at };
    inventory.decisions = BTreeMap::from([
        (ToolName::of("a.EXAMPLE"), decision(false)),
        (ToolName::of("b.example"), decision(true)),
        (ToolName::of("gone.example"), decision(true)),
    ]);
    let expected = [
        row("c.example", Unknown, Unknown),
        row("A.example", Unsanctioned, Sanctioned),
        row("d.example", Unsanctioned, Unsanctioned),
        row("b.example", Sanctioned, Undecided),
        row("gone.example", Sanctioned, Unknown),
    ];
    assert_eq!(said(&inventory), expected);
    let shadow = listed(&inventory);
    assert_eq!(shadow.counts.total(), 4, "what is not found any more is listed and not counted");
    let measured = measure(&inventory, &Library::open(None).unwrap().catalog);
    let ends = |metric: &str| measured.ends(&MetricName::from(metric));
    // a: refused; b: sanctioned after it was found; c: open; d: refused without a day.
    assert_eq!(ends("ai.shadow.detected_90d"), Some((3.0, 4.0)));
    assert_eq!(ends("ai.shadow.decided_30d"), Some((2.0, 4.0)));
    // a and b: 5 days; c and d between none and the 12 days since they were found.
    assert_eq!(ends("ai.shadow.median_days"), Some((2.5, 8.5)));
}

#[test]
fn the_list_of_agents_agrees_with_the_figures() {
    let inventory = merge(&company());
    let agents = metrics::agents(&inventory);
    let measured = measure(&inventory, &Library::open(None).unwrap().catalog);
    let ends = |metric: &str| measured.ends(&MetricName::from(metric)).unwrap();
    let count = |state| agents.agents.iter().filter(|row| row.owner_state == state).count() as f64;
    let (low, high) = ends("ai.agents.total");
    assert!(
        low <= agents.agents.len() as f64 && agents.agents.len() as f64 + agents.unclassified as f64 <= high
    );
    for (metric, state) in [("owned", OwnerState::Owned), ("owner_departed", OwnerState::OwnerGone)] {
        let (low, high) = ends(&format!("ai.agents.{metric}"));
        let open = count(OwnerState::Unknown) + agents.unclassified as f64;
        assert!((low..=high).contains(&count(state)) && high <= count(state) + open, "{metric}: {agents:#?}");
    }
    let first = &agents.agents[0];
    assert_eq!((first.id.as_str(), first.owner_state), ("a2", OwnerState::NoOwner));
    assert!(!first.is_registered && agents.agents.iter().any(|row| row.id == "r1" && row.is_registered));
    let owned = agents.agents.iter().find(|row| row.id == "r1").unwrap();
    assert_eq!(owned.tools.as_deref(), Some(&["root".to_owned()][..]));
    assert_eq!(owned.identity.as_deref(), Some("a1"));
    let open = agents.agents.iter().find(|row| row.id == "r3").unwrap();
    assert_eq!((&open.tools, &open.owner, open.owner_state), (&None, &Fact::Hidden, OwnerState::Unknown));
    assert!(!metrics::agents(&merge(&[])).is_told);
}

/// A list of AI tools whose dates lie so many days before today, for the file itself dates from today.
fn tools() -> String {
    let ago = |days: i64| {
        let at = Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
        at.strftime("%Y-%m-%d").to_string()
    };
    format!(
        "id,name,channel,found,sanctioned,decided,users\n\
         chat.example,Example Chat,network,{},undecided,,14\n\
         chat.example,Example Chat,consent,{},undecided,,14\n\
         notes.example,Example Notes,consent,{},no,{},3\n\
         draw.example,Example Draw,network,{},yes,{},\n",
        ago(20),
        ago(18),
        ago(30),
        ago(26),
        ago(29),
        ago(28)
    )
}

/// The row of a tool in what `trueup shadow --json` prints.
fn row(shown: &serde_json::Value, id: &str) -> serde_json::Value {
    shown["tools"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone()
}

#[test]
fn a_person_decides_on_the_command_line_and_the_next_quarter_remembers() {
    let desk = Desk::begun();
    desk.done(&["pull", &desk.file("tools.csv", tools())]);
    let shown = desk.json(&["shadow"]);
    assert_eq!((&shown["counts"]["undecided"], &shown["counts"]["unsanctioned"]), (&1.into(), &1.into()));
    assert_eq!(shown["tools"][0]["id"], "chat.example", "{shown}");
    assert_eq!(
        (&shown["reference"]["value"], &shown["reference"]["counts"]),
        (&61.0.into(), &"organisations".into())
    );
    assert!(shown["unseen"]["total"]["at_least"]["why"]["reason"].as_str().unwrap().contains("only 1"));
    let text = desk.done(&["shadow"]);
    for part in
        ["3 found: 1 undecided", "61 %: Organisations", "n not stated", "counts organisations", "Assumed:"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let measured = |metric: &str| desk.json(&["explain", metric])["value"]["known"].as_f64();
    assert_eq!(measured("ai.shadow.decided_30d"), Some(2.0), "both that were decided, a day and four after");

    let decided = desk.json(&["shadow", "sanction", "Example Chat", "--reason", "contract signed"]);
    assert_eq!((&decided["before"], &decided["after"]), (&"undecided".into(), &"sanctioned".into()));
    let shown = desk.json(&["shadow"]);
    let chat = row(&shown, "chat.example");
    assert_eq!(
        (&chat["decision"]["by"], &chat["decision"]["reason"]),
        (&"anna".into(), &"contract signed".into())
    );
    desk.done(&["shadow", "refuse", "draw"]);
    assert!(desk.done(&["shadow"]).contains("(sources say sanctioned)"));
    desk.done(&["pull", &desk.file("tools.csv", tools().replace(",14", ",15"))]);
    let shown = desk.json(&["shadow"]);
    assert_eq!(row(&shown, "draw.example")["sanction"], "unsanctioned", "it stays over pulls: {shown}");
    assert_eq!(row(&shown, "chat.example")["users"]["known"], 15);
    desk.refused(&["shadow", "refuse", "example"], "may mean 3 tools");
    desk.refused(&["shadow", "refuse", "nothing.like.it"], "there is no AI tool");
    desk.refused(&["shadow", "undo", "notes.example"], "nothing was decided here");
    next_quarter(&desk);
}

/// What was decided in one quarter holds in the next, and in no other unit.
fn next_quarter(desk: &Desk) {
    desk.done(&["new", "--organisation", "Halden Mills", "--period", "2027-Q1"]);
    let next = desk.json(&["shadow"]);
    assert_eq!(next["is_told"], false, "no source was pulled into the new quarter: {next}");
    let chat = row(&next, "chat.example");
    assert_eq!(
        (&chat["decision"]["by"], &chat["decision"]["reason"]),
        (&"anna".into(), &"contract signed".into())
    );
    assert_eq!((&chat["is_found"], &next["counts"]["sanctioned"]), (&false.into(), &0.into()));
    desk.done(&["pull", &desk.file("tools.csv", tools())]);
    let next = desk.json(&["shadow"]);
    assert_eq!(row(&next, "draw.example")["sanction"], "unsanctioned");
    desk.done(&["shadow", "undo", "draw.example"]);
    assert_eq!(
        row(&desk.json(&["shadow"]), "draw.example")["sanction"],
        "sanctioned",
        "as the list says again"
    );
    desk.done(&["new", "--organisation", "Halden Mills", "--unit", "Looms", "--period", "2027-Q1"]);
    assert_eq!(
        desk.json(&["shadow"])["tools"].as_array().unwrap().len(),
        0,
        "another unit decides for itself"
    );
}

#[test]
fn agents_are_listed_with_what_is_known_of_each() {
    let desk = Desk::begun();
    assert!(desk.done(&["agents"]).contains("No source lists AI agents"));
    let agents = "\
id,owner,owner_active,task,identity,own_identity,approval_gate,autonomy_tier,last_seen
books,anna,yes,books invoices,none,no,accountant,3,2026-03-30
mails,none,,answers mail,none,no,none,,never
";
    desk.done(&["pull", &desk.file("agents.csv", agents)]);
    let shown = desk.json(&["agents"]);
    assert_eq!(shown["agents"][0]["owner_state"], "no_owner", "{shown}");
    assert_eq!(shown["agents"][1]["autonomy_tier"]["known"], 3);
    let text = desk.done(&["agents"]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("2 AI agents: 1 no owner · 0 owner gone · 0 owner unknown · 1 owned"), "{text}");
    assert!(
        text.contains("tier 3 · gate accountant · tools ?") && text.contains("last seen never"),
        "{text}"
    );
}

#[test]
fn keys_decide_the_marked_tool_ask_why_and_take_it_back() {
    let stage = Stage::typical();
    let mut app = stage.app();
    stage.show(&mut app, &shadow::ENTRY, "");
    let first = |app: &mut App| -> String {
        let shown = text(app);
        shown.lines().skip_while(|line| !line.starts_with(" status")).nth(1).unwrap().to_owned()
    };
    let marked = listed(&stage.listing.roster.inventory).tools[1].clone();
    press(&mut app, "down");
    press(&mut app, "s");
    assert_eq!(app.top().unwrap().entry, &decide::ENTRY);
    assert!(text(&mut app).contains("may be used. Why?"));
    typed(&mut app, "contract signed");
    let tool = ToolName::of(&marked.id);
    let decided =
        Edit::Decide { tool: tool.clone(), is_sanctioned: true, reason: "contract signed".to_owned() };
    assert_eq!(save(&mut app, "enter"), [decided]);
    assert_eq!(app.top().unwrap().entry, &shadow::ENTRY);
    assert_ne!(marked.sanction, Sanction::Sanctioned);
    // The list follows before anything is read again; the decided tool has moved among its kind.
    let after = stage.listing.roster.shadow_by(&app.session.opened.as_ref().unwrap().assessment.decisions);
    let place = after.tools.iter().position(|row| row.id == marked.id).unwrap();
    assert_eq!((after.tools[place].sanction, place > 1), (Sanction::Sanctioned, true));
    assert!(first(&mut app).starts_with(" undecided"), "{}", text(&mut app));
    press(&mut app, "n");
    let refused =
        Edit::Decide { tool: ToolName::of(&after.tools[1].id), is_sanctioned: false, reason: String::new() };
    assert_eq!(save(&mut app, "enter"), [refused]);
    (0..place).for_each(|_| drop(press(&mut app, "up")));
    assert!(press(&mut app, "u").is_empty(), "nobody decided here about the first one");
    let now = stage.listing.roster.shadow_by(&app.session.opened.as_ref().unwrap().assessment.decisions);
    let place = now.tools.iter().position(|row| row.id == marked.id).unwrap();
    (0..place).for_each(|_| drop(press(&mut app, "down")));
    assert_eq!(save(&mut app, "u"), [Edit::Undecide(tool)]);
}

#[test]
fn agents_are_ordered_by_a_key_and_lead_to_their_identity() {
    let stage = Stage::typical();
    let mut app = stage.app();
    stage.show(&mut app, &agents::ENTRY, "");
    let states = |app: &mut App| -> Vec<String> {
        let shown = text(app);
        let rows = shown.lines().skip_while(|line| !line.contains("owner is")).skip(1);
        rows.take_while(|line| !line.trim().is_empty()).map(str::to_owned).collect()
    };
    let by_owner = states(&mut app);
    assert!(by_owner[0].trim_start().starts_with("no owner"), "{by_owner:#?}");
    press(&mut app, "o");
    assert!(text(&mut app).contains("by name"));
    let named: Vec<String> = states(&mut app).iter().map(|row| row[16..30].to_lowercase()).collect();
    let mut sorted = named.clone();
    sorted.sort();
    assert_eq!(named, sorted);
    press(&mut app, "r");
    assert!(text(&mut app).contains("by name, turned"));
    (0..4).for_each(|_| drop(press(&mut app, "o")));
    assert_eq!(states(&mut app).len(), by_owner.len());
    press(&mut app, "home");
    let all = &stage.listing.agents.agents;
    let place = all.iter().position(|row| row.identity.is_some()).unwrap();
    (0..place).for_each(|_| drop(press(&mut app, "down")));
    press(&mut app, "enter");
    assert_eq!(app.top().unwrap().entry.id, "identity");
    assert_eq!(app.session.look.identity, all[place].identity);
}
