//! Files that people write: figures that other tools count, and the scope. Wrong ones name the place and the remedy.

use std::fs;
use std::sync::Arc;

use miette::Diagnostic as _;
use trueup::connectors::{
    Connector, ConnectorError, REGISTRY, Said, Sample, Settings, Sink, Taken, measurements, scope,
};
use trueup::model::MetricName;
use trueup::model::inventory::{Fact, Record, Reported, System};

use crate::kit;

const KNOWN: [&str; 3] = ["human.users.total", "ai.agents.total", "ai.agents.owned"];

/// Recognises, looks at and pulls a file of that name and content.
fn pull(name: &str, content: &str) -> Result<(Taken, Vec<Record>), ConnectorError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let sample = Sample { head: content.as_bytes(), size: content.len() as u64 };
    let fits: Vec<_> =
        REGISTRY.iter().filter(|spec| spec.recognise.is_some_and(|recognise| recognise(&sample))).collect();
    assert_eq!(fits.len(), 1, "{:?} for {content}", fits.iter().map(|spec| spec.id).collect::<Vec<_>>());
    let known: Arc<[MetricName]> = KNOWN.iter().map(|name| MetricName::from(*name)).collect();
    let connector = (fits[0].connect)(&Settings::file(path.to_str().unwrap(), known))?;
    block_on(async {
        let looked = connector.preflight().await;
        let pulled = run(connector.as_ref()).await;
        assert_eq!(looked.is_ok(), pulled.is_ok(), "looking ahead and pulling disagree on {content}");
        pulled
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Pulls and receives side by side, as the channel is bounded.
async fn run(connector: &dyn Connector) -> Result<(Taken, Vec<Record>), ConnectorError> {
    let (mut sink, mut said) = Sink::channel(4);
    let reading = async move { connector.pull(&mut sink).await };
    let taking = async {
        let mut records = Vec::new();
        while let Some(message) = said.recv().await {
            if let Said::Records(some) = message {
                records.extend(some);
            }
        }
        records
    };
    let (taken, records) = tokio::join!(reading, taking);
    Ok((taken?, records))
}

fn refused(name: &str, content: &str, sentence: &str, remedy: &str) {
    let error = pull(name, content).unwrap_err();
    assert!(error.to_string().contains(sentence), "{content}\nsaid: {error}");
    let help = error.help().unwrap().to_string();
    assert!(help.contains(remedy), "{content}\nhelps: {help}");
}

fn figure(metric: &str, value: impl Into<Option<f64>>, coverage: Option<f64>) -> Reported {
    Reported {
        metric: metric.into(),
        value: value.into(),
        coverage,
        counted_by: "SIEM".to_owned(),
        date: Fact::Known("2026-10-01T00:00:00Z".parse().unwrap()),
    }
}

#[test]
fn figures_are_the_same_from_both_shapes() {
    let toml = "counted_by = \"SIEM\"\ndate = 2026-10-01\n[value]\n\"ai.agents.owned\" = 79\n\
                \"ai.agents.total\" = 130.5\n[coverage]\n\"*\" = 1\n\"ai.agents.total\" = 0.8\n";
    let csv = "Metric,Value,Coverage,Source,Date\nai.agents.owned,79,,SIEM,2026-10-01\n\
               ai.agents.total,130.5,0.8,SIEM,2026-10-01T00:00:00Z\n*,,1,,\n";
    let expected = [
        Record::Reported(figure("ai.agents.owned", 79.0, None)),
        Record::Reported(figure("ai.agents.total", 130.5, Some(0.8))),
        Record::DefaultCoverage(1.0),
    ];
    let spread = csv.replace(',', ";");
    for (name, content) in [("a.toml", toml), ("a.csv", csv), ("a.csv", &spread)] {
        for mark in ["", "\u{feff}"] {
            if mark.is_empty() || name == "a.toml" {
                let (taken, records) = pull_marked(name, mark, content);
                assert_eq!(records, expected, "{content}");
                assert_eq!(taken.at.to_string(), "2026-10-01T00:00:00Z");
                assert_eq!(taken.source.as_str(), format!("measurements:{name}"));
            }
        }
    }
}

/// The sample is what follows a mark, as the caller of a connector cuts it off.
fn pull_marked(name: &str, mark: &str, content: &str) -> (Taken, Vec<Record>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, format!("{mark}{content}")).unwrap();
    if mark.is_empty() {
        return pull(name, content).unwrap();
    }
    let spec = REGISTRY.iter().find(|spec| spec.id == "measurements").unwrap();
    let connector = (spec.connect)(&Settings::file(path.to_str().unwrap(), Arc::default())).unwrap();
    block_on(run(connector.as_ref())).unwrap()
}

#[test]
fn how_much_was_looked_at_is_kept_where_nothing_was_counted() {
    let toml = "counted_by = \"SIEM\"\ndate = 2026-10-01\n[value]\n[coverage]\n\"ai.agents.total\" = 0.5\n";
    let csv = "metric,value,coverage,source,date\nai.agents.total,,0.5,SIEM,2026-10-01\n";
    for (name, content) in [("a.toml", toml), ("a.csv", csv)] {
        let (_, records) = pull(name, content).unwrap();
        assert_eq!(records, [Record::Reported(figure("ai.agents.total", None, Some(0.5)))], "{content}");
    }
}

#[test]
fn wrong_figures_name_line_and_remedy() {
    let value = |line: &str| format!("[value]\n{line}\n");
    let toml = |content: &str, sentence: &str, remedy: &str| refused("a.toml", content, sentence, remedy);
    toml(
        &value("\"ai.agent.total\" = 3"),
        ", line 2, column 1: the dictionary has no metric",
        "did you mean `ai.agents.total`?",
    );
    toml(&value("\"AI Agents\" = 3"), "`AI Agents` is no name of a metric", "small letters with dots");
    toml(
        &value("\"ai.agents.total\" = -3"),
        ", line 2, column 1: `-3` is no count",
        "leave out what is not known",
    );
    toml(&value("\"ai.agents.total\" = nan"), "is no count", "not known");
    toml(&value("\"ai.agents.total\" = inf"), "is no count", "not known");
    toml(
        &value("\"ai.agents.total\" = \"many\""),
        ", line 2, column 21: invalid type",
        "template measurements",
    );
    toml(&value("\"ai.agents.total\" = 3\n\"ai.agents.total\" = 4"), ", line 3", "template measurements");
    toml(&value("[coverage]\n\"*\" = 80"), ", line 3, column 1: `80` is no share", "0.8");
    toml(&value("[coverrage]"), "unknown field `coverrage`", "did you mean `coverage`?");
    toml(&value("ai = ["), ", line 2, column 7: unclosed array", "template measurements");
}

#[test]
fn wrong_rows_of_figures_name_row_and_column() {
    let row = |cells: &str| format!("metric,value,coverage,source,date\nhuman.users.total,1,,,\n{cells}\n");
    let csv = |content: &str, sentence: &str, remedy: &str| refused("a.csv", content, sentence, remedy);
    csv(
        &row("ai.agents.totl,3,,,"),
        "row 3, column `metric`: the dictionary has no metric",
        "did you mean `ai.agents.total`?",
    );
    csv(&row("ai.agents.total,,,,"), "row 3, column `value`: `` is no number", "leave out rows");
    csv(&row("ai.agents.total,1.2.3,,,"), "row 3, column `value`: `1.2.3` is no number", "with a point");
    csv(&row("ai.agents.total,-1,,,"), "row 3, column `value`: `-1` is no count", "not known");
    csv(&row("ai.agents.total,1,1.5,,"), "row 3, column `coverage`: `1.5` is no share", "0.8");
    csv(&row("ai.agents.total,1,,,1.10.2026"), "row 3, column `date`: `1.10.2026` is no day", "2026-10-01");
    csv(
        &row("human.users.total,2,,,"),
        "row 3, column `metric`: `human.users.total` is given twice",
        "right",
    );
    csv(&row("ai.agents.total,1"), "row 3: it has 2 cells where the header has 5", "quotes");
    csv("metric,value,covrage\n", "row 1: there is no such column as `covrage`", "did you mean `coverage`?");
}

#[test]
fn the_invented_company_is_taken_over_with_every_figure() {
    let Some(path) = kit::shared("oracle/measurements.toml") else { return };
    let content = fs::read_to_string(path).unwrap();
    let expected = content.split("[coverage]").next().unwrap().matches("\" = ").count();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("measurements.toml");
    fs::write(&path, &content).unwrap();
    let (_, records) = pull_marked("measurements.toml", "\u{feff}", &content);
    let figures = records.iter().filter(|record| matches!(record, Record::Reported(_))).count();
    assert_eq!((figures, records.len()), (expected, expected + 1));
}

#[test]
fn a_scope_file_declares_its_systems() {
    let content = "date = 2026-10-01\n[[system]]\nid = \"aws:1\"\ntitle = \"Production\"\nkind = \"cloud\"\n\
                   [[system]] # the second\nid = \"hr\"\nkind = \"hr\"\n";
    let (taken, records) = pull("scope.toml", content).unwrap();
    let system = |id: &str, title: &str, kind: &str| {
        Record::System(System { id: id.into(), title: title.to_owned(), kind: kind.to_owned() })
    };
    assert_eq!(records, [system("aws:1", "Production", "cloud"), system("hr", "hr", "hr")]);
    assert_eq!((taken.source.as_str(), taken.at.to_string()), ("scope", "2026-10-01T00:00:00Z".to_owned()));
}

#[test]
fn a_wrong_scope_names_line_and_remedy() {
    let system = |lines: &str| format!("[[system]]\nid = \"aws:1\"\n{lines}\n");
    let toml = |content: &str, sentence: &str, remedy: &str| refused("scope.toml", content, sentence, remedy);
    toml(
        &system("kind = \"clowd\""),
        ", line 3, column 8: `clowd` is no kind of system",
        "did you mean `cloud`?",
    );
    toml(&system("titel = \"x\"\nkind = \"cloud\""), "unknown field `titel`", "did you mean `title`?");
    toml(&system("title = \"x\""), "missing field `kind`", "template scope");
    toml("[[system]]\nid = \" \"\nkind = \"hr\"\n", ", line 2, column 6: the id is empty", "template scope");
    let twice = system("kind = \"cloud\"").repeat(2);
    toml(&twice, ", line 5, column 6: the system `aws:1` is declared twice", "one table");
}

#[test]
fn the_templates_are_files_that_can_be_read() {
    let (_, systems) = pull("scope.toml", scope::template()).unwrap();
    assert_eq!(systems.len(), 2);
    for kind in scope::KINDS {
        assert!(scope::template().contains(kind), "the template does not name {kind}");
    }
    let text = measurements::template();
    let fields = pull_marked("a.toml", "\u{feff}", text).1;
    assert_eq!(fields.len(), 3);
}

#[test]
fn connectors_promise_only_metrics_that_the_dictionary_has() {
    let library = trueup::packs::Library::open(None).unwrap();
    for spec in REGISTRY {
        for metric in spec.sees.iter().flat_map(|sight| sight.feeds) {
            let is_known = library.catalog.metrics.contains_key(*metric)
                || library.catalog.derived.contains_key(*metric);
            assert!(is_known, "{} feeds `{metric}`, which is in no dictionary", spec.id);
        }
    }
}
