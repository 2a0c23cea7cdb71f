//! Bytes as they were before somebody compressed them: gzip with all its members, zstd with all its frames, and UTF-16 as
//! UTF-8. What it is, its first bytes say, never its name.

use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const UTF16_LE: &[u8] = &[0xff, 0xfe];
const UTF16_BE: &[u8] = &[0xfe, 0xff];

/// Most compressions around each other that are undone.
const MOST_LAYERS: usize = 3;

/// Bytes that are kept of the beginning, to say what a file is that is no log.
const HEAD: usize = 512;

/// Why compression by zstd cannot be undone; the decoder's own words are about its insides.
const DAMAGED: &str = "the zstd data is cut off or damaged";

/// A source of bytes.
pub(super) type Bytes<'a> = Box<dyn Read + 'a>;

/// Undoes what was done to a text, and gives the beginning of the text as well.
///
/// Damaged compression is an error of reading at its place: what stands before it is read.
pub(super) fn decoded<'a>(source: Bytes<'a>) -> (Vec<u8>, Bytes<'a>) {
    let (mut head, mut source) = peek(source);
    for _ in 0..MOST_LAYERS {
        let inner: Bytes<'a> = if head.starts_with(GZIP) {
            Box::new(MultiGzDecoder::new(source))
        } else if head.starts_with(ZSTD) {
            Box::new(ZstdFrames::new(source))
        } else {
            break;
        };
        (head, source) = peek(inner);
    }
    let is_little = head.starts_with(UTF16_LE);
    if is_little || head.starts_with(UTF16_BE) {
        return peek(Box::new(Utf16::new(source, is_little)));
    }
    (head, source)
}

/// Whether bytes begin as something compressed does.
pub(super) fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(GZIP) || bytes.starts_with(ZSTD)
}

/// The first bytes, and a source that gives them again. An error among them comes after them.
fn peek(mut source: Bytes<'_>) -> (Vec<u8>, Bytes<'_>) {
    let mut head = Vec::new();
    let read = source.by_ref().take(HEAD as u64).read_to_end(&mut head);
    let again = Cursor::new(head.clone());
    match read {
        Ok(_) => (head, Box::new(again.chain(source))),
        Err(error) => (head, Box::new(again.chain(Failing(Some(error))))),
    }
}

/// An error that is still to come, and then the end.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// All frames of a zstd file, one after the other; frames that are to be skipped are.
struct ZstdFrames<'a> {
    source: Bytes<'a>,
    decoder: FrameDecoder,
    /// Whether a frame has begun and not ended.
    inside: bool,
}

impl<'a> ZstdFrames<'a> {
    fn new(source: Bytes<'a>) -> Self {
        Self {
            source,
            decoder: FrameDecoder::new(),
            inside: false,
        }
    }

    /// Begins the next frame; `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        loop {
            let mut first = [0];
            if self.source.read(&mut first)? == 0 {
                return Ok(false);
            }
            match self.decoder.init(Cursor::new(first).chain(&mut self.source)) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    io::copy(&mut self.source.by_ref().take(length.into()), &mut io::sink())?;
                }
                Err(_) => return Err(io::Error::other(DAMAGED)),
            }
        }
    }
}

impl Read for ZstdFrames<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(into);
            }
            if self.inside && self.decoder.is_finished() {
                self.inside = false;
            }
            if self.inside {
                let block = BlockDecodingStrategy::UptoBlocks(1);
                let decoded = self.decoder.decode_blocks(&mut self.source, block);
                decoded.map_err(|_| io::Error::other(DAMAGED))?;
            } else if self.next()? {
                self.inside = true;
            } else {
                return Ok(0);
            }
        }
    }
}

/// UTF-16 as UTF-8: what a Windows shell writes when output is redirected. A surrogate without its other half becomes
/// U+FFFD.
struct Utf16<'a> {
    source: Bytes<'a>,
    is_little: bool,
    /// A high surrogate that waits for the low one.
    high: Option<u16>,
    /// What is decoded and not yet read.
    ready: Cursor<Vec<u8>>,
}

impl<'a> Utf16<'a> {
    fn new(source: Bytes<'a>, is_little: bool) -> Self {
        Self {
            source,
            is_little,
            high: None,
            ready: Cursor::new(Vec::new()),
        }
    }

    /// Decodes some more; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let mut bytes = Vec::new();
        self.source
            .by_ref()
            .take(HEAD as u64 * 16)
            .read_to_end(&mut bytes)?;
        let is_more = !bytes.is_empty() || self.high.is_some();
        let (pairs, _) = bytes.as_chunks::<2>();
        let is_little = self.is_little;
        let unit = |pair: &[u8; 2]| {
            if is_little {
                u16::from_le_bytes(*pair)
            } else {
                u16::from_be_bytes(*pair)
            }
        };
        let mut units: Vec<u16> = self
            .high
            .take()
            .into_iter()
            .chain(pairs.iter().map(unit))
            .collect();
        if !pairs.is_empty()
            && let Some(last) = units.pop_if(|unit| (0xd800..0xdc00).contains(unit))
        {
            self.high = Some(last);
        }
        let text: String = char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        self.ready = Cursor::new(text.into_bytes());
        Ok(is_more)
    }
}

impl Read for Utf16<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.ready.read(into)?;
            if count > 0 || into.is_empty() || !self.fill()? {
                return Ok(count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    fn whole(bytes: &[u8]) -> (Vec<u8>, io::Result<usize>) {
        let (head, mut source) = decoded(Box::new(bytes));
        let mut read = Vec::new();
        let end = source.read_to_end(&mut read);
        assert!(read.starts_with(&head));
        (read, end)
    }

    fn long() -> Vec<u8> {
        (0..300_000_u32)
            .flat_map(|i| (i % 251).to_string().into_bytes())
            .collect()
    }

    #[test]
    fn every_member_and_every_frame_is_read() {
        let text = long();
        for pack in [gzip, zstd] {
            let mut packed = pack(b"one ");
            packed.extend(pack(&text));
            packed.extend(pack(b""));
            packed.extend(pack(b" three"));
            let (read, end) = whole(&packed);
            assert!(end.is_ok(), "{end:?}");
            assert_eq!(read, [b"one ".as_slice(), &text, b" three"].concat());
        }
    }

    /// Compression in compression and frames to skip.
    #[test]
    fn nested_compression_and_skipped_frames() {
        assert_eq!(whole(&gzip(&zstd(b"text"))).0, b"text");
        let mut skipped = vec![0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        skipped.splice(0..0, zstd(b"a"));
        skipped.extend(zstd(b"b"));
        let (read, end) = whole(&skipped);
        assert_eq!((read.as_slice(), end.is_ok()), (b"ab".as_slice(), true));
    }

    #[test]
    fn what_stands_before_damage_is_read() {
        let text = long();
        for pack in [gzip, zstd] {
            let mut packed = pack(&text);
            packed.extend(pack(b"more"));
            packed.extend(b"garbage that is no member");
            let (read, end) = whole(&packed);
            assert!(end.is_err());
            assert_eq!(read, [text.as_slice(), b"more"].concat());
            let cut = pack(&text);
            let (read, end) = whole(&cut[..cut.len() / 2]);
            assert!(end.is_err() && text.starts_with(&read));
        }
    }

    /// Plain text is itself and utf 16 is decoded.
    #[test]
    fn plain_and_utf16_text() {
        assert_eq!(whole(b"").0, b"");
        assert_eq!(whole(b"{").0, b"{");
        let text = "\u{feff}{\"city\": \"São 🌍\"}".repeat(3000);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(whole(&little).0, text.as_bytes());
        assert_eq!(whole(&gzip(&big)).0, text.as_bytes());
        assert_eq!(
            whole(&[0xff, 0xfe, 0x3d, 0xd8]).0,
            "\u{feff}\u{fffd}".as_bytes(),
            "half a pair"
        );
    }
}
