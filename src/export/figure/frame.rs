//! What all single figures share: a title above, the origin below, the same margins.

use super::canvas::{Canvas, Rect, leading};
use super::colour::{LINE, MUTED};
use super::face::Face;
use crate::export::page::{Page, Privileges};

pub(super) const WIDTH: f64 = 1240.0;
pub(super) const MARGIN: f64 = 56.0;
/// The sentence.
const FACE: Face = Face::BODY.size(18.0);
const ABOVE: f64 = 136.0;
const BELOW: f64 = 52.0;

/// Room above the sentence that a figure begins with.
const FINDING: f64 = 16.0;
/// Between two lines at the foot.
const LINE_HEIGHT: f64 = 20.0;

/// What stands around a figure's own part.
pub(super) struct Frame<'a> {
    title: &'a str,
    /// What the figure says, in a sentence.
    finding: Vec<String>,
    /// What it rests on, one line each.
    foot: Vec<&'a str>,
}

impl<'a> Frame<'a> {
    /// Around what is claimed and proven.
    pub fn new(title: &'a str, page: &'a Page) -> Self {
        Self { title, finding: Vec::new(), foot: vec![&page.footer.made, page.footer.caution] }
    }

    /// Around what everybody can do beyond what they need.
    pub fn of_privileges(
        title: &'a str,
        page: &'a Page,
        privileges: &'a Privileges,
        finding: &'a str,
    ) -> Self {
        let mut foot: Vec<&str> = privileges.basis.iter().map(String::as_str).collect();
        foot.extend([page.footer.made.as_str(), Privileges::CAUTION]);
        Self { title, finding: FACE.wrap(finding, WIDTH - 2.0 * MARGIN, 2), foot }
    }

    /// Around what was found and decided.
    pub fn of_findings(title: &'a str, page: &'a Page, finding: &str) -> Self {
        Self { finding: FACE.wrap(finding, WIDTH - 2.0 * MARGIN, 2), ..Self::new(title, page) }
    }

    fn above(&self) -> f64 {
        match self.finding.len() {
            0 => ABOVE,
            lines => ABOVE + FINDING + leading(FACE) * lines as f64,
        }
    }

    /// The height of a whole figure whose own part is `body` high.
    pub fn height(&self, body: f64) -> f64 {
        self.above() + body + BELOW + LINE_HEIGHT * (self.foot.len() as f64)
    }

    /// Paints title and origin; returns the room between them.
    pub fn paint(&self, canvas: &mut Canvas<'_>, page: &Page, body: f64) -> Rect {
        let inner = WIDTH - 2.0 * MARGIN;
        canvas.text((MARGIN, 76.0), self.title, Face::SECTION.size(28.0));
        let subject = format!("{} · {} · {}", page.organisation, page.subject, page.pack);
        canvas.fitted((MARGIN, 104.0), &subject, inner, Face::BODY.colour(MUTED));
        canvas.lines((MARGIN, 142.0), &self.finding, FACE);
        let mut foot = self.height(body) - 32.0 - LINE_HEIGHT * (self.foot.len().saturating_sub(1) as f64);
        canvas.line((MARGIN, foot - 22.0), (WIDTH - MARGIN, foot - 22.0), LINE, 1.0);
        for line in &self.foot {
            canvas.fitted((MARGIN, foot), line, inner, Face::SMALL);
            foot += LINE_HEIGHT;
        }
        Rect::new(MARGIN, self.above(), inner, body)
    }
}
