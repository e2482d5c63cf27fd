//! The one EXIF that may be there: a single Orientation tag with a value that turns the picture.

use super::{Cursor, VerifyError};

const WHAT: &str = "exif other than one orientation tag";

pub(super) fn verify(cursor: &mut Cursor) -> Result<(), VerifyError> {
    cursor.expect(b"MM\x00\x2a\x00\x00\x00\x08", WHAT)?;
    cursor.expect(b"\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00", WHAT)?;
    if !(2..=8).contains(&cursor.u8()?) {
        return Err(cursor.reject(WHAT));
    }
    cursor.expect(b"\x00\x00\x00\x00\x00\x00", WHAT)?;
    cursor.finish(WHAT)
}
