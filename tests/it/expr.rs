//! The expression language: what it reads, what it refuses and where it points.

use std::collections::BTreeMap;
use std::io::Seek;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use trueup::model::expr::{Expr, Lookup, Value};
use trueup::model::{Level, MetricName, QuestionId};

use crate::kit;

#[derive(Default, Clone)]
struct World {
    metrics: BTreeMap<String, (f64, f64)>,
    levels: BTreeMap<String, u8>,
}

impl World {
    fn of(metrics: &[(&str, f64)]) -> Self {
        let metrics = metrics.iter().map(|&(name, value)| (name.to_owned(), (value, value))).collect();
        Self { metrics, levels: BTreeMap::from([("INV-03".to_owned(), 3)]) }
    }
}

impl Lookup for World {
    fn metric(&self, name: &MetricName) -> Option<(f64, f64)> {
        self.metrics.get(name.as_str()).copied()
    }

    fn level(&self, question: &QuestionId) -> Level {
        self.levels.get(question.as_str()).and_then(|&level| Level::new(level)).unwrap_or(Level::MIN)
    }
}

fn value(text: &str, world: &World) -> Value {
    Expr::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).eval(world)
}

fn known(value: f64) -> Value {
    Value::Number { low: value, high: value }
}

#[test]
fn operators_bind_as_everybody_expects() {
    let world = World::of(&[("a.b", 7.0), ("c.d", 2.0)]);
    for (text, expected) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("8 - 2 - 1", 5.0),
        ("8 / 2 / 2", 2.0),
        ("-a.b + 10", 3.0),
        ("-2 * -3", 6.0),
        ("ratio(c.d, a.b - 3)", 0.5),
        ("min(a.b, c.d, 5) + max(1, c.d)", 4.0),
        ("1 - ratio(1, 4)", 0.75),
        ("level(\"INV-03\") * 1e2", 300.0),
    ] {
        assert_eq!(value(text, &world), known(expected), "{text}");
    }
    for (text, expected) in [
        ("a.b > 5 and c.d < 5 or a.b == 0", true),
        ("not a.b > 5 or c.d != 2", false),
        ("a.b == 0 or a.b >= 7 and not c.d > 2", true),
        ("not (a.b <= 7 and level(\"INV-03\") >= 3)", false),
    ] {
        assert_eq!(value(text, &world), Value::Truth(Some(expected)), "{text}");
    }
}

#[test]
fn unknown_spreads_through_everything() {
    let world = World::of(&[("a.b", 7.0), ("zero.x", 0.0)]);
    for text in [
        "a.b + no.x",
        "a.b == 7 or no.x == 0",
        "a.b == 0 and no.x == 0",
        "ratio(a.b, zero.x)",
        "a.b / zero.x",
        "a.b == 7 and ratio(1, zero.x) > 0",
        "min(1, ratio(zero.x, zero.x))",
        "1e300 * 1e300",
    ] {
        assert_eq!(value(text, &world), Value::Unknown, "{text}");
    }
    assert_eq!(value("a.b == 0 and ratio(1, zero.x) > 0", &world), Value::Truth(Some(false)));
    assert_eq!(value("a.b == 7 or ratio(1, zero.x) > 0", &world), Value::Truth(Some(true)));
}

#[test]
fn intervals_reach_as_far_as_they_must() {
    let mut world = World::of(&[("total.x", 10.0)]);
    world.metrics.insert("part.x".to_owned(), (2.0, 5.0));
    world.metrics.insert("maybe.x".to_owned(), (-1.0, 3.0));
    let between = |low, high| Value::Number { low, high };
    assert_eq!(value("ratio(part.x, total.x)", &world), between(0.2, 0.5));
    assert_eq!(value("1 - ratio(part.x, total.x)", &world), between(0.5, 0.8));
    assert_eq!(value("part.x * maybe.x", &world), between(-5.0, 15.0));
    assert_eq!(value("min(part.x, 3) + max(maybe.x, 0)", &world), between(2.0, 6.0));
    assert_eq!(value("ratio(1, maybe.x)", &world), Value::Unknown);
    assert_eq!(value("part.x > 1", &world), Value::Truth(Some(true)));
    assert_eq!(value("part.x > 4", &world), Value::Truth(None));
    assert_eq!(value("part.x == 6", &world), Value::Truth(Some(false)));
    assert_eq!(value("part.x == 4", &world), Value::Truth(None));
    assert_eq!(value("part.x > 4 and total.x == 0", &world), Value::Truth(Some(false)));
    assert_eq!(value("part.x > 4 or total.x == 10", &world), Value::Truth(Some(true)));
    assert_eq!(value("not part.x > 4", &world), Value::Truth(None));
}

#[test]
fn an_error_points_at_the_wrong_word() {
    for (text, wrong, help) in [
        ("a.b = 1", "=", "=="),
        ("a.b && c.d", "&&", "`and`"),
        ("a.b > 1 || c.d > 1", "||", "`or`"),
        ("level('INV-03')", "'", "\""),
        ("level(INV)", "INV", "level(\"ID\")"),
        ("agents > 1", "agents", "dots"),
        ("Ratio(a.b, c.d)", "Ratio", "`ratio`"),
        ("ratio(a.b)", "ratio(a.b)", "ratio(a, b)"),
        ("min(a.b)", "min(a.b)", "min(a, b)"),
        ("a.b > 1 > 0", "a.b > 1", "and"),
        ("a.b and c.d > 1", "a.b", "compare"),
        ("1 + (a.b > 1)", "(a.b > 1)", "and"),
        ("ai.Agents > 1", "ai.Agents", "lower-case"),
        ("ai..x", "ai..x", "lower-case"),
        ("1.2.3", "1.2.3", "0.85"),
        ("85 %", "%", "0.85"),
        ("a.b c.d", "c.d", "made of"),
        ("level(\"INV-03", "\"INV-03", "close"),
        ("überall", "überall", "dots"),
        ("a.b + é.b", "é.b", "lower-case"),
        ("1 § 2", "§", "remove"),
    ] {
        let error = Expr::parse(text).expect_err(text);
        assert_eq!(&text[error.at.clone()], wrong, "{text}: {error:?}");
        assert!(error.help.contains(help), "{text}: {error:?}");
    }
    let end = Expr::parse("ratio(a.b,").unwrap_err();
    assert_eq!(end.at, 10..10);
}

#[test]
fn no_size_of_text_exhausts_the_stack() {
    for text in ["(", "-", "not ", "1+", "ratio(", "min(1,", "1==1 and ", "x.y*"] {
        for times in [40, 100, 400, 1_000, 10_000_000 / text.len()] {
            let _ = Expr::parse(&text.repeat(times));
        }
    }
    let deep = format!("{}1{}", "(".repeat(5_000_000), ")".repeat(5_000_000));
    assert!(Expr::parse(&deep).is_err());
    let wide = vec!["1"; 250].join("+");
    assert_eq!(value(&wide, &World::default()), known(250.0));
}

#[test]
fn it_names_what_it_reads_and_where() {
    let text = "ai.agents.total == 0 and level(\"INV-03\") >= 3 or ai.agents.total_30d > 1";
    let expr = Expr::parse(text).unwrap();
    assert_eq!(expr.text(), text);
    let metrics: Vec<_> = expr.metrics().into_iter().collect();
    assert_eq!(metrics, ["ai.agents.total".into(), "ai.agents.total_30d".into()] as [MetricName; 2]);
    for (name, at) in expr.metric_places() {
        assert_eq!(&text[at.clone()], name.as_str());
    }
    for (question, at) in expr.level_places() {
        assert_eq!(&text[at.clone()], question.as_str());
    }
    assert_eq!(expr.levels().len(), 1);
    assert!(expr.is_condition());
    assert!(Expr::parse("1 - ratio(a.b, c.d)").unwrap().is_share());
}

/// Text of a random number expression over `m.a`, `m.b` and `m.c`.
fn numbers() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0u32..1000).prop_map(|n| format!("{n}.0")),
        (0u32..1000).prop_map(|n| format!("{}", f64::from(n) / 64.0)),
        prop_oneof![Just("m.a"), Just("m.b"), Just("m.c")].prop_map(str::to_owned),
        Just("level(\"INV-03\")".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            (pair.clone(), prop_oneof![Just("+"), Just("-"), Just("*"), Just("/")])
                .prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            pair.clone().prop_map(|(a, b)| format!("ratio({a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("min({a}, {b})")),
            pair.prop_map(|(a, b)| format!("max({a}, {b})")),
            inner.prop_map(|a| format!("-{a}")),
        ]
    })
}

/// Text of a random condition.
fn conditions() -> impl Strategy<Value = String> {
    let op = prop_oneof![Just("<"), Just("<="), Just(">"), Just(">="), Just("=="), Just("!=")];
    let leaf = (numbers(), op, numbers()).prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

/// Whether `wide` allows everything that `narrow` says.
fn covers(wide: Value, narrow: Value) -> bool {
    match (wide, narrow) {
        (Value::Unknown, _) => true,
        (Value::Number { low, high }, Value::Number { low: inner_low, high: inner_high }) => {
            low <= inner_low && inner_high <= high
        }
        (Value::Truth(wide), Value::Truth(narrow)) => wide.is_none() || wide == narrow,
        _ => false,
    }
}

fn point(value: (f64, f64), share: f64) -> (f64, f64) {
    let inside = (value.0 + (value.1 - value.0) * share).clamp(value.0, value.1);
    (inside, inside)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_wider_interval_never_says_more(
        text in prop_oneof![numbers(), conditions()],
        ends in proptest::collection::vec((-4i32..20, 0i32..6), 3),
        shares in proptest::collection::vec(0.0f64..=1.0, 3),
    ) {
        let expr = Expr::parse(&text).unwrap();
        let mut wide = World::of(&[]);
        let mut narrow = World::of(&[]);
        for ((name, (low, width)), share) in ["m.a", "m.b", "m.c"].into_iter().zip(ends).zip(shares) {
            let value = (f64::from(low), f64::from(low + width));
            wide.metrics.insert(name.to_owned(), value);
            narrow.metrics.insert(name.to_owned(), point(value, share.round()));
        }
        let (wide, narrow) = (expr.eval(&wide), expr.eval(&narrow));
        prop_assert!(covers(wide, narrow), "{text}: {wide:?} does not cover {narrow:?}");
    }

    #[test]
    fn its_text_reads_back_as_the_same_expression(text in conditions()) {
        let expr = Expr::parse(&text).unwrap();
        prop_assert_eq!(&expr.to_string(), &text);
        prop_assert_eq!(Expr::parse(expr.text()).unwrap(), expr);
    }

    #[test]
    fn any_text_is_an_expression_or_an_error_inside_it(text in "[ -~é]{0,60}|[a-c.0-9()<>=+*/\" andortlevminx,-]{0,60}") {
        if let Err(error) = Expr::parse(&text) {
            prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error);
            prop_assert!(!error.message.is_empty() && !error.help.is_empty());
        }
    }
}

/// Evaluates one expression a line as the reference scorer does; prints the bits of each result.
const REFERENCE: &str = r#"
import json, struct, sys
sys.path.insert(0, sys.argv[1])
import score
known, texts = json.load(sys.stdin)
for text in texts:
    try:
        value = score.ev(text, known, lambda question: 3)
        print(value if isinstance(value, bool) else struct.pack(">d", value + 0.0).hex())
    except (score.Unknown, ZeroDivisionError):
        print("unknown")
"#;

/// What the reference makes of expressions; `None` where it does not lie beside the checkout.
fn reference(metrics: &[(&str, f64)], texts: &[String]) -> Option<Vec<String>> {
    let folder = kit::shared("oracle")?;
    let known: BTreeMap<_, _> = metrics.iter().copied().collect();
    let mut questions = tempfile::tempfile().unwrap();
    serde_json::to_writer(&questions, &(known, texts)).unwrap();
    questions.rewind().unwrap();
    let ran = Command::new("python3").args(["-B", "-c", REFERENCE]).arg(folder).stdin(questions).output();
    let ran = ran.unwrap_or_else(|error| panic!("python3, 3.11 or newer, is needed: {error}"));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(String::from_utf8(ran.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn known_values_give_exactly_the_numbers_of_the_reference() {
    let mut runner = TestRunner::deterministic();
    let metrics = [("m.a", 7.3), ("m.b", 0.0), ("m.c", 910_000.0)];
    let texts = prop_oneof![numbers(), conditions()];
    let texts: Vec<String> = (0..3_000).map(|_| texts.new_tree(&mut runner).unwrap().current()).collect();
    let Some(expected) = reference(&metrics, &texts) else { return };
    let world = World::of(&metrics);
    let found = texts.iter().map(|text| match value(text, &world) {
        Value::Unknown => "unknown".to_owned(),
        Value::Truth(holds) => if holds.unwrap() { "True" } else { "False" }.to_owned(),
        Value::Number { low, high } => {
            assert_eq!(low.to_bits(), high.to_bits(), "{text}");
            format!("{:016x}", (low + 0.0).to_bits())
        }
    });
    let found: Vec<String> = found.collect();
    for ((text, expected), found) in texts.iter().zip(&expected).zip(&found) {
        assert_eq!(expected, found, "{text}");
    }
    assert_eq!(expected.len(), texts.len());
    assert!(found.iter().filter(|found| *found != "unknown").count() > 500);
}
