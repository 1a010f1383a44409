//! Which question is asked now: the self-rating first, then one question after the other.

use ratatui::text::Line;

use super::session::{ANY_ROLE, Session};
use super::text;
use super::theme::Theme;
use crate::model::assessment::{Answer, Confidence};
use crate::model::questionnaire::{Question, SelfRating};
use crate::model::{Level, QuestionId};

/// A question as it is shown; the self-rating looks like one.
pub struct Shown<'a> {
    pub id: &'a QuestionId,
    pub title: &'a str,
    pub prompt: &'a str,
    pub why: &'a str,
    pub levels: &'a [String; 5],
    pub question: Option<&'a Question>,
}

/// The order of asking: the self-rating, then the questions.
pub fn order(session: &Session) -> Vec<QuestionId> {
    let Some(opened) = &session.opened else { return vec![] };
    let rating = opened.questionnaire.self_rating.iter().map(|rating| rating.id.clone());
    rating.chain(opened.questionnaire.questions.iter().map(|question| question.id.clone())).collect()
}

/// The question that is asked now. Nobody sees a question before the own self-rating is sealed.
pub fn current(session: &Session) -> Option<QuestionId> {
    let opened = session.opened.as_ref()?;
    let rating = opened.questionnaire.self_rating.as_ref();
    if let Some(rating) =
        rating.filter(|rating| !opened.assessment.closed && session.claim(&rating.id).is_none())
    {
        return Some(rating.id.clone());
    }
    let order = order(session);
    let looked = session.look.question.as_ref().filter(|id| order.contains(id));
    looked.or_else(|| order.iter().find(|id| session.claim(id).is_none())).or(order.first()).cloned()
}

/// Whether the answers are closed, so that the proof may be seen.
pub fn is_closed(session: &Session) -> bool {
    session.opened.as_ref().is_some_and(|opened| opened.assessment.closed)
}

/// A question by its id; the self-rating is none.
pub fn find<'a>(session: &'a Session, id: &QuestionId) -> Option<&'a Question> {
    session.opened.as_ref()?.questionnaire.question(id)
}

/// The level that the person who answers now gave.
pub fn level(session: &Session, id: &QuestionId) -> Option<Level> {
    match session.claim(id)?.answer {
        Answer::Level(level) => Some(level),
        Answer::DontKnow | Answer::NotApplicable { .. } => None,
    }
}

/// What is asked now, as it is shown.
pub fn shown(session: &Session) -> Option<Shown<'_>> {
    let id = current(session)?;
    let questionnaire = &session.opened.as_ref()?.questionnaire;
    match questionnaire.question(&id) {
        Some(question) => Some(Shown {
            id: &question.id,
            title: &question.title,
            prompt: &question.prompt,
            why: &question.why,
            levels: &question.levels,
            question: Some(question),
        }),
        None => questionnaire.self_rating.as_ref().map(rating),
    }
}

fn rating(rating: &SelfRating) -> Shown<'_> {
    Shown {
        id: &rating.id,
        title: "Self-rating",
        prompt: &rating.prompt,
        why: "It comes first and is sealed: a later change is kept as a second value, beside this one.",
        levels: &rating.answers,
        question: None,
    }
}

/// A question's domain, id and title.
pub fn domain(session: &Session, question: &Question) -> String {
    let domains = &session.environment.library.catalog.vocabulary.domains;
    let title =
        domains.iter().find(|domain| domain.id == question.domain).map_or("", |domain| domain.title.as_str());
    format!("{} {title}", question.domain)
}

/// What the person who answers now said, in one line.
pub fn said(session: &Session, theme: &Theme, shown: &Shown<'_>) -> Line<'static> {
    let Some(person) = &session.who else {
        return Line::styled("w says who answers", theme.warn);
    };
    let mut words =
        vec![format!("{} · {}", text::shown(person.id.as_str()), session.role_title(&person.role))];
    let claim = session.claim(shown.id);
    match claim.map(|claim| &claim.answer) {
        Some(Answer::DontKnow) => words.push("does not know".to_owned()),
        Some(Answer::NotApplicable { reason }) => {
            words.push(format!("does not apply: {}", text::shown(reason)));
        }
        Some(Answer::Level(level)) => words.push(format!("level {level}")),
        None => words.push("not answered".to_owned()),
    }
    words.extend(claim.and_then(|claim| claim.confidence).map(|confidence| {
        match confidence {
            Confidence::Sure => "sure",
            Confidence::Think => "thinks so",
            Confidence::Guess => "a guess",
        }
        .to_owned()
    }));
    words.extend(
        claim.filter(|claim| !claim.note.is_empty()).map(|claim| format!("“{}”", text::shown(&claim.note))),
    );
    let is_counted = shown
        .question
        .is_none_or(|question| person.role.as_str() == ANY_ROLE || question.ask.contains(&person.role));
    if !is_counted {
        words.push("shown, not counted: this role is not asked".to_owned());
    }
    Line::styled(words.join(" · "), theme.muted)
}
