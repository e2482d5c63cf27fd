//! `jaga hash`: what photos look like, by digests and fingerprints.

use jaga_imaging::Facts;
use serde_json::{Value, json};

use super::each::{Told, each};
use crate::cli::PhotosArgs;
use crate::output::Outcome;

pub async fn run(args: PhotosArgs) -> anyhow::Result<Outcome> {
    each(args, async |tools, file| tools.facts(file).await).await
}

impl Told for Facts {
    fn as_json(&self) -> Value {
        json!({
            "upload": hex::encode(self.upload_digest),
            "pixels": hex::encode(self.pixel_digest),
            "pdq": self.fingerprint.pdq, "quality": self.fingerprint.quality,
            "banded": self.prints.banded, "centre": self.prints.centre,
            "framed": self.prints.framed,
        })
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let (pdq, quality) = (self.fingerprint.pdq, self.fingerprint.quality);
        vec![format!("{pdq} {quality:>3}  {name}")]
    }
}
