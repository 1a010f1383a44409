//! Every figure as an SVG document: text stays text, so that it can be read, searched and checked.

use super::page::Page;
use super::{ExportError, File, Format, Report, figure};

/// The figures, for documents and the web.
pub static FORMAT: Format =
    Format { id: "svg", title: "One-page scorecard and figures as SVG", extension: "svg", render };

fn render(report: &Report<'_>) -> Result<Vec<File>, ExportError> {
    let page = Page::new(report);
    let draw = |figure: &figure::Figure| {
        let bytes = figure.svg(&page)?.into_bytes();
        Ok(File { name: format!("{}.svg", figure.id), bytes })
    };
    figure::shown(&page).map(draw).collect()
}
