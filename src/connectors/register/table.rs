//! Rows of CSV, NDJSON and XLSX in one shape: the texts of the known columns, in the order of the kind's table.

use std::io::{BufRead, Cursor, Read};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use super::columns::{Column, find, meant};
use crate::connectors::ConnectorError;
use crate::connectors::open::{Opened, content, unreadable};

/// How a zipped spreadsheet begins.
const ZIP: &[u8] = b"PK\x03\x04";
/// Spreadsheets are read whole and may not be larger than this, in bytes.
const LARGEST_SHEET: u64 = 256 << 20;

/// One row: its number as a spreadsheet shows it (the header is row 1), and one text for each known column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub number: u64,
    pub cells: Vec<String>,
}

/// What the header says: which columns are there and which headers nobody knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// For each header the place of its column.
    pub places: Vec<Option<usize>>,
    /// Headers that are not read.
    pub ignored: Vec<String>,
}

/// An open table of rows.
pub struct Table {
    pub header: Header,
    rows: Rows,
    columns: &'static [Column],
    path: PathBuf,
}

enum Rows {
    Csv(Box<csv::Reader<Body>>),
    Lines { body: Body, number: u64, first: Option<String> },
    Sheet { rows: std::vec::IntoIter<Vec<String>>, number: u64 },
}

/// A file as a plain reader.
struct Body(Opened);

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.reader().read(buffer)
    }
}

impl Table {
    /// Opens a file and reads its header.
    pub fn open(mut file: Opened, columns: &'static [Column]) -> Result<Self, ConnectorError> {
        let path = file.path().to_owned();
        let start = file.reader().fill_buf().map_err(|error| unreadable(&path, &error))?.to_vec();
        let (headers, rows) = if start.starts_with(ZIP) {
            sheet(file)?
        } else if first_sign(&start) == Some(b'{') {
            lines(file)?
        } else {
            csv(file, separator(&start))?
        };
        let header = resolve(&headers, columns, &path)?;
        Ok(Self { header, rows, columns, path })
    }

    /// The next row; `None` after the last. Empty rows are left out.
    pub fn next(&mut self) -> Result<Option<Row>, ConnectorError> {
        loop {
            let (number, cells) = match &mut self.rows {
                Rows::Csv(reader) => {
                    let mut record = csv::StringRecord::new();
                    match reader.read_record(&mut record) {
                        Ok(true) => {}
                        Ok(false) => return Ok(None),
                        Err(error) => return Err(broken(&self.path, &error)),
                    }
                    let texts = record.iter().map(|text| text.trim().to_owned()).collect::<Vec<_>>();
                    (
                        record.position().map_or(0, |at| at.record() + 1),
                        self.header.order(texts, self.columns),
                    )
                }
                Rows::Sheet { rows, number } => {
                    let Some(texts) = rows.next() else { return Ok(None) };
                    *number += 1;
                    (*number, self.header.order(texts, self.columns))
                }
                Rows::Lines { body, number, first } => {
                    let Some(line) = next_line(body, first, &self.path)? else { return Ok(None) };
                    *number += 1;
                    if line.trim().is_empty() {
                        continue;
                    }
                    (*number, keyed(&line, *number, self.columns, &self.path)?)
                }
            };
            if cells.iter().any(|cell| !cell.is_empty()) {
                return Ok(Some(Row { number, cells }));
            }
        }
    }
}

impl Header {
    /// Cells in the order of the columns; what no header means is left out.
    pub fn order(&self, texts: Vec<String>, columns: &[Column]) -> Vec<String> {
        let mut cells = vec![String::new(); columns.len()];
        for (text, place) in texts.into_iter().zip(&self.places) {
            if let Some(place) = place {
                cells[*place] = text;
            }
        }
        cells
    }
}

/// The headers of a sample, if it looks like a table at all.
pub fn headers(head: &[u8], size: u64) -> Option<Vec<String>> {
    if head.starts_with(ZIP) {
        return if head.len() as u64 == size { sheet_header(head) } else { None };
    }
    if first_sign(head) == Some(b'{') {
        let line = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
        let Ok(Value::Object(object)) = serde_json::from_slice(line) else { return None };
        return Some(object.into_iter().map(|(key, _)| key).collect());
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(separator(head)).flexible(true).from_reader(head);
    reader.headers().ok().map(|headers| headers.iter().map(str::to_owned).collect())
}

fn first_sign(head: &[u8]) -> Option<u8> {
    head.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// The separator that the first line uses most: comma, semicolon or tab.
fn separator(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| line.split(|byte| *byte == sign).count();
    *b",;\t".iter().rev().max_by_key(|sign| count(**sign)).unwrap_or(&b',')
}

fn csv(file: Opened, separator: u8) -> Result<(Vec<String>, Rows), ConnectorError> {
    let path = file.path().to_owned();
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(Body(file));
    let headers = reader.headers().map_err(|error| broken(&path, &error))?;
    let headers = headers.iter().map(str::to_owned).collect();
    Ok((headers, Rows::Csv(Box::new(reader))))
}

fn broken(path: &Path, error: &csv::Error) -> ConnectorError {
    let place = error.position().map_or_else(String::new, |at| format!(", line {}", at.line()));
    match error.kind() {
        csv::ErrorKind::Io(error) => unreadable(path, error),
        csv::ErrorKind::Utf8 { .. } => content(path, place, "it is not UTF-8 text", "save the file as UTF-8"),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => content(
            path,
            place,
            format!("the row has {len} cells, but the header has {expected_len}"),
            "put quotes around cells that hold the separator or a line break",
        ),
        _ => content(path, place, error.to_string(), "save the file again as CSV"),
    }
}

fn lines(file: Opened) -> Result<(Vec<String>, Rows), ConnectorError> {
    let path = file.path().to_owned();
    let mut body = Body(file);
    let mut before = 0;
    let first = loop {
        match next_line(&mut body, &mut None, &path)? {
            Some(line) if line.trim().is_empty() => before += 1,
            line => break line.unwrap_or_default(),
        }
    };
    let headers = object(&first, before + 1, &path)?.into_iter().map(|(key, _)| key).collect();
    Ok((headers, Rows::Lines { body, number: before, first: Some(first) }))
}

fn next_line(
    body: &mut Body,
    first: &mut Option<String>,
    path: &Path,
) -> Result<Option<String>, ConnectorError> {
    if let Some(line) = first.take() {
        return Ok(Some(line));
    }
    let mut line = String::new();
    let read = body.0.reader().read_line(&mut line).map_err(|error| unreadable(path, &error))?;
    Ok((read > 0).then_some(line))
}

fn object(line: &str, number: u64, path: &Path) -> Result<serde_json::Map<String, Value>, ConnectorError> {
    let place = format!(", line {number}");
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(content(path, place, "the line is not a JSON object", "write one object on each line")),
        Err(error) => Err(content(
            path,
            place,
            format!("the line is not JSON: {error}"),
            "write one object on each line",
        )),
    }
}

/// The cells of a line of NDJSON, which may have other keys than the first one.
fn keyed(
    line: &str,
    number: u64,
    columns: &'static [Column],
    path: &Path,
) -> Result<Vec<String>, ConnectorError> {
    let mut cells = vec![String::new(); columns.len()];
    for (key, value) in object(line, number, path)? {
        let Some(at) = find(columns, &key) else {
            if let Some(near) = meant(columns, &key) {
                let help = format!("did you mean `{near}`?");
                return Err(content(
                    path,
                    format!(", line {number}"),
                    format!("`{key}` is not a column"),
                    help,
                ));
            }
            continue;
        };
        cells[at] = match value {
            Value::Null => String::new(),
            Value::String(text) => text.trim().to_owned(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => {
                let place = format!(", line {number}, column `{key}`");
                return Err(content(path, place, "the value is a list or an object", "write a text"));
            }
        };
    }
    Ok(cells)
}

fn sheet(mut file: Opened) -> Result<(Vec<String>, Rows), ConnectorError> {
    let path = file.path().to_owned();
    if file.size > LARGEST_SHEET {
        let reason = format!("the spreadsheet is larger than {} MiB", LARGEST_SHEET >> 20);
        return Err(content(&path, "", reason, "save it as CSV, which is read row by row"));
    }
    let mut bytes = Vec::new();
    file.reader().read_to_end(&mut bytes).map_err(|error| unreadable(&path, &error))?;
    let mut rows = sheet_rows(bytes)
        .map_err(|reason| content(&path, "", reason, "save it again as XLSX, or as CSV"))?
        .into_iter();
    let headers = rows.next().unwrap_or_default();
    Ok((headers, Rows::Sheet { rows, number: 1 }))
}

/// The first row of the first sheet, without reading the others.
fn sheet_header(bytes: &[u8]) -> Option<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).ok()?;
    let first = book.sheet_names().first()?.clone();
    let mut cells = book.worksheet_cells_reader(&first).ok()?;
    let mut headers = Vec::new();
    while let Some(cell) = cells.next_cell().ok()? {
        if cell.get_position().0 > 0 {
            break;
        }
        headers.push(text(&cell.get_value().clone().into()));
    }
    Some(headers)
}

/// All rows of the first sheet, as texts.
fn sheet_rows(bytes: Vec<u8>) -> Result<Vec<Vec<String>>, String> {
    let told = |error: calamine::XlsxError| format!("the spreadsheet cannot be read: {error}");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(told)?;
    let range =
        book.worksheet_range_at(0).ok_or_else(|| "the spreadsheet has no sheet".to_owned())?.map_err(told)?;
    let Some((row, column)) = range.end() else { return Ok(Vec::new()) };
    let whole = range.range((0, 0), (row, column));
    Ok(whole.rows().map(|row| row.iter().map(text).collect()).collect())
}

/// A cell as text; dates in the form of ISO 8601.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
            }
        }
        other => other.to_string().trim().to_owned(),
    }
}

/// Finds the column of each header; refuses a header that was probably misspelt, one that is there twice, and a
/// table without a required column.
pub fn resolve(
    headers: &[String],
    columns: &'static [Column],
    path: &Path,
) -> Result<Header, ConnectorError> {
    let mut header = Header::default();
    for name in headers {
        let place = find(columns, name);
        if let Some(at) = place
            && header.places.contains(&Some(at))
        {
            let reason = format!("the header `{name}` means the column `{}` a second time", columns[at].name);
            return Err(content(path, ", row 1", reason, "keep one of the two"));
        }
        header.places.push(place);
    }
    for (name, _) in headers.iter().zip(&header.places).filter(|(_, place)| place.is_none()) {
        match meant(columns, name).filter(|near| !header.places.contains(&find(columns, near))) {
            Some(near) => {
                let all: Vec<_> = columns.iter().map(|column| column.name).collect();
                let help = format!("did you mean `{near}`? The columns are: {}", all.join(", "));
                return Err(content(path, ", row 1", format!("`{name}` is not a column"), help));
            }
            None if !name.trim().is_empty() => header.ignored.push(name.clone()),
            None => {}
        }
    }
    for (at, column) in columns.iter().enumerate().filter(|(_, column)| column.is_required) {
        if !header.places.contains(&Some(at)) {
            let reason = format!("the column `{}` is missing", column.name);
            return Err(content(path, ", row 1", reason, format!("add it: {}", column.help)));
        }
    }
    Ok(header)
}
