//! Classes side by side, above the table: never averaged into one figure.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Msg;
use super::columns::{class_mark, class_title};
use crate::model::privilege::{Bucket, ClassPrivilege, Population};
use crate::tui::screen::Canvas;
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{Breadth, bars, breadth};

/// Draws one line for each class that anybody has; returns how many rows were used.
pub fn draw(on: &mut Canvas<'_, Msg>, area: Rect, population: &Population) -> u16 {
    let breadth = breadth(area);
    let shown = population.classes.iter().filter(|class| class.identities > 0 || class.class.is_some());
    let lines = shown.map(|class| line(class, breadth, on.theme));
    let head = Line::styled(head(breadth), on.theme.muted);
    on.stack(area, std::iter::once(head).chain(lines).collect::<Vec<_>>())
}

fn head(breadth: Breadth) -> String {
    let first = format!(
        "{:<10} {:>8} {:>13}  {:>9} {:>10} {:>7}",
        "class", "all", "index", "high", "to tier 0", "known"
    );
    match breadth {
        Breadth::Narrow => first,
        Breadth::Normal => format!("{first} {:>7} {:>7}  scores 0 to 100", "median", "p90"),
        Breadth::Wide => format!(
            "{first} {:>7} {:>7}  scores 0 to 100   {:>7} {:>7} {:>7}  index: quadratic mean of all scores",
            "median", "p90", "low", "medium", "high"
        ),
    }
}

fn line(class: &ClassPrivilege, breadth: Breadth, theme: &Theme) -> Line<'static> {
    // Of nobody there is nothing to know; of somebody it may be not known.
    let absent = || if class.identities == 0 { "–" } else { "?" }.to_owned();
    let share = |share: Option<f64>| share.map_or_else(absent, |it| format!("{:.0} %", it * 100.0));
    let index =
        class.index.map_or_else(absent, |it| format!("{:.1} ({:.0}–{:.0})", it.point, it.low, it.high));
    let figure = |value: Option<f64>| value.map_or_else(absent, |value| format!("{value:.1}"));
    let mut spans = vec![
        class_mark(class.class, theme),
        Span::styled(format!(" {:<8}", class_title(class.class)), theme.text),
        Span::styled(format!(" {:>8}", text::grouped(class.identities)), theme.strong()),
        Span::styled(format!(" {index:>13}"), theme.strong()),
        Span::styled(format!("  {:>9}", share(class.share_high)), theme.text),
        Span::styled(format!(" {:>10} {:>7}", share(class.exposure), share(class.coverage)), theme.text),
    ];
    if breadth > Breadth::Narrow {
        let words = format!(" {:>7} {:>7}  ", figure(class.median), figure(class.p90));
        spans.push(Span::styled(words, theme.text));
        spans.extend(histogram(class, theme).spans);
    }
    if breadth == Breadth::Wide {
        spans.push(Span::raw("       "));
        for (bucket, count) in Bucket::ALL.into_iter().zip(class.buckets) {
            let style = if count > 0 { bars::bucket_style(bucket, theme) } else { theme.muted };
            spans.push(Span::styled(format!(" {:>7}", text::grouped(count)), style));
        }
    }
    Line::from(spans)
}

/// How many scores lie in each ten, beside the fullest one.
fn histogram(class: &ClassPrivilege, theme: &Theme) -> Line<'static> {
    let most = class.histogram.iter().copied().max().unwrap_or(0);
    if most == 0 {
        let (sign, style) = if class.identities == 0 { ("·", theme.line) } else { ("?", theme.unknown) };
        return Line::styled(sign.repeat(class.histogram.len()), style);
    }
    let shares = class.histogram.iter().map(|count| Some(*count as f64 / most as f64 * 100.0));
    bars::spark(shares, theme.accent, theme)
}
