//! Logs as they are rotated: plain, gzip, zstd, several of either joined end to end.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::connectors::ConnectorError;
use crate::connectors::open::{content, unreadable};

const BUFFER: usize = 256 << 10;
const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// The most that a zstd file may ask to look back, in bytes: what `zstd --long` writes.
const WINDOW: u64 = 128 << 20;

/// How a log is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    /// Told from how a file begins.
    pub fn of(head: &[u8]) -> Self {
        let is_skippable = matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
        if head.starts_with(GZIP) {
            Self::Gzip
        } else if head.starts_with(ZSTD) || is_skippable {
            Self::Zstd
        } else {
            Self::Plain
        }
    }

    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// What is packed.
    pub fn open<'a>(self, packed: impl BufRead + 'a) -> Box<dyn Read + 'a> {
        match self {
            Self::Plain => Box::new(packed),
            Self::Gzip => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(packed))),
            Self::Zstd => Box::new(Frames::new(packed)),
        }
    }

    /// What is wrong when it cannot be unpacked.
    pub fn fault(self, path: &Path, error: &io::Error) -> ConnectorError {
        let reason = match (self, error.kind()) {
            (Self::Plain, _) => return unreadable(path, error),
            (_, ErrorKind::UnexpectedEof) => {
                "the packed data end in the middle: the file was cut off, or it is still being written"
            }
            (_, ErrorKind::InvalidInput | ErrorKind::InvalidData) => "the packed data are damaged",
            _ => return unreadable(path, error),
        };
        content(path, "", reason, "copy the file again; nothing of it was kept")
    }
}

/// Frames of zstd, one after the other.
struct Frames<R> {
    packed: R,
    decoder: FrameDecoder,
    is_open: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(packed: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        Self { packed, decoder, is_open: false }
    }

    /// Begins the next frame; false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        if self.packed.fill_buf()?.is_empty() {
            return Ok(false);
        }
        match self.decoder.reset(&mut self.packed) {
            Ok(()) => self.is_open = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                let skipped = io::copy(&mut self.packed.by_ref().take(length.into()), &mut io::sink())?;
                if skipped < u64::from(length) {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
            Err(error) => return Err(wrong(&error)),
        }
        Ok(true)
    }

    /// Ends a frame, whose checksum has to fit.
    fn end(&mut self) -> io::Result<()> {
        self.is_open = false;
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(told), Some(made)) if told != made => Err(ErrorKind::InvalidData.into()),
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_open {
                if !self.begin()? {
                    return Ok(0);
                }
                continue;
            }
            if self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let step = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.packed, step).map_err(|error| wrong(&error))?;
            }
            let read = self.decoder.read(into)?;
            if read > 0 {
                return Ok(read);
            }
            if self.decoder.is_finished() {
                self.end()?;
            }
        }
    }
}

/// A fault of the packing, or that it ends too early: then some cause of the fault says so.
fn wrong(error: &(dyn std::error::Error + 'static)) -> io::Error {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    let is_short = causes.any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::UnexpectedEof)
    });
    if is_short { ErrorKind::UnexpectedEof.into() } else { ErrorKind::InvalidData.into() }
}
