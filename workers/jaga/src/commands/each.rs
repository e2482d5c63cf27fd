//! Photos that are looked at side by side and told of one by one, in the order in which they were named.

use std::path::{Path, PathBuf};

use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::photos::{Answered, Tools};
use crate::cli::PhotosArgs;
use crate::names;
use crate::output::{Outcome, say, say_json};

/// What was found in a photo, and how it is told.
pub trait Told {
    /// An object, without the file's name.
    fn as_json(&self) -> Value;

    /// Lines for people; `name` is the file's, to be shown.
    fn lines(&self, name: &str) -> Vec<String>;

    /// Whether all that was asked is answered.
    fn answers(&self) -> bool {
        true
    }
}

/// Asks `look` of each photo. No, where one of them has no answer.
pub async fn each<T: Told>(
    args: PhotosArgs,
    look: impl AsyncFn(&Tools, &Path) -> anyhow::Result<Answered<T>>,
) -> anyhow::Result<Outcome> {
    let tools = Tools::open(&args.limits)?;
    let ask = async |file: PathBuf| {
        let found = look(&tools, &file).await?;
        anyhow::Ok((file, found))
    };
    let mut results = stream::iter(args.files).map(ask).buffered(tools.jobs(0));
    let mut answered = true;
    while let Some(result) = results.next().await {
        let (file, outcome) = result?;
        answered &= outcome.as_ref().is_ok_and(|it| it.answers());
        match outcome {
            Ok(it) if args.json => {
                let mut line = it.as_json();
                names::put(&mut line, "input", &file);
                say_json(&line)?;
            }
            Ok(it) => it.lines(&names::shown(&file)).iter().for_each(|it| say(it)),
            Err(refused) => refused.tell(&file, args.json)?,
        }
    }
    Ok(Outcome::yes_if(answered))
}
