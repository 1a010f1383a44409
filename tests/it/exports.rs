//! Every format renders every report, states the same scores, and is harmless.
//!
//! The files of each run lie in `target/tmp/exports`, to be looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{NonZeroRect, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::roxmltree;
use resvg::usvg::{Group, Node, Options, Tree};
use serde_json::Value;
use trueup::export::{self, File, Format};
use trueup::model::agents::OwnerState;
use trueup::model::decision::Sanction;
use trueup::ops;

use super::kit;

mod found;
mod numbers;
mod rights;
mod sample;

use found::{Ai, Many};
use rights::{COMPANY, Crowd, Told};
use sample::Sample;

fn samples() -> Vec<Sample> {
    vec![Sample::typical(), Sample::empty(), Sample::mixed(), Sample::crowded(), Sample::hostile()]
}

/// The same company with every other pack: drawn, which is quick, but not rasterised.
fn packs() -> Vec<Sample> {
    ["nhi-lifecycle", "identity-posture-quarterly", "workshop-90min"].map(Sample::of_pack).into()
}

/// What the figures of over-privilege have to stand: nobody known, one identity, no agents, agents without peers,
/// as many as a large company has.
fn worlds() -> Vec<Sample> {
    let of = |crowds: &[Crowd]| Told::of(crowds);
    let [people, machines, agents, others] = COMPANY;
    let nobody = |crowd: Crowd| Crowd { unknown: crowd.count, ..crowd };
    let alone = Crowd { count: 1, unknown: 0, ..agents };
    let many = |crowd: Crowd, count| Crowd { count, unknown: count / 7, ..crowd };
    let untold = |crowd: Crowd| Crowd { coverage: 0.1, heavy: 0.9, ..crowd };
    let mut worlds = vec![
        Sample::privileged("company", of(&COMPANY)),
        Sample::privileged("nobody-known", of(&[nobody(people), nobody(machines), nobody(agents)])),
        Sample::privileged("one", of(&[alone])),
        Sample::privileged("no-agents", of(&[people, machines])),
        Sample::privileged("no-use", of(&[untold(people), untold(machines), untold(agents), untold(others)])),
        Sample::privileged("large", of(&[many(people, 8_000), many(machines, 11_000), many(agents, 1_500)])),
    ];
    for (world, ai) in worlds.iter_mut().zip(ai()) {
        world.ai = Some(ai);
    }
    worlds
}

/// What the figures of AI tools and agents have to stand: a company, nobody told anything, one of each, none, too few
/// on both sides for an estimate, very many with little in common.
fn ai() -> [Ai; 6] {
    let few: &[&[&str]] =
        &[&["network"], &["consent"], &["code"], &["network", "keys"], &["endpoint"], &["code"]];
    let mut apart = vec![&["network"][..]; 40];
    apart.extend([&["consent"][..]; 40]);
    apart.extend([&["network", "consent"][..]; 1]);
    [
        found::COMPANY,
        Many { channels: &[], is_told: false, ..found::COMPANY },
        Many { tools: 1, agents: 1, ..found::COMPANY },
        Many { tools: 0, agents: 0, ..found::COMPANY },
        Many { tools: 31, agents: 3, channels: few, ..found::COMPANY },
        Many { tools: 81 * 8, agents: 11_000, channels: &apart, ..found::COMPANY },
    ]
    .map(Ai::of)
}

fn render(format: &Format, sample: &Sample) -> Vec<File> {
    (format.render)(&sample.report()).unwrap()
}

fn format(id: &str) -> &'static Format {
    export::REGISTRY.iter().copied().find(|format| format.id == id).unwrap()
}

fn text(files: &[File], name: &str) -> String {
    let file = files.iter().find(|file| file.name == name).unwrap();
    String::from_utf8(file.bytes.clone()).unwrap()
}

/// Floor, ceiling, claim and gap as they are shown, with one decimal.
type Shown = BTreeMap<&'static str, String>;

fn shown(figure: impl Fn(&'static str) -> Option<f64>) -> Shown {
    let names = ["floor", "ceiling", "claimed", "gap_on_verified"];
    let one = |name| (name, figure(name).map_or("unknown".to_owned(), |value| format!("{value:.1}")));
    names.into_iter().map(one).collect()
}

fn of_the_scorecard(sample: &Sample) -> Shown {
    let card = &sample.scorecard;
    shown(|name| match name {
        "floor" => card.floor,
        "ceiling" => card.ceiling,
        "claimed" => card.claimed,
        _ => card.gap_on_verified,
    })
}

fn of_json(files: &[File]) -> Shown {
    let document: Value = serde_json::from_str(&text(files, "scorecard.json")).unwrap();
    shown(|name| document["scorecard"][name].as_f64())
}

fn of_csv(files: &[File]) -> Shown {
    let table = text(files, "scorecard.csv");
    let rows: Vec<_> = csv::Reader::from_reader(table.as_bytes()).records().map(Result::unwrap).collect();
    shown(|name| {
        let row = rows.iter().find(|row| &row[0] == "total" && &row[3] == name).unwrap();
        let value: Option<f64> = row[4].parse().ok();
        assert_eq!(value.is_none(), &row[7] == "unknown");
        assert_eq!(value.map(|value| format!("{value:.1}")).unwrap_or_default(), row[5]);
        value
    })
}

/// The text that is visible, without titles and descriptions.
fn visible(svg: &str) -> Vec<String> {
    elements(svg).into_iter().filter(|(tag, _)| tag == "text").map(|(_, text)| text).collect()
}

/// Elements with text of their own, in order, by the parser that also draws them.
fn elements(svg: &str) -> Vec<(String, String)> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let nodes = document.descendants().filter(roxmltree::Node::is_element);
    let text = |node: roxmltree::Node<'_, '_>| node.text().unwrap_or_default().trim().to_owned();
    nodes.map(|node| (node.tag_name().name().to_owned(), text(node))).collect()
}

fn of_svg(files: &[File]) -> Shown {
    let lines = visible(&text(files, "scorecard.svg"));
    let after = |word: &str| {
        let line = lines.iter().find_map(|line| line.strip_prefix(word));
        line.map(|value| value.trim().trim_start_matches('+').to_owned())
    };
    let gap = lines.iter().position(|line| line == "Gap on verified").unwrap();
    let score = lines.iter().position(|line| line == "proven, of 100").unwrap();
    let labelled = |word| after(word).filter(|value| value.parse::<f64>().is_ok());
    if let Some(proven) = labelled("proven ") {
        assert_eq!(proven, lines[score - 1], "the large figure and the label of the bar");
    }
    let or_unknown = |value: Option<String>| value.unwrap_or_else(|| "unknown".to_owned());
    BTreeMap::from([
        ("floor", lines[score - 1].clone()),
        ("ceiling", or_unknown(labelled("possible "))),
        ("claimed", or_unknown(labelled("claimed "))),
        ("gap_on_verified", lines[gap + 1].trim_start_matches('+').to_owned()),
    ])
}

/// A picture holds no text: it must be what its SVG, whose text is compared, looks like.
fn of_png(files: &[File], sample: &Sample) -> Shown {
    let drawings = render(format("svg"), sample);
    let names = |files: &[File]| -> BTreeSet<String> {
        files.iter().map(|file| file.name.split('.').next().unwrap().to_owned()).collect()
    };
    assert_eq!(names(files), names(&drawings));
    for file in files {
        let picture = Pixmap::decode_png(&file.bytes).unwrap();
        let name = file.name.replace(".png", ".svg");
        let drawn = rasterised(&text(&drawings, &name));
        assert_eq!((picture.width(), picture.height()), (drawn.width(), drawn.height()), "{name}");
        let far = picture.pixels().iter().zip(drawn.pixels()).filter(|(one, other)| {
            one.red().abs_diff(other.red()) > 12 || one.blue().abs_diff(other.blue()) > 12
        });
        assert_eq!(far.count(), 0, "{name} does not look like its drawing");
        let runs = picture.pixels().chunk_by(|one, other| one == other);
        let colours: BTreeSet<_> = runs.map(|run| (run[0].red(), run[0].green(), run[0].blue())).collect();
        assert!(colours.len() > 16, "{name} is nearly blank");
    }
    of_svg(&drawings)
}

/// The drawing, understood with the fonts of the project alone.
/// A format that no reader above knows: every score has to stand in its text, beside other digits or signs.
fn of_text(id: &str, files: &[File], expected: &Shown) -> Shown {
    let texts: Vec<&str> = files.iter().filter_map(|file| std::str::from_utf8(&file.bytes).ok()).collect();
    assert!(
        !texts.is_empty(),
        "`{id}` is no text: say in `all_formats_state_the_same_scores` how it is read"
    );
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit() || letter == '.');
    let states = |text: &str, score: &str| {
        text.match_indices(score).any(|(at, _)| {
            !is_part(text[..at].chars().next_back())
                && !text[at + score.len()..].chars().next().is_some_and(|letter| letter.is_ascii_digit())
        })
    };
    expected
        .iter()
        .filter(|(_, score)| texts.iter().any(|text| states(text, score)))
        .map(|(name, score)| (*name, score.clone()))
        .collect()
}

fn parsed(svg: &str) -> Tree {
    static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
        let mut fonts = Database::new();
        for font in ["Inter-Regular.otf", "Inter-SemiBold.otf"] {
            fonts.load_font_data(fs::read(root().join("assets/fonts").join(font)).unwrap());
        }
        Arc::new(fonts)
    });
    Tree::from_str(svg, &Options { fontdb: FONTS.clone(), ..Options::default() }).unwrap()
}

/// The drawing at twice its size.
fn rasterised(svg: &str) -> Pixmap {
    let tree = parsed(svg);
    let size = tree.size().to_int_size().scale_by(2.0).unwrap();
    let mut pixmap = Pixmap::new(size.width(), size.height()).unwrap();
    resvg::render(&tree, Transform::from_scale(2.0, 2.0), &mut pixmap.as_mut());
    pixmap
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_format_renders_every_report() {
    for sample in samples().into_iter().chain(worlds()) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports").join(sample.name);
        fs::create_dir_all(&folder).unwrap();
        for format in export::REGISTRY {
            let files = render(format, &sample);
            assert!(!files.is_empty(), "{}", format.id);
            for file in files {
                assert!(!file.bytes.is_empty(), "{}", file.name);
                assert!(file.name.ends_with(&format!(".{}", format.extension)), "{}", file.name);
                assert!(!file.name.contains(['/', '\\']), "{}", file.name);
                fs::write(folder.join(&file.name), &file.bytes).unwrap();
            }
        }
    }
}

#[test]
fn all_formats_state_the_same_scores() {
    for sample in [Sample::typical(), Sample::mixed()] {
        let expected = of_the_scorecard(&sample);
        for format in export::REGISTRY {
            let files = render(format, &sample);
            let found = match format.id {
                "json" => of_json(&files),
                "csv" => of_csv(&files),
                "svg" => of_svg(&files),
                "png" => of_png(&files, &sample),
                id => of_text(id, &files, &expected),
            };
            assert_eq!(found, expected, "{} of {}", format.id, sample.name);
        }
    }
}

#[test]
fn all_formats_state_the_same_over_privilege() {
    for sample in [Sample::mixed(), worlds().swap_remove(5)] {
        let expected = numbers::of_model(sample.told.as_ref().unwrap());
        assert!(expected.len() > 40, "{expected:?}");
        for format in export::REGISTRY {
            let files = render(format, &sample);
            let found = match format.id {
                "json" => numbers::of_json(&files),
                "csv" => numbers::of_csv(&files),
                "svg" => numbers::of_svg(&files),
                // That a picture is its drawing is tested above; the drawing's numbers are compared here.
                "png" => continue,
                id => panic!("say here how `{id}` states over-privilege"),
            };
            assert_eq!(found, expected, "{} of {}", format.id, sample.name);
        }
    }
}

/// Pulls a real account into a fresh assessment and exports it; what the roster says, and the files.
async fn exported(example: &Path, folder: &Path) -> (Told, Vec<File>) {
    let demo = ops::demo().await.unwrap();
    let new = ops::NewAssessment {
        pack: "ai-agent-readiness".into(),
        organisation: "Example".to_owned(),
        unit: None,
        period: "2027-Q1".to_owned(),
    };
    let id = ops::begin(&demo.ctx, new).await.unwrap().id;
    ops::pull(&demo.ctx, &id, example, &|_| {}).await.unwrap();
    let paths = ops::export(&demo.ctx, &id, export::REGISTRY, folder).await.unwrap();
    let file = |path: &PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        bytes: fs::read(path).unwrap(),
    };
    let roster = ops::roster(&demo.ctx, &id).await.unwrap();
    let weights = demo.ctx.library.weights.as_ref().clone();
    let told = Told { population: roster.population, inventory: roster.inventory, weights };
    demo.close().await;
    (told, paths.iter().map(file).collect())
}

#[test]
fn a_real_account_has_the_same_over_privilege_in_every_file() {
    let Some(example) = kit::shared("samples/aws/authz-details-example.json") else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports/aws-example");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (told, files) = runtime.block_on(exported(&example, &folder));
    let is_told = told.inventory.privileges.iter().any(Option::is_some);
    let has = |name: &str| files.iter().any(|file| file.name == name);
    for name in ["privilege.svg", "top.png", "peers.svg", "identities.csv"] {
        assert_eq!(has(name), is_told, "{name}");
    }
    if !is_told {
        return;
    }
    let expected = numbers::of_model(&told);
    assert_eq!(numbers::of_json(&files), expected);
    assert_eq!(numbers::of_csv(&files), expected);
    let drawn = numbers::of_svg(&files);
    let classes = expected.iter().filter(|(name, _)| name.contains(" index") || name.contains(" columns"));
    assert!(classes.clone().count() > 0);
    classes.for_each(|(name, value)| assert_eq!(drawn.get(name), Some(value), "{name}"));
}

#[test]
fn without_rights_the_figures_are_left_out_and_the_files_say_so() {
    let sample = Sample::typical();
    let drawings = render(format("svg"), &sample);
    let names: Vec<_> = drawings.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["scorecard.svg", "gap.svg", "radar.svg", "classes.svg"]);
    assert!(text(&drawings, "scorecard.svg").contains("over-privilege | no source tells of rights"));
    let tables = render(format("csv"), &sample);
    assert!(tables.iter().all(|file| file.name != "identities.csv"));
    assert!(text(&tables, "scorecard.csv").contains("privilege,,,rights,,,,no source tells of rights\r\n"));
    let document: Value =
        serde_json::from_str(&text(&render(format("json"), &sample), "scorecard.json")).unwrap();
    assert!(document["privilege"].is_null());
}

#[test]
fn a_structural_estimate_is_called_one_wherever_it_stands() {
    let sample = worlds().swap_remove(4);
    let files = render(format("svg"), &sample);
    let lines = |name: &str| visible(&text(&files, name));
    assert_eq!(lines("scorecard.svg").iter().filter(|line| *line == "structural").count(), 3);
    let figure = lines("privilege.svg");
    assert!(figure[2].starts_with("Index (structural estimate: little use is known): "), "{figure:?}");
    assert_eq!(figure.iter().filter(|line| *line == "Index (structural)").count(), 4);
}

#[test]
fn who_is_not_known_is_counted_and_has_no_figures() {
    let sample = worlds().swap_remove(1);
    let told = sample.told.as_ref().unwrap();
    let lines = visible(&text(&render(format("svg"), &sample), "privilege.svg"));
    assert_eq!(lines.iter().filter(|line| *line == "the rights of none are known").count(), 3);
    assert!(lines.contains(&"340".to_owned()) && !lines.iter().any(|line| line == "0.0"));
    let table = text(&render(format("csv"), &sample), "identities.csv");
    let rows: Vec<_> = csv::Reader::from_reader(table.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), told.inventory.identities.len());
    assert!(rows.iter().all(|row| &row[5] == "unknown" && row.iter().skip(6).all(str::is_empty)));
}

#[test]
fn all_formats_state_the_same_tools_and_agents() {
    for sample in worlds() {
        let ai = sample.ai.as_ref().unwrap();
        let counts = ai.shadow.counts;
        let document: Value =
            serde_json::from_str(&text(&render(format("json"), &sample), "scorecard.json")).unwrap();
        let number = |value: &Value| value.as_u64().unwrap();
        assert_eq!(number(&document["ai_tools"]["counts"]["undecided"]), counts.undecided);
        assert_eq!(document["ai_agents"]["agents"].as_array().unwrap().len(), ai.agents.agents.len());
        let tables = render(format("csv"), &sample);
        let rows = |name: &str, column: &str, value: &str| {
            let table = text(&tables, name);
            let mut reader = csv::Reader::from_reader(table.as_bytes());
            let at = reader.headers().unwrap().iter().position(|head| head == column).unwrap();
            reader.records().filter(|row| &row.as_ref().unwrap()[at] == value).count() as u64
        };
        let drawn = render(format("svg"), &sample);
        let shadow = visible(&text(&drawn, "shadow.svg"));
        for sanction in Sanction::ALL {
            assert_eq!(rows("tools.csv", "sanction", sanction.id()), counts.of(sanction), "{}", sample.name);
            let said = format!("{} {}", sanction.id(), counts.of(sanction));
            assert!(
                shadow.iter().any(|line| line.replace(',', "") == said),
                "{said} of {}: {shadow:?}",
                sample.name
            );
        }
        let agents = visible(&text(&drawn, "agents.svg"));
        for state in OwnerState::ALL {
            let count = ai.agents.agents.iter().filter(|row| row.owner_state == state).count() as u64;
            assert_eq!(rows("agents.csv", "owner_state", state.id()), count);
            let at = agents.iter().position(|line| line == state.word()).unwrap();
            assert_eq!(
                agents[at + 7].replace(',', ""),
                count.to_string(),
                "{} of {}: {agents:?}",
                state.word(),
                sample.name
            );
        }
        let published = shadow.iter().position(|line| line.starts_with("Published, for reference")).unwrap();
        assert!(shadow[..published].iter().all(|line| !line.contains("61 %")), "{}", sample.name);
        let below = shadow[published..].join(" ");
        for part in
            ["61 %", "(JumpCloud, Q1 2026 IT Trends Report, 2026; n not stated)", "counts organisations"]
        {
            assert!(below.contains(part), "{part} of {}", sample.name);
        }
    }
}

#[test]
fn a_survey_of_organisations_is_never_in_the_bar_of_the_agents() {
    for sample in worlds() {
        let lines = visible(&text(&render(format("svg"), &sample), "peers.svg"));
        let at = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
        let (own, survey) =
            (at("This organisation: "), at("Published, for reference: share of organisations"));
        assert!(own < survey && lines[own..survey].iter().all(|line| line != "70 %"), "{}", sample.name);
        let below = lines[survey..].join(" ");
        for part in ["70 %", "n = 205", "(2026)", "Teleport", "Survey counts organisations"] {
            assert!(below.contains(part), "{part} of {}", sample.name);
        }
        let told = ["Compared: ", "No AI agent was seen.", "No AI agent can be compared. The rights of 23"];
        assert!(told.iter().any(|start| lines.iter().any(|line| line.starts_with(start))), "{lines:?}");
    }
}

#[test]
fn the_invented_company_has_the_scores_of_the_reference() {
    let scores = of_the_scorecard(&Sample::typical());
    let expected = [("floor", "27.7"), ("ceiling", "48.1"), ("claimed", "71.7"), ("gap_on_verified", "36.8")];
    assert_eq!(scores, expected.map(|(name, value)| (name, value.to_owned())).into());
}

#[test]
fn what_is_not_known_is_called_unknown_and_never_zero() {
    let sample = Sample::empty();
    let files = |id| render(format(id), &sample);
    for found in [of_json(&files("json")), of_csv(&files("csv")), of_svg(&files("svg"))] {
        assert_eq!((found["claimed"].as_str(), found["gap_on_verified"].as_str()), ("unknown", "unknown"));
    }
    let lines = visible(&text(&files("svg"), "scorecard.svg"));
    assert_eq!(lines.iter().filter(|line| *line == "unknown").count(), 5, "gap, over-claim and three dials");
    assert!(lines.iter().any(|line| line == "not answered"));
}

#[test]
fn a_second_run_gives_the_same_bytes() {
    for format in export::REGISTRY {
        assert!(render(format, &Sample::hostile()) == render(format, &Sample::hostile()), "{}", format.id);
    }
}

#[test]
fn the_published_schemas_are_those_of_the_types() {
    for published in export::PUBLISHED {
        let kept = root().join(format!("assets/{}.schema.json", published.id));
        let fresh = (published.schema)();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&kept, &fresh).unwrap();
        }
        let schema = fs::read_to_string(&kept).unwrap();
        assert_eq!(schema, fresh, "write it anew: UPDATE_DOCS=1 cargo test --test it exports");
    }
}

#[test]
fn every_json_document_is_valid() {
    let schema: Value = serde_json::from_str(&export::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for sample in samples().into_iter().chain(packs()).chain(worlds()) {
        let document: Value =
            serde_json::from_str(&text(&render(format("json"), &sample), "scorecard.json")).unwrap();
        let faults: Vec<_> = validator.iter_errors(&document).map(|fault| fault.to_string()).collect();
        assert_eq!(faults, [""; 0], "{}", sample.name);
        assert_eq!(document["assessment"]["organisation"], sample.begun.organisation);
    }
    let wrong = serde_json::json!({ "schema": "trueup.scorecard/1", "scorecard": { "floor": "27.7" } });
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn drawings_are_sound_and_hold_nothing_that_runs() {
    let tags = ["svg", "title", "desc", "rect", "text", "polyline", "polygon", "circle"];
    for sample in samples() {
        for file in render(format("svg"), &sample) {
            let svg = String::from_utf8(file.bytes).unwrap();
            let elements = elements(&svg);
            for (tag, text) in &elements {
                assert!(tags.contains(&tag.as_str()), "{}: <{tag}>", file.name);
                assert!(!text.contains(steers), "{}: {text:?}", file.name);
            }
            assert!(elements.iter().take(3).map(|(tag, _)| tag.as_str()).eq(["svg", "title", "desc"]));
            assert!(elements[2].1.contains(" | "), "{} holds its data", file.name);
        }
    }
}

fn steers(letter: char) -> bool {
    (letter.is_control() && letter != '\n') || ('\u{202a}'..='\u{202e}').contains(&letter)
}

/// Where the letters of every line of text lie, in pixels, measured by what draws them.
fn places(group: &Group) -> Vec<NonZeroRect> {
    let place = |node: &Node| match node {
        Node::Text(text) => text.flattened().abs_bounding_box().to_non_zero_rect().into_iter().collect(),
        Node::Group(group) => places(group),
        _ => Vec::new(),
    };
    group.children().iter().flat_map(place).collect()
}

/// Lines of text may be set close, but not over each other.
fn overlap(one: &NonZeroRect, other: &NonZeroRect) -> bool {
    let width = one.right().min(other.right()) - one.left().max(other.left());
    let height = one.bottom().min(other.bottom()) - one.top().max(other.top());
    width > 1.0 && height > 1.0
}

#[test]
fn no_text_leaves_the_picture_or_covers_another() {
    for sample in samples().into_iter().chain(packs()).chain(worlds()) {
        for file in render(format("svg"), &sample) {
            let svg = std::str::from_utf8(&file.bytes).unwrap();
            let tree = parsed(svg);
            let places = places(tree.root());
            assert!(places.len() > visible(svg).len() * 9 / 10, "{}: all lines are looked at", file.name);
            for (number, place) in places.iter().enumerate() {
                let is_inside = place.left() >= 40.0
                    && place.right() <= tree.size().width() - 40.0
                    && place.bottom() <= tree.size().height();
                assert!(is_inside, "{} of {}: {place:?}", file.name, sample.name);
                let other = places[..number].iter().find(|other| overlap(place, other));
                assert_eq!(other, None, "{} of {}: {place:?}", file.name, sample.name);
            }
        }
    }
}

#[test]
fn no_cell_is_a_formula_but_our_figures_stay_figures() {
    for sample in samples() {
        for file in render(format("csv"), &sample) {
            let table = String::from_utf8(file.bytes).unwrap();
            assert!(table.ends_with("\r\n") && !table.contains(['\u{1b}', '\u{202e}']));
            for record in csv::Reader::from_reader(table.as_bytes()).records() {
                for cell in &record.unwrap() {
                    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                    assert!(!is_formula || cell.parse::<f64>().is_ok(), "{}: {cell:?}", file.name);
                }
            }
        }
    }
    let mixed = text(&render(format("csv"), &Sample::mixed()), "scorecard.csv");
    assert!(mixed.contains("total,,,gap_on_verified,-12.345,-12.3,points,\r\n"), "{mixed}");
}

#[test]
fn every_question_has_its_line() {
    let sample = Sample::typical();
    let table = text(&render(format("csv"), &sample), "questions.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (question, verdict, because) = (column("question"), column("verdict"), column("because"));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 59);
    for (row, scored) in rows.iter().zip(&sample.scorecard.rows) {
        assert_eq!((&row[question], &row[verdict]), (scored.question.as_str(), scored.verdict.word()));
        assert!(!row[because].is_empty());
    }
}

#[test]
fn what_matters_comes_first_and_what_has_no_room_leaves_a_sign() {
    let page = |sample: &Sample| visible(&text(&render(format("svg"), sample), "scorecard.svg"));
    let mixed = page(&Sample::mixed());
    let states = mixed.iter().filter(|line| *line == "open" || *line == "closed");
    let states: Vec<_> = states.map(String::as_str).collect();
    assert_eq!(states, [["open"; 4].as_slice(), &["closed"; 9]].concat());
    let crowded = page(&Sample::crowded());
    assert!(crowded.iter().any(|line| line == "Gates: 39 of 39 open"));
    assert!(crowded.iter().any(|line| line == "Over-claimed: the first 5 of 114"));
    let signs = crowded.iter().filter(|line| line.starts_with("and ") && line.contains(" more ")).count();
    assert_eq!(signs, 2, "domains and gates");
}

#[test]
fn surveys_are_printed_with_n_year_and_publisher_and_never_as_one() {
    let lines = visible(&text(&render(format("svg"), &Sample::typical()), "scorecard.svg"));
    let at = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
    let (jumpcloud, teleport) =
        (at("JumpCloud, Q1 2026 IT Trends Report (2026); n not stated"), at("Teleport, "));
    for (figure, survey) in [("40 %", jumpcloud), ("22 %", jumpcloud), ("70 %", teleport), ("17 %", teleport)]
    {
        assert!(at(figure) < survey);
    }
    assert!(at("22 %") < jumpcloud && jumpcloud < at("70 %") && at("76 %") < teleport);
    assert!(lines[teleport..].iter().any(|line| line.contains("n = 205")));
}

#[test]
fn the_text_of_the_pictures() {
    let mut files = render(format("svg"), &Sample::typical());
    let drawings = render(format("svg"), &worlds().swap_remove(0));
    files.extend(drawings.into_iter().filter(|file| {
        ["privilege.svg", "top.svg", "peers.svg", "shadow.svg", "agents.svg"].contains(&&*file.name)
    }));
    for file in &files {
        let lines = visible(&text(&files, &file.name)).join("\n");
        insta::assert_snapshot!(file.name.replace('.', "_"), lines);
    }
}
