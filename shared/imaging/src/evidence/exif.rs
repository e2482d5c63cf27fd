//! The EXIF fields that are evidence, read leniently.

use exif::{Exif, In, Reader, Tag, Value};

use super::model::{Device, Flaw, Reading};

/// One EXIF block, or none.
#[derive(Default)]
pub(super) struct Fields(Option<Exif>);

/// A block larger than this is not read: JPEG can't hold one, and others need none.
const MAX_BLOCK: usize = 1 << 20;

impl Fields {
    /// Takes a block if anything at all can be read from it.
    pub(super) fn read(&mut self, tiff: &[u8]) -> bool {
        if tiff.len() > MAX_BLOCK {
            return false;
        }
        // Strict reading fails on blocks that common writers make; take what there is.
        let mut reader = Reader::new();
        reader.continue_on_error(true);
        let read = reader
            .read_raw(tiff.to_vec())
            .or_else(|error| error.distill_partial_result(|_ignored| {}));
        self.0 = read.ok().filter(|exif| exif.fields().len() > 0);
        self.0.is_some()
    }

    pub(super) fn value(&self, tag: Tag) -> Option<&Value> {
        Some(&self.0.as_ref()?.get_field(tag, In::PRIMARY)?.value)
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
        if self.text(Tag::Make).is_some() || self.text(Tag::Model).is_some() {
            return Reading::Present(());
        }
        Reading::Absent
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
        let exif = self.0.as_ref()?;
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
