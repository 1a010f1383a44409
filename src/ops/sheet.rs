//! A small table with a header, read from CSV: every complaint names the row and the column.

use std::path::Path;

use super::Error;
use crate::connectors::register::grouped;
use crate::model::near::did_you_mean;

/// The columns that a table may have.
pub(super) struct Columns {
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
}

/// A table, read whole.
pub(super) struct Sheet {
    path: String,
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    sheet: &'a Sheet,
    /// As a spreadsheet counts: the header is row 1.
    pub number: u64,
    cells: &'a csv::StringRecord,
}

impl Sheet {
    /// Reads the file and checks its header.
    pub fn read(path: &Path, columns: &Columns) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|error| Error::file("read", path, &error))?;
        let shown = path.display().to_string();
        let text = String::from_utf8(bytes).map_err(|error| not_text(&shown, &error))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(text))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| broken(&shown, &error))?;
        let header: Vec<String> = header.iter().map(str::to_lowercase).collect();
        check_header(&shown, &header, columns)?;
        let rows = reader.records().collect::<Result<_, _>>().map_err(|error| broken(&shown, &error))?;
        Ok(Self { path: shown, header, rows })
    }

    /// The rows that have anything in them.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let line = |(number, cells)| Line { sheet: self, number, cells };
        (2..).zip(&self.rows).filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())).map(line)
    }
}

impl<'a> Line<'a> {
    /// The cell in a column; empty when the table does not have the column.
    pub fn cell(&self, column: &str) -> &'a str {
        let at = self.sheet.header.iter().position(|name| name == column);
        at.and_then(|at| self.cells.get(at)).unwrap_or_default()
    }

    /// The cell in a column that must not be empty.
    pub fn filled(&self, column: &str) -> Result<&'a str, Error> {
        match self.cell(column) {
            "" => Err(self.wrong(column, "the cell is empty".to_owned(), "fill it in")),
            cell => Ok(cell),
        }
    }

    /// A complaint about one cell.
    pub fn wrong(&self, column: &str, reason: String, help: &str) -> Error {
        Error::Content {
            path: self.sheet.path.clone(),
            place: format!(", row {}, column `{column}`", grouped(self.number)),
            reason,
            help: format!("{help}; nothing of the file was taken over"),
        }
    }

    /// Gives a broken rule the place where it was broken.
    pub fn located(&self, column: &str, error: Error) -> Error {
        match error {
            Error::Unknown { what, help } | Error::Refused { what, help } => self.wrong(column, what, &help),
            other => other,
        }
    }
}

/// Tables from spreadsheets of many countries have semicolons.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |sign: char| header.matches(sign).count();
    [(b',', count(',')), (b';', count(';')), (b'\t', count('\t'))]
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(sign, _)| sign)
}

fn check_header(path: &str, header: &[String], columns: &Columns) -> Result<(), Error> {
    let all = || columns.required.iter().chain(columns.optional).copied();
    let complaint = |reason: String, help: String| Error::Content {
        path: path.to_owned(),
        place: ", row 1".to_owned(),
        reason,
        help,
    };
    let expected = format!("the columns are {}", all().collect::<Vec<_>>().join(","));
    if let Some(missing) = columns.required.iter().find(|name| !header.iter().any(|found| found == *name)) {
        return Err(complaint(format!("there is no column `{missing}`"), expected));
    }
    if let Some(strange) = header.iter().find(|found| !all().any(|name| name == *found)) {
        let help = did_you_mean(strange, all(), &expected);
        return Err(complaint(format!("there is a column `{strange}` that nothing is known of"), help));
    }
    match header.iter().enumerate().find(|(at, name)| header.iter().take(*at).any(|other| other == *name)) {
        Some((_, twice)) => Err(complaint(format!("the column `{twice}` is there twice"), expected)),
        None => Ok(()),
    }
}

fn not_text(path: &str, error: &std::string::FromUtf8Error) -> Error {
    let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
    let row = before.filter(|byte| **byte == b'\n').count() as u64 + 1;
    Error::Content {
        path: path.to_owned(),
        place: format!(", row {}", grouped(row)),
        reason: "it is not UTF-8 text".to_owned(),
        help: "save it as \"CSV UTF-8\"; nothing of the file was taken over".to_owned(),
    }
}

fn broken(path: &str, error: &csv::Error) -> Error {
    let (row, reason) = match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => (
            pos.as_ref().map(|pos| pos.record() + 1),
            format!("it has {len} cells where the header has {expected_len}"),
        ),
        other => (error.position().map(|pos| pos.record() + 1), format!("{other:?}")),
    };
    Error::Content {
        path: path.to_owned(),
        place: row.map_or_else(String::new, |row| format!(", row {}", grouped(row))),
        reason,
        help: "put cells that contain commas or quotes into quotes; nothing of the file was taken over"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: Columns = Columns { required: &["question", "answer"], optional: &["note"] };

    fn read(content: &[u8]) -> Result<Sheet, Error> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        Sheet::read(file.path(), &COLUMNS)
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        let sheet = read(b"question,answer\nA,1\n,\nB,2\n").unwrap();
        let rows: Vec<_> =
            sheet.lines().map(|line| (line.number, line.cell("question").to_owned())).collect();
        assert_eq!(rows, [(2, "A".to_owned()), (4, "B".to_owned())]);
        assert_eq!(sheet.lines().next().unwrap().cell("note"), "");
    }

    #[test]
    fn tabs_and_semicolons_divide_cells_too() {
        for sign in [",", ";", "\t"] {
            let sheet = read(format!("Answer{sign}Question\n1{sign}A\n").as_bytes()).unwrap();
            assert_eq!(sheet.lines().next().unwrap().cell("question"), "A", "{sign:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_table_makes_it_panic(rows in "(question|answer|note|[,;\"\n\r\t ä]){0,60}") {
            if let Ok(sheet) = read(format!("question,answer\n{rows}").as_bytes()) {
                for line in sheet.lines() {
                    let _ = (line.filled("question"), line.cell("answer"));
                }
            }
        }
    }
}
