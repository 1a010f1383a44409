//! Every figure as an SVG document: text stays text, so that it can be read, searched and checked.

use super::{ExportError, File, Format, Report, figure};

/// The figures, for documents and the web.
pub static FORMAT: Format =
    Format { id: "svg", title: "One-page scorecard and figures as SVG", extension: "svg", render };

fn render(report: &Report<'_>) -> Result<Vec<File>, ExportError> {
    let draw = |figure: &&figure::Figure| {
        let bytes = figure.svg(report)?.into_bytes();
        Ok(File { name: format!("{}.svg", figure.id), bytes })
    };
    figure::REGISTRY.iter().map(draw).collect()
}
