//! Invented and random companies in the shape of the reference scorer, and how they become ours.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trueup::model::assessment::{Answer, Assessment, Begun, Claim, Document, Edit, Stamped};
use trueup::model::metric::{Measured, Measurement, Measurements, Why};
use trueup::model::questionnaire::{Question, Questionnaire};
use trueup::model::scorecard::Scorecard;
use trueup::model::{AssessmentId, Level, MetricName, PackId, QuestionId, RespondentId, RoleId};
use trueup::packs::Library;
use trueup::scoring::{Inputs, score};

use crate::kit;

/// The moment at which every test scores.
pub const NOW: &str = "2026-11-20T12:00:00Z";

/// What systems tell: values, and the share of the declared systems behind them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Told {
    pub value: BTreeMap<String, f64>,
    #[serde(default)]
    pub coverage: BTreeMap<String, f64>,
}

/// What people say: levels (nothing is "I do not know") and the level that documents prove.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Said {
    pub answers: BTreeMap<String, Vec<Option<u8>>>,
    #[serde(default)]
    pub documents: BTreeMap<String, u8>,
}

/// One company with the result that the reference scorer expects.
#[derive(Debug, Clone, Deserialize)]
pub struct World {
    pub pack: String,
    pub measurements: Told,
    pub answers: Said,
    pub expected: Value,
}

/// Runs a script of the reference; `None` where it does not lie beside the checkout.
pub fn reference(script: &str, arguments: &[&str]) -> Option<String> {
    let path = kit::shared("oracle")?.join(script);
    let mut command = Command::new("python3");
    let ran = command.arg("-B").arg(path).args(arguments).output();
    let ran = ran.unwrap_or_else(|error| panic!("python3, 3.11 or newer, is needed: {error}"));
    assert!(ran.status.success(), "{script}: {}", String::from_utf8_lossy(&ran.stderr));
    Some(String::from_utf8(ran.stdout).unwrap())
}

/// The invented company, asked with one pack.
pub fn company(pack: &str) -> Option<World> {
    let folder = kit::shared("oracle")?;
    let file = |name: &str| folder.join(name).display().to_string();
    let (told, said) = (file("measurements.toml"), file("answers.toml"));
    let expected = reference("score.py", &[pack, &told, &said, "--json"])?;
    Some(World {
        pack: pack.to_owned(),
        measurements: toml::from_str(&std::fs::read_to_string(&told).unwrap()).unwrap(),
        answers: toml::from_str(&std::fs::read_to_string(&said).unwrap()).unwrap(),
        expected: serde_json::from_str(&expected).unwrap(),
    })
}

/// Random companies, over all packs in turn.
pub fn random(count: usize, seed: &str) -> Option<Vec<World>> {
    let folder = tempfile::tempdir().unwrap();
    reference("worlds.py", &["write", &folder.path().display().to_string(), &count.to_string(), seed])?;
    let read = |place: usize| read(&folder.path().join(format!("{place}.json")));
    Some((0..count).map(read).collect())
}

fn read(path: &Path) -> World {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The built-in packs and catalogues.
pub fn library() -> &'static Library {
    static LIBRARY: std::sync::OnceLock<Library> = std::sync::OnceLock::new();
    LIBRARY.get_or_init(|| Library::open(None).unwrap())
}

/// One built-in pack.
pub fn pack(id: &str) -> Questionnaire {
    library().pack(&PackId::from(id)).unwrap()
}

/// An assessment without answers.
pub fn blank(pack: &Questionnaire) -> Assessment {
    Assessment::new(Begun {
        id: AssessmentId::from("test"),
        pack: pack.id.clone(),
        pack_version: pack.version.clone(),
        organisation: "Halden Mills".to_owned(),
        unit: None,
        period: "2026-Q4".to_owned(),
        at: NOW.parse().unwrap(),
    })
}

/// Applies an edit as the next one.
pub fn apply(assessment: &mut Assessment, what: Edit) {
    let seq = assessment.seq + 1;
    let stamped = Stamped { seq, at: NOW.parse().unwrap(), actor: "test".to_owned(), what };
    assessment.apply(stamped).unwrap();
}

/// The edit by which somebody in a role that is asked answers.
pub fn claim(question: &Question, respondent: usize, answer: Answer) -> Edit {
    let role = question.ask.first().cloned().unwrap_or_else(|| RoleId::from("ciso"));
    let by = RespondentId::new(format!("{role} {respondent}"));
    let claim = Claim { by, role, answer, confidence: None, note: String::new() };
    Edit::Claim { question: question.id.clone(), claim }
}

/// The edit by which a document is accepted.
pub fn document(question: &QuestionId, level: u8) -> Edit {
    let document = Document {
        title: "Policy".to_owned(),
        level: Level::new(level).unwrap(),
        accepted_by: "Anna".to_owned(),
        date: "2026-11-01".parse().unwrap(),
        quote: String::new(),
    };
    Edit::Attach { question: question.clone(), document }
}

/// A measurement with nothing but a value and coverage.
pub fn measurement(name: &str, value: Measured, coverage: Option<f64>) -> Measurement {
    let metric = MetricName::from(name);
    Measurement { metric, value, coverage, rule: "reported".to_owned(), sources: vec![] }
}

/// A value that nothing tells.
pub fn unknown() -> Measured {
    Measured::Unknown(Why { reason: "nothing tells it".to_owned(), remedy: String::new() })
}

impl Told {
    /// The same as our measurements.
    pub fn measurements(&self) -> Measurements {
        let mut measurements =
            Measurements { default_coverage: self.coverage.get("*").copied(), ..Measurements::default() };
        let names = self.value.keys().chain(self.coverage.keys()).filter(|name| *name != "*");
        for name in names {
            let value = self.value.get(name).map_or_else(unknown, |&value| Measured::Known(value));
            let measured = measurement(name, value, self.coverage.get(name).copied());
            measurements.by_name.insert(measured.metric.clone(), measured);
        }
        measurements
    }
}

impl World {
    /// The answers and documents as edits, questions of other packs left out.
    pub fn edits(&self, pack: &Questionnaire) -> Vec<Edit> {
        let mut edits = Vec::new();
        for question in &pack.questions {
            for (respondent, answer) in self.answers(&question.id).iter().enumerate() {
                let level = answer.map(|level| Answer::Level(Level::new(level).unwrap()));
                edits.push(claim(question, respondent, level.unwrap_or(Answer::DontKnow)));
            }
            if let Some(&level) = self.answers.documents.get(question.id.as_str()) {
                edits.push(document(&question.id, level));
            }
        }
        edits
    }

    pub fn answers(&self, question: &QuestionId) -> &[Option<u8>] {
        self.answers.answers.get(question.as_str()).map_or(&[], Vec::as_slice)
    }

    /// The answers and documents as an assessment.
    pub fn assessment(&self, pack: &Questionnaire) -> Assessment {
        let mut assessment = blank(pack);
        self.edits(pack).into_iter().for_each(|edit| apply(&mut assessment, edit));
        assessment
    }

    /// What our scorer makes of it.
    pub fn scored(&self) -> Scorecard {
        let pack = pack(&self.pack);
        scored(&pack, &self.assessment(&pack), &self.measurements.measurements())
    }
}

/// Scores with the built-in catalogue at the tests' moment.
pub fn scored(pack: &Questionnaire, assessment: &Assessment, measurements: &Measurements) -> Scorecard {
    let now: Timestamp = NOW.parse().unwrap();
    let catalog = &library().catalog;
    score(&Inputs { questionnaire: pack, catalog, assessment, measurements, now })
}
