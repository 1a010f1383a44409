//! Reports to render: the invented company, an assessment that nobody answered, and one full of hostile names.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use jiff::Timestamp;
use trueup::export::{Past, Report};
use trueup::model::assessment::{Answer, Assessment, Begun, Claim, Document, Edit, Stamped};
use trueup::model::inventory::Fact;
use trueup::model::metric::{Measured, Measurement, Measurements, Why};
use trueup::model::pull::{Manifest, Outcome, Preflight};
use trueup::model::questionnaire::Questionnaire;
use trueup::model::scorecard::Scorecard;
use trueup::model::{AssessmentId, Level, MetricName, PackId, PullId, QuestionId, RespondentId, RoleId};
use trueup::packs::Library;
use trueup::scoring::{self, Inputs};

use super::found::{self, Ai, Many};
use super::rights::{COMPANY, Crowd, Told};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::open(None).unwrap());

/// Everything that a report borrows.
pub struct Sample {
    pub name: &'static str,
    pub begun: Begun,
    pub questionnaire: Questionnaire,
    pub scorecard: Scorecard,
    pub measurements: Measurements,
    pub manifests: Vec<Manifest>,
    pub history: Vec<Past>,
    pub told: Option<Told>,
    pub ai: Option<Ai>,
}

impl Sample {
    pub fn report(&self) -> Report<'_> {
        Report {
            begun: &self.begun,
            questionnaire: &self.questionnaire,
            catalog: &LIBRARY.catalog,
            scorecard: &self.scorecard,
            measurements: &self.measurements,
            manifests: &self.manifests,
            history: &self.history,
            rights: self.told.as_ref().map(Told::rights),
            shadow: self.ai.as_ref().map(|ai| &ai.shadow),
            agents: self.ai.as_ref().map(|ai| &ai.agents),
            made: now(),
            tool: "0.1.0",
        }
    }

    /// The company of the demonstration in its last quarter: the numbers of the reference.
    pub fn typical() -> Self {
        let mut sample = Self::answered("typical", begun("Halden Mills (invented)", Some("Group")));
        let mut earlier = sample.scorecard.clone();
        earlier.floor = earlier.floor.map(|floor| floor - 6.0);
        sample.history = vec![Past { period: "2026-Q3".to_owned(), scorecard: earlier }];
        sample.manifests = vec![manifest("measurements.toml")];
        sample
    }

    /// The same company with another pack, as far as it has answers.
    pub fn of_pack(id: &'static str) -> Self {
        let company = "Halden Mills International Holdings and Partners, Zurich branch office";
        Self::answered(id, Begun { pack: PackId::from(id), ..begun(company, None) })
    }

    fn answered(name: &'static str, begun: Begun) -> Self {
        let edits = answers().into_iter().chain(documents());
        let stamped =
            edits.zip(1..).map(|(what, seq)| Stamped { seq, at: now(), actor: String::new(), what });
        Self::scored(name, Assessment::replay(begun, stamped).unwrap(), measurements())
    }

    /// The company of the demonstration in a world of over-privilege.
    pub fn privileged(name: &'static str, told: Told) -> Self {
        Self { name, told: Some(told), ..Self::typical() }
    }

    /// Nobody has answered, nothing is measured.
    pub fn empty() -> Self {
        Self::scored(
            "empty",
            Assessment::new(begun("Halden Mills (invented)", None)),
            Measurements::default(),
        )
    }

    /// Half known and in part better than claimed: gates closed, signs between and unknown, a pride that is
    /// modesty.
    pub fn mixed() -> Self {
        let mut sample = Self { name: "mixed", ..Self::typical() };
        let card = &mut sample.scorecard;
        (card.claimed, card.floor, card.ceiling) = (Some(41.04), Some(66.666), Some(100.0));
        card.gap_on_verified = Some(-12.345);
        card.gates_open.truncate(4);
        let mut domains = card.domain_scores.iter_mut();
        domains.next().unwrap().claimed = None;
        let modest = domains.next().unwrap();
        (modest.claimed, modest.floor, modest.ceiling) = (Some(10.0), 100.0, 100.0);
        let [bounded, gated, ..] = card.signs.as_mut_slice() else { panic!("three signs") };
        sample.told = Some(Told::of(&COMPANY));
        bounded.value = Measured::Between { low: 0.25, high: 0.6 };
        let (reason, remedy) = ("No log was read.".to_owned(), "Read one.".to_owned());
        gated.value = Measured::Unknown(Why { reason, remedy });
        sample
    }

    /// Three times as many domains, gates and over-claims as a page has room for.
    pub fn crowded() -> Self {
        let mut sample = Self { name: "crowded", ..Self::typical() };
        let card = &mut sample.scorecard;
        card.domain_scores = vec![card.domain_scores.clone(); 3].concat();
        card.rows = vec![card.rows.clone(); 3].concat();
        sample.ai = Some(Ai::of(Many { tools: 900, agents: 4_000, ..found::COMPANY }));
        sample.told = Some(Told::of(&[Crowd { count: 2_000, unknown: 600, ..COMPANY[1] }]));
        sample
    }

    /// Names that try to steer whoever reads them, and names that try to break the layout.
    pub fn hostile() -> Self {
        let mut sample = Self { name: "hostile", ..Self::typical() };
        let long =
            "An organisation with a name that nobody would ever print on a card, and then some. ".repeat(4);
        sample.begun.organisation = format!("<script>alert(1)</script> {long}");
        sample.begun.unit = Some("=cmd()|'/c calc'!A0\u{1b}[31m\u{202e}\u{7}".to_owned());
        "\u{5d0}\u{5d1} 日本語の四半期 2026-Q4".clone_into(&mut sample.begun.period);
        "@SUM(1+1) & \"quotes\" 'and' <b>markup</b> ]]>".clone_into(&mut sample.questionnaire.title);
        let names =
            ["=1+1", "+1", "-1", "@x", "\t=1", "<svg onload=x>", "\u{1b}]0;x\u{7}", &"W".repeat(300), &long];
        let mut names = names.into_iter().cycle();
        let card = &mut sample.scorecard;
        card.class = Some("A class with a name as long as a sentence that does not end".to_owned());
        for row in &mut card.rows {
            names.next().unwrap().clone_into(&mut row.title);
        }
        for domain in &mut card.domain_scores {
            names.next().unwrap().clone_into(&mut domain.title);
        }
        card.cautions = names.by_ref().take(12).map(str::to_owned).collect();
        sample.manifests = names.by_ref().take(30).map(manifest).collect();
        let other = [
            "\u{202e}gnp.exe",
            "\u{5d0}\u{5d1}\u{5d2} admin \u{5d3}",
            &"日本語".repeat(40),
            "",
            "\u{200b}\u{7}",
        ];
        let names: Vec<&str> = names.take(9).chain(other).collect();
        sample.told = Some(renamed(Told::of(&COMPANY), &names));
        let channels: Vec<&[&str]> = names.chunks(2).collect();
        sample.ai = Some(Ai::of(Many { tools: 60, names: &names, channels: &channels, ..found::COMPANY }));
        sample
    }

    fn scored(name: &'static str, assessment: Assessment, measurements: Measurements) -> Self {
        let questionnaire = LIBRARY.pack(&assessment.begun.pack).unwrap();
        let scorecard = scoring::score(&Inputs {
            questionnaire: &questionnaire,
            catalog: &LIBRARY.catalog,
            assessment: &assessment,
            measurements: &measurements,
            now: now(),
        });
        let begun = assessment.begun;
        Self {
            name,
            begun,
            questionnaire,
            scorecard,
            measurements,
            manifests: vec![],
            history: vec![],
            told: None,
            ai: None,
        }
    }
}

/// The same identities with other names.
fn renamed(mut told: Told, names: &[&str]) -> Told {
    for (identity, name) in told.inventory.identities.iter_mut().zip(names.iter().cycle()) {
        identity.id = format!("{name}{}", identity.id);
        (*name).clone_into(&mut identity.name);
        identity.owner = Fact::Known((*name).to_owned());
    }
    for text in [&mut told.population.notes, &mut told.population.tables] {
        *text = names.iter().map(|&name| name.to_owned()).collect();
    }
    told
}

/// The moment of the reports.
fn now() -> Timestamp {
    "2026-12-14T09:00:00Z".parse().unwrap()
}

fn begun(organisation: &str, unit: Option<&str>) -> Begun {
    Begun {
        id: AssessmentId::from("0193c3a0-0000-7000-8000-000000000001"),
        pack: PackId::from("ai-agent-readiness"),
        pack_version: "1.0.0".to_owned(),
        organisation: organisation.to_owned(),
        unit: unit.map(str::to_owned),
        period: "2026-Q4".to_owned(),
        at: now(),
    }
}

fn quarter(name: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/demo/2026-Q4").join(name))
        .unwrap()
}

fn records(name: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(quarter(name).as_bytes()).records().map(Result::unwrap).collect()
}

fn level(text: &str) -> Option<Level> {
    text.parse().ok().and_then(Level::new)
}

fn answers() -> Vec<Edit> {
    let edit = |record: &csv::StringRecord| {
        let answer = match &record[3] {
            "dk" => Answer::DontKnow,
            "na" => Answer::NotApplicable { reason: record[5].to_owned() },
            other => Answer::Level(level(other).unwrap()),
        };
        let claim = Claim {
            by: RespondentId::from(&record[1]),
            role: RoleId::from(&record[2]),
            answer,
            confidence: None,
            note: String::new(),
        };
        Edit::Claim { question: QuestionId::from(&record[0]), claim }
    };
    records("answers.csv").iter().map(edit).collect()
}

fn documents() -> Vec<Edit> {
    let edit = |record: &csv::StringRecord| {
        let document = Document {
            title: record[1].to_owned(),
            level: level(&record[2]).unwrap(),
            accepted_by: record[3].to_owned(),
            date: record[4].parse().unwrap(),
            quote: record[5].to_owned(),
        };
        Edit::Attach { question: QuestionId::from(&record[0]), document }
    };
    records("documents.csv").iter().map(edit).collect()
}

fn measurements() -> Measurements {
    let table: toml::Table = quarter("measurements.toml").parse().unwrap();
    let number =
        |value: &toml::Value| value.as_float().or_else(|| value.as_integer().map(|n| n as f64)).unwrap();
    let coverage = table["coverage"].as_table().unwrap();
    let measurement = |(name, value): (&String, &toml::Value)| {
        let metric = MetricName::from(name.as_str());
        let measurement = Measurement {
            metric: metric.clone(),
            value: Measured::Known(number(value)),
            coverage: coverage.get(name).map(number),
            rule: "reported".to_owned(),
            sources: vec!["measurements.toml".to_owned()],
        };
        (metric, measurement)
    };
    Measurements {
        by_name: table["value"].as_table().unwrap().iter().map(measurement).collect(),
        default_coverage: coverage.get("*").map(number),
        taken: Some(now()),
    }
}

fn manifest(origin: &str) -> Manifest {
    Manifest {
        id: PullId::from("0193c3a0-0000-7000-8000-000000000002"),
        connector: "measurements".to_owned(),
        source: "measurements".to_owned(),
        origin: origin.to_owned(),
        started: now(),
        ended: now(),
        taken: now(),
        outcome: Outcome::Whole,
        bytes: 4_321,
        rows: vec![("reported".to_owned(), 114)],
        preflight: Preflight {
            recognised: "figures that another tool counted".to_owned(),
            ..Preflight::default()
        },
        asked: Vec::new(),
        refusals: vec![],
        more_refusals: 0,
        digest: "9f2c1ab04d5e6f708192a3b4c5d6e7f8".repeat(2),
        tool: "0.1.0".to_owned(),
    }
}
