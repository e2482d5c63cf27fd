//! `jaga locate`: in which kelurahan a point lies, as far as that can be known.

use anyhow::{Context, bail};
use jaga_geo::{Answer, Claim, Gazetteer, PlaceVerdict, Position, judge};
use serde_json::json;

use crate::cli::LocateArgs;
use crate::output::{Outcome, say, say_json};

pub fn run(args: &LocateArgs) -> anyhow::Result<Outcome> {
    let gazetteer = Gazetteer::builtin();
    let (lat, lon) = (number("LAT", &args.lat)?, number("LON", &args.lon)?);
    let pin = args.pin.as_deref().map(pair).transpose()?;
    if args.accuracy.is_some_and(|a| !(a >= 0.0 && a.is_finite())) {
        bail!("--accuracy must be a number of metres, 0 or more");
    }
    let claimed = match &args.claimed {
        None => None,
        Some(text) => Some(
            gazetteer
                .by_code(text)
                .or_else(|| gazetteer.by_name(text))
                .with_context(|| {
                    format!("--claimed: no kelurahan has the code or name {text:?}")
                })?,
        ),
    };
    let (position, swapped) = Position::repaired(lat, lon).context("LAT LON")?;
    let answer = gazetteer.locate(position);
    let code = claimed.map(|k| k.code.as_str());
    let claim = Claim {
        kelurahan: code,
        point: pin,
        ..Claim::default()
    };
    let placed = judge(gazetteer, Some((lat, lon)), args.accuracy, &claim);
    let named = |code: &str| gazetteer.by_code(code);
    let certain = match &answer {
        Answer::Certain(code) => named(code),
        _ => None,
    };
    let candidates: Vec<_> = match &answer {
        Answer::Candidates(some) => some
            .iter()
            .filter_map(|c| Some((named(&c.code)?, c.distance_m)))
            .take(5)
            .collect(),
        _ => Vec::new(),
    };
    let outside = matches!(answer, Answer::OutsideForCertain);
    if args.json {
        say_json(&json!({
            "kelurahan": certain.map(|k| json!({"code": k.code, "name": k.name})),
            "kecamatan": certain.map(|k| &k.district), "kota": certain.map(|k| &k.city),
            "certain": certain.is_some() || outside, "outside_jakarta": outside,
            "candidates": candidates.iter().map(|(k, m)| json!({
                "code": k.code, "name": k.name, "distance_m": m.round()
            })).collect::<Vec<_>>(),
            "verdict": placed.verdict, "distance_to_pin_m": placed.distance_to_ticket_m,
            "tolerance_m": placed.tolerance_m, "swapped": swapped, "layer": placed.layer,
        }))?;
    } else {
        match certain {
            Some(k) => say(&format!(
                "{} {}, {}, {}",
                k.code, k.name, k.district, k.city
            )),
            None if outside => say("outside Jakarta"),
            None => {
                say("can't be told for certain by the gazetteer; the likeliest:");
                for (k, m) in &candidates {
                    say(&format!("  {} {} (within {:.0} m)", k.code, k.name, m));
                }
            }
        }
        if swapped {
            say("latitude and longitude came in the wrong order and were turned");
        }
        if let Some(k) = claimed {
            say(&format!("claimed {}: {}", k.name, placed.verdict.as_str()));
        }
        if let Some(m) = placed.distance_to_ticket_m {
            say(&format!(
                "{m:.0} m from the pin (normal up to {:.0} m)",
                placed.tolerance_m
            ));
        }
    }
    let no = outside || placed.verdict == PlaceVerdict::Outside;
    Ok(Outcome::yes_if(!no))
}

fn number(what: &str, text: &str) -> anyhow::Result<f64> {
    let value: f64 = text.trim().parse().with_context(|| {
        format!("{what}: {text:?} is not a number of degrees (use a point, as in -6.2)")
    })?;
    if !value.is_finite() {
        bail!("{what}: {text:?} is not a number of degrees");
    }
    Ok(value)
}

fn pair(text: &str) -> anyhow::Result<(f64, f64)> {
    let (lat, lon) = text.split_once(',').context("--pin must be LAT,LON")?;
    Ok((number("--pin", lat)?, number("--pin", lon)?))
}
