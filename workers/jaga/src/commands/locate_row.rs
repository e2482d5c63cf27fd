//! One row of `jaga locate --csv`: which columns it has, what is in them, and what is wrong with it.

use csv_core::{ReadRecordResult, Reader};
use jaga_geo::{Kelurahan, Layer, Position};

use super::locate_point::degrees;

/// Bytes: a longer line is no row of coordinates.
pub const LONGEST_LINE: usize = 4096;
/// Columns beyond are not looked at.
const MOST_COLUMNS: usize = 64;

/// Names of columns, in Indonesian and English.
const LAT: [&str; 5] = ["lat", "latitude", "lintang", "y", "garis_lintang"];
const LON: [&str; 7] = [
    "lon",
    "lng",
    "long",
    "longitude",
    "bujur",
    "x",
    "garis_bujur",
];
const CLAIMED: [&str; 2] = ["claimed", "klaim"];

/// A line, taken apart.
pub struct Fields {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

impl Fields {
    pub fn new() -> Self {
        Self {
            reader: Reader::new(),
            text: vec![0; LONGEST_LINE + 1],
            ends: vec![0; MOST_COLUMNS],
            count: 0,
        }
    }

    /// Takes a line apart; a quote that is never closed hurts this line only. False: it has too many
    /// columns.
    pub fn read(&mut self, line: &[u8]) -> bool {
        self.reader.reset();
        let (result, _, wrote, ended) =
            self.reader
                .read_record(line, &mut self.text, &mut self.ends);
        self.count = ended;
        if result == ReadRecordResult::InputEmpty {
            let text = self.text.get_mut(wrote..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            // Nothing more to come ends the record.
            let (result, _, _, ended) = self.reader.read_record(&[], text, ends);
            self.count += ended;
            return matches!(result, ReadRecordResult::Record | ReadRecordResult::End);
        }
        result == ReadRecordResult::Record
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// A column's bytes; empty where the row has none.
    pub fn get(&self, column: usize) -> &[u8] {
        let Some(end) = self.ends.get(..self.count).and_then(|e| e.get(column)) else {
            return &[];
        };
        let start = column
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        self.text
            .get(start.copied().unwrap_or(0)..*end)
            .unwrap_or_default()
    }

    fn find(&self, names: &[&str]) -> Option<usize> {
        (0..self.count).find(|column| {
            let name = self.get(*column).trim_ascii();
            names
                .iter()
                .any(|n| name.eq_ignore_ascii_case(n.as_bytes()))
        })
    }

    /// What the first line says of the columns, if it is a header.
    pub fn header(&self) -> Option<Columns> {
        if let (Some(lat), Some(lon)) = (self.find(&LAT), self.find(&LON)) {
            let claimed = self.find(&CLAIMED);
            return Some(Columns {
                lat,
                lon,
                claimed,
                exact: false,
            });
        }
        // Words where numbers belong: a header in another tongue.
        let is_word = |column| {
            let text = std::str::from_utf8(self.get(column)).unwrap_or_default();
            let letters = text.chars().any(char::is_alphabetic);
            let digits = text.chars().any(|c| c.is_ascii_digit());
            letters && !digits && text.trim().parse::<f64>().is_err()
        };
        let words = (2..=3).contains(&self.count) && is_word(0) && is_word(1);
        words.then(Columns::default)
    }
}

/// Where a row has what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Columns {
    pub lat: usize,
    pub lon: usize,
    pub claimed: Option<usize>,
    /// No header has named them: more than these are a mistake, such as decimal commas.
    exact: bool,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            lat: 0,
            lon: 1,
            claimed: Some(2),
            exact: true,
        }
    }
}

/// A row that can be answered.
pub struct Row<'a> {
    pub position: Position,
    /// Latitude and longitude came in the wrong order.
    pub swapped: bool,
    pub claim: Claimed<'a>,
}

/// The kelurahan that a row claims.
pub enum Claimed<'a> {
    Nothing,
    Known(&'a Kelurahan),
    /// The layer has none of that code or name.
    Unknown,
}

/// What is in a row, or why it can't be answered. Texts name no value of it: they may end up in a log.
pub fn row<'a>(
    fields: &Fields,
    columns: &Columns,
    layer: &'a dyn Layer,
) -> Result<Row<'a>, String> {
    if columns.exact && fields.len() > 3 {
        return Err(
            "more than three columns: write decimals with a point, as in -6.2,106.8".into(),
        );
    }
    if fields.len() <= columns.lat.max(columns.lon) {
        let text = "too few columns: lat,lon[,claimed] parted by commas, decimals with a point";
        return Err(text.into());
    }
    let number = |column: usize| {
        let text = std::str::from_utf8(fields.get(column)).ok()?;
        degrees("", text).ok()
    };
    let (lat, lon) = (number(columns.lat), number(columns.lon));
    let (Some(lat), Some(lon)) = (lat, lon) else {
        return Err("a coordinate is no number of degrees (use a point, as in -6.2)".into());
    };
    let (position, swapped) = Position::repaired(lat, lon).map_err(|bad| bad.to_string())?;
    let claimed = columns.claimed.map_or(&[][..], |column| fields.get(column));
    let claim = match std::str::from_utf8(claimed).map(str::trim) {
        Ok("") => Claimed::Nothing,
        Ok(text) => layer
            .places()
            .find(text)
            .map_or(Claimed::Unknown, Claimed::Known),
        Err(_) => Claimed::Unknown,
    };
    Ok(Row {
        position,
        swapped,
        claim,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(line: &[u8]) -> Fields {
        let mut fields = Fields::new();
        assert!(fields.read(line));
        fields
    }

    #[test]
    fn a_line_is_taken_apart_whatever_it_holds() {
        let seen = fields(b"-6.2,\"a \"\"b\"\", c\",,x");
        let all: Vec<&[u8]> = (0..5).map(|at| seen.get(at)).collect();
        assert_eq!(all, [&b"-6.2"[..], b"a \"b\", c", b"", b"x", b""]);
        assert_eq!(
            (seen.len(), fields(b",").len(), fields(b" ").len()),
            (4, 2, 1)
        );
        assert_eq!(fields(b"\"never closed,1").len(), 1);
        let mut fields = Fields::new();
        assert!(!fields.read(&[b','; MOST_COLUMNS + 1]));
        assert!(
            fields.read(b"1,2") && fields.get(1) == b"2",
            "the next line is sound"
        );
        assert!(fields.read(&[b'7'; LONGEST_LINE]) && fields.len() == 1);
    }

    #[test]
    fn a_header_is_one_and_a_bad_row_is_none() {
        let columns = |line: &[u8]| fields(line).header();
        assert!(columns(b"lat,lon").is_some());
        assert_eq!(columns(b"lat,lon"), columns(b"LATITUDE , lng"));
        let named = columns(b"kind,lon,lat,code").expect("named columns");
        assert_eq!((named.lat, named.lon, named.claimed), (2, 1, None));
        assert_eq!(columns(b"breedte,lengte"), Some(Columns::default()));
        for row in [
            &b"-6.2,106.8"[..],
            b"-6,2",
            b"NaN,inf",
            b"garbage",
            b",",
            b"6.2S,106.8E",
        ] {
            assert_eq!(columns(row), None, "{row:?}");
        }
    }
}
