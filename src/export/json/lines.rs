//! The layout of the document: indented down to the items of its lists, each of which stands on one line, so that
//! 100,000 identities make 100,000 lines and two documents can be compared line by line.

use std::io::{Result, Write};

use serde_json::ser::{Formatter, PrettyFormatter};

/// What is nested deeper stands on one line.
const DEEPEST: usize = 3;

/// Indents the outer levels only.
#[derive(Default)]
pub(super) struct Lines {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

impl Lines {
    fn is_open(&self) -> bool {
        self.depth <= DEEPEST
    }
}

/// Between two things on one line.
fn comma<W: Write + ?Sized>(writer: &mut W, is_first: bool) -> Result<()> {
    if is_first { Ok(()) } else { writer.write_all(b", ") }
}

impl Formatter for Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> Result<()> {
        self.depth += 1;
        if self.is_open() { self.pretty.begin_array(writer) } else { writer.write_all(b"[") }
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> Result<()> {
        let is_open = self.is_open();
        self.depth -= 1;
        if is_open { self.pretty.end_array(writer) } else { writer.write_all(b"]") }
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> Result<()> {
        if self.is_open() { self.pretty.begin_array_value(writer, is_first) } else { comma(writer, is_first) }
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> Result<()> {
        if self.is_open() { self.pretty.end_array_value(writer) } else { Ok(()) }
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> Result<()> {
        self.depth += 1;
        if self.is_open() { self.pretty.begin_object(writer) } else { writer.write_all(b"{") }
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> Result<()> {
        let is_open = self.is_open();
        self.depth -= 1;
        if is_open { self.pretty.end_object(writer) } else { writer.write_all(b"}") }
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> Result<()> {
        if self.is_open() { self.pretty.begin_object_key(writer, is_first) } else { comma(writer, is_first) }
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> Result<()> {
        if self.is_open() { self.pretty.end_object_value(writer) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::{Serializer, Value, json};

    use super::Lines;

    #[test]
    fn an_item_of_a_list_is_a_line() {
        let value = json!({ "part": { "rows": [{ "id": [1, 2], "of": {} }, { "id": [] }], "none": [] } });
        let mut bytes = Vec::new();
        value.serialize(&mut Serializer::with_formatter(&mut bytes, Lines::default())).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        assert!(lines.contains(&r#"{"id": [1, 2], "of": {}},"#), "{text}");
        assert!(lines.contains(&r#""none": []"#) || lines.contains(&r#""none": [],"#), "{text}");
    }
}
