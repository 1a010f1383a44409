//! What a screen is: [`Component`] is what one writes, [`Screen`] what the app sees, [`Entry`] a line of the
//! registry, [`Canvas`] what is drawn on.

use std::any::Any;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::keymap::{Binding, KeyRow, rows};
use super::session::{Effect, Session};
use super::text;
use super::theme::Theme;
use super::widgets::field::Field;

/// A screen as one writes it: its own state, its own messages, a table of keys, two pure functions.
pub trait Component: Send + Sized + 'static {
    /// What the user can mean here.
    type Msg: Copy + Send + 'static;
    const KEYS: &'static [Binding<Self::Msg>];

    /// The screen as it opens.
    fn open(session: &Session) -> Self;
    /// What a message changes, and what should happen.
    fn update(&mut self, msg: Self::Msg, session: &Session) -> Vec<Effect>;
    /// Draws it.
    fn view(&self, on: &mut Canvas<'_, Self::Msg>);
    /// The field that is being typed into; it gets the keys first.
    fn typing(&mut self) -> Option<&mut Field> {
        None
    }
    /// Whether keys go into a field now, so that letters mean nothing else.
    fn is_typing(&self) -> bool {
        false
    }
    /// What follows from changed text.
    fn typed(&mut self, _session: &Session) -> Vec<Effect> {
        vec![]
    }
    /// What follows from a job that ended or an assessment that was opened.
    fn heard(&mut self, _session: &Session) -> Vec<Effect> {
        vec![]
    }
    /// Whether a message makes sense now; decides what the bottom bar shows.
    fn offers(&self, _msg: Self::Msg, _session: &Session) -> bool {
        true
    }
}

/// A screen as the app sees it; implemented once, for every component.
pub trait Screen: Send {
    /// A key of row `row` was pressed.
    fn press(&mut self, row: usize, session: &Session) -> Vec<Effect>;
    /// A place was clicked that the screen drew with a message.
    fn click(&mut self, msg: &(dyn Any + Send), session: &Session) -> Vec<Effect>;
    /// Draws it; returns the places that can be clicked and the cursor.
    fn view(&self, sheet: Sheet<'_>) -> Drawn;
    /// The field that is being typed into.
    fn typing(&mut self) -> Option<&mut Field>;
    /// Whether keys go into a field now.
    fn is_typing(&self) -> bool;
    /// What follows from changed text.
    fn typed(&mut self, session: &Session) -> Vec<Effect>;
    /// What follows from news.
    fn heard(&mut self, session: &Session) -> Vec<Effect>;
    /// Whether the row makes sense now.
    fn offers(&self, row: usize, session: &Session) -> bool;
}

/// What the app hands a screen to draw on.
pub struct Sheet<'a> {
    pub buffer: &'a mut Buffer,
    pub area: Rect,
    pub session: &'a Session,
    pub theme: &'a Theme,
}

/// What drawing a screen leaves behind.
#[derive(Default)]
pub struct Drawn {
    pub zones: Vec<(Rect, Box<dyn Any + Send>)>,
    pub cursor: Option<Position>,
}

impl<C: Component> Screen for C {
    fn press(&mut self, row: usize, session: &Session) -> Vec<Effect> {
        C::KEYS.get(row).map(|binding| self.update(binding.msg, session)).unwrap_or_default()
    }

    fn click(&mut self, msg: &(dyn Any + Send), session: &Session) -> Vec<Effect> {
        msg.downcast_ref::<C::Msg>().map(|msg| self.update(*msg, session)).unwrap_or_default()
    }

    fn view(&self, sheet: Sheet<'_>) -> Drawn {
        let Sheet { buffer, area, session, theme } = sheet;
        let mut canvas = Canvas { area, session, theme, buffer, zones: vec![], cursor: None };
        Component::view(self, &mut canvas);
        let zones = canvas.zones.into_iter().map(|(area, msg)| (area, Box::new(msg) as Box<dyn Any + Send>));
        Drawn { zones: zones.collect(), cursor: canvas.cursor }
    }

    fn typing(&mut self) -> Option<&mut Field> {
        Component::typing(self)
    }

    fn is_typing(&self) -> bool {
        Component::is_typing(self)
    }

    fn typed(&mut self, session: &Session) -> Vec<Effect> {
        Component::typed(self, session)
    }

    fn heard(&mut self, session: &Session) -> Vec<Effect> {
        Component::heard(self, session)
    }

    fn offers(&self, row: usize, session: &Session) -> bool {
        C::KEYS.get(row).is_some_and(|binding| Component::offers(self, binding.msg, session))
    }
}

/// Where a screen stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One of the screens in the header; takes the whole body.
    Tab,
    /// Lies on top of a tab and takes the whole body.
    Page,
    /// A box of at most this size on top of what was there.
    Dialog { width: u16, height: u16 },
}

/// A line of the registry: everything the app knows about a screen.
pub struct Entry {
    pub id: &'static str,
    pub title: &'static str,
    pub place: Place,
    pub open: fn(&Session) -> Box<dyn Screen>,
    pub keys: fn() -> Vec<KeyRow>,
}

impl Entry {
    /// A screen of the header.
    pub const fn tab<C: Component>(id: &'static str, title: &'static str) -> Self {
        Self::placed::<C>(id, title, Place::Tab)
    }

    /// A screen on top of another one.
    pub const fn page<C: Component>(id: &'static str, title: &'static str) -> Self {
        Self::placed::<C>(id, title, Place::Page)
    }

    /// A box on top of another screen.
    pub const fn dialog<C: Component>(
        id: &'static str,
        title: &'static str,
        (width, height): (u16, u16),
    ) -> Self {
        Self::placed::<C>(id, title, Place::Dialog { width, height })
    }

    const fn placed<C: Component>(id: &'static str, title: &'static str, place: Place) -> Self {
        Self { id, title, place, open: open::<C>, keys: keys::<C> }
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

fn open<C: Component>(session: &Session) -> Box<dyn Screen> {
    Box::new(C::open(session))
}

fn keys<C: Component>() -> Vec<KeyRow> {
    rows(C::KEYS)
}

/// What a screen draws on. Places that can be clicked are named while they are drawn, so that a click and its
/// picture cannot differ.
pub struct Canvas<'a, M> {
    pub area: Rect,
    pub session: &'a Session,
    pub theme: &'a Theme,
    pub buffer: &'a mut Buffer,
    zones: Vec<(Rect, M)>,
    cursor: Option<Position>,
}

impl<M: Copy> Canvas<'_, M> {
    /// Draws a line at a row of `area`, counted from its top; too long is cut with a sign.
    pub fn put<'l>(&mut self, area: Rect, row: u16, line: impl Into<Line<'l>>) {
        if row < area.height {
            let line = text::fit(line.into(), usize::from(area.width));
            self.buffer.set_line(area.x, area.y + row, &line, area.width);
        }
    }

    /// Draws lines from the top of `area`; returns how many rows were used.
    pub fn stack<'l>(&mut self, area: Rect, lines: impl IntoIterator<Item = Line<'l>>) -> u16 {
        let mut row = 0;
        for line in lines {
            self.put(area, row, line);
            row += 1;
        }
        row.min(area.height)
    }

    /// Draws a line that ends at the right edge.
    pub fn put_right<'l>(&mut self, area: Rect, row: u16, line: impl Into<Line<'l>>) {
        let line = text::fit(line.into(), usize::from(area.width));
        let width = u16::try_from(line.width()).unwrap_or(area.width);
        let place = Rect { x: area.x + area.width.saturating_sub(width), width, ..area };
        self.put(place, row, line);
    }

    /// Fills a row of `area` with one style.
    pub fn tint(&mut self, area: Rect, row: u16, style: Style) {
        if row < area.height {
            self.buffer.set_style(Rect { y: area.y + row, height: 1, ..area }, style);
        }
    }

    /// A click into this place means `msg`.
    pub fn zone(&mut self, area: Rect, msg: M) {
        self.zones.push((area, msg));
    }

    /// A click into `rows` rows of `area`, from `row` on, means `msg`.
    pub fn zone_rows(&mut self, area: Rect, row: u16, rows: u16, msg: M) {
        if row < area.height {
            let height = rows.min(area.height - row);
            self.zone(Rect { y: area.y + row, height, ..area }, msg);
        }
    }

    /// Draws a widget of the library.
    pub fn widget(&mut self, widget: impl Widget, area: Rect) {
        widget.render(area, self.buffer);
    }

    /// Draws a field in the first row of `area`; with the cursor when it is being typed into.
    pub fn field(&mut self, area: Rect, field: &Field, is_active: bool) {
        let (shown, column) = field.window(usize::from(area.width));
        let style = if is_active { self.theme.strong() } else { self.theme.text };
        self.put(area, 0, Line::styled(shown, style));
        if is_active && area.width > 0 && area.height > 0 {
            let column = u16::try_from(column).unwrap_or(0).min(area.width - 1);
            self.cursor = Some(Position { x: area.x + column, y: area.y });
        }
    }
}
