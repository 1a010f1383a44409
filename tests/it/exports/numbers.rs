//! The figures of over-privilege as each format states them, by name, rounded as they are shown.

use std::collections::BTreeMap;

use serde_json::Value;
use trueup::export::File;
use trueup::model::inventory::Class;
use trueup::model::privilege::{ClassPrivilege, Estimate, PeerShare, Privilege, Reach};

use super::rights::Told;
use super::{text, visible};

pub type Numbers = BTreeMap<String, String>;

/// How many identities the figure of those with the most excess has room for.
const SHOWN: usize = 15;
const ANSWERS: [&str; 4] = ["less", "same", "more", "significantly more"];
const FIGURES: [&str; 7] = ["index", "median", "p90", "share_high", "coverage", "standing", "exposure"];

fn one(value: f64) -> String {
    format!("{value:.1}")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn known(value: Option<f64>, word: fn(f64) -> String) -> String {
    value.map_or_else(|| "unknown".to_owned(), word)
}

fn range(ends: Estimate) -> String {
    let [low, point, high] = [ends.low, ends.point, ends.high].map(one);
    if low == high { point } else { format!("{point} ({low}–{high})") }
}

/// What the model says.
pub fn of_model(told: &Told) -> Numbers {
    let mut numbers = Numbers::new();
    for class in told.population.classes.iter().filter(|class| class.known > 0) {
        let id = class.class.map_or("none", Class::id);
        numbers.extend(of_class(class).into_iter().map(|(name, value)| (format!("{id} {name}"), value)));
    }
    numbers.extend(of_peers(&told.population.peers));
    let privileges = told.inventory.privileges.iter();
    let mut known: Vec<_> = privileges.zip(&told.inventory.identities).collect();
    known.retain(|(privilege, _)| privilege.is_some());
    known.sort_by(|(one, _), (other, _)| {
        let excess = |privilege: &Option<Privilege>| privilege.as_ref().unwrap().excess.point;
        excess(other).total_cmp(&excess(one))
    });
    for (privilege, identity) in known.into_iter().take(SHOWN) {
        let privilege = privilege.as_ref().unwrap();
        let figures = [
            range(privilege.score),
            one(privilege.excess.point),
            percent(privilege.coverage),
            privilege.reach.word().to_owned(),
            privilege.paths.map(|paths| paths.to_string()).unwrap_or_default(),
        ];
        numbers.insert(identity.name.clone(), figures.join(" "));
    }
    numbers
}

fn of_class(class: &ClassPrivilege) -> Vec<(String, String)> {
    let figures = [
        range(class.index.unwrap()),
        known(class.median, one),
        known(class.p90, one),
        known(class.share_high, percent),
        known(class.coverage, percent),
        known(class.standing, percent),
        known(class.exposure, percent),
    ];
    let columns: Vec<_> = class.histogram.iter().filter(|count| **count > 0).map(u64::to_string).collect();
    let counts = [
        ("identities", class.identities.to_string()),
        ("known", class.known.to_string()),
        ("columns", columns.join(" ")),
    ];
    let figures = FIGURES.into_iter().zip(figures);
    figures.chain(counts).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn of_peers(peers: &PeerShare) -> Vec<(String, String)> {
    let agents = [peers.less, peers.same, peers.more, peers.significantly_more];
    let all = peers.compared as f64;
    let word = |agents: u64| match peers.compared {
        0 => "none compared".to_owned(),
        _ => format!("{agents} of {all} · {}", percent(agents as f64 / all)),
    };
    let answers = ANSWERS.into_iter().zip(agents).map(|(answer, agents)| (answer.to_owned(), word(agents)));
    let more = peers.share_more().filter(|share| *share > 0.0);
    answers.chain(more.map(|share| ("above their peers".to_owned(), percent(share)))).collect()
}

/// What the document says, read without the types that wrote it.
pub fn of_json(files: &[File]) -> Numbers {
    let document: Value = serde_json::from_str(&text(files, "scorecard.json")).unwrap();
    let (population, identities) =
        (&document["privilege"]["population"], document["privilege"]["identities"].as_array().unwrap());
    let mut numbers = Numbers::new();
    for class in population["classes"].as_array().unwrap() {
        if class["known"] != 0 {
            let id = class["class"].as_str().unwrap_or("none");
            numbers
                .extend(json_class(class).into_iter().map(|(name, value)| (format!("{id} {name}"), value)));
        }
    }
    let count = |name: &str| population["peers"][name].as_u64().unwrap();
    let peers = PeerShare {
        agents: count("agents"),
        compared: count("compared"),
        no_peer: count("no_peer"),
        not_shown: count("not_shown"),
        less: count("less"),
        same: count("same"),
        more: count("more"),
        significantly_more: count("significantly_more"),
    };
    numbers.extend(of_peers(&peers));
    let mut known: Vec<_> = identities.iter().filter(|row| !row["privilege"].is_null()).collect();
    let excess = |row: &Value| row["privilege"]["excess"]["point"].as_f64().unwrap();
    known.sort_by(|one, other| excess(other).total_cmp(&excess(one)));
    for row in known.into_iter().take(SHOWN) {
        let privilege = &row["privilege"];
        let figures = [
            range(json_ends(&privilege["score"])),
            one(excess(row)),
            percent(privilege["coverage"].as_f64().unwrap()),
            reach(privilege["reach"].as_str().unwrap()),
            privilege["paths"].as_u64().map(|paths| paths.to_string()).unwrap_or_default(),
        ];
        numbers.insert(row["name"].as_str().unwrap().to_owned(), figures.join(" "));
    }
    numbers
}

fn json_ends(ends: &Value) -> Estimate {
    let end = |name: &str| ends[name].as_f64().unwrap();
    Estimate { low: end("low"), point: end("point"), high: end("high") }
}

fn json_class(class: &Value) -> Vec<(String, String)> {
    let figure = |name: &str| class[name].as_f64();
    let tens: Vec<u64> =
        class["histogram"].as_array().unwrap().iter().map(|count| count.as_u64().unwrap()).collect();
    of_class(&ClassPrivilege {
        class: None,
        identities: class["identities"].as_u64().unwrap(),
        known: class["known"].as_u64().unwrap(),
        index: Some(json_ends(&class["index"])),
        median: figure("median"),
        p90: figure("p90"),
        share_high: figure("share_high"),
        buckets: [0; 3],
        coverage: figure("coverage"),
        standing: figure("standing"),
        exposure: figure("exposure"),
        top: Vec::new(),
        histogram: tens.try_into().unwrap(),
    })
}

fn reach(id: &str) -> String {
    Reach::ALL.into_iter().find(|reach| reach.id() == id).unwrap().word().to_owned()
}

/// What the tables say.
pub fn of_csv(files: &[File]) -> Numbers {
    let table = text(files, "scorecard.csv");
    let rows: Vec<_> = csv::Reader::from_reader(table.as_bytes()).records().map(Result::unwrap).collect();
    let value = |id: &str, figure: &str| -> Option<f64> {
        rows.iter().find(|row| &row[0] == "privilege" && &row[1] == id && &row[3] == figure)?[4].parse().ok()
    };
    let mut numbers = Numbers::new();
    for id in ["human", "machine", "ai", "none"] {
        if value(id, "known").is_some_and(|known| known > 0.0) {
            let figures = csv_class(&|figure| value(id, figure));
            numbers.extend(figures.into_iter().map(|(name, value)| (format!("{id} {name}"), value)));
        }
    }
    let count = |name: &str| whole(value("peers", name).unwrap());
    let peers = PeerShare {
        agents: count("agents"),
        compared: count("compared"),
        no_peer: count("no_peer"),
        not_shown: count("not_shown"),
        less: count("less"),
        same: count("same"),
        more: count("more"),
        significantly_more: count("significantly_more"),
    };
    assert_eq!(peers.no_peer + peers.not_shown, peers.agents - peers.compared);
    numbers.extend(of_peers(&peers));
    numbers.extend(csv_top(&text(files, "identities.csv")));
    numbers
}

fn csv_class(value: &dyn Fn(&str) -> Option<f64>) -> Vec<(String, String)> {
    let end = |name: &str| value(name).unwrap();
    let share = |name: &str| value(name).map(|percent| percent / 100.0);
    let tens =
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(|ten| end(&format!("from_{}_to_{}", ten * 10, ten * 10 + 9)));
    of_class(&ClassPrivilege {
        class: None,
        identities: whole(end("identities")),
        known: whole(end("known")),
        index: Some(Estimate { low: end("index_low"), point: end("index"), high: end("index_high") }),
        median: value("median"),
        p90: value("p90"),
        share_high: share("share_high"),
        buckets: [0; 3],
        coverage: share("coverage"),
        standing: share("standing"),
        exposure: share("exposure"),
        top: Vec::new(),
        histogram: tens.map(whole),
    })
}

/// A count that stands in a column of numbers.
fn whole(value: f64) -> u64 {
    value.to_string().parse().unwrap()
}

fn csv_top(table: &str) -> Numbers {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let mut rows: Vec<_> =
        reader.records().map(Result::unwrap).filter(|row| &row[at("rights")] == "known").collect();
    let figure = |row: &csv::StringRecord, name: &str| -> f64 { row[at(name)].parse().unwrap() };
    rows.sort_by(|one, other| figure(other, "excess").total_cmp(&figure(one, "excess")));
    let line = |row: &csv::StringRecord| {
        let ends = Estimate {
            low: figure(row, "score_low"),
            point: figure(row, "score"),
            high: figure(row, "score_high"),
        };
        let figures = [
            range(ends),
            one(figure(row, "excess")),
            percent(figure(row, "coverage")),
            reach(&row[at("reach")]),
            row[at("paths")].to_owned(),
        ];
        (row[at("name")].to_owned(), figures.join(" "))
    };
    rows.iter().take(SHOWN).map(line).collect()
}

/// What is written in the three figures.
pub fn of_svg(files: &[File]) -> Numbers {
    let lines = visible(&text(files, "privilege.svg"));
    let titles = [("human", "Human"), ("machine", "Machine"), ("ai", "AI agent"), ("none", "No class")];
    let mut numbers = Numbers::new();
    for (id, title) in titles {
        let Some(at) = lines.iter().position(|line| line == title) else { continue };
        let class: Vec<&str> = lines[at + 1..].iter().map(String::as_str).collect();
        let end = class.iter().position(|line| titles.iter().any(|(_, title)| title == line));
        let class = &class[..end.unwrap_or(class.len())];
        numbers.extend(svg_class(class).into_iter().map(|(name, value)| (format!("{id} {name}"), value)));
    }
    let lines = visible(&text(files, "peers.svg"));
    for answer in ANSWERS {
        let at = lines.iter().position(|line| line == answer).unwrap();
        numbers.insert(answer.to_owned(), lines[at + 1].replace(',', ""));
    }
    let above = lines.iter().find_map(|line| line.strip_prefix("more or significantly more: "));
    numbers.extend(above.map(|above| ("above their peers".to_owned(), above.to_owned())));
    let lines = visible(&text(files, "top.svg"));
    let first = lines.iter().position(|line| line == "paths").unwrap() + 1;
    // Name, class and id, then five figures.
    for row in lines[first..].chunks_exact(7).take(SHOWN) {
        numbers.insert(row[0].clone(), row[2..].join(" "));
    }
    numbers
}

/// The numbers of one class; none where nobody of it was seen.
fn svg_class(lines: &[&str]) -> Vec<(String, String)> {
    if lines.contains(&"none was seen") {
        return Vec::new();
    }
    let names = ["Index", "Median", "P90", "High (from 67)", "Use known", "Permanent", "Way to tier 0"];
    let figures = FIGURES.into_iter().zip(names).map(|(figure, name)| {
        let at = lines.iter().position(|line| line.starts_with(name)).unwrap();
        (figure.to_owned(), lines[at - 1].to_owned())
    });
    let plain = |text: &str| text.replace(',', "");
    let count =
        |part: &str| plain(lines.iter().find(|line| line.contains(part)).unwrap().replace(part, "").trim());
    let grid = lines.iter().rposition(|line| line.ends_with(" %") && !line.contains('.')).unwrap();
    let unknown = lines.iter().position(|line| *line == "unknown").unwrap();
    let columns: Vec<_> = lines[grid + 1..unknown - 1].iter().map(|line| plain(line)).collect();
    let (all, known) = (count("n = "), count(" known"));
    let missing: u64 = plain(lines[unknown - 1]).parse().unwrap();
    assert_eq!(all.parse::<u64>().unwrap(), known.parse::<u64>().unwrap() + missing);
    let counts = [("identities", all), ("known", known), ("columns", columns.join(" "))];
    figures.chain(counts.map(|(name, value)| (name.to_owned(), value))).collect()
}
