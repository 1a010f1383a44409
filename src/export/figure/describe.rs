//! Makes a drawing a document: its size in pixels, its title, a description, its data in words.

use super::Figure;
use crate::export::page::Page;

/// Replaces the drawing's opening tag by one that tells what the picture shows.
pub(super) fn document(figure: &Figure, page: &Page, (width, height): (f64, f64), drawn: &str) -> String {
    let body = drawn.split_once('>').map_or("", |(_, body)| body);
    // The one place that names a weight; foreign text has its quotation marks escaped.
    let body = body.replace(" font-weight=\"bold\"", " font-weight=\"600\"");
    let title = escaped(&format!("{}: {}, {}", figure.title, page.organisation, page.subject));
    let description = escaped(figure.description);
    let data = escaped(&data(&(figure.table)(page)));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"title description\">\n\
         <title id=\"title\">{title}</title>\n\
         <desc id=\"description\">{description}\n{data}\n</desc>{body}",
        width * 10.0,
        height * 10.0,
    )
}

/// One row a line.
fn data(rows: &[Vec<String>]) -> String {
    let lines: Vec<_> = rows.iter().map(|row| row.join(" | ")).collect();
    lines.join("\n")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            letter => safe.push(letter),
        }
    }
    safe
}
