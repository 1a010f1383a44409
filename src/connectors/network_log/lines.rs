//! Reads a log piece by piece, each of whole lines, in a buffer that does not grow.

use std::io::{self, ErrorKind, Read};

/// How much is read at a time, in bytes; a longer line is cut.
const PIECE: usize = 1 << 20;

/// A log whose lines are taken a piece at a time.
pub struct Lines<R> {
    log: R,
    buffer: Vec<u8>,
    /// How much of the buffer is filled.
    filled: usize,
    /// How much of it was handed out.
    taken: usize,
    is_wide: bool,
    is_begun: bool,
    is_over: bool,
}

impl<R: Read> Lines<R> {
    /// Begins to read.
    pub fn new(log: R) -> Self {
        Self {
            log,
            buffer: vec![0; PIECE],
            filled: 0,
            taken: 0,
            is_wide: false,
            is_begun: false,
            is_over: false,
        }
    }

    /// The next whole lines; nothing at the end.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.buffer.copy_within(self.taken..self.filled, 0);
        self.filled -= self.taken;
        self.taken = 0;
        while !self.is_over && self.filled < self.buffer.len() {
            let read = match self.log.read(self.buffer.get_mut(self.filled..).unwrap_or_default()) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.is_over = read == 0;
            self.fill(read);
        }
        let filled = self.buffer.get(..self.filled).unwrap_or_default();
        let whole = memchr::memrchr(b'\n', filled).map_or(self.filled, |at| at + 1);
        self.taken = if self.is_over { self.filled } else { whole };
        Ok(self.buffer.get(..self.taken).filter(|lines| !lines.is_empty()))
    }

    /// Takes what was read. Of UTF-16 every second byte is dropped, which leaves its letters of ASCII.
    fn fill(&mut self, read: usize) {
        let from = self.filled;
        self.filled += read;
        if !self.is_begun && self.filled >= 2 {
            self.is_begun = true;
            self.is_wide = matches!(self.buffer.get(..2), Some([0xff, 0xfe] | [0xfe, 0xff]));
        }
        if self.is_wide {
            let mut kept = from;
            for at in from..self.filled {
                if let Some(byte) = self.buffer.get(at).copied().filter(|byte| *byte != 0)
                    && let Some(place) = self.buffer.get_mut(kept)
                {
                    *place = byte;
                    kept += 1;
                }
            }
            self.filled = kept;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out three bytes at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(into.len()).min(3);
            let (now, later) = self.0.split_at(count);
            into[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    fn pieces(text: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Lines::new(Slow(text));
        let mut all = Vec::new();
        while let Some(piece) = lines.next().unwrap() {
            all.push(piece.to_vec());
        }
        all
    }

    #[test]
    fn pieces_end_with_lines_and_nothing_is_lost() {
        let text: Vec<u8> =
            (0..60_000).flat_map(|at| format!("line number {at} of a log\n").into_bytes()).collect();
        let all = pieces(&text);
        assert!(all.len() > 1 && all.iter().all(|piece| piece.ends_with(b"\n")));
        assert_eq!(all.concat(), text);
        assert_eq!(pieces(b"no end"), [b"no end"]);
        assert!(pieces(b"").is_empty());
        assert_eq!(pieces(&vec![b'x'; PIECE * 2 + 5]).concat().len(), PIECE * 2 + 5);
    }

    #[test]
    fn wide_letters_are_read_as_narrow_ones() {
        let wide: Vec<u8> = "\u{feff}claude.ai\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(pieces(&wide).concat(), b"\xff\xfeclaude.ai\r\n");
    }
}
