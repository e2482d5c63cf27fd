//! The EXIF fields that are evidence, read leniently.

use exif::{Exif, In, Reader, Tag, Value};

use super::model::{Device, Flaw, Reading};

/// One EXIF block, or none.
#[derive(Default)]
pub(super) struct Fields {
    read: Option<Exif>,
    /// There is a block of which nothing could be read.
    broken: bool,
}

/// A block larger than this is not read: JPEG can't hold one, and others need none.
const MAX_BLOCK: usize = 1 << 20;

impl Fields {
    /// Takes a block if anything at all can be read from it.
    pub(super) fn read(&mut self, tiff: &[u8]) -> bool {
        if tiff.len() > MAX_BLOCK {
            self.broken = true;
            return false;
        }
        // Strict reading fails on blocks that common writers make; take what there is.
        let mut reader = Reader::new();
        reader.continue_on_error(true);
        let mut flawed = false;
        let read = reader
            .read_raw(tiff.to_vec())
            .or_else(|error| error.distill_partial_result(|_ignored| flawed = true));
        flawed |= read.is_err();
        self.read = read.ok().filter(|exif| exif.fields().len() > 0);
        // A block without a field says nothing, and that can be read.
        self.broken |= flawed && self.read.is_none();
        self.read.is_some()
    }

    /// This reading; where nothing was found, and nothing could be read of the block that may have held it, that.
    pub(super) fn unless_broken<T>(&self, reading: Reading<T>) -> Reading<T> {
        match reading {
            Reading::Absent if self.broken && self.read.is_none() => {
                Reading::Unreadable(Flaw::Block)
            }
            other => other,
        }
    }

    pub(super) fn value(&self, tag: Tag) -> Option<&Value> {
        Some(&self.read.as_ref()?.get_field(tag, In::PRIMARY)?.value)
    }

    /// Whether one of these is there, but is no text.
    pub(super) fn is_malformed(&self, tags: &[Tag]) -> bool {
        let no_text = |value: &Value| !matches!(value, Value::Ascii(_));
        tags.iter().any(|tag| self.value(*tag).is_some_and(no_text))
    }

    /// The bytes of a text field up to its first zero, without blanks around.
    pub(super) fn text(&self, tag: Tag) -> Option<&[u8]> {
        let Value::Ascii(parts) = self.value(tag)? else {
            return None;
        };
        let text = parts.first()?.split(|byte| *byte == 0).next()?.trim_ascii();
        (!text.is_empty()).then_some(text)
    }

    /// Three rational numbers, as degrees or hours, minutes and seconds are written.
    pub(super) fn triple(&self, tag: Tag) -> Option<Result<[f64; 3], Flaw>> {
        let numbers: Vec<Option<f64>> = match self.value(tag)? {
            Value::Rational(list) => list
                .iter()
                .map(|it| (it.denom != 0).then(|| it.to_f64()))
                .collect(),
            // Some phones write signed numbers here; the sign stands in the reference alone.
            Value::SRational(list) => list
                .iter()
                .map(|it| {
                    (it.denom != 0)
                        .then(|| it.to_f64())
                        .filter(|number| *number >= 0.0)
                })
                .collect(),
            _ => return Some(Err(Flaw::Malformed)),
        };
        Some(match numbers[..] {
            [Some(a), Some(b), Some(c), ..] => Ok([a, b, c]),
            _ => Err(Flaw::Malformed),
        })
    }

    /// One non-negative rational number with a denominator.
    pub(super) fn number(&self, tag: Tag) -> Option<f64> {
        let Value::Rational(list) = self.value(tag)? else {
            return None;
        };
        let first = list.first().filter(|number| number.denom != 0)?;
        Some(first.to_f64())
    }

    /// Whether a camera names itself.
    pub(super) fn camera(&self) -> Reading<()> {
        let tags = [Tag::Make, Tag::Model];
        if tags.iter().any(|tag| self.text(*tag).is_some()) {
            Reading::Present(())
        } else if self.is_malformed(&tags) {
            Reading::Unreadable(Flaw::Malformed)
        } else {
            Reading::Absent
        }
    }

    /// What else is there of the camera and its owner.
    pub(super) fn device(&self) -> Device {
        let any = |tags: &[Tag]| tags.iter().any(|tag| self.text(*tag).is_some());
        Device {
            lens: any(&[Tag::LensModel, Tag::LensMake])
                || self.value(Tag::LensSpecification).is_some(),
            owner: any(&[Tag::CameraOwnerName, Tag::Artist]),
            serial: any(&[
                Tag::BodySerialNumber,
                Tag::LensSerialNumber,
                Tag::ImageUniqueID,
            ]),
            maker_note: self.value(Tag::MakerNote).is_some(),
        }
    }

    /// The bytes of the thumbnail that the second directory points at.
    pub(super) fn thumbnail(&self) -> Option<Result<&[u8], Flaw>> {
        let exif = self.read.as_ref()?;
        let number = |tag| {
            let field = exif.get_field(tag, In::THUMBNAIL)?;
            Some(field.value.get_uint(0)? as usize)
        };
        let start = number(Tag::JPEGInterchangeFormat)?;
        let length = number(Tag::JPEGInterchangeFormatLength)?;
        if length == 0 {
            return None;
        }
        let end = start.saturating_add(length);
        Some(exif.buf().get(start..end).ok_or(Flaw::OutOfRange))
    }
}
