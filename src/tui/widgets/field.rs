//! A line of text that is being typed.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use crate::tui::text;

/// Text and a cursor; the cursor stands between user-perceived characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    /// Bytes before the cursor; always on a boundary.
    cursor: usize,
}

impl Field {
    /// A field with text in it, the cursor at the end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts other text in, the cursor at the end.
    pub fn set(&mut self, text: impl Into<String>) {
        *self = Self::new(text);
    }

    /// Takes a key; `false` when the key is not for typing.
    pub fn press(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('w' | 'h') if control => self.delete_back(self.word_before()),
            KeyCode::Char('u') if control => self.delete_back(0),
            KeyCode::Char('a') if control => self.cursor = 0,
            KeyCode::Char('e') if control => self.cursor = self.text.len(),
            KeyCode::Char(_) if control || alt => return false,
            KeyCode::Char(sign) => self.insert(&sign.to_string()),
            KeyCode::Backspace if control || alt => self.delete_back(self.word_before()),
            KeyCode::Backspace => self.delete_back(self.before()),
            KeyCode::Delete => self.text.replace_range(self.cursor..self.after(), ""),
            KeyCode::Left if control || alt => self.cursor = self.word_before(),
            KeyCode::Right if control || alt => self.cursor = self.word_after(),
            KeyCode::Left => self.cursor = self.before(),
            KeyCode::Right => self.cursor = self.after(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    /// Inserts text at the cursor; line breaks become spaces, other control characters are left out.
    pub fn insert(&mut self, text: &str) {
        let clean: String = text
            .chars()
            .map(|sign| if matches!(sign, '\n' | '\r' | '\t') { ' ' } else { sign })
            .filter(|sign| !sign.is_control())
            .collect();
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// The part that fits into `columns` and the cursor's column in it.
    pub fn window(&self, columns: usize) -> (String, usize) {
        let (before, after) = self.text.split_at(self.cursor);
        let before = text::shown(before);
        let room = columns.saturating_sub(1);
        let column = text::width(&before);
        if column <= room {
            let line = format!("{before}{}", text::shown(after));
            return (text::cut(&line, columns), column);
        }
        let mut tail: Vec<&str> = vec![];
        let mut used = 1;
        for cluster in before.graphemes(true).rev() {
            used += text::width(cluster);
            if used > room {
                used -= text::width(cluster);
                break;
            }
            tail.push(cluster);
        }
        tail.reverse();
        let line = format!("…{}{}", tail.concat(), text::shown(after));
        (text::cut(&line, columns), used)
    }

    fn delete_back(&mut self, from: usize) {
        self.text.replace_range(from..self.cursor, "");
        self.cursor = from;
    }

    fn before(&self) -> usize {
        let (before, _) = self.text.split_at(self.cursor);
        before.grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        let (_, after) = self.text.split_at(self.cursor);
        self.cursor + after.graphemes(true).next().map_or(0, str::len)
    }

    fn word_before(&self) -> usize {
        let (before, _) = self.text.split_at(self.cursor);
        let trimmed = before.trim_end_matches([' ', '/']);
        trimmed.rfind([' ', '/']).map_or(0, |at| at + 1)
    }

    fn word_after(&self) -> usize {
        let (_, after) = self.text.split_at(self.cursor);
        let skipped = after.len() - after.trim_start_matches([' ', '/']).len();
        let (_, rest) = after.split_at(skipped);
        self.cursor + skipped + rest.find([' ', '/']).unwrap_or(rest.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(field: &mut Field, code: KeyCode, modifiers: KeyModifiers) {
        assert!(field.press(KeyEvent::new(code, modifiers)));
    }

    #[test]
    fn typing_moving_and_deleting_work_on_whole_characters() {
        let mut field = Field::new("añ👩‍🚀");
        press(&mut field, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(field.text(), "añ");
        press(&mut field, KeyCode::Left, KeyModifiers::NONE);
        press(&mut field, KeyCode::Char('x'), KeyModifiers::NONE);
        assert_eq!(field.text(), "axñ");
        press(&mut field, KeyCode::Home, KeyModifiers::NONE);
        press(&mut field, KeyCode::Delete, KeyModifiers::NONE);
        assert_eq!(field.text(), "xñ");
    }

    #[test]
    fn words_and_path_parts_are_deleted_at_once() {
        let mut field = Field::new("/data/exports/auth");
        press(&mut field, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(field.text(), "/data/exports/");
        press(&mut field, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(field.text(), "/data/");
        press(&mut field, KeyCode::Char('u'), KeyModifiers::CONTROL);
        assert_eq!(field.text(), "");
    }

    #[test]
    fn pasted_control_characters_do_not_get_in() {
        let mut field = Field::default();
        field.insert("one\ntwo\x1b[2J");
        assert_eq!(field.text(), "one two[2J");
    }

    #[test]
    fn the_cursor_is_always_in_the_window() {
        let mut field = Field::new("株式会社 with a long tail of words");
        for _ in 0..40 {
            for columns in 2..20 {
                let (shown, column) = field.window(columns);
                assert!(text::width(&shown) <= columns && column < columns, "{shown} {column} {columns}");
            }
            field.press(KeyEvent::new(KeyCode::Left, KeyModifiers::NONE));
        }
    }
}
