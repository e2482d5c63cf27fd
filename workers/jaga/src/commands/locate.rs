//! `jaga locate`: in which kelurahan a point lies, as far as that can be known.

use anyhow::{Context, bail};
use jaga_geo::{Claim, PlaceVerdict, Position, border_band_m, judge};
use jaga_service::Clock;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::locate_csv;
use super::locate_point::{answer, degrees};
use super::locate_words::Found;
use crate::cli::LocateArgs;
use crate::layers;
use crate::output::{Outcome, note, say, say_json};

pub fn run(args: &LocateArgs) -> anyhow::Result<Outcome> {
    if args.accuracy.is_some_and(|a| !(a >= 0.0 && a.is_finite())) {
        bail!("--accuracy must be a number of metres, 0 or more");
    }
    let layers = layers::load(&args.layers, &args.reading)?;
    let day = args.at.unwrap_or_else(today);
    let layer = layers.in_force(day);
    if layer.polygons().is_none() && !args.layers.is_empty() {
        note(&format!(
            "no --layer is in force on {day}: the built-in gazetteer answers"
        ));
    }
    if args.csv {
        return locate_csv::run(layer, args.accuracy);
    }
    let (lat, lon) = (
        degrees("LAT", args.lat.as_deref().unwrap_or_default())?,
        degrees("LON", args.lon.as_deref().unwrap_or_default())?,
    );
    let pin = args.pin.as_deref().map(pair).transpose()?;
    let unknown = |text: &str| {
        format!(
            "--claimed: no kelurahan has the code or name {text:?} in {}",
            layer.version()
        )
    };
    let claimed = match &args.claimed {
        None => None,
        Some(text) => Some(layer.places().find(text).with_context(|| unknown(text))?),
    };
    let (position, _) = Position::repaired(lat, lon).context("LAT LON")?;
    let claim = Claim {
        kelurahan: claimed.map(|k| k.code.as_str()),
        point: pin,
        ..Claim::default()
    };
    let band_m = border_band_m(args.accuracy);
    let found = Found {
        layer,
        answer: answer(layer, position, band_m, claimed),
        placed: judge(layer, Some((lat, lon)), args.accuracy, &claim),
        here: layer.whereabouts(position, 0.0),
        claimed,
    };
    if args.json {
        say_json(&found.as_json())?;
    } else {
        for line in found.lines() {
            say(&line);
        }
    }
    let no = found.is_outside() || found.answer.verdict == PlaceVerdict::Outside;
    Ok(Outcome::yes_if(!no))
}

/// Jakarta's day.
fn today() -> Date {
    Offset::constant(7).to_datetime(Clock::System.now()).date()
}

fn pair(text: &str) -> anyhow::Result<(f64, f64)> {
    let (lat, lon) = text
        .split_once(',')
        .context("--pin must be LAT,LON, as in -6.2,106.8")?;
    let (lat, lon) = (degrees("--pin", lat)?, degrees("--pin", lon)?);
    Position::repaired(lat, lon).context("--pin")?;
    Ok((lat, lon))
}
