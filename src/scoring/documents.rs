//! What accepted documents prove, and what is not proven without one.

use super::measured::{Judge, Judged};
use crate::model::assessment::Document;
use crate::model::questionnaire::Question;
use crate::model::scorecard::{Basis, ReasonKind};
use crate::model::{Bounds, Level};

impl Judge<'_> {
    /// A question without checks is proven by a document, up to a limit.
    pub fn by_document_alone(mut self, document: Option<&Document>) -> Judged {
        let question = self.question();
        let cap = question.doc_cap;
        let Some(document) = document else {
            let kinds = kinds_of_documents(question);
            let text =
                format!("Only a document can prove it, up to level {cap}, and none is accepted{kinds}.");
            self.note(ReasonKind::MissingDocument, text, vec![]);
            return self.finish(Basis::Claimed, None);
        };
        let level = document.level.min(cap);
        let limit = if document.level > cap {
            format!(" Documents alone prove level {cap} at most.")
        } else {
            String::new()
        };
        self.note(ReasonKind::Document, format!("{}{limit}", accepted(document)), vec![]);
        self.bounds = Bounds::exactly(level);
        self.finish(Basis::Document, None)
    }

    /// A document cannot stand in for a measurement: losing a source would raise the score.
    pub fn without_measurement(mut self, document: Option<&Document>) -> Judged {
        let Some(document) = document else { return self.finish(Basis::Claimed, None) };
        let text = format!("{} Without a measurement its level is attested, not proven.", accepted(document));
        self.note(ReasonKind::Document, text, vec![]);
        let attested = document.level.min(self.question().doc_cap);
        self.finish(Basis::Attested, Some(attested))
    }

    /// Levels below the first limit of every check are nobody's but a document's.
    pub fn levels_below_the_checks(&mut self, document: Option<&Document>) {
        let Some(base) = self.question().checks.iter().map(|check| check.from.below()).min() else { return };
        let proven = document.map_or(Level::MIN, |document| document.level);
        if base == Level::MIN || proven >= base {
            return;
        }
        self.bounds = self.bounds.floor_at_most(proven);
        if document.is_some() {
            self.bounds = self.bounds.ceiling_at_most(proven);
        }
        let kinds = kinds_of_documents(self.question());
        let has = document.map_or_else(
            || "none is accepted".to_owned(),
            |_| format!("they are accepted up to level {proven}"),
        );
        let text = format!("Levels up to {base} rest on documents, and {has}{kinds}.");
        self.note(ReasonKind::MissingDocument, text, vec![]);
    }

    /// Upper levels may ask for a document beside the measurement.
    pub fn levels_that_need_documents(&mut self, document: Option<&Document>) {
        let Some(first) = Level::new(self.question().docs_from) else {
            self.mention(document);
            return;
        };
        if self.bounds.ceiling() < first {
            self.mention(document);
            return;
        }
        let kinds = kinds_of_documents(self.question());
        let Some(document) = document else {
            self.bounds = self.bounds.floor_at_most(first.below());
            let text =
                format!("From level {first} on a document is needed too, and none is accepted{kinds}.");
            return self.note(ReasonKind::MissingDocument, text, vec![]);
        };
        let proven = document.level.max(first.below());
        let text = if proven < self.bounds.ceiling() {
            format!("{} Higher levels need a document too{kinds}.", accepted(document))
        } else {
            accepted(document)
        };
        self.bounds = self.bounds.ceiling_at_most(proven);
        self.note(ReasonKind::Document, text, vec![]);
    }

    /// A document that changes nothing is still shown.
    fn mention(&mut self, document: Option<&Document>) {
        if let Some(document) = document {
            self.note(ReasonKind::Document, accepted(document), vec![]);
        }
    }
}

fn accepted(document: &Document) -> String {
    let Document { title, level, accepted_by, date, .. } = document;
    format!("\u{201c}{title}\u{201d} is accepted as proof of level {level} (by {accepted_by}, {date}).")
}

fn kinds_of_documents(question: &Question) -> String {
    if question.docs.is_empty() { String::new() } else { format!(" (such as {})", question.docs.join(", ")) }
}
