//! The arguments of `jaga locate` and `jaga layer`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

#[derive(Debug, Args)]
#[command(after_help = "\
With --csv a row is `lat,lon[,claimed]`, or has these columns by the names in a header row. Each row
is answered in its place, a bad one with the verdict `unusable`.
Exit codes: 0 done, 1 the answer is no (outside; with --csv: some row could not be answered), 2 bad
usage or input.")]
pub struct LocateArgs {
    /// Degrees north
    #[arg(
        allow_hyphen_values = true,
        required_unless_present = "csv",
        conflicts_with = "csv"
    )]
    pub lat: Option<String>,
    /// Degrees east
    #[arg(
        allow_hyphen_values = true,
        required_unless_present = "csv",
        conflicts_with = "csv"
    )]
    pub lon: Option<String>,
    /// The kelurahan it is said to be in: code or name
    #[arg(long, value_name = "CODE|NAME", conflicts_with = "csv")]
    pub claimed: Option<String>,
    /// The reporter's pin
    #[arg(
        long,
        value_name = "LAT,LON",
        allow_hyphen_values = true,
        conflicts_with = "csv"
    )]
    pub pin: Option<String>,
    /// Metres of uncertainty
    #[arg(long, value_name = "M", allow_hyphen_values = true)]
    pub accuracy: Option<f64>,
    /// By the layer in force on this day (YYYY-MM-DD); default: today in Jakarta
    #[arg(long, value_name = "DATE")]
    pub at: Option<Date>,
    /// A polygon layer (GeoJSON, WGS84); several where their dates differ. Default: the built-in gazetteer
    #[arg(long = "layer", value_name = "FILE")]
    pub layers: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Read rows `lat,lon[,claimed]` from standard input, write a row for each
    #[arg(long)]
    pub csv: bool,
    /// As JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
}

/// How a polygon file is to be read. A file's own settings stand beside it, with the ending `.toml`.
#[derive(Debug, Clone, Default, Args)]
pub struct ReadingArgs {
    /// Which property of the file means what (code, name, district or city), as in `code=KODE_KEL`
    #[arg(long = "property", value_name = "MEANING=NAME", value_parser = property)]
    pub properties: Vec<(Meaning, String)>,
    /// The numbering of the codes; the two number the kota differently
    #[arg(long, value_enum, value_name = "NUMBERING")]
    pub codes: Option<Numbering>,
    /// A code of a later decree, not in the built-in list
    #[arg(long = "new-code", value_name = "CODE")]
    pub new_codes: Vec<String>,
}

/// What a property can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Code,
    Name,
    District,
    City,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Numbering {
    /// Kemendagri's, 31.73.01.1005
    Kemendagri,
    /// The statistics office's of 2020, 3174070004, and OCHA's, ID3174070004
    Bps2020,
}

fn property(text: &str) -> Result<(Meaning, String), String> {
    let (meaning, name) = text
        .split_once('=')
        .ok_or("it must be MEANING=NAME, as in code=KODE_KEL")?;
    let meaning = match meaning {
        "code" => Meaning::Code,
        "name" => Meaning::Name,
        "district" => Meaning::District,
        "city" => Meaning::City,
        _ => return Err("the meaning must be code, name, district or city".into()),
    };
    if name.is_empty() {
        return Err("the property's name is missing".into());
    }
    Ok((meaning, name.to_owned()))
}

#[derive(Debug, Args)]
pub struct LayerArgs {
    #[command(subcommand)]
    pub what: LayerWhat,
}

#[derive(Debug, Subcommand)]
pub enum LayerWhat {
    /// Say what is in a polygon file and what is wrong with it; exit 1 if it can't be used
    Check {
        /// GeoJSON in WGS84
        file: PathBuf,
        #[command(flatten)]
        reading: ReadingArgs,
        /// A row per kelurahan: area, pieces, holes
        #[arg(long)]
        areas: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Say which kelurahan came, went and moved between two polygon files, and by how much
    Diff {
        /// The layer in force
        old: PathBuf,
        /// The one to come
        new: PathBuf,
        #[command(flatten)]
        reading: ReadingArgs,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}
