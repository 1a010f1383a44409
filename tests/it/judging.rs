//! One rule of scoring at a time, on the built-in packs with a few figures.

use trueup::model::assessment::{Answer, Assessment, Claim, Edit};
use trueup::model::expr::Expr;
use trueup::model::metric::{Measured, Measurements};
use trueup::model::questionnaire::{Question, Questionnaire};
use trueup::model::scorecard::{Basis, Reason, ReasonKind, Row, Scorecard, Verdict};
use trueup::model::{Level, QuestionId, RespondentId, RoleId};
use trueup::scoring::{Inputs, score};

use crate::world::{NOW, apply, blank, claim, document, library, measurement, pack, scored};

/// A pack, what is said and what is measured, to be changed step by step.
struct Bench {
    pack: Questionnaire,
    assessment: Assessment,
    measurements: Measurements,
}

impl Bench {
    fn new() -> Self {
        let pack = pack("ai-agent-readiness");
        let assessment = blank(&pack);
        let measurements = Measurements { default_coverage: Some(1.0), ..Measurements::default() };
        Self { pack, assessment, measurements }
    }

    fn question(&self, id: &str) -> Question {
        self.pack.question(&QuestionId::from(id)).unwrap().clone()
    }

    fn know(mut self, metric: &str, value: f64) -> Self {
        self.tell(metric, Measured::Known(value));
        self
    }

    fn tell(&mut self, metric: &str, value: Measured) {
        self.measurements.by_name.insert(metric.into(), measurement(metric, value, None));
    }

    fn say(&mut self, question: &str, answers: &[Option<u8>]) {
        let question = self.question(question);
        for (respondent, answer) in answers.iter().enumerate() {
            let answer = answer.map_or(Answer::DontKnow, |level| Answer::Level(Level::new(level).unwrap()));
            apply(&mut self.assessment, claim(&question, respondent, answer));
        }
    }

    fn declare_away(&mut self, question: &str) {
        let reason = "no such thing here".to_owned();
        let edit = claim(&self.question(question), 0, Answer::NotApplicable { reason });
        apply(&mut self.assessment, edit);
    }

    fn as_role(&mut self, question: &str, by: &str, role: &str, level: u8) {
        let (by, role) = (RespondentId::from(by), RoleId::from(role));
        let answer = Answer::Level(Level::new(level).unwrap());
        let claim = Claim { by, role, answer, confidence: None, note: String::new() };
        apply(&mut self.assessment, Edit::Claim { question: question.into(), claim });
    }

    fn attach(&mut self, question: &str, level: u8) {
        apply(&mut self.assessment, document(&question.into(), level));
    }

    fn score(&self) -> Scorecard {
        scored(&self.pack, &self.assessment, &self.measurements)
    }

    fn row(&self, question: &str) -> Row {
        self.score().rows.into_iter().find(|row| row.question.as_str() == question).unwrap()
    }
}

fn bounds(row: &Row) -> (u8, u8) {
    (row.floor.unwrap().get(), row.ceiling.unwrap().get())
}

fn reason(row: &Row, kind: ReasonKind) -> &Reason {
    row.because.iter().find(|reason| reason.kind == kind).unwrap_or_else(|| panic!("{:#?}", row.because))
}

#[test]
fn only_roles_that_are_asked_count() {
    let mut bench = Bench::new();
    for (by, role, level) in [("a", "iam_lead", 1), ("b", "ciso", 4), ("c", "platform_lead", 3)] {
        bench.as_role("CLS-01", by, role, level);
    }
    bench.say("CLS-02", &[Some(2), None, None]);
    let row = bench.row("CLS-01");
    assert_eq!(row.claimed.map(Level::get), Some(1));
    assert_eq!((row.spread.counted, row.spread.others), (2, 1));
    assert!(row.spread.contested);
    assert_eq!((row.spread.lowest.map(Level::get), row.spread.highest.map(Level::get)), (Some(1), Some(3)));
    let scorecard = bench.score();
    assert_eq!(scorecard.dont_know, Some(2.0 / 5.0));
    assert!(
        scorecard.cautions.iter().any(|caution| caution.contains("1 gate: CLS-01")),
        "{:?}",
        scorecard.cautions
    );
}

#[test]
fn a_value_between_two_ends_is_judged_at_both() {
    let mut bench = Bench::new().know("human.admins.total", 100.0);
    bench.tell("human.admins.standing", Measured::Between { low: 20.0, high: 70.0 });
    let row = bench.row("HUM-03");
    assert_eq!(bounds(&row), (1, 3));
    assert_eq!(row.basis, Basis::Bounded);
    assert!(reason(&row, ReasonKind::Check).text.contains("between 20 % and 70 %"));
    bench.tell("human.admins.standing", Measured::Between { low: 61.0, high: 70.0 });
    assert_eq!(bounds(&bench.row("HUM-03")), (1, 1));
    bench.tell("human.admins.standing", Measured::Between { low: 0.0, high: 100.0 });
    let silent = bench.row("HUM-03");
    assert_eq!((bounds(&silent), silent.basis), ((0, 4), Basis::Claimed), "no level is excluded");
    assert!(reason(&silent, ReasonKind::UnknownCheck).text.contains("between 0 % and 100 %"));
    bench.tell("human.admins.total", Measured::Between { low: 0.0, high: 100.0 });
    assert_eq!(bounds(&bench.row("HUM-03")), (0, 4));
}

#[test]
fn a_reason_names_value_limit_and_what_the_next_level_needs() {
    let bench = Bench::new().know("ai.agents.total", 130.0).know("ai.agents.owned", 79.0);
    let row = bench.row("OWN-01");
    let told = reason(&row, ReasonKind::Check);
    assert_eq!(
        told.text,
        "ai.agents.owned of ai.agents.total is 60.8 % (79 of 130): level 2. Level 3 needs at least 80 %."
    );
    assert_eq!(told.metrics.len(), 2);
    let missing = reason(&row, ReasonKind::UnknownCheck);
    assert!(
        missing.text.contains("ai.agents.owner_departed of ai.agents.total is unknown, so the floor is 1")
    );
    assert!(
        missing.text.contains("tells it (ai.agents.owner_departed). It can come from"),
        "{}",
        missing.text
    );
    assert_eq!(bounds(&row), (1, 2));
}

#[test]
fn a_part_larger_than_its_whole_is_pointed_out() {
    let bench = Bench::new().know("human.admins.total", 10.0).know("human.admins.standing", 12.0);
    assert!(reason(&bench.row("HUM-03"), ReasonKind::Check).text.contains("contradict each other"));
    let cautions = bench.score().cautions;
    assert!(
        cautions
            .iter()
            .any(|caution| caution.contains("larger than its whole") && caution.contains("HUM-03"))
    );
}

#[test]
fn a_share_of_two_counts_with_ends_is_never_said_to_be_more_than_everything() {
    let mut bench = Bench::new();
    bench.tell("human.admins.total", Measured::Between { low: 10.0, high: 20.0 });
    bench.tell("human.admins.standing", Measured::Between { low: 5.0, high: 15.0 });
    let text = reason(&bench.row("HUM-03"), ReasonKind::Check).text.clone();
    assert!(text.contains("lies between 25 % and 100 %"), "{text}");
    assert!(!text.contains("contradict"), "{text}");
}

#[test]
fn nothing_to_count_is_unknown_and_not_perfect() {
    let bench = Bench::new().know("human.admins.total", 0.0).know("human.admins.standing", 0.0);
    let row = bench.row("HUM-03");
    assert_eq!((bounds(&row), row.basis), ((0, 4), Basis::Claimed));
    assert!(reason(&row, ReasonKind::UnknownCheck).text.contains("nothing to take a share of"));
}

#[test]
fn a_cap_that_may_hold_lowers_the_floor_alone() {
    let mut bench = Bench::new()
        .know("secrets.repos.total", 100.0)
        .know("secrets.repos.scanned", 100.0)
        .know("secrets.revoke.median_hours", 1.0);
    let row = bench.row("CRD-03");
    assert_eq!(bounds(&row), (3, 4));
    assert!(reason(&row, ReasonKind::Cap).text.contains("not known whether"));
    bench.tell("secrets.findings.valid_over_7d", Measured::Between { low: 0.0, high: 2.0 });
    assert_eq!(bounds(&bench.row("CRD-03")), (3, 4));
    bench.tell("secrets.findings.valid_over_7d", Measured::Known(2.0));
    assert_eq!(bounds(&bench.row("CRD-03")), (3, 3));
    bench.tell("secrets.findings.valid_over_7d", Measured::Known(0.0));
    assert_eq!(bounds(&bench.row("CRD-03")), (4, 4));
}

#[test]
fn documents_prove_alone_only_where_nothing_can_be_measured() {
    let mut bench = Bench::new().know("gov.board.reports_12m", 4.0);
    assert_eq!(bounds(&bench.row("GOV-01")), (2, 4));
    assert!(reason(&bench.row("GOV-01"), ReasonKind::MissingDocument).text.contains("From level 3 on"));
    bench.attach("GOV-01", 3);
    assert_eq!(bounds(&bench.row("GOV-01")), (3, 3));
    bench.attach("HUM-02", 4);
    let attested = bench.row("HUM-02");
    assert_eq!((bounds(&attested), attested.basis), ((0, 4), Basis::Attested));
    assert_eq!(attested.attested.map(Level::get), Some(2));
    bench.attach("APR-03", 3);
    bench.say("APR-03", &[Some(2)]);
    let alone = bench.row("APR-03");
    assert_eq!(
        (bounds(&alone), alone.basis, alone.verdict),
        ((3, 3), Basis::Document, Verdict::UnderClaimed)
    );
}

#[test]
fn what_was_seen_on_few_systems_proves_little() {
    let mut bench = Bench::new().know("human.admins.total", 100.0).know("human.admins.standing", 1.0);
    assert_eq!(bounds(&bench.row("HUM-03")), (4, 4));
    for (coverage, expected) in
        [(Some(0.79), (3, 3)), (Some(0.5), (2, 2)), (Some(0.8), (4, 4)), (None, (2, 4))]
    {
        bench.measurements.default_coverage = coverage;
        assert_eq!(bounds(&bench.row("HUM-03")), expected, "{coverage:?}");
    }
    assert!(reason(&bench.row("HUM-03"), ReasonKind::Coverage).text.contains("No scope is declared"));
    let cautions = bench.score().cautions;
    assert!(cautions.iter().any(|caution| caution.contains("No scope is declared")), "{cautions:?}");
}

#[test]
fn a_guard_is_judged_with_both_ends_of_what_it_looks_at() {
    let mut bench = Bench::new().know("ai.agents.total", 100.0).know("ai.agents.task_scoped", 100.0);
    assert_eq!(bounds(&bench.row("PRV-03")), (2, 4), "nobody knows whether anybody looks");
    bench = bench.know("ai.shadow.scan_age_days", 1.0).know("ai.shadow.channels_covered", 0.0);
    assert_eq!(bounds(&bench.row("PRV-03")), (2, 2), "nobody looks");
    bench.tell("ai.shadow.channels_covered", Measured::Known(1.0));
    assert_eq!(bounds(&bench.row("PRV-03")), (3, 3));
    bench.tell("ai.shadow.channels_covered", Measured::Between { low: 1.0, high: 2.0 });
    assert_eq!(bounds(&bench.row("PRV-03")), (3, 4));
    assert!(reason(&bench.row("PRV-03"), ReasonKind::Guard).text.contains("level(\"INV-03\") == 1"));
    bench.tell("ai.shadow.channels_covered", Measured::Known(5.0));
    assert_eq!(bounds(&bench.row("PRV-03")), (4, 4));
}

#[test]
fn nobody_escapes_a_question_by_not_looking() {
    let bench = Bench::new().know("ai.agents.total", 0.0);
    assert_eq!(bounds(&bench.row("OWN-01")), (0, 4));
    let bench = bench.know("ai.shadow.scan_age_days", 30.0).know("ai.shadow.channels_covered", 4.0);
    let row = bench.row("OWN-01");
    assert_eq!((row.floor, row.verdict, row.basis), (None, Verdict::NotApplicable, Basis::NotApplicable));
    assert!(reason(&row, ReasonKind::NotApplicable).text.contains("ai.agents.total == 0"));
}

#[test]
fn not_applicable_by_hand_is_accepted_sparingly() {
    let mut bench = Bench::new();
    bench.declare_away("TPR-01");
    bench.declare_away("TPR-02");
    let scorecard = bench.score();
    assert_eq!(scorecard.applicable, scorecard.questions - 2);
    assert!(scorecard.cautions.iter().any(|caution| caution.contains("TPR-01, TPR-02")));
    assert!(reason(&bench.row("TPR-01"), ReasonKind::NotApplicable).text.contains("no such thing here"));

    bench.declare_away("INV-03");
    let gate = bench.row("INV-03");
    assert_eq!((gate.floor.is_some(), gate.spread.dont_know), (true, 1));

    let others: Vec<String> = bench.pack.questions.iter().map(|question| question.id.to_string()).collect();
    for id in &others {
        bench.declare_away(id);
    }
    let scorecard = bench.score();
    assert_eq!(scorecard.applicable, scorecard.questions);
    assert!(scorecard.cautions.iter().any(|caution| caution.contains("none is accepted")));
    assert_eq!(scorecard.dont_know, Some(1.0));
}

#[test]
fn one_respondent_who_answers_keeps_a_question_in() {
    let mut bench = Bench::new();
    bench.say("TPR-02", &[None, Some(3)]);
    bench.declare_away("TPR-02");
    let row = bench.row("TPR-02");
    assert_eq!((row.claimed.map(Level::get), row.spread.dont_know), (Some(3), 1));
}

#[test]
fn circles_end_as_unknown() {
    let mut bench = Bench::new().know("human.admins.total", 100.0).know("human.admins.standing", 1.0);
    for (id, other) in [("HUM-03", "HUM-04"), ("HUM-04", "HUM-05"), ("HUM-05", "HUM-03")] {
        let question = bench.pack.questions.iter_mut().find(|question| question.id.as_str() == id).unwrap();
        question.not_applicable_when = Some(Expr::parse(&format!("level(\"{other}\") >= 3")).unwrap());
    }
    assert_eq!(bounds(&bench.row("HUM-03")), (4, 4));
    assert_eq!(bench.row("HUM-05").floor, None);

    let mut catalog = library().catalog.clone();
    for derived in catalog.derived.values_mut() {
        let other = if derived.name.as_str() == "proof.gated" { "proof.bounded" } else { "proof.gated" };
        derived.expr = Expr::parse(&format!("1 - {other}")).unwrap();
    }
    let now = NOW.parse().unwrap();
    let inputs = Inputs {
        questionnaire: &bench.pack,
        catalog: &catalog,
        assessment: &bench.assessment,
        measurements: &bench.measurements,
        now,
    };
    assert!(score(&inputs).signs.iter().all(|sign| matches!(sign.value, Measured::Unknown(_))));
}

#[test]
fn signs_are_known_between_or_unknown_with_a_remedy() {
    let mut bench =
        Bench::new().know("ai.actions.total_30d", 200.0).know("ai.actions.out_of_scope_executed_30d", 2.0);
    bench = bench.know("ai.actions.high_impact_30d", 10.0);
    bench.tell("ai.actions.high_impact_approved_30d", Measured::Between { low: 5.0, high: 8.0 });
    let signs = bench.score().signs;
    assert_eq!(signs[0].value, Measured::Known(0.99));
    assert_eq!(signs[1].value, Measured::Between { low: 0.5, high: 0.8 });
    let Measured::Unknown(why) = &signs[2].value else { panic!("{:?}", signs[2]) };
    assert!(why.reason.contains("ai.shadow.") && why.remedy.contains("It can come from"));
    bench = bench.know("proof.discovered", 0.25);
    assert_eq!(
        bench.score().signs[2].value,
        Measured::Known(0.25),
        "what is measured wins over what is derived"
    );
}

#[test]
fn the_self_rating_counts_every_role_and_remembers_changes() {
    let mut bench = Bench::new();
    for (by, level) in [("a", 3), ("b", 4), ("c", 2), ("d", 3), ("b", 1)] {
        bench.as_role("SELF-01", by, "workforce", level);
    }
    let rating = bench.score().self_rating.unwrap();
    assert_eq!((rating.level.get(), rating.answers, rating.changed), (2, 4, 1));
    assert_eq!((rating.title.as_str(), rating.claims_maturity), ("Developing", false));
    assert_eq!(bench.score().claimed, None);
}

#[test]
fn a_class_says_what_stands_in_the_way() {
    let mut bench = Bench::new();
    let scorecard = bench.score();
    assert_eq!(scorecard.class.as_deref(), Some("Unproven"));
    assert!(scorecard.class_because.contains("of the weight has evidence, a class needs 60 %"));
    assert!(scorecard.class_because.contains("0 % of the weight is answered"));
    assert_eq!(scorecard.claimed, None);

    for question in &mut bench.pack.questions {
        question.checks.clear();
        question.doc_cap = Level::MAX;
        question.not_applicable_when = None;
    }
    let questions: Vec<(String, bool)> =
        bench.pack.questions.iter().map(|question| (question.id.to_string(), question.gate)).collect();
    for (id, gate) in &questions {
        bench.say(id, &[Some(3)]);
        bench.attach(id, if *gate { 2 } else { 4 });
    }
    let scorecard = bench.score();
    assert_eq!(scorecard.class.as_deref(), Some("Ready with conditions"));
    assert!(
        scorecard.class_because.contains("gates below level 3: CLS-01, INV-01"),
        "{}",
        scorecard.class_because
    );
    for (id, _) in &questions {
        bench.attach(id, 4);
    }
    let scorecard = bench.score();
    assert_eq!((scorecard.class.as_deref(), scorecard.floor), (Some("Fully ready"), Some(100.0)));
    assert_eq!(scorecard.gap_on_verified, Some(-25.0));
    assert!(scorecard.functions.iter().all(|function| (function.gap + 25.0).abs() < 1e-9));

    bench.pack.class_rules.clear();
    assert_eq!(bench.score().class, None);
}

#[test]
fn old_documents_are_pointed_out() {
    let mut bench = Bench::new();
    bench.attach("CLS-02", 2);
    assert!(bench.score().cautions.iter().all(|caution| !caution.contains("Documents are older")));
    for question in &mut bench.pack.questions {
        question.max_age_days = 18;
    }
    let cautions = bench.score().cautions;
    assert!(
        cautions.iter().any(|caution| caution.contains("Documents are older") && caution.contains("CLS-02"))
    );
}

#[test]
fn nothing_at_all_is_no_score_and_no_failure() {
    let mut bench = Bench::new();
    bench.pack.questions.clear();
    let scorecard = bench.score();
    assert_eq!((scorecard.floor, scorecard.claimed, scorecard.gap_range), (None, None, None));
    assert_eq!((scorecard.weight, scorecard.rows.len(), scorecard.evidence.to_bits()), (0, 0, 0));
}
