//! Asks the questions: the self-rating first and sealed, then one question after the other.
//!
//! What systems prove stays hidden until the answers are closed, so that nobody is led.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::assessment::{Answer, Claim, Confidence, Edit};
use crate::model::scorecard::Verdict;
use crate::model::{Level, QuestionId, RoleId};
use crate::tui::asked::{Shown, current, domain, find, is_closed, level, order, said, shown};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::{jump, note, reason, who};
use crate::tui::session::{ANY_ROLE, Ask, Effect, Notice, Session, Subject};
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{bars, inset, split_top, step};

/// The line of the registry.
pub static ENTRY: Entry = Entry::tab::<Interview>("interview", "Interview");

/// The level that the cursor stands on; what was answered lives in the session.
pub struct Interview {
    cursor: u8,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Level(u8),
    Up,
    Down,
    Choose,
    Next,
    Previous,
    NextOpen,
    DontKnow,
    NotApplicable,
    Note,
    Confidence,
    Who,
    Jump,
    Undo,
    Close,
    Explain,
}

impl Component for Interview {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("level-0", "0", "Answer level 0, blind", Msg::Level(0)).hint("to 4 answer"),
        bind("level-1", "1", "Answer level 1, informal", Msg::Level(1)),
        bind("level-2", "2", "Answer level 2, partial", Msg::Level(2)),
        bind("level-3", "3", "Answer level 3, enforced", Msg::Level(3)),
        bind("level-4", "4", "Answer level 4, proven", Msg::Level(4)),
        bind("choose", "enter", "Answer the marked level; again: next question", Msg::Choose).hint("next"),
        bind("down", "down j wheel-down", "Mark the next level", Msg::Down),
        bind("up", "up k wheel-up", "Mark the level before", Msg::Up),
        bind("next", "right n", "Next question", Msg::Next),
        bind("previous", "left p", "Previous question", Msg::Previous),
        bind("dont-know", "d", "I do not know", Msg::DontKnow).hint("don't know"),
        bind("not-applicable", "a", "Does not apply here (with a reason)", Msg::NotApplicable).hint("n/a"),
        bind("undo", "u", "Take the last answer back", Msg::Undo).hint("undo"),
        bind("next-open", "space", "Next question that you have not answered", Msg::NextOpen)
            .hint("next open"),
        bind("note", "t", "Write a note to the answer", Msg::Note).hint("note"),
        bind("confidence", "s", "How sure: sure, think so, guess", Msg::Confidence).hint("how sure"),
        bind("who", "w", "Another person answers", Msg::Who).hint("who"),
        bind("jump", "/ g", "Go to a question by its words", Msg::Jump).hint("go to"),
        bind("close", "X", "Close the answers and show the evidence; again: open them", Msg::Close),
        bind("explain", "x", "Explain this question (evidence after closing)", Msg::Explain).hint("explain"),
    ];

    fn open(session: &Session) -> Self {
        let mut screen = Self { cursor: 2 };
        screen.settle(session);
        screen
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        if session.opened.is_none() {
            return vec![];
        }
        match msg {
            Msg::Up => self.cursor = self.cursor.saturating_sub(1),
            Msg::Down => self.cursor = (self.cursor + 1).min(4),
            Msg::Level(level) => {
                self.cursor = level;
                return self.choose(session);
            }
            Msg::Choose if current(session).and_then(|id| level(session, &id)) == Level::new(self.cursor) => {
                return self.go(session, 1);
            }
            Msg::Choose => return self.choose(session),
            Msg::Next => return self.go(session, 1),
            Msg::Previous => return self.go(session, -1),
            Msg::NextOpen => return self.next_open(session),
            Msg::Undo if is_closed(session) => return vec![still_closed()],
            Msg::Undo => return vec![Effect::Undo],
            Msg::Who => return vec![Effect::Open(&who::ENTRY)],
            Msg::Jump => return vec![Effect::Open(&jump::ENTRY)],
            Msg::Close => return vec![close(session)],
            Msg::DontKnow | Msg::NotApplicable | Msg::Note | Msg::Confidence | Msg::Explain => {
                return about(session, msg);
            }
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let Some(shown) = shown(on.session) else {
            nothing(on, area);
            return;
        };
        let used = head(on, area, &shown);
        let (_, rest) = split_top(area, used);
        let foot = 2 + evidence_height(on.session, &shown, rest);
        let (levels, bottom) = split_top(rest, rest.height.saturating_sub(foot));
        self.levels(on, levels, &shown);
        feet(on, bottom, &shown);
    }

    fn heard(&mut self, session: &Session) -> Vec<Effect> {
        self.settle(session);
        if session.look.question.is_none() {
            current(session).map(Effect::Focus).into_iter().collect()
        } else {
            vec![]
        }
    }

    fn offers(&self, msg: Msg, session: &Session) -> bool {
        let question = current(session).and_then(|id| find(session, &id));
        match msg {
            Msg::NotApplicable => question.is_some_and(|question| !question.gate),
            Msg::DontKnow | Msg::Explain => question.is_some(),
            Msg::Undo => !session.ledger.past.is_empty(),
            Msg::Note | Msg::Confidence => current(session).is_some_and(|id| session.claim(&id).is_some()),
            _ => session.opened.is_some(),
        }
    }
}

impl Interview {
    /// Puts the cursor on what was answered.
    fn settle(&mut self, session: &Session) {
        if let Some(level) = current(session).and_then(|id| level(session, &id)) {
            self.cursor = level.get();
        }
    }

    fn choose(&self, session: &Session) -> Vec<Effect> {
        let (Some(id), Some(level)) = (current(session), Level::new(self.cursor)) else { return vec![] };
        answer(session, &id, Answer::Level(level))
    }

    fn go(&mut self, session: &Session, by: isize) -> Vec<Effect> {
        let order = order(session);
        let here = current(session).and_then(|id| order.iter().position(|other| *other == id)).unwrap_or(0);
        if by > 0 && here + 1 == order.len() {
            return self.next_open(session);
        }
        order.get(step(here, by, order.len())).cloned().map(|id| self.show(session, id)).unwrap_or_default()
    }

    fn next_open(&mut self, session: &Session) -> Vec<Effect> {
        let order = order(session);
        let here = current(session).and_then(|id| order.iter().position(|other| *other == id)).unwrap_or(0);
        let later = order.iter().skip(here + 1).chain(order.iter().take(here + 1));
        match later.into_iter().find(|id| session.claim(id).is_none()) {
            Some(id) => self.show(session, id.clone()),
            None => {
                vec![Effect::Say(Notice::good("every question is answered by you; X closes the answers"))]
            }
        }
    }

    fn show(&mut self, session: &Session, id: QuestionId) -> Vec<Effect> {
        self.cursor = level(session, &id).map_or(2, Level::get);
        vec![Effect::Focus(id)]
    }

    fn levels(&self, on: &mut Canvas<'_, Msg>, area: Rect, shown: &Shown<'_>) {
        let names = &on.session.environment.library.catalog.vocabulary.level_names;
        let answered = level(on.session, shown.id);
        let columns = usize::from(area.width).saturating_sub(17);
        let wrapped: Vec<Vec<String>> =
            shown.levels.iter().map(|words| text::wrap(&text::shown(words), columns)).collect();
        let heights = heights(&wrapped, usize::from(self.cursor), usize::from(area.height));
        let width = if shown.question.is_some() { 10 } else { 0 };
        let mut row = 0;
        for ((place, lines), shown_lines) in (0u8..).zip(&wrapped).zip(heights) {
            let is_here = place == self.cursor;
            let is_answer = answered.map(Level::get) == Some(place);
            let sign = if is_answer { "●" } else { "○" };
            let style = if is_here {
                on.theme.focus
            } else if is_answer {
                on.theme.strong()
            } else {
                on.theme.text
            };
            // The self-rating has words of its own; the names of levels beside them would mislead.
            let name =
                names.get(usize::from(place)).filter(|_| shown.question.is_some()).map_or("", String::as_str);
            for (number, line) in lines.iter().take(shown_lines).enumerate() {
                let label = if number == 0 {
                    format!("{sign} {place} {name:<width$}")
                } else {
                    " ".repeat(4 + width)
                };
                let more = if number + 1 == shown_lines && shown_lines < lines.len() { " …" } else { "" };
                let words = Span::styled(format!(" {line}{more} "), style);
                let mark = if is_answer { on.theme.accent } else { on.theme.muted };
                on.put(area, row, Line::from(vec![Span::styled(label, mark), words]));
                on.zone_rows(area, row, 1, Msg::Level(place));
                row += 1;
            }
        }
    }
}

/// How many lines each level gets: one each, then what the marked one needs, then the others in order.
fn heights(wrapped: &[Vec<String>], cursor: usize, room: usize) -> Vec<usize> {
    let mut heights = vec![1; wrapped.len()];
    let mut spare = room.saturating_sub(wrapped.len());
    for place in std::iter::once(cursor).chain(0..wrapped.len()) {
        if let (Some(height), Some(lines)) = (heights.get_mut(place), wrapped.get(place)) {
            let more = lines.len().saturating_sub(*height).min(spare);
            *height += more;
            spare -= more;
        }
    }
    heights
}

/// The effects of an answer by the person who answers now; asks who that is when nobody does.
pub fn answer(session: &Session, question: &QuestionId, answer: Answer) -> Vec<Effect> {
    let (Some(person), Some(opened)) = (&session.who, &session.opened) else {
        return vec![
            Effect::Open(&who::ENTRY),
            Effect::Say(Notice::warn("say who answers first; every answer is kept under a name")),
        ];
    };
    if opened.assessment.closed {
        return vec![still_closed()];
    }
    let before = session.claim(question);
    let asked = find(session, question).and_then(|question| question.ask.first());
    let role = if person.role.as_str() == ANY_ROLE {
        asked.or(opened.questionnaire.audience.first()).cloned().unwrap_or_else(|| RoleId::from("ciso"))
    } else {
        person.role.clone()
    };
    let claim = Claim {
        by: person.id.clone(),
        role,
        answer,
        confidence: before.and_then(|claim| claim.confidence),
        note: before.map(|claim| claim.note.clone()).unwrap_or_default(),
    };
    if before == Some(&claim) {
        return vec![];
    }
    let edit = Effect::Edit(Edit::Claim { question: question.clone(), claim });
    let mut effects = vec![Effect::Focus(question.clone()), edit];
    if before.is_some() && find(session, question).is_none() {
        let words = "kept as a second value; the first rating stays in the history beside it";
        effects.push(Effect::Say(Notice::warn(words)));
    }
    effects
}

/// Whoever has seen the proof does not quietly change what was said before it.
fn still_closed() -> Effect {
    Effect::Say(Notice::warn("the answers are closed; X opens them again"))
}

/// A sign for what the person who answers now said to a question.
pub fn mark(session: &Session, question: &QuestionId, theme: &Theme) -> (&'static str, Style) {
    match session.claim(question).map(|claim| &claim.answer) {
        Some(Answer::Level(level)) => {
            (["0", "1", "2", "3", "4"].get(level.index()).copied().unwrap_or("?"), theme.good)
        }
        Some(Answer::DontKnow) => ("?", theme.unknown),
        Some(Answer::NotApplicable { .. }) => ("–", theme.muted),
        None => ("·", theme.muted),
    }
}

/// What the keys do that need an answer or a scored question.
fn about(session: &Session, msg: Msg) -> Vec<Effect> {
    let Some(id) = current(session) else { return vec![] };
    let question = find(session, &id);
    match (msg, question) {
        (Msg::DontKnow, Some(_)) => answer(session, &id, Answer::DontKnow),
        (Msg::NotApplicable, Some(question)) if question.gate => {
            vec![Effect::Say(Notice::warn("this is a gate; a gate always applies"))]
        }
        (Msg::NotApplicable, Some(_)) => vec![Effect::Focus(id), Effect::Open(&reason::ENTRY)],
        (Msg::Explain, Some(_)) => {
            vec![Effect::Explain(Subject { id: id.to_string(), has_proof: is_closed(session) })]
        }
        (Msg::Note | Msg::Confidence, _) if session.claim(&id).is_none() => {
            vec![Effect::Say(Notice::warn("answer first; the note belongs to the answer"))]
        }
        (Msg::Note | Msg::Confidence, _) if is_closed(session) => vec![still_closed()],
        (Msg::Note, _) => vec![Effect::Focus(id), Effect::Open(&note::ENTRY)],
        (Msg::Confidence, _) => surer(session, id),
        _ => vec![Effect::Say(Notice::warn("the self-rating takes a level only"))],
    }
}

fn surer(session: &Session, question: QuestionId) -> Vec<Effect> {
    let Some(claim) = session.claim(&question).cloned() else { return vec![] };
    let confidence = match claim.confidence {
        None => Some(Confidence::Sure),
        Some(Confidence::Sure) => Some(Confidence::Think),
        Some(Confidence::Think) => Some(Confidence::Guess),
        Some(Confidence::Guess) => None,
    };
    vec![Effect::Edit(Edit::Claim { question, claim: Claim { confidence, ..claim } })]
}

fn close(session: &Session) -> Effect {
    let Some(opened) = &session.opened else { return Effect::Say(Notice::warn("nothing is open")) };
    if opened.assessment.closed {
        let text = "The evidence has been seen: what is answered from here on is no longer free of it. The history keeps that.";
        return Effect::Ask(Ask {
            title: "Open the answers again?".to_owned(),
            text: text.to_owned(),
            yes: "open",
            effects: vec![Effect::Edit(Edit::Reopen)],
        });
    }
    let open = opened.questionnaire.questions.iter().filter(|question| session.claim(&question.id).is_none());
    let text = format!(
        "Evidence is shown beside the answers from then on. {} of yours not answered. X opens the answers again; that is kept in the history.",
        text::count(open.count(), "question is", "questions are")
    );
    Effect::Ask(Ask {
        title: "Close the answers?".to_owned(),
        text,
        yes: "close",
        effects: vec![Effect::Edit(Edit::Close)],
    })
}

fn nothing(on: &mut Canvas<'_, Msg>, area: Rect) {
    let words = if on.session.is_ready {
        "Nothing is open. F2 shows all assessments; there n begins one."
    } else {
        "Reading…"
    };
    on.put(area, 1, Line::styled(words, on.theme.muted));
}

/// Number, title, place, prompt and why; returns the rows used.
fn head(on: &mut Canvas<'_, Msg>, area: Rect, shown: &Shown<'_>) -> u16 {
    let order = order(on.session);
    let here = order.iter().position(|id| id == shown.id).unwrap_or(0);
    let done = order.iter().filter(|id| on.session.claim(id).is_some()).count();
    let title = format!("{}  {}", shown.id, text::shown(shown.title));
    on.put(area, 0, Line::styled(title, on.theme.heading()));
    on.put_right(area, 0, Line::styled(format!(" {} of {}", here + 1, order.len()), on.theme.muted));
    if let Some(question) = shown.question {
        let gate = if question.gate { "GATE · " } else { "" };
        let facts = format!("weight {} · {}", question.weight, domain(on.session, question));
        on.put(
            area,
            1,
            Line::from(vec![Span::styled(gate, on.theme.warn), Span::styled(facts, on.theme.muted)]),
        );
    }
    let share = done as f64 / order.len().max(1) as f64;
    let mut bar = bars::progress(share, 16, on.theme);
    bar.push_span(Span::styled(format!(" {done} answered"), on.theme.muted));
    on.put_right(area, 1, bar);
    let columns = usize::from(area.width);
    let mut lines: Vec<Line<'_>> = vec![Line::default()];
    // A prompt without end leaves room for the answers; `x` shows the whole of it.
    let most = usize::from(area.height / 3).max(2);
    let mut prompt = text::wrap(&text::shown(shown.prompt), columns);
    if prompt.len() > most {
        prompt.truncate(most);
        if let Some(last) = prompt.last_mut() {
            *last = text::cut(&format!("{last} …"), columns);
        }
    }
    lines.extend(prompt.into_iter().map(|line| Line::styled(line, on.theme.strong())));
    let why = text::wrap(&text::shown(shown.why), columns);
    if area.height >= 22 || why.len() <= 2 {
        lines.extend(why.into_iter().map(|line| Line::styled(line, on.theme.muted)));
    }
    lines.push(Line::default());
    let (_, rest) = split_top(area, 2);
    2 + on.stack(rest, lines)
}

fn evidence_height(session: &Session, shown: &Shown<'_>, area: Rect) -> u16 {
    if is_closed(session) && shown.question.is_some() { 4.min(area.height / 3) } else { 0 }
}

/// Who answers, what is kept with the answer, and after closing what is proven.
fn feet(on: &mut Canvas<'_, Msg>, area: Rect, shown: &Shown<'_>) {
    let (_, area) = split_top(area, 1);
    let words = said(on.session, on.theme, shown);
    on.put(area, 0, words);
    let Some(opened) = on.session.opened.as_ref().filter(|opened| opened.assessment.closed) else { return };
    let Some(row) = opened.scorecard.rows.iter().find(|row| row.question == *shown.id) else { return };
    let style = match row.verdict {
        Verdict::OverClaimed => on.theme.bad,
        Verdict::Confirmed | Verdict::UnderClaimed => on.theme.good,
        _ => on.theme.unknown,
    };
    let bound = |level: Option<Level>| level.map_or("–".to_owned(), |level| level.to_string());
    let facts = format!(
        "  claimed {}, proven {} to {} ({})",
        bound(row.claimed),
        bound(row.floor),
        bound(row.ceiling),
        row.basis.word()
    );
    on.put(
        area,
        1,
        Line::from(vec![Span::styled(row.verdict.word(), style), Span::styled(facts, on.theme.text)]),
    );
    let (_, rest) = split_top(area, 2);
    let first =
        row.because.first().map(|reason| text::wrap(&text::shown(&reason.text), usize::from(area.width)));
    on.stack(rest, first.unwrap_or_default().into_iter().map(|line| Line::styled(line, on.theme.muted)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::{App, Command, Event};
    use crate::tui::session::{Environment, Fault, LedgerEvent, Outcome, Past, Who};
    use crate::tui::theme::Depth;

    use std::sync::Arc;

    use jiff::Timestamp;

    use crate::model::assessment::{Assessment, Begun};
    use crate::model::metric::Measurements;
    use crate::model::{AssessmentId, PackId, RespondentId};
    use crate::ops::Opened;
    use crate::packs::Library;
    use crate::scoring::{Inputs, score};
    use crate::tui::session::JobEvent;

    /// An app on an assessment that nobody has answered, with somebody at the keys.
    fn app() -> App {
        let library = Arc::new(Library::open(None).unwrap());
        let questionnaire = Arc::new(library.pack(&PackId::from("ai-agent-readiness")).unwrap());
        let begun = Begun {
            id: AssessmentId::from("one"),
            pack: questionnaire.id.clone(),
            pack_version: questionnaire.version.clone(),
            organisation: "Acme".to_owned(),
            unit: None,
            period: "2026-Q4".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        };
        let assessment = Assessment::new(begun);
        let measurements = Arc::new(Measurements::default());
        let scorecard = score(&Inputs {
            questionnaire: &questionnaire,
            catalog: &library.catalog,
            assessment: &assessment,
            measurements: &measurements,
            now: Timestamp::UNIX_EPOCH,
        });
        let environment = Environment {
            library,
            clock: || Timestamp::UNIX_EPOCH,
            actor: "ana".to_owned(),
            rescore: Arc::new(|_| {}),
            is_demo: false,
        };
        let mut app = App::new(environment, Theme::new(Depth::Plain), &ENTRY);
        let opened = Opened { questionnaire, assessment, measurements, manifests: vec![], scorecard };
        app.update(Event::Ledger(LedgerEvent::Loaded(Box::new(opened))));
        app.perform(vec![Effect::As(Who { id: RespondentId::from("ana"), role: RoleId::from(ANY_ROLE) })]);
        app
    }

    fn meant(app: &mut App, msg: Msg) -> Vec<Effect> {
        let mut screen = Interview::open(&app.session);
        let effects = Component::update(&mut screen, msg, &app.session);
        app.perform(effects.clone());
        effects
    }

    fn has_edit(effects: &[Effect]) -> bool {
        effects.iter().any(|effect| matches!(effect, Effect::Edit(_) | Effect::Undo))
    }

    #[test]
    fn a_changed_self_rating_is_said_to_be_a_second_value() {
        let mut app = app();
        let first = meant(&mut app, Msg::Level(3));
        assert!(!first.iter().any(|effect| matches!(effect, Effect::Say(_))));
        let second = meant(&mut app, Msg::Level(1));
        assert!(has_edit(&second));
        assert!(second.iter().any(|effect| matches!(effect, Effect::Say(_))));
    }

    #[test]
    fn closed_answers_change_in_no_way() {
        let mut app = app();
        meant(&mut app, Msg::Level(3));
        app.perform(vec![Effect::Edit(Edit::Close)]);
        for msg in [Msg::Level(1), Msg::DontKnow, Msg::Note, Msg::Confidence, Msg::Undo] {
            let effects = meant(&mut app, msg);
            assert!(!has_edit(&effects), "{msg:?}: {effects:?}");
            assert!(!effects.iter().any(|effect| matches!(effect, Effect::Open(_))), "{msg:?}");
        }
    }

    #[test]
    fn a_refused_edit_is_told_and_not_tried_again() {
        let mut app = app();
        meant(&mut app, Msg::Level(3));
        let fault = Fault { message: "no".to_owned(), help: String::new() };
        let id = AssessmentId::from("one");
        let commands = app.update(Event::Ledger(LedgerEvent::Refused(id, fault)));
        assert!(app.session.ledger.pending.is_empty());
        assert!(matches!(commands.last(), Some(Command::Load(Some(_)))));
        assert_eq!(app.session.notice.as_ref().map(|notice| notice.text.as_str()), Some("no"));
    }

    #[test]
    fn no_answer_goes_to_the_assessment_that_is_being_left() {
        let id = AssessmentId::from("two");
        for is_begun in [true, false] {
            let mut app = app();
            if is_begun {
                let begun = JobEvent::Done(Box::new(Outcome::Begun(id.clone())));
                app.update(Event::Job(0, begun));
            } else {
                app.perform(vec![Effect::Load(id.clone())]);
            }
            assert!(!has_edit(&meant(&mut app, Msg::Level(2))), "begun: {is_begun}");
            assert!(app.session.ledger.pending.is_empty());
            assert_eq!(app.session.ledger.past, Vec::<Past>::new());
        }
    }
}
