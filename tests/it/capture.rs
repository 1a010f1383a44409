//! A terminal screen as a drawing: the real program in a real terminal, its cells as SVG.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use vt100::{Cell, Color, Parser, Screen};

const CELL: (f64, f64) = (8.4, 18.0);
const BACKGROUND: &str = "#11151c";
const TEXT: &str = "#d8dee9";

/// How long the program may take until a screen shows what is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts the program in a terminal of that size, types, and draws the screen that shows `until` at the end.
///
/// `keys` are pairs: what the screen must show before the keys are typed, and the keys.
pub fn screen(arguments: &[&str], size: (u16, u16), keys: &[(&str, &str)], until: &str) -> String {
    let (columns, rows) = size;
    let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_trueup"));
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.env("COLORTERM", "truecolor");
    command.env_remove("NO_COLOR");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = reader.read(&mut bytes) {
            if sender.send(bytes[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    let mut parser = Parser::new(rows, columns, 0);
    for (shown, typed) in keys {
        wait(&mut parser, &receiver, shown);
        writer.write_all(typed.as_bytes()).unwrap();
        writer.flush().unwrap();
    }
    wait(&mut parser, &receiver, until);
    let drawing = svg(parser.screen());
    child.kill().unwrap();
    child.wait().unwrap();
    drawing
}

/// Reads until the screen shows a text and the program has been quiet for a moment.
fn wait(parser: &mut Parser, receiver: &mpsc::Receiver<Vec<u8>>, shown: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match receiver.recv_timeout(Duration::from_millis(200)) {
            Ok(bytes) => parser.process(&bytes),
            Err(_) if parser.screen().contents().contains(shown) => return,
            Err(_) => {}
        }
        assert!(Instant::now() < deadline, "`{shown}` did not appear:\n{}", parser.screen().contents());
    }
}

/// Draws every cell: a rectangle where there is a background, a text for each run of one style.
fn svg(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (f64::from(columns) * CELL.0 + 24.0, f64::from(rows) * CELL.1 + 24.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            column += run(&mut out, screen, row, column, columns);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Draws the run of one style that begins at a cell; returns its length.
fn run(out: &mut String, screen: &Screen, row: u16, start: u16, columns: u16) -> u16 {
    let style = screen.cell(row, start).map(style);
    let mut text = String::new();
    let mut end = start;
    while end < columns && screen.cell(row, end).map(self::style) == style {
        let cell = screen.cell(row, end).unwrap();
        text.push_str(if cell.has_contents() { cell.contents() } else { " " });
        end += 1;
    }
    let (x, y) = (12.0 + f64::from(start) * CELL.0, 12.0 + f64::from(row) * CELL.1);
    let width = f64::from(end - start) * CELL.0;
    let (ink, paper, is_bold) = style.unwrap();
    if paper != BACKGROUND {
        writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{paper}\"/>",
            CELL.1
        )
        .unwrap();
    }
    if !text.trim().is_empty() {
        let weight = if is_bold { " font-weight=\"bold\"" } else { "" };
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" fill=\"{ink}\"{weight} xml:space=\"preserve\">{text}</text>",
            y + 13.5
        )
        .unwrap();
    }
    end - start
}

/// Ink, paper, and whether it is bold.
fn style(cell: &Cell) -> (String, String, bool) {
    let ink = colour(cell.fgcolor(), TEXT);
    let paper = colour(cell.bgcolor(), BACKGROUND);
    let (ink, paper) = if cell.inverse() { (paper, ink) } else { (ink, paper) };
    (ink, paper, cell.bold())
}

/// A terminal's colour as the web writes it.
fn colour(colour: Color, default: &str) -> String {
    const BASE: [&str; 16] = [
        "#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9", "#6b7489",
        "#ef8891", "#b5e890", "#f3d89b", "#8cc8ff", "#dd9cf0", "#7fd6e0", "#ffffff",
    ];
    match colour {
        Color::Default => default.to_owned(),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Idx(index @ 0..=15) => BASE[usize::from(index)].to_owned(),
        Color::Idx(index @ 16..=231) => {
            let step = |value: u8| if value == 0 { 0 } else { 55 + 40 * value };
            let cube = index - 16;
            format!("#{:02x}{:02x}{:02x}", step(cube / 36), step(cube / 6 % 6), step(cube % 6))
        }
        Color::Idx(index) => {
            let grey = 8 + 10 * (index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

#[test]
fn cells_become_runs_with_their_colours() {
    let mut parser = Parser::new(2, 10, 0);
    parser.process(b"a<b \x1b[1;31mred\x1b[0m\r\n\x1b[7minv\x1b[0m");
    let drawing = svg(parser.screen());
    assert!(drawing.contains(">a&lt;b </text>"), "{drawing}");
    assert!(drawing.contains("fill=\"#e06c75\" font-weight=\"bold\" xml:space=\"preserve\">red</text>"));
    assert!(drawing.contains(&format!("fill=\"{TEXT}\"/>")), "an inverted cell has a paper");
}
