//! Every figure as a PNG picture: its SVG, rasterised at twice its size with the embedded typeface alone.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

use super::figure::{self, Figure};
use super::page::Page;
use super::{ExportError, File, Format, Report};

mod palette;

/// The figures, for slides and papers.
pub static FORMAT: Format =
    Format { id: "png", title: "One-page scorecard and figures as PNG", extension: "png", render };

/// Points of the picture for one pixel of the figure.
const SCALE: f32 = 2.0;

fn render(report: &Report<'_>) -> Result<Vec<File>, ExportError> {
    let page = Page::new(report);
    let page = &page;
    // The page is as much work as all other figures together, so it gets a thread of its own.
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            figure::shown(page).map(|figure| scope.spawn(move || file(figure, page))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Result<File, ExportError>>| match thread.join()
        {
            Ok(file) => file,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        threads.into_iter().map(join).collect()
    })
}

fn file(figure: &Figure, page: &Page) -> Result<File, ExportError> {
    let svg = figure.svg(page)?;
    let bytes =
        rasterise(&svg).map_err(|reason| ExportError::Draw { figure: figure.id.to_owned(), reason })?;
    Ok(File { name: format!("{}.png", figure.id), bytes })
}

fn rasterise(svg: &str) -> Result<Vec<u8>, String> {
    let options = Options { fontdb: fonts(), ..Options::default() };
    let tree = Tree::from_str(&drawable(svg), &options).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("the picture has no size")?;
    let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or("the picture is too large")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    encode(&pixmap).map_err(|error| error.to_string())
}

fn encode(pixmap: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let picture = palette::index(pixmap);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(picture.palette);
    encoder.set_compression(png::Compression::Balanced);
    // After the compression, which brings a filter of its own; numbers of colours have no slopes to filter.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&picture.points)?;
    Ok(bytes)
}

/// The document with an empty box for each letter that the typeface does not have. The SVG keeps the letters: a
/// viewer has more typefaces than one program can carry.
fn drawable(svg: &str) -> Cow<'_, str> {
    if svg.is_ascii() {
        return Cow::Borrowed(svg);
    }
    svg.chars().map(|letter| if has_shape(letter) { letter } else { '□' }).collect()
}

/// Whether the typeface has the letter, by the scripts that it covers: Latin, Greek, Cyrillic and signs.
fn has_shape(letter: char) -> bool {
    !matches!(letter, '\u{530}'..='\u{1dff}' | '\u{2c60}'..='\u{faff}' | '\u{fb07}'..)
}

/// The embedded typeface and nothing else: the same picture on every machine.
fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut fonts = Database::new();
        for font in figure::FONTS {
            fonts.load_font_source(Source::Binary(Arc::new(font)));
        }
        let family = figure::FAMILY.split(',').next().unwrap_or_default();
        fonts.set_sans_serif_family(family);
        Arc::new(fonts)
    };
    FONTS.get_or_init(load).clone()
}
