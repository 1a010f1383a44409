//! Every figure as a PNG picture: its SVG, rasterised at twice its size with the embedded typeface alone.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

use super::figure::{self, Figure};
use super::{ExportError, File, Format, Report};

/// The figures, for slides and papers.
pub static FORMAT: Format =
    Format { id: "png", title: "One-page scorecard and figures as PNG", extension: "png", render };

/// Points of the picture for one pixel of the figure.
const SCALE: f32 = 2.0;

fn render(report: &Report<'_>) -> Result<Vec<File>, ExportError> {
    // The page is as much work as all other figures together, so it gets a thread of its own.
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            figure::REGISTRY.iter().map(|figure| scope.spawn(move || file(figure, report))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Result<File, ExportError>>| match thread.join()
        {
            Ok(file) => file,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        threads.into_iter().map(join).collect()
    })
}

fn file(figure: &Figure, report: &Report<'_>) -> Result<File, ExportError> {
    let svg = figure.svg(report)?;
    let bytes =
        rasterise(&svg).map_err(|reason| ExportError::Draw { figure: figure.id.to_owned(), reason })?;
    Ok(File { name: format!("{}.png", figure.id), bytes })
}

fn rasterise(svg: &str) -> Result<Vec<u8>, String> {
    let options = Options { fontdb: fonts(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("the picture has no size")?;
    let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or("the picture is too large")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| error.to_string())
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
