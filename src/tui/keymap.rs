//! Keys as data: a table per screen, from which lookup, hints, help and `docs/keys.md` are derived.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One row of a screen's table.
#[derive(Debug, Clone, Copy)]
pub struct Binding<M> {
    /// Unique within the screen, such as `level-4`.
    pub name: &'static str,
    /// Chords with spaces between them, such as `j down wheel-down`.
    pub chords: &'static str,
    /// What it does, for help and docs.
    pub help: &'static str,
    /// The word in the bottom bar; empty when it is not shown there.
    pub hint: &'static str,
    pub msg: M,
}

/// Makes a row that is not shown in the bottom bar.
pub const fn bind<M>(name: &'static str, chords: &'static str, help: &'static str, msg: M) -> Binding<M> {
    Binding { name, chords, help, hint: "", msg }
}

impl<M: Copy> Binding<M> {
    /// The same row with a word in the bottom bar.
    #[must_use]
    pub const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
}

/// A row without its message: all that help, hints and lookup need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRow {
    pub name: &'static str,
    pub chords: &'static str,
    pub help: &'static str,
    pub hint: &'static str,
}

/// The rows of a table, without messages.
pub fn rows<M>(table: &'static [Binding<M>]) -> Vec<KeyRow> {
    table
        .iter()
        .map(|row| KeyRow { name: row.name, chords: row.chords, help: row.help, hint: row.hint })
        .collect()
}

/// What a person did at once: a key with its modifiers, or a turn of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chord {
    Key { code: KeyCode, control: bool, alt: bool },
    WheelUp,
    WheelDown,
}

impl Chord {
    /// Reads `j`, `ctrl-p`, `shift-tab`, `f2`, `wheel-up`; `None` when it is no chord.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "wheel-up" => return Some(Self::WheelUp),
            "wheel-down" => return Some(Self::WheelDown),
            _ => {}
        }
        if let Some(rest) = text.strip_prefix("ctrl-") {
            return Some(Self::Key { code: code(rest)?, control: true, alt: false });
        }
        if let Some(rest) = text.strip_prefix("alt-") {
            return Some(Self::Key { code: code(rest)?, control: false, alt: true });
        }
        Some(Self::Key { code: code(text)?, control: false, alt: false })
    }

    /// The chord of a key event. Shift is part of the character.
    pub fn of(key: KeyEvent) -> Self {
        Self::Key {
            code: key.code,
            control: key.modifiers.contains(KeyModifiers::CONTROL),
            alt: key.modifiers.contains(KeyModifiers::ALT),
        }
    }
}

fn code(text: &str) -> Option<KeyCode> {
    let mut signs = text.chars();
    if let (Some(sign), None) = (signs.next(), signs.next()) {
        return Some(KeyCode::Char(sign));
    }
    Some(match text {
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "del" => KeyCode::Delete,
        _ => KeyCode::F(text.strip_prefix('f')?.parse().ok().filter(|key| (1..=12).contains(key))?),
    })
}

/// The first row that a chord belongs to.
pub fn lookup(rows: &[KeyRow], chord: Chord) -> Option<usize> {
    rows.iter().position(|row| row.chords.split(' ').any(|text| Chord::parse(text) == Some(chord)))
}

/// A row's chords as they are shown: arrows as arrows, the wheel left out.
pub fn written(chords: &str) -> String {
    let keys: Vec<&str> = chords.split(' ').filter(|chord| !chord.starts_with("wheel")).map(sign).collect();
    keys.join(" ")
}

/// The first chord of a row as it is shown in the bottom bar.
pub fn first(chords: &str) -> &str {
    sign(chords.split(' ').next().unwrap_or_default())
}

fn sign(chord: &str) -> &str {
    match chord {
        "up" => "↑",
        "down" => "↓",
        "left" => "←",
        "right" => "→",
        _ => chord,
    }
}

/// Chords that two rows of one table claim: (chord, one name, other name).
pub fn clashes(rows: &[KeyRow]) -> Vec<(String, &'static str, &'static str)> {
    let mut found = vec![];
    for (place, row) in rows.iter().enumerate() {
        for chord in row.chords.split(' ') {
            let other =
                rows.iter().skip(place + 1).find(|other| other.chords.split(' ').any(|it| it == chord));
            if let Some(other) = other {
                found.push((chord.to_owned(), row.name, other.name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_read() {
        assert_eq!(
            Chord::parse("ctrl-p"),
            Some(Chord::Key { code: KeyCode::Char('p'), control: true, alt: false })
        );
        assert_eq!(Chord::parse("f2"), Some(Chord::Key { code: KeyCode::F(2), control: false, alt: false }));
        assert_eq!(Chord::parse("f13"), None);
        assert_eq!(Chord::parse("frobnicate"), None);
    }

    #[test]
    fn a_clash_names_both_rows() {
        let row = |name, chords| KeyRow { name, chords, help: "", hint: "" };
        assert_eq!(clashes(&[row("a", "x y"), row("b", "y")]), [("y".to_owned(), "a", "b")]);
    }
}
