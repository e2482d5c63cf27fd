//! An address as words: lower case, abbreviations written out, and where a street's name runs.

use super::Level;

/// An address is a line or two: what comes after these is not read.
const LONGEST_TEXT: usize = 1_000;

/// A word of an address.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: String,
    /// The first one after a comma, a dash or the like.
    pub(super) starts: bool,
    /// Says what the next name is of.
    pub(super) mark: Option<Level>,
    /// Within the name of a street or a building.
    pub(super) in_street: bool,
}

/// Words that begin the name of a street, a building or a place that is no kelurahan.
const STREETS: [&str; 46] = [
    "jl",
    "jln",
    "jalan",
    "gg",
    "gang",
    "tol",
    "flyover",
    "underpass",
    "jembatan",
    "jpo",
    "kali",
    "sungai",
    "waduk",
    "situ",
    "danau",
    "taman",
    "rptra",
    "pasar",
    "psr",
    "stasiun",
    "st",
    "halte",
    "terminal",
    "pelabuhan",
    "bandara",
    "mall",
    "mal",
    "plaza",
    "apartemen",
    "apt",
    "rusun",
    "ruko",
    "komplek",
    "kompleks",
    "komp",
    "perum",
    "perumahan",
    "cluster",
    "masjid",
    "gereja",
    "sd",
    "sdn",
    "smp",
    "sma",
    "rs",
    "rsud",
];

impl Word {
    /// Whether a name before this word goes on as a street's: `Kebon Jeruk Raya`, `Tebet IV`.
    pub(super) fn continues_a_street(&self) -> bool {
        let roman =
            !self.text.is_empty() && self.text.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
        let number = self.text.len() <= 2 && self.text.chars().all(|c| c.is_ascii_digit());
        let more = [
            "raya",
            "dalam",
            "ujung",
            "indah",
            "permai",
            "residence",
            "village",
            "square",
        ];
        !self.starts && (roman || number || more.contains(&self.text.as_str()))
    }
}

/// Splits an address. Everything that is no letter and no digit parts words; a comma, a bracket, a
/// line's end and a dash between spaces part what belongs together.
pub(super) fn words(address: &str) -> Vec<Word> {
    let lower: String = address
        .chars()
        .take(LONGEST_TEXT)
        .collect::<String>()
        .to_lowercase();
    let spaced = lower.replace(" - ", " , ");
    let mut words: Vec<Word> = Vec::new();
    for piece in spaced.split([',', ';', '(', ')', '\n', '\r', '|', ':']) {
        let mut in_street = false;
        let parts = piece
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty());
        let parts: Vec<&str> = parts.collect();
        for (at, part) in parts.iter().enumerate() {
            let mark = mark(part);
            let number = part.starts_with(|c: char| c.is_ascii_digit());
            let next = parts.get(at + 1);
            // A house number, RT and RW, or the word kelurahan ends the street's name.
            if number || mark.is_some() || matches!(*part, "rt" | "no" | "nomor") {
                in_street = false;
            }
            let next_is_number = next.is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
            words.push(Word {
                text: written_out(part, next_is_number),
                starts: at == 0,
                mark,
                in_street,
            });
            // A street's word opens its name for what follows; the word itself may begin a name of
            // its own (`Pasar Minggu`, `Kali Anyar`, `Taman Sari`).
            if STREETS.contains(part) {
                in_street = true;
            }
        }
    }
    words
}

fn mark(word: &str) -> Option<Level> {
    match word {
        "kel" | "kelurahan" | "klurahan" | "desa" => Some(Level::Kelurahan),
        "kec" | "kecamatan" | "kcamatan" => Some(Level::Kecamatan),
        "kota" | "kotamadya" | "kodya" | "kab" | "kabupaten" | "adm" | "administrasi" => {
            Some(Level::Kota)
        }
        _ => None,
    }
}

/// Abbreviations that are no words themselves. `RW 05` is a neighbourhood, `Rw. Badak` a marsh.
fn written_out(word: &str, before_a_number: bool) -> String {
    let full = match word {
        "kb" | "kbn" => "kebon",
        "kp" | "kpg" | "kmp" | "kamp" => "kampung",
        "pd" | "pdk" => "pondok",
        "tj" | "tg" | "tjg" | "tng" | "tanj" => "tanjung",
        "ps" | "psr" => "pasar",
        "gn" | "gng" => "gunung",
        "pl" => "pulo",
        "cemp" => "cempaka",
        "ut" | "utr" => "utara",
        "sel" | "slt" | "sltn" => "selatan",
        "tim" | "tmr" => "timur",
        "brt" | "bar" => "barat",
        "pst" => "pusat",
        "jkt" => "jakarta",
        "jakpus" => "jakartapusat",
        "jakut" => "jakartautara",
        "jakbar" => "jakartabarat",
        "jaksel" => "jakartaselatan",
        "jaktim" => "jakartatimur",
        "rw" if !before_a_number => "rawa",
        other => other,
    };
    full.to_owned()
}

/// Evens out what people write in several ways: old spelling (`oe`, `dj`, `tj`), `kebun` for
/// `kebon`, `kampong`, `pulau` for `pulo`, `priuk`, and doubled letters.
pub(super) fn loosened(key: &str) -> String {
    let mut text = key.to_owned();
    for (from, to) in [
        ("oe", "u"),
        ("dj", "j"),
        ("tj", "c"),
        ("kebun", "kebon"),
        ("kampong", "kampung"),
        ("pulau", "pulo"),
        ("priuk", "priok"),
        ("sh", "s"),
    ] {
        text = text.replace(from, to);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if !plain.ends_with(c) {
            plain.push(c);
        }
    }
    plain
}
