//! Small pieces that several screens draw with; all of them pure.

pub mod bars;
pub mod field;

use std::ops::Range;

use ratatui::layout::Rect;

/// How wide the place is; decides the layout in one spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// Below 100 columns.
    Narrow,
    /// 100 to 159 columns.
    Normal,
    /// 160 columns and more.
    Wide,
}

/// Tells how wide a place is.
pub fn breadth(area: Rect) -> Breadth {
    match area.width {
        0..100 => Breadth::Narrow,
        100..160 => Breadth::Normal,
        _ => Breadth::Wide,
    }
}

/// The rows to show: the selected one stays in the middle where there is more on both sides. Only these are
/// built, so 100,000 rows cost what 30 do.
pub fn window(selected: usize, height: usize, len: usize) -> Range<usize> {
    let start = selected.saturating_sub(height / 2).min(len.saturating_sub(height));
    start..(start + height).min(len)
}

/// Splits `columns` off the left, with one free column between.
pub fn split_left(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    let gap = u16::from(area.width > columns);
    let left = Rect { width: columns, ..area };
    let right = Rect { x: area.x + columns + gap, width: area.width - columns - gap, ..area };
    (left, right)
}

/// Splits `rows` off the top.
pub fn split_top(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    (Rect { height: rows, ..area }, Rect { y: area.y + rows, height: area.height - rows, ..area })
}

/// The place without a margin of one column left and right.
pub fn inset(area: Rect) -> Rect {
    let margin = u16::from(area.width > 2);
    Rect { x: area.x + margin, width: area.width - 2 * margin, ..area }
}

/// Moves a selection, staying inside.
pub fn step(selected: usize, by: isize, len: usize) -> usize {
    selected.saturating_add_signed(by).min(len.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_keeps_the_selected_row_and_stays_inside() {
        for len in 0..40 {
            for height in 0..12 {
                for selected in 0..len {
                    let range = window(selected, height, len);
                    assert!(range.end <= len && range.len() == height.min(len));
                    assert!(height == 0 || range.contains(&selected), "{selected} {height} {len}");
                }
            }
        }
    }

    #[test]
    fn splitting_never_leaves_the_place() {
        let area = Rect::new(3, 2, 10, 4);
        for size in 0..20 {
            let (left, right) = split_left(area, size);
            assert_eq!(left.union(right).intersection(area), left.union(right));
            let (top, bottom) = split_top(area, size);
            assert_eq!(top.height + bottom.height, area.height);
        }
    }
}
