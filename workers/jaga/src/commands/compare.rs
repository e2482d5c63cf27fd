//! `jaga compare A B`: do two photos show the same picture?

use std::path::Path;

use anyhow::{anyhow, bail};
use jaga_likeness::{Comparison, Relation};
use jaga_photo::{Compared, Exact};

use super::photos::Tools;
use super::strip::write;
use crate::cli::CompareArgs;
use crate::names;
use crate::output::{Outcome, say, say_json};

pub async fn run(args: CompareArgs) -> anyhow::Result<Outcome> {
    let tools = Tools::open(&args.limits)?;
    let read = async |path: &Path| {
        let bytes = tools.read(path).await;
        bytes.map_err(|refused| anyhow!("{}: {}", names::shown(path), refused.advice()))
    };
    let photos = tokio::try_join!(read(&args.a), read(&args.b))?;
    let (compared, drawing) = match tools.compare(photos, args.picture.is_some()).await? {
        Ok(taken) => *taken,
        Err(refused) => {
            // The decoder knows no names.
            let [first, second] = [&args.a, &args.b].map(|path| names::shown(path));
            let reason = refused.advice().replace("the first photo", &first);
            bail!("{}", reason.replace("the second photo", &second));
        }
    };
    if let (Some(path), Some(png)) = (&args.picture, &drawing) {
        write::whole(path, png)?;
    }
    if args.json {
        say_json(&compared)?;
    } else {
        for line in words(&compared) {
            say(&line);
        }
    }
    Ok(Outcome::yes_if(matches!(
        compared.comparison.relation,
        Relation::Identical | Relation::EditedCopy
    )))
}

fn words(compared: &Compared) -> Vec<String> {
    let it = &compared.comparison;
    let mut lines = vec![format!(
        "{}: {} (confidence {:.2})",
        it.relation.as_str(),
        meaning(compared),
        it.confidence
    )];
    if let Some(transform) = &it.transform {
        let mirrored = if transform.mirrored { ", mirrored" } else { "" };
        lines.push(format!(
            "transform: scale {:.3}, turned by {:.1} degrees{mirrored}; {} corners agree",
            transform.scale,
            // Nothing has no sign.
            (transform.rotation * 10.0).round() / 10.0 + 0.0,
            it.inliers
        ));
        lines.push(format!(
            "shown: {:.0} % of the first photo, {:.0} % of the second",
            100.0 * it.aligned,
            100.0 * it.aligned_second
        ));
        lines.push(changes(it));
    }
    lines
}

fn meaning(compared: &Compared) -> &'static str {
    match (compared.exact, compared.comparison.relation) {
        (Some(Exact::Bytes), _) => "the same file",
        (Some(Exact::Pixels), _) => "the same coded pixels",
        (None, Relation::Identical) => "the same picture, at another size or coding",
        (None, Relation::EditedCopy) => "one exposure, one was made from the other",
        (None, Relation::SameScene) => "one place, another exposure",
        (None, Relation::Unrelated) => "nothing in common was found",
        (None, Relation::Unknown) => match compared.comparison.reason {
            Some(reason) => reason.as_str(),
            None => "it can't be told",
        },
    }
}

fn changes(it: &Comparison) -> String {
    if it.regions.is_empty() {
        return format!(
            "changed: nothing; {:.1} levels are left between them",
            it.residual_outside
        );
    }
    let shares = it.regions.iter().take(5);
    let shares: Vec<String> = shares
        .map(|r| format!("{:.1} %", 100.0 * r.share))
        .collect();
    format!(
        "changed: {:.1} % of the first photo in {} regions ({}); {:.1} levels inside, {:.1} outside",
        100.0 * it.changed,
        it.regions.len(),
        shares.join(", "),
        it.residual_inside,
        it.residual_outside
    )
}
