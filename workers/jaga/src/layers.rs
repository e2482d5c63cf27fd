//! From a path to a layer: the polygon file, its settings beside it, and what the command line says.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use jaga_geo::{
    BadLayer, Codes, Fault, Finding, LayerSpec, Layers, MAX_LAYER_BYTES, PolygonLayer,
    property_names,
};

use crate::cli::{Meaning, Numbering, ReadingArgs};

/// A polygon file on its way to a layer.
pub struct Source {
    path: PathBuf,
    /// `Err`: so many bytes that they are not read at all.
    bytes: Result<Vec<u8>, usize>,
    /// How it is read.
    pub spec: LayerSpec,
}

impl Source {
    /// Reads a polygon file, and `FILE.toml` in the place of `FILE.geojson` if there is one. What the
    /// command line says goes first, then that file, then what published files are known to have.
    pub fn open(path: &Path, reading: &ReadingArgs) -> anyhow::Result<Self> {
        let bytes = read(path)?;
        let mut spec = beside(path)?.unwrap_or_default();
        if spec.name == LayerSpec::default().name
            && let Some(stem) = path.file_stem().and_then(OsStr::to_str)
        {
            stem.clone_into(&mut spec.name);
        }
        for (meaning, name) in &reading.properties {
            let slot = match meaning {
                Meaning::Code => &mut spec.properties.code,
                Meaning::Name => &mut spec.properties.name,
                Meaning::District => &mut spec.properties.district,
                Meaning::City => &mut spec.properties.city,
            };
            name.clone_into(slot);
        }
        spec.new_codes.extend(reading.new_codes.iter().cloned());
        if let Ok(bytes) = &bytes {
            spec = spec.fitted(bytes);
        }
        if let Some(codes) = reading.codes {
            spec.codes = match codes {
                Numbering::Kemendagri => Codes::Kemendagri,
                Numbering::Bps2020 => Codes::Bps2020,
            };
        }
        let path = path.to_owned();
        Ok(Self { path, bytes, spec })
    }

    /// Checks it.
    pub fn parse(&self) -> Result<PolygonLayer, BadLayer> {
        match &self.bytes {
            Ok(bytes) => PolygonLayer::parse(bytes, &self.spec),
            Err(bytes) => Err(BadLayer {
                features: 0,
                findings: vec![Finding {
                    feature: None,
                    code: None,
                    fault: Fault::TooLarge {
                        bytes: *bytes,
                        limit: MAX_LAYER_BYTES,
                    },
                }],
            }),
        }
    }

    /// What there is to map, for an operator whose mapping does not fit.
    pub fn property_names(&self) -> Vec<String> {
        let bytes = self.bytes.as_deref();
        bytes.map(property_names).unwrap_or_default()
    }

    /// The layer, or why there is none and where more is told.
    pub fn load(&self) -> anyhow::Result<PolygonLayer> {
        let path = self.path.display();
        self.parse()
            .map_err(|bad| anyhow!("{path}: {bad} (`jaga layer check {path}` tells all)"))
    }
}

/// All these files as layers beside each other.
pub fn load(paths: &[PathBuf], reading: &ReadingArgs) -> anyhow::Result<Layers> {
    let mut layers = Vec::with_capacity(paths.len());
    for path in paths {
        layers.push(Arc::new(Source::open(path, reading)?.load()?));
    }
    Layers::new(layers)
        .context("--layer: a file's dates are valid_from and valid_to in a .toml file beside it")
}

/// The file, or how large it is if it is too large.
fn read(path: &Path) -> anyhow::Result<Result<Vec<u8>, usize>> {
    let wrong = || format!("can't read {}", path.display());
    let file = File::open(path).with_context(wrong)?;
    let about = file.metadata().with_context(wrong)?;
    if about.is_dir() {
        bail!("{} is a folder: name the GeoJSON file", path.display());
    }
    let size = usize::try_from(about.len()).unwrap_or(usize::MAX);
    if size > MAX_LAYER_BYTES {
        return Ok(Err(size));
    }
    let mut bytes = Vec::with_capacity(size);
    // A pipe states no size.
    let mut file = file.take(MAX_LAYER_BYTES as u64 + 1);
    file.read_to_end(&mut bytes).with_context(wrong)?;
    Ok(Ok(bytes))
}

/// The settings beside a polygon file.
fn beside(path: &Path) -> anyhow::Result<Option<LayerSpec>> {
    let settings = path.with_extension("toml");
    if settings == path || !settings.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&settings)
        .with_context(|| format!("can't read {}", settings.display()))?;
    let spec = toml::from_str(&text).with_context(|| settings.display().to_string())?;
    Ok(Some(spec))
}
