//! Bars of blocks: intervals with a claim on them, dials, progress, small trends. No Braille.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::metric::Measured;
use crate::model::privilege::{Bucket, Estimate};
use crate::tui::theme::Theme;

/// One row's figures on a scale from 0 to `of`.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    pub claimed: Option<f64>,
    pub floor: Option<f64>,
    pub ceiling: Option<f64>,
    pub of: f64,
}

/// Draws what is proven (`█`), what is possible (`▒`) and the claim (`◆`) in one bar.
pub fn interval(it: Interval, columns: usize, theme: &Theme) -> Line<'static> {
    let place = |value: f64| ((value / it.of).clamp(0.0, 1.0) * columns as f64).round();
    let floor = it.floor.map_or(0.0, place);
    let ceiling = it.ceiling.map_or(0.0, place).max(floor);
    let claim = it.claimed.map(|value| place(value).min(columns.saturating_sub(1) as f64));
    let claim_style = if it.claimed > it.ceiling { theme.bad } else { theme.heading() };
    let cells = (0..columns).map(|column| {
        let column = column as f64;
        if claim.is_some_and(|claim| (claim - column).abs() < 0.5) {
            ("◆", claim_style)
        } else if column < floor {
            ("█", theme.good)
        } else if column < ceiling {
            ("▒", theme.unknown)
        } else {
            ("·", theme.line)
        }
    });
    merged(cells)
}

/// Draws a share: what is known to hold (`█`), what may (`▒`); unknown is a bar of question marks.
pub fn dial(value: &Measured, columns: usize, theme: &Theme) -> Line<'static> {
    let Some((low, high)) = value.ends() else {
        return Line::styled("?".repeat(columns), theme.unknown);
    };
    interval(Interval { claimed: None, floor: Some(low), ceiling: Some(high), of: 1.0 }, columns, theme)
}

/// Draws what is certainly too much (`█`), what is likely (`▓`) and what is possible (`░`), on a scale to 100.
pub fn estimate(score: Estimate, bucket: Bucket, columns: usize, theme: &Theme) -> Line<'static> {
    let place = |value: f64| (value / 100.0).clamp(0.0, 1.0) * columns as f64;
    let tone = bucket_style(bucket, theme);
    merged((0..columns).map(|column| {
        let middle = column as f64 + 0.5;
        if middle < place(score.low) {
            ("█", tone)
        } else if middle < place(score.point) {
            ("▓", tone)
        } else if middle < place(score.high) {
            ("░", theme.unknown)
        } else {
            ("·", theme.line)
        }
    }))
}

/// The tone of a bucket; the number beside it says the same without colour.
pub fn bucket_style(bucket: Bucket, theme: &Theme) -> Style {
    match bucket {
        Bucket::Low => theme.good,
        Bucket::Medium => theme.warn,
        Bucket::High => theme.bad,
    }
}

/// Draws how much of something is done.
pub fn progress(share: f64, columns: usize, theme: &Theme) -> Line<'static> {
    let full = (share.clamp(0.0, 1.0) * columns as f64).round();
    merged(
        (0..columns)
            .map(|column| if (column as f64) < full { ("━", theme.accent) } else { ("─", theme.line) }),
    )
}

/// Draws values of 0 to 100 as a row of columns with eighths; unknown is `?`.
pub fn spark(values: impl IntoIterator<Item = Option<f64>>, style: Style, theme: &Theme) -> Line<'static> {
    const STEPS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    merged(values.into_iter().map(|value| match value {
        None => ("?", theme.unknown),
        Some(value) => {
            let step = STEPS.iter().enumerate().rev().find(|(step, _)| value >= *step as f64 * 12.5);
            (step.map_or("▁", |(_, sign)| *sign), style)
        }
    }))
}

/// Joins neighbours of one style, so that a bar is a handful of spans.
fn merged(cells: impl IntoIterator<Item = (&'static str, Style)>) -> Line<'static> {
    let mut spans: Vec<(String, Style)> = vec![];
    for (sign, style) in cells {
        match spans.last_mut() {
            Some((text, last)) if *last == style => text.push_str(sign),
            _ => spans.push((sign.to_owned(), style)),
        }
    }
    Line::from(spans.into_iter().map(|(text, style)| Span::styled(text, style)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::metric::Why;
    use crate::tui::theme::Depth;

    fn text(line: &Line<'_>) -> String {
        line.spans.iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn an_interval_shows_floor_ceiling_and_claim() {
        let theme = Theme::new(Depth::Plain);
        let it = Interval { claimed: Some(70.0), floor: Some(30.0), ceiling: Some(50.0), of: 100.0 };
        assert_eq!(text(&interval(it, 10, &theme)), "███▒▒··◆··");
        let full = Interval { claimed: Some(100.0), floor: Some(100.0), ceiling: Some(100.0), of: 100.0 };
        assert_eq!(text(&interval(full, 10, &theme)), "█████████◆");
    }

    #[test]
    fn an_estimate_shows_what_is_certain_likely_and_possible() {
        let theme = Theme::new(Depth::Plain);
        let of =
            |low, point, high| text(&estimate(Estimate { low, point, high }, Bucket::Medium, 10, &theme));
        assert_eq!(of(20.0, 50.0, 80.0), "██▓▓▓░░░··");
        assert_eq!(of(0.0, 0.0, 0.0), "··········");
        assert_eq!(of(99.0, 99.0, 99.0), "██████████");
    }

    #[test]
    fn unknown_is_not_drawn_as_zero() {
        let theme = Theme::new(Depth::Plain);
        let unknown = Measured::Unknown(Why { reason: String::new(), remedy: String::new() });
        assert_eq!(text(&dial(&unknown, 5, &theme)), "?????");
        assert_eq!(text(&dial(&Measured::Known(0.0), 5, &theme)), "·····");
        assert_eq!(text(&spark([Some(0.0), None, Some(100.0)], theme.good, &theme)), "▁?█");
    }
}
