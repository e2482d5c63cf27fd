//! `jaga doctor`: can everything be reached, do the numbers agree, are the policies valid.

use jaga_geo::{Gazetteer, Layer};
use jaga_ledger::Ledger;
use jaga_photo::{Guard, LayerStore, Report};
use jaga_service::{Config, numbers_that_must_agree};
use jaga_vault::Vault;
use serde::Serialize;

use crate::cli::DoctorArgs;
use crate::dating;
use crate::embedded::decoder;
use crate::output::{Outcome, say, say_json, table};
use crate::place::{self, Place};
use crate::rulebook::closure_files;

#[derive(Serialize)]
struct Finding {
    check: &'static str,
    ok: bool,
    says: String,
}

fn finding<T>(
    check: &'static str,
    result: anyhow::Result<T>,
    says: impl FnOnce(T) -> String,
) -> Finding {
    match result {
        Ok(value) => Finding {
            check,
            ok: true,
            says: says(value),
        },
        Err(error) => Finding {
            check,
            ok: false,
            says: format!("{error:#}"),
        },
    }
}

pub async fn run(args: &DoctorArgs) -> anyhow::Result<Outcome> {
    let mut config = place::configuration(args.place.config.as_deref())?;
    let place = place::choose(&args.place, &config)?;
    let mut findings = numbers(&config);
    if matches!(place, Place::Embedded(_)) {
        config.photo.sandbox = config.photo.sandbox.or_best_effort();
        // There is no container whose memory could be too small.
        findings.retain(|f| f.check != "photo.container_memory_mib");
    }
    findings.push(rules(&config).await);
    findings.extend(guards(&config).await);
    let parts = match place {
        Place::Embedded(dir) => place::embedded(&dir, true),
        Place::Cluster => place::cluster(&config, "doctor"),
    };
    match parts {
        Err(error) => findings.push(finding::<()>("configuration", Err(error), |()| {
            String::new()
        })),
        Ok(parts) => {
            let dialect = parts.ledger.dialect();
            let ledger = parts.ledger.check().await.map_err(Into::into);
            findings.push(finding("ledger", ledger, |()| {
                format!("{dialect}, schema is current")
            }));
            findings.extend(taken(&config, &parts.ledger).await);
            let bus = parts.bus.check().await.map_err(Into::into);
            findings.push(finding("broker", bus, |()| "can be reached".into()));
            let v = &config.vault;
            let buckets = [v.quarantine.as_str(), &v.clean, &v.sealed];
            let vault = parts.vault.check(&buckets).await.map_err(Into::into);
            findings.push(finding("vault", vault, |()| buckets.join(", ")));
            findings.extend(layers(&config, parts.vault).await);
        }
    }
    let well = findings.iter().all(|f| f.ok);
    if args.json {
        say_json(&findings)?;
    } else {
        let mut out = table(["", "check", ""]);
        for f in &findings {
            let says = wrapped(&f.says);
            out.add_row([if f.ok { "ok" } else { "NO" }, f.check, &says]);
        }
        say(&out.to_string());
    }
    Ok(Outcome::yes_if(well))
}

/// Lines of at most 100 characters, where words end: an attribution is long.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut current = String::new();
        for word in line.split(' ') {
            if !current.is_empty() && current.chars().count() + word.chars().count() >= 100 {
                lines.push(std::mem::take(&mut current));
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
        lines.push(current);
    }
    lines.join("\n")
}

fn numbers(config: &Config) -> Vec<Finding> {
    numbers_that_must_agree(config)
        .into_iter()
        .map(|r| Finding {
            check: r.key,
            ok: r.holds,
            says: r.says,
        })
        .collect()
}

/// What keeps the decoder in its place on this machine, tried out.
async fn guards(config: &Config) -> Vec<Finding> {
    let tried = async {
        let tried = decoder(&config.photo)?.self_test().await;
        tried.map_err(|decision| anyhow::anyhow!("{decision:?}"))
    };
    let report: Report = match tried.await {
        Ok(report) => report,
        Err(error) => return vec![finding::<()>("sandbox", Err(error), |()| String::new())],
    };
    let states = report.guards.iter().map(|state| {
        let ok = report.allows(state);
        let without = if ok && !state.holds {
            " (photo.sandbox lets it do without)"
        } else {
            ""
        };
        Finding {
            check: match state.guard {
                Guard::Limits => "sandbox limits",
                Guard::Landlock => "sandbox landlock",
                Guard::Seccomp => "sandbox seccomp",
                Guard::Decoding => "sandbox decoding",
            },
            ok,
            says: format!("{}{without}", state.says),
        }
    });
    states.collect()
}

async fn rules(config: &Config) -> Finding {
    let loaded = async {
        let deadlines = dating::rules(config).await?;
        Ok((deadlines, closure_files(config).load().await?.0))
    };
    finding("policies and rules", loaded.await, |(d, closure)| {
        let policies = d.policies.all().iter();
        let versions: Vec<&str> = policies.map(|p| p.version.as_str()).collect();
        format!(
            "policies {}; calendars {}; closure rules {}",
            versions.join(", "),
            d.calendars.version(),
            closure.version
        )
    })
}

/// What the workers took last, beside what the files say: the same, not taken yet, or refused.
async fn taken(config: &Config, ledger: &Ledger) -> Vec<Finding> {
    let deadlines = dating::files(config);
    let closure = closure_files(config);
    let there = [
        (deadlines.name, deadlines.load().await.map(|(_, v)| v)),
        (closure.name, closure.load().await.map(|(_, v)| v)),
    ];
    let mut findings = Vec::new();
    for (name, there) in there {
        let kept = ledger.kept_rules(name).await.map_err(Into::into);
        findings.push(finding("rules taken", kept, |kept| match (kept, there) {
            (None, _) => format!("{name}: none yet"),
            (Some(kept), Ok(version)) if version == kept.version => {
                format!("{name}: {version} since {}", kept.taken_at)
            }
            (Some(kept), Ok(version)) => format!(
                "{name}: {} since {}; the files have {version}, which no worker has taken yet",
                kept.version, kept.taken_at
            ),
            (Some(kept), Err(_)) => format!(
                "{name}: {} since {}; the files are not sound, and this stays in force",
                kept.version, kept.taken_at
            ),
        }));
    }
    findings
}

/// Every layer with its days, size and credit: configured ones, and the gazetteer for all other days.
async fn layers(config: &Config, vault: Vault) -> Vec<Finding> {
    let opened = LayerStore::open(&config.geo, vault).await;
    let opened = match opened {
        // A vault that is away is told of where the vault is.
        Ok(store) => store
            .in_force()
            .ok_or_else(|| anyhow::anyhow!("geo.layers can't be fetched: the vault is not there")),
        Err(error) => Err(anyhow::Error::new(error).context("geo.layers")),
    };
    let in_force = match opened {
        Ok(in_force) => in_force,
        Err(error) => return vec![finding::<()>("layer", Err(error), |()| String::new())],
    };
    let loaded = in_force.layers.iter().map(|layer| {
        let days = match layer.valid() {
            (None, None) => "every day".to_owned(),
            (Some(from), None) => format!("from {from}"),
            (None, Some(to)) => format!("before {to}"),
            (Some(from), Some(to)) => format!("{from} until {to}"),
        };
        let warnings = match layer.warnings().len() {
            0 => String::new(),
            n => format!("; {n} warnings (jaga layer check)"),
        };
        (layer as &dyn Layer, format!("{days}{warnings}"))
    });
    let builtin = if in_force.layers.iter().next().is_some() {
        "days of no other layer"
    } else {
        "every day: circles only, geo.layers is empty"
    };
    let builtin = (Gazetteer::builtin() as &dyn Layer, builtin.to_owned());
    let mut findings: Vec<Finding> = loaded
        .chain([builtin])
        .map(|(layer, days)| Finding {
            check: "layer",
            ok: true,
            says: described(layer, &days),
        })
        .collect();
    findings.push(Finding {
        check: "offices",
        ok: true,
        says: format!("{} listed", in_force.offices.len()),
    });
    findings
}

fn described(layer: &dyn Layer, days: &str) -> String {
    let said = |text: &str| match text {
        "" => "not stated".to_owned(),
        text => text.to_owned(),
    };
    let credit = layer.credit();
    format!(
        "{}: {} kelurahan; {days}; licence: {}; attribution: {}",
        layer.version(),
        layer.places().len(),
        said(&credit.licence),
        said(&credit.attribution)
    )
}
