//! Few colours are in use, so a byte a point is enough: the picture is written with a palette.

use std::collections::BTreeMap;

use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

/// A picture of at most 256 colours.
pub(super) struct Indexed {
    /// Red, green and blue of each colour.
    pub palette: Vec<u8>,
    /// One byte a point.
    pub points: Vec<u8>,
}

type Rgb = [u8; 3];

/// Colours that differ by no more than this look the same at the edge of a letter.
const CLOSE: u8 = 12;

/// Keeps the colours that are used most, apart from those that an eye cannot tell from one that is kept; each
/// of the others, blends at edges, becomes its nearest neighbour. The paper is opaque, so nothing shines through.
pub(super) fn index(pixmap: &Pixmap) -> Indexed {
    let runs = runs(pixmap);
    let mut counts: BTreeMap<Rgb, usize> = BTreeMap::new();
    for (colour, length) in &runs {
        *counts.entry(*colour).or_default() += length;
    }
    let palette = palette(&counts);
    let numbers: BTreeMap<Rgb, u8> =
        counts.keys().map(|colour| (*colour, nearest(&palette, *colour))).collect();
    let mut points = Vec::with_capacity(pixmap.pixels().len());
    for (colour, length) in runs {
        let number = numbers.get(&colour).copied().unwrap_or_default();
        points.resize(points.len() + length, number);
    }
    Indexed { palette: palette.concat(), points }
}

fn palette(counts: &BTreeMap<Rgb, usize>) -> Vec<Rgb> {
    let mut used: Vec<(Rgb, usize)> = counts.iter().map(|(colour, count)| (*colour, *count)).collect();
    used.sort_by_key(|&(colour, count)| (std::cmp::Reverse(count), colour));
    let mut kept: Vec<Rgb> = Vec::new();
    for (colour, _) in used {
        if kept.len() < 256 && kept.iter().all(|other| apart(*other, colour) > CLOSE) {
            kept.push(colour);
        }
    }
    kept
}

/// The largest difference of red, green or blue.
fn apart(one: Rgb, other: Rgb) -> u8 {
    one.into_iter().zip(other).map(|(one, other)| one.abs_diff(other)).max().unwrap_or_default()
}

/// Equal points in a row, counted: most of a page is paper.
fn runs(pixmap: &Pixmap) -> Vec<(Rgb, usize)> {
    let same = |one: &PremultipliedColorU8, other: &PremultipliedColorU8| one == other;
    let run = |points: &[PremultipliedColorU8]| {
        points.first().map(|point| ([point.red(), point.green(), point.blue()], points.len()))
    };
    pixmap.pixels().chunk_by(same).filter_map(run).collect()
}

fn nearest(palette: &[Rgb], colour: Rgb) -> u8 {
    let best = (0_u8..=u8::MAX).zip(palette).min_by_key(|(_, other)| apart(**other, colour));
    best.map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::{Color, Pixmap};

    use super::index;

    #[test]
    fn few_colours_are_kept_exactly_and_many_fit_a_byte() {
        let mut picture = Pixmap::new(40, 40).unwrap();
        picture.fill(Color::WHITE);
        assert_eq!(index(&picture).palette, [255; 3]);
        for (number, point) in (0_u16..).zip(picture.pixels_mut()) {
            let [red, green] = number.to_be_bytes();
            *point = resvg::tiny_skia::ColorU8::from_rgba(red, green, 0, 255).premultiply();
        }
        let indexed = index(&picture);
        assert!(indexed.palette.len() <= 256 * 3 && indexed.points.len() == 1600);
    }
}
