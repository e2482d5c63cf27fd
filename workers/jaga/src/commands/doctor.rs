//! `jaga doctor`: can everything be reached, do the numbers agree, are the policies valid.

use jaga_service::{Config, numbers_that_must_agree};
use serde::Serialize;

use crate::cli::DoctorArgs;
use crate::output::{Outcome, say, say_json, table};
use crate::place::{self, Place};
use crate::rulebook::Rulebook;

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
    let config = place::configuration(args.place.config.as_deref())?;
    let place = place::choose(&args.place, &config)?;
    let mut findings = numbers(&config);
    if matches!(place, Place::Embedded(_)) {
        // There is no container whose memory could be too small.
        findings.retain(|f| f.check != "photo.container_memory_mib");
    }
    findings.push(rules(&config));
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
            let bus = parts.bus.check().await.map_err(Into::into);
            findings.push(finding("broker", bus, |()| "can be reached".into()));
            let v = &config.vault;
            let buckets = [v.quarantine.as_str(), &v.clean, &v.sealed];
            let vault = parts.vault.check(&buckets).await.map_err(Into::into);
            findings.push(finding("vault", vault, |()| buckets.join(", ")));
        }
    }
    let well = findings.iter().all(|f| f.ok);
    if args.json {
        say_json(&findings)?;
    } else {
        let mut out = table(["", "check", ""]);
        for f in &findings {
            out.add_row([if f.ok { "ok" } else { "NO" }, f.check, &f.says]);
        }
        say(&out.to_string());
    }
    Ok(Outcome::yes_if(well))
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

fn rules(config: &Config) -> Finding {
    finding("policies and rules", Rulebook::load(config), |r| {
        let versions: Vec<&str> = r
            .policies
            .all()
            .iter()
            .map(|p| p.version.as_str())
            .collect();
        format!(
            "policies {}; calendars {}; closure rules {}; places {}",
            versions.join(", "),
            r.calendars.version(),
            r.closure.version,
            jaga_geo::Gazetteer::builtin().version()
        )
    })
}
