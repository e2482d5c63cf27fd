//! Rows of points, each answered in its place, in constant memory.

use std::io::{self, BufRead, BufReader, Read, Write};

use jaga_geo::{Kelurahan, Layer, PlaceVerdict};

use super::locate_point::answer;
use super::locate_row::{Claimed, Columns, Fields, LONGEST_LINE, row};

const HEAD: [&str; 6] = [
    "lat",
    "lon",
    "code",
    "name",
    "verdict",
    "distance_to_border_m",
];
/// Bytes read and written at once.
const BLOCK: usize = 1 << 16;
/// As many bad lines are named; the others are counted.
const MOST_NOTES: u64 = 20;

/// Which side of the stream failed.
#[derive(Debug)]
pub enum Trouble {
    Read(io::Error),
    Write(io::Error),
}

impl From<csv::Error> for Trouble {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.into())
    }
}

/// What came of the rows.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Sum {
    /// The first line was read, and the header is written.
    pub head: bool,
    pub rows: u64,
    inside: u64,
    near_border: u64,
    outside: u64,
    /// Unusable, or with a claim that the layer does not know.
    pub bad: u64,
    pub swapped: u64,
}

impl Sum {
    pub fn line(&self) -> String {
        let mut line = format!(
            "{} rows: {} inside, {} near_border, {} outside, {} could not be answered",
            self.rows, self.inside, self.near_border, self.outside, self.bad
        );
        if self.swapped > 0 {
            line.push_str("; ");
            line.push_str(&self.swapped.to_string());
            line.push_str(" with latitude and longitude in the wrong order were turned");
        }
        line
    }
}

/// A run over all rows. `W`: where the answers go; `N`: what is told of bad lines.
pub struct Batch<'a, W: Write, N: Fn(&str)> {
    layer: &'a dyn Layer,
    band_m: f64,
    out: csv::Writer<W>,
    note: N,
    fields: Fields,
    columns: Columns,
    line: u64,
    metres: Vec<u8>,
    pub sum: Sum,
}

impl<'a, W: Write, N: Fn(&str)> Batch<'a, W, N> {
    pub fn new(layer: &'a dyn Layer, band_m: f64, out: W, note: N) -> Self {
        Self {
            layer,
            band_m,
            out: csv::WriterBuilder::new()
                .buffer_capacity(BLOCK)
                .from_writer(out),
            note,
            fields: Fields::new(),
            columns: Columns::default(),
            line: 0,
            metres: Vec::new(),
            sum: Sum::default(),
        }
    }

    /// Reads to the end. `pause` is called when all that came is answered, with the bytes that were
    /// read and the write that is due: nobody waits for a row that has its answer.
    pub fn all(
        &mut self,
        input: impl Read,
        pause: impl Fn(u64, &mut dyn FnMut() -> io::Result<()>) -> io::Result<()>,
    ) -> Result<(), Trouble> {
        let mut input = BufReader::with_capacity(BLOCK, input);
        // The beginning of a line whose end has not come yet.
        let mut begun: Vec<u8> = Vec::new();
        loop {
            let block = match input.fill_buf() {
                Ok(block) => block,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Trouble::Read(error)),
            };
            if block.is_empty() {
                break;
            }
            let mut rest = block;
            while let Some(end) = memchr::memchr(b'\n', rest) {
                let (line, after) = rest.split_at(end);
                if begun.is_empty() {
                    self.line(line)?;
                } else {
                    grow(&mut begun, line);
                    self.line(&begun)?;
                    begun.clear();
                }
                rest = after.get(1..).unwrap_or_default();
            }
            grow(&mut begun, rest);
            let read = block.len();
            input.consume(read);
            pause(read as u64, &mut || self.out.flush()).map_err(Trouble::Write)?;
        }
        if !begun.is_empty() {
            self.line(&begun)?;
        }
        pause(0, &mut || self.out.flush()).map_err(Trouble::Write)?;
        let untold = self.sum.bad.saturating_sub(MOST_NOTES);
        if untold > 0 {
            (self.note)(&format!("… and {untold} more lines like these"));
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Trouble> {
        self.line += 1;
        let line = match self.line {
            1 => line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line),
            _ => line,
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Ok(());
        }
        let too_long = line.len() > LONGEST_LINE;
        let whole = !too_long && self.fields.read(line);
        if !self.sum.head {
            self.sum.head = true;
            self.out.write_record(HEAD)?;
            if whole && let Some(columns) = self.fields.header() {
                self.columns = columns;
                return Ok(());
            }
        }
        self.sum.rows += 1;
        if too_long {
            return self.unusable(&format!("longer than {LONGEST_LINE} bytes"), false);
        }
        if !whole {
            return self.unusable("more columns than a table of points has", false);
        }
        let layer = self.layer;
        let row = match row(&self.fields, &self.columns, layer) {
            Ok(row) => row,
            Err(why) => return self.unusable(&why, true),
        };
        let claimed = match row.claim {
            Claimed::Known(claimed) => Some(claimed),
            Claimed::Nothing | Claimed::Unknown => None,
        };
        let found = answer(layer, row.position, self.band_m, claimed);
        let verdict = match row.claim {
            Claimed::Unknown => PlaceVerdict::NotApplicable,
            Claimed::Nothing | Claimed::Known(_) => found.verdict,
        };
        match verdict {
            PlaceVerdict::Inside => self.sum.inside += 1,
            PlaceVerdict::NearBorder => self.sum.near_border += 1,
            PlaceVerdict::Outside => self.sum.outside += 1,
            _ => self.bad("the layer knows no kelurahan of the claimed code or name"),
        }
        self.sum.swapped += u64::from(row.swapped);
        self.write(found.kelurahan, verdict, found.distance_to_border_m, true)
    }

    fn unusable(&mut self, why: &str, echo: bool) -> Result<(), Trouble> {
        self.bad(why);
        self.write(None, PlaceVerdict::Unusable, None, echo)
    }

    /// The line's number and what is wrong, but nothing that is in it.
    fn bad(&mut self, why: &str) {
        self.sum.bad += 1;
        if self.sum.bad <= MOST_NOTES {
            (self.note)(&format!("line {}: {why}", self.line));
        }
    }

    fn write(
        &mut self,
        place: Option<&Kelurahan>,
        verdict: PlaceVerdict,
        border_m: Option<f64>,
        echo: bool,
    ) -> Result<(), Trouble> {
        self.metres.clear();
        if let Some(m) = border_m {
            write!(self.metres, "{m:.2}").map_err(Trouble::Write)?;
        }
        let came = |column: usize| if echo { self.fields.get(column) } else { b"" };
        let (code, name) = place.map_or(("", ""), |k| (&k.code, &k.name));
        self.out.write_record([
            came(self.columns.lat),
            came(self.columns.lon),
            code.as_bytes(),
            name.as_bytes(),
            verdict.as_str().as_bytes(),
            &self.metres,
        ])?;
        Ok(())
    }
}

/// Adds to a begun line, and no more than is needed to see that it is too long.
fn grow(begun: &mut Vec<u8>, more: &[u8]) {
    let room = (LONGEST_LINE + 2).saturating_sub(begun.len());
    begun.extend_from_slice(more.get(..room).unwrap_or(more));
}
