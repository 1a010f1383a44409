//! Packs and catalogues: what is built in is right, what is wrong is shown well.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use proptest::prelude::*;
use trueup::model::PackId;
use trueup::model::expr::Expr;
use trueup::model::questionnaire::Questionnaire;
use trueup::packs::{BUILT_IN, Library, Origin, PackError};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::open(None).unwrap());

fn library() -> Library {
    LIBRARY.clone()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures(inside: &str) -> PathBuf {
    root().join("tests/it/fixtures/packs").join(inside)
}

/// The TOML files of a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds nothing", folder.display());
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// The diagnostic as a person sees it, with the folder of this machine taken out.
fn picture(diagnostic: &dyn Diagnostic) -> String {
    let mut text = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(100)
        .render_report(&mut text, diagnostic)
        .unwrap();
    text.replace(&format!("{}/", fixtures("bad").display()), "")
}

fn built_in() -> Vec<Questionnaire> {
    let library = library();
    BUILT_IN.iter().map(|(id, _)| library.pack(&PackId::new(*id)).unwrap()).collect()
}

/// Every expression of a pack.
fn expressions(pack: &Questionnaire) -> Vec<&Expr> {
    let guards = pack.guards.iter().map(|guard| &guard.when);
    let questions = pack.questions.iter().flat_map(|question| {
        let checks = question.checks.iter().map(|check| &check.expr);
        let caps = question.caps.iter().map(|cap| &cap.when);
        checks.chain(caps).chain(&question.not_applicable_when)
    });
    guards.chain(questions).collect()
}

#[test]
fn every_file_of_the_folder_is_built_in() {
    let in_folder: BTreeSet<String> =
        files(&root().join("questionnaires")).iter().map(|file| stem(file)).collect();
    let listed: BTreeSet<String> = BUILT_IN.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(in_folder, listed);
}

#[test]
fn every_built_in_pack_is_free_of_faults_and_warnings() {
    let library = library();
    for (id, _) in BUILT_IN {
        let linted = library.lint_pack(&PackId::new(*id)).unwrap();
        assert!(linted.report.is_clean(), "{}", picture(&linted.report));
        assert_eq!(linted.summary.unwrap().id.as_str(), *id);
    }
}

#[test]
fn the_sources_of_the_built_in_packs_lint_as_files_too() {
    for file in files(&root().join("questionnaires")) {
        assert!(library().lint(&file).unwrap().report.is_clean(), "{}", file.display());
    }
}

#[test]
fn built_in_packs_ask_what_their_sections_list_in_that_order() {
    let counts: Vec<usize> = built_in().iter().map(|pack| pack.questions.len()).collect();
    assert!([59, 22, 20, 15].iter().all(|count| counts.contains(count)), "{counts:?}");
    for pack in built_in() {
        let listed: Vec<_> = pack.sections.iter().flat_map(|section| section.questions.clone()).collect();
        let asked: Vec<_> = pack.questions.iter().map(|question| question.id.clone()).collect();
        assert_eq!(asked, listed, "{}", pack.id);
    }
}

#[test]
fn a_question_is_the_same_in_every_pack_that_uses_it() {
    let packs = built_in();
    let readiness = packs.first().unwrap();
    for shared in packs.iter().skip(1).flat_map(|pack| &pack.questions) {
        if let Some(original) = readiness.question(&shared.id) {
            assert_eq!(
                shared.clone(),
                trueup::model::questionnaire::Question {
                    workshop: shared.workshop.clone(),
                    ..original.clone()
                }
            );
        }
    }
}

#[test]
fn the_workshop_carries_its_notes() {
    let pack = library().pack(&PackId::from("workshop-90min")).unwrap();
    let minutes: u32 =
        pack.questions.iter().map(|question| question.workshop.as_ref().unwrap().minutes).sum();
    assert_eq!(minutes, 74);
}

#[test]
fn expressions_of_the_packs_survive_being_written_and_read_again() {
    for pack in built_in() {
        for expr in expressions(&pack) {
            assert_eq!(Expr::parse(&expr.to_string()).as_ref(), Ok(expr));
        }
    }
}

#[test]
fn every_wrong_pack_is_shown_with_place_and_remedy() {
    let library = library();
    for file in files(&fixtures("bad")) {
        let linted = library.lint(&file).unwrap();
        assert!(!linted.report.is_clean(), "{} is not wrong", file.display());
        for finding in linted.report.findings() {
            assert!(!finding.help.is_empty(), "{}: {finding} has no remedy", file.display());
        }
        insta::assert_snapshot!(stem(&file), picture(&linted.report));
    }
}

#[test]
fn a_pack_that_lints_with_faults_cannot_be_used_and_one_with_warnings_can() {
    for file in files(&fixtures("bad")) {
        let mut library = library();
        let faults = library.lint(&file).unwrap().report.faults();
        assert_eq!(library.include(&file).is_ok(), faults == 0, "{}", file.display());
    }
}

#[test]
fn a_pack_of_the_user_loads_from_a_file_and_from_a_folder_by_the_same_code() {
    let id = PackId::from("acme-basics");
    let mut by_file = library();
    assert_eq!(by_file.include(&fixtures("own/acme-basics.toml")).unwrap(), id);
    let by_folder = Library::open(Some(&fixtures("own"))).unwrap();
    assert_eq!(by_file.pack(&id).unwrap(), by_folder.pack(&id).unwrap());
    let listed = by_folder.list();
    let ours = listed.iter().find(|summary| summary.id == id).unwrap();
    assert!(matches!(ours.origin, Origin::File(_)));
    assert_eq!((ours.questions, ours.gates, ours.measured, &ours.fault), (2, 2, 2, &None));
    assert!(by_folder.lint(&fixtures("own/acme-basics.toml")).unwrap().report.is_clean());
}

#[test]
fn a_broken_file_in_the_folder_is_listed_and_harms_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "[pack").unwrap();
    fs::write(folder.path().join("b.toml"), [0xff, 0xfe]).unwrap();
    fs::copy(fixtures("bad/built-in-id.toml"), folder.path().join("c.toml")).unwrap();
    fs::copy(fixtures("own/acme-basics.toml"), folder.path().join("d.toml")).unwrap();
    fs::copy(fixtures("own/acme-basics.toml"), folder.path().join("e.toml")).unwrap();
    let library = Library::open(Some(folder.path())).unwrap();
    let faults: Vec<bool> = library.list().iter().map(|summary| summary.fault.is_some()).collect();
    let (built_in, own) = faults.split_at(BUILT_IN.len());
    assert!(!built_in.contains(&true));
    assert_eq!(own, [true, true, true, false, true]);
    let built_in = library.pack(&PackId::from("nhi-lifecycle")).unwrap();
    assert_eq!(built_in.questions.len(), 22);
}

/// A pack that asks only what `from` asks as `ACME-01`.
fn borrower(from: &str) -> String {
    let own = fs::read_to_string(fixtures("own/acme-basics.toml")).unwrap();
    let head = own.split("[[question]]").next().unwrap();
    head.replace("id = \"acme-basics\"", "id = \"acme-borrower\"")
        .replace("\"ACME-01\", \"INV-03\"", "\"ACME-01\"")
        .replace("id = \"INV-03\"\nrev = 1", "id = \"ACME-01\"\nrev = 1\nweight = 2")
        .replace("ai-agent-readiness", from)
}

#[test]
fn a_pack_may_take_questions_from_another_pack_of_the_user() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("borrower.toml"), borrower("acme-basics")).unwrap();
    fs::copy(fixtures("own/acme-basics.toml"), folder.path().join("basics.toml")).unwrap();
    let library = Library::open(Some(folder.path())).unwrap();
    let pack = library.pack(&PackId::from("acme-borrower")).unwrap();
    let weights: Vec<_> =
        pack.questions.iter().map(|question| (question.id.as_str(), question.weight)).collect();
    assert_eq!(weights, [("ACME-01", 2)]);
}

#[test]
fn faults_of_another_pack_are_named_where_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("borrower.toml"), borrower("acme-basics")).unwrap();
    fs::copy(fixtures("bad/weight-too-large.toml"), folder.path().join("basics.toml")).unwrap();
    let library = Library::open(Some(folder.path())).unwrap();
    let error = library.pack(&PackId::from("acme-borrower")).unwrap_err();
    assert!(error.to_string().contains("the pack `acme-basics` has faults of its own"), "{error}");
    // Packs that name each other, or themselves, end as well.
    fs::write(folder.path().join("basics.toml"), borrower("acme-borrower")).unwrap();
    let library = Library::open(Some(folder.path())).unwrap();
    assert!(library.pack(&PackId::from("acme-borrower")).is_err());
}

#[test]
fn what_is_not_a_text_of_a_sensible_size_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let cases = [
        (folder.path().join("none.toml"), "there is no such file"),
        (folder.path().to_owned(), "it is a folder"),
        (write("empty.toml", b" \n"), "it is empty"),
        (write("latin.toml", b"a = 1\nb = \"\xe9\"\n"), "line 2 is not UTF-8"),
        (write("large.toml", &vec![b'#'; 10 * 1024 * 1024 + 1]), "it has more than 10 MB"),
    ];
    for (path, why) in cases {
        let Err(PackError::Unreadable { why: said, help, .. }) = library().lint(&path) else {
            panic!("{} was read", path.display());
        };
        assert_eq!(said, why);
        assert!(!help.is_empty());
    }
}

#[test]
fn a_byte_order_mark_and_other_line_ends_do_not_matter() {
    let text = fs::read_to_string(fixtures("own/acme-basics.toml")).unwrap();
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    fs::write(file.path(), format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    let linted = library().lint(file.path()).unwrap();
    assert!(linted.report.is_clean(), "{}", picture(&linted.report));
}

#[test]
fn a_file_made_to_exhaust_the_reader_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let deep = format!("a = {}", "[".repeat(200_000));
    let dotted = format!("{} = 1", vec!["a"; 50_000].join("."));
    let wrong = format!("schema = \"trueup.pack/1\"\n{}", "[[section]]\nid = 1\n".repeat(5_000));
    let own = fs::read_to_string(fixtures("own/acme-basics.toml")).unwrap();
    let expression = |text: String| own.replace("ai.agents.total == 0", &text);
    let nested = expression("(".repeat(100_000));
    let negated = expression("not ".repeat(100_000));
    let signed = expression(format!("{}1", "-".repeat(100_000)));
    let texts = [deep, dotted, wrong, nested, negated, signed];
    for (index, text) in texts.into_iter().enumerate() {
        let path = folder.path().join(format!("{index}.toml"));
        fs::write(&path, text).unwrap();
        let report = library().lint(&path).unwrap().report;
        assert!(report.faults() > 0);
        assert!(picture(&report).lines().count() < 500, "{index}");
    }
}

#[test]
fn an_unknown_pack_is_answered_with_the_nearest_one() {
    let error = library().pack(&PackId::from("nhi-livecycle")).unwrap_err();
    assert_eq!(error.help().unwrap().to_string(), "did you mean `nhi-lifecycle`?");
}

#[test]
fn every_metric_that_a_pack_or_a_derived_metric_reads_is_defined() {
    let library = library();
    let catalog = &library.catalog;
    let known = |name: &str| catalog.metrics.contains_key(name) || catalog.derived.contains_key(name);
    let packs = built_in();
    let read: BTreeSet<_> = packs
        .iter()
        .flat_map(expressions)
        .chain(catalog.derived.values().map(|derived| &derived.expr))
        .flat_map(Expr::metrics)
        .collect();
    assert!(read.len() > 100, "{} metrics are read", read.len());
    for name in read {
        assert!(known(name.as_str()), "{name}");
    }
    for name in catalog.derived.keys() {
        assert!(!catalog.metrics.contains_key(name), "{name} is both counted and derived");
    }
}

#[test]
fn every_published_figure_says_who_and_when() {
    let benchmarks = library().catalog.benchmarks;
    assert_eq!(benchmarks.len(), 92);
    let ids: BTreeSet<&str> = benchmarks.iter().map(|benchmark| benchmark.id.as_str()).collect();
    assert_eq!(ids.len(), benchmarks.len());
    for benchmark in &benchmarks {
        assert!((2015..=2030).contains(&benchmark.year), "{}", benchmark.id);
        assert!(!benchmark.publisher.is_empty() && !benchmark.url.is_empty(), "{}", benchmark.id);
    }
}

#[test]
fn every_control_that_a_question_maps_to_is_in_the_catalogue() {
    let library = library();
    let mut mapped = 0;
    for question in built_in().iter().flat_map(|pack| &pack.questions) {
        for (key, controls) in &question.maps {
            let framework =
                library.catalog.frameworks.iter().find(|framework| framework.key == *key).unwrap();
            for id in controls {
                assert!(
                    framework.items.iter().any(|control| control.id == *id),
                    "{}: {key} {id}",
                    question.id
                );
                mapped += 1;
            }
        }
    }
    assert!(mapped > 1_000, "{mapped} controls are mapped");
}

#[test]
fn the_words_of_the_catalogue_are_complete() {
    let catalog = library().catalog;
    let words = &catalog.vocabulary;
    assert_eq!((words.domains.len(), words.autonomy_tiers.len()), (14, 5));
    assert_eq!(words.autonomy_tiers.first().unwrap(), "Read");
    assert!(catalog.metrics.values().all(|metric| !metric.sources.is_empty()));
}

/// Every key that a table of this file or a table inside it has.
fn keys(value: &toml::Value, found: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table.iter().filter(|(key, _)| *key != "maps") {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

#[test]
fn the_page_about_packs_names_every_key_and_every_word() {
    let page = fs::read_to_string(root().join("docs/packs.md")).unwrap();
    let mut found = BTreeSet::new();
    for (_, text) in BUILT_IN {
        keys(&toml::Value::Table(text.parse().unwrap()), &mut found);
    }
    for key in &found {
        // `[key]`, `{ key, … }` and `key` all name it.
        let is_named = page.match_indices(key.as_str()).any(|(at, _)| {
            let around = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
            around(page[..at].chars().next_back()) && around(page[at + key.len()..].chars().next())
        });
        assert!(is_named, "docs/packs.md does not name {key}");
    }
    let catalog = library().catalog;
    let words = &catalog.vocabulary;
    let ids = words.roles.iter().map(|role| role.id.as_str());
    let ids = ids.chain(words.domains.iter().map(|domain| domain.id.as_str()));
    let ids = ids.chain(words.capabilities.iter().map(|capability| capability.id.as_str()));
    for id in ids.chain(catalog.frameworks.iter().map(|framework| framework.key.as_str())) {
        assert!(page.contains(&format!("`{id}`")), "docs/packs.md does not name {id}");
    }
}

#[test]
fn the_example_of_the_page_about_packs_is_the_one_that_is_tested() {
    let page = fs::read_to_string(root().join("docs/packs.md")).unwrap();
    let example = fs::read_to_string(fixtures("own/acme-basics.toml")).unwrap();
    assert!(page.contains(&example), "copy it into docs/packs.md");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever is done to a pack, the answer is a pack or a list of faults that can be shown.
    #[test]
    fn damage_to_a_pack_never_panics(
        wounds in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..40), 1..8),
    ) {
        let mut bytes = fs::read(fixtures("own/acme-basics.toml")).unwrap();
        for (at, byte, cut) in wounds {
            let at = at.index(bytes.len());
            if cut < 20 {
                *bytes.get_mut(at).unwrap() = byte;
            } else {
                bytes.drain(at..(at + cut).min(bytes.len()));
            }
        }
        let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        fs::write(file.path(), &bytes).unwrap();
        match library().lint(file.path()) {
            Ok(linted) => {
                let commands = picture(&linted.report).contains('\u{1b}');
                prop_assert!(!commands);
            }
            Err(error) => prop_assert!(!picture(&error).is_empty()),
        }
    }
}
