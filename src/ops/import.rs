//! Answers and documents from tables: all of a file is taken over, or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::edit::{check_claim, question_ids, unknown_question};
use super::sheet::{Columns, Line, Sheet};
use super::{Ctx, Error, append, assess};
use crate::model::assessment::{Answer, Claim, Confidence, Document, Edit};
use crate::model::catalog::Vocabulary;
use crate::model::near::did_you_mean;
use crate::model::questionnaire::Questionnaire;
use crate::model::{AssessmentId, Level, QuestionId, RespondentId, RoleId};

const ANSWERS: Columns =
    Columns { required: &["question", "respondent", "role", "answer"], optional: &["confidence", "note"] };
const DOCUMENTS: Columns =
    Columns { required: &["question", "document", "level", "accepted_by", "date"], optional: &["quote"] };

/// What was taken over from a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Rows in the table.
    pub rows: usize,
    /// Rows that said something new.
    pub saved: usize,
    pub questions: usize,
    pub people: usize,
}

/// Takes over answers: `question,respondent,role,answer,confidence,note`, where an answer is `0` to `4`, `dk`,
/// or `na` with its reason as the note.
pub async fn import_answers(ctx: &Ctx, id: &AssessmentId, path: &Path) -> Result<Imported, Error> {
    let (questionnaire, assessment) = assess::unscored(ctx, Some(id)).await?;
    let sheet = Sheet::read(path, &ANSWERS)?;
    let mut seen = BTreeMap::new();
    let mut edits = Vec::new();
    let mut imported = Counting::default();
    for line in sheet.lines() {
        let (question, claim) = answer(&line, &questionnaire, &ctx.library.catalog.vocabulary)?;
        if let Some(before) = seen.insert((question.clone(), claim.by.clone()), line.number) {
            let reason =
                format!("{} answers {question} twice; the other answer is in row {before}", claim.by);
            return Err(line.wrong("question", reason, "keep one of the two rows"));
        }
        imported.count(&question, claim.by.as_str());
        // A row that is already known says nothing new: importing a file twice changes nothing.
        if assessment.claims.get(&question).and_then(|claims| claims.get(&claim.by)) != Some(&claim) {
            edits.push(Edit::Claim { question, claim });
        }
    }
    imported.save(ctx, id, edits).await
}

/// Takes over accepted documents: `question,document,level,accepted_by,date,quote`.
pub async fn import_documents(ctx: &Ctx, id: &AssessmentId, path: &Path) -> Result<Imported, Error> {
    let (questionnaire, assessment) = assess::unscored(ctx, Some(id)).await?;
    let sheet = Sheet::read(path, &DOCUMENTS)?;
    let mut edits = Vec::new();
    let mut imported = Counting::default();
    for line in sheet.lines() {
        let (question, document) = document(&line, &questionnaire)?;
        imported.count(&question, &document.accepted_by);
        let known = assessment.documents.get(&question).and_then(|documents| documents.get(&document.title));
        if known != Some(&document) {
            edits.push(Edit::Attach { question, document });
        }
    }
    imported.save(ctx, id, edits).await
}

/// Counts what a table holds while it is read.
#[derive(Default)]
struct Counting {
    rows: usize,
    questions: BTreeSet<QuestionId>,
    people: BTreeSet<String>,
}

impl Counting {
    fn count(&mut self, question: &QuestionId, person: &str) {
        self.rows += 1;
        self.questions.insert(question.clone());
        self.people.insert(person.to_owned());
    }

    async fn save(self, ctx: &Ctx, id: &AssessmentId, edits: Vec<Edit>) -> Result<Imported, Error> {
        let saved = edits.len();
        if saved > 0 {
            append(ctx, id, edits).await?;
        }
        Ok(Imported { rows: self.rows, saved, questions: self.questions.len(), people: self.people.len() })
    }
}

fn answer(
    line: &Line<'_>,
    questionnaire: &Questionnaire,
    vocabulary: &Vocabulary,
) -> Result<(QuestionId, Claim), Error> {
    let question = QuestionId::from(line.filled("question")?);
    if !question_ids(questionnaire).any(|known| known == question.as_str()) {
        return Err(line.located("question", unknown_question(questionnaire, question.as_str())));
    }
    let note = line.cell("note").to_owned();
    let claim = Claim {
        by: RespondentId::from(line.filled("respondent")?),
        role: role(line, vocabulary)?,
        answer: match line.filled("answer")?.to_lowercase().as_str() {
            "dk" => Answer::DontKnow,
            "na" => Answer::NotApplicable { reason: note.clone() },
            other => Answer::Level(level(line, "answer", other, "0, 1, 2, 3, 4, dk or na")?),
        },
        confidence: confidence(line)?,
        note,
    };
    check_claim(questionnaire, &question, &claim).map_err(|error| line.located("answer", error))?;
    Ok((question, claim))
}

fn role(line: &Line<'_>, vocabulary: &Vocabulary) -> Result<RoleId, Error> {
    let text = line.filled("role")?;
    let known = || vocabulary.roles.iter().map(|role| role.id.as_str());
    if known().any(|role| role == text) {
        return Ok(RoleId::from(text));
    }
    let all = format!("the roles are {}", known().collect::<Vec<_>>().join(", "));
    Err(line.wrong("role", format!("`{text}` is not a role"), &did_you_mean(text, known(), &all)))
}

fn level(line: &Line<'_>, column: &str, text: &str, accepted: &str) -> Result<Level, Error> {
    let level = match text.as_bytes() {
        [digit @ b'0'..=b'4'] => Level::new(digit - b'0'),
        _ => None,
    };
    level.ok_or_else(|| line.wrong(column, format!("`{text}` is not accepted"), &format!("write {accepted}")))
}

fn confidence(line: &Line<'_>) -> Result<Option<Confidence>, Error> {
    match line.cell("confidence").to_lowercase().as_str() {
        "" => Ok(None),
        "sure" => Ok(Some(Confidence::Sure)),
        "think" => Ok(Some(Confidence::Think)),
        "guess" => Ok(Some(Confidence::Guess)),
        other => {
            let help = "write sure, think or guess, or leave it empty";
            Err(line.wrong("confidence", format!("`{other}` is not accepted"), help))
        }
    }
}

fn document(line: &Line<'_>, questionnaire: &Questionnaire) -> Result<(QuestionId, Document), Error> {
    let question = QuestionId::from(line.filled("question")?);
    if questionnaire.question(&question).is_none() {
        return Err(line.located("question", unknown_question(questionnaire, question.as_str())));
    }
    let date = line.filled("date")?;
    let document = Document {
        title: line.filled("document")?.to_owned(),
        level: level(line, "level", line.filled("level")?, "a level from 0 to 4")?,
        accepted_by: line.filled("accepted_by")?.to_owned(),
        date: date.parse().map_err(|_| {
            line.wrong(
                "date",
                format!("`{date}` is not a day"),
                "write year, month and day, such as 2026-10-31",
            )
        })?,
        quote: line.cell("quote").to_owned(),
    };
    Ok((question, document))
}
