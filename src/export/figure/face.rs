//! Letters: the embedded typeface, the sizes in use, and how wide a text will be.

use std::sync::OnceLock;

use plotters::style::text_anchor::HPos;
use plotters::style::{FontDesc, FontFamily, FontStyle, RGBColor, register_font};
use unicode_width::UnicodeWidthChar;

use super::colour::{INK, MUTED};

/// What the documents name; a viewer without it takes its own.
pub(in crate::export) const FAMILY: &str = "Inter, sans-serif";

/// The embedded font files: regular, semi-bold.
pub(in crate::export) static FONTS: [&[u8]; 2] = [
    include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
    include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"),
];

/// The height from the lowest to the highest letter, in parts of the size: how the measuring library counts.
const HEIGHT: f64 = 3408.0 / 2816.0;

/// Longer foreign text is cut before it is measured.
const LONGEST: usize = 2_000;

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Face {
    /// Pixels of the finished picture.
    pub size: f64,
    pub is_bold: bool,
    pub colour: RGBColor,
    pub anchor: HPos,
}

impl Face {
    /// Running text.
    pub const BODY: Self = Self { size: 16.0, is_bold: false, colour: INK, anchor: HPos::Left };
    /// Notes, axis labels, small print.
    pub const SMALL: Self = Self { size: 14.0, is_bold: false, colour: MUTED, anchor: HPos::Left };
    /// The title of a section.
    pub const SECTION: Self = Self { size: 20.0, is_bold: true, colour: INK, anchor: HPos::Left };

    /// The same in another size.
    pub const fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }

    /// The same in semi-bold.
    pub const fn bold(self) -> Self {
        Self { is_bold: true, ..self }
    }

    /// The same in another colour.
    pub const fn colour(self, colour: RGBColor) -> Self {
        Self { colour, ..self }
    }

    /// The same, ending where it is put.
    pub const fn right(self) -> Self {
        Self { anchor: HPos::Right, ..self }
    }

    /// The same, with its middle where it is put.
    pub const fn middle(self) -> Self {
        Self { anchor: HPos::Center, ..self }
    }

    /// The font at a size of the drawing library.
    pub fn font(self, size: f64) -> FontDesc<'static> {
        register();
        let style = if self.is_bold { FontStyle::Bold } else { FontStyle::Normal };
        FontDesc::new(FontFamily::Name(FAMILY), size, style)
    }

    /// How wide a text is in pixels; a little more rather than less, for kerning is left out.
    pub fn width(self, text: &str) -> f64 {
        // Wide letters are not in the typeface: whatever stands in for them is as wide as it is high.
        let is_wide = |letter: &char| letter.width() == Some(2);
        let wide = text.chars().filter(is_wide).count() as f64;
        let narrow: String = text.chars().filter(|letter| !is_wide(letter)).collect();
        let measured = self.font(1000.0 * HEIGHT).layout_box(&narrow).map(|(_, (width, _))| f64::from(width));
        let ems = measured.unwrap_or(600.0 * narrow.chars().count() as f64) / 1000.0 + wide;
        ems * self.size
    }

    /// The text, shortened with a sign where it is wider than there is room.
    pub fn fit(self, text: &str, room: f64) -> String {
        let letters: Vec<char> = text.chars().take(LONGEST).collect();
        let is_cut = letters.len() < text.chars().count();
        if !is_cut && self.width(text) <= room {
            return text.to_owned();
        }
        let short = |count: &usize| {
            let kept: String = letters.iter().take(*count).collect();
            format!("{}…", kept.trim_end())
        };
        let counts: Vec<usize> = (0..=letters.len()).collect();
        let fitting = counts.partition_point(|count| self.width(&short(count)) <= room);
        short(&fitting.saturating_sub(1))
    }

    /// The text without its middle where it is wider than there is room: names and ids differ at both ends.
    pub fn fit_middle(self, text: &str, room: f64) -> String {
        let letters: Vec<char> = text.chars().collect();
        let (start, end) = letters.split_at(letters.len() / 2);
        let start: Vec<char> = start.iter().copied().take(LONGEST).collect();
        let end: Vec<char> = end.iter().copied().skip(end.len().saturating_sub(LONGEST)).collect();
        let is_cut = start.len() + end.len() < letters.len();
        if !is_cut && self.width(text) <= room {
            return text.to_owned();
        }
        let short = |count: &usize| {
            let head: String = start.iter().take(count - count / 2).collect();
            let tail: String = end.iter().skip(end.len().saturating_sub(count / 2)).collect();
            format!("{}…{}", head.trim_end(), tail.trim_start())
        };
        let counts: Vec<usize> = (0..=2 * start.len()).collect();
        let fitting = counts.partition_point(|count| self.width(&short(count)) <= room);
        short(&fitting.saturating_sub(1))
    }

    /// The text on at most `lines` lines; what does not fit is shortened with a sign.
    pub fn wrap(self, text: &str, room: f64, lines: usize) -> Vec<String> {
        let mut done: Vec<String> = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() && done.len() < lines {
            let head = if done.len() + 1 == lines { rest } else { self.head(rest, room) };
            done.push(self.fit(head.trim_end(), room));
            rest = rest.get(head.len()..).unwrap_or_default().trim_start();
        }
        done
    }

    /// As many whole words as there is room for; a word that is too long stands alone, to be broken.
    fn head(self, text: &str, room: f64) -> &str {
        let ends = text.char_indices().filter(|(_, letter)| letter.is_whitespace()).map(|(at, _)| at);
        let mut best = "";
        for end in ends.chain([text.len()]) {
            let head = text.get(..end).unwrap_or_default();
            if self.width(head) > room {
                break;
            }
            best = head;
        }
        if best.is_empty() { self.broken(text, room) } else { best }
    }

    /// As many letters as there is room for, and at least one.
    fn broken(self, text: &str, room: f64) -> &str {
        let ends: Vec<usize> =
            text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]).take(LONGEST).collect();
        let fitting = ends.partition_point(|end| self.width(text.get(..*end).unwrap_or_default()) <= room);
        let end = ends.get(fitting.saturating_sub(1)).copied().unwrap_or(text.len());
        text.get(..end).unwrap_or(text)
    }
}

/// Makes the typeface known to the drawing library, once.
fn register() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        let [regular, bold] = FONTS;
        // A font that is refused is no reason to fail: widths are then estimated.
        let _ = register_font(FAMILY, FontStyle::Normal, regular);
        let _ = register_font(FAMILY, FontStyle::Bold, bold);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_its_room() {
        let long = format!("{} {}", "Wörter und mehr ".repeat(40), "W".repeat(300));
        for text in [long.as_str(), "short", "", "日本語の組織名".repeat(9).as_str(), "\u{5d0}\u{5d1} ab"]
        {
            for room in [40.0, 200.0, 700.0] {
                let lines = Face::BODY.wrap(text, room, 3);
                assert!(lines.len() <= 3);
                assert!(lines.iter().all(|line| Face::BODY.width(line) <= room), "{lines:?} in {room}");
            }
        }
    }

    #[test]
    fn what_is_left_out_leaves_a_sign() {
        assert!(Face::BODY.fit(&"long ".repeat(50), 100.0).ends_with('…'));
        assert_eq!(Face::BODY.fit("short", 100.0), "short");
        assert_eq!(Face::BODY.wrap("one two", 1000.0, 2), ["one two"]);
        assert!(Face::BODY.wrap(&"word ".repeat(99), 200.0, 2)[1].ends_with('…'));
    }

    #[test]
    fn both_ends_of_a_name_are_kept() {
        assert_eq!(Face::BODY.fit_middle("short", 100.0), "short");
        for text in
            ["arn:aws:iam::111122223333:role/a/path/that/is/long/deployment-prod-eu", &"日本".repeat(5_000)]
        {
            let (first, last) = (text.chars().next().unwrap(), text.chars().last().unwrap());
            for room in [60.0, 200.0] {
                let short = Face::BODY.fit_middle(text, room);
                assert!(Face::BODY.width(&short) <= room, "{short}");
                assert!(short.starts_with(first) && short.ends_with(last) && short.contains('…'), "{short}");
            }
        }
    }

    #[test]
    fn letters_have_the_width_of_the_typeface() {
        // 0.6 to 0.7 of the size is what a digit of this typeface takes.
        let width = Face::BODY.size(100.0).width("8");
        assert!((60.0..70.0).contains(&width), "{width}");
    }
}
