//! The animation of a PNG: what announces it, and frames that each have a control and data.

use super::{Cursor, VerifyError, png::LENGTH};

const HIDDEN: &str = "a frame that nobody is shown";
const COUNT: &str = "another number of frames than is said";
const PLACE: &str = "a frame that does not fit the picture";

/// What was read of an animation so far.
#[derive(Default)]
pub(super) struct Animation {
    /// How many frames acTL announces. Without it no viewer looks at a frame, which could be anything.
    announced: Option<u32>,
    controls: u32,
    numbers: u32,
    /// The control of a frame whose data has not come yet.
    open: bool,
    /// Width and height of the last frame.
    pub(super) size: (usize, usize),
}

impl Animation {
    pub(super) fn announce(&mut self, body: &mut Cursor) -> Result<(), VerifyError> {
        let count = body.u32_be()?;
        if count == 0 {
            return Err(body.reject(COUNT));
        }
        self.announced = Some(count);
        body.take(4)?;
        body.finish(LENGTH)
    }

    pub(super) fn control(
        &mut self,
        body: &mut Cursor,
        canvas: (usize, usize),
    ) -> Result<(), VerifyError> {
        if self.announced.is_none() || self.open {
            return Err(body.reject(HIDDEN));
        }
        self.number(body)?;
        let mut side = || body.u32_be().map(|it| it as usize);
        let (width, height, left, top) = (side()?, side()?, side()?, side()?);
        let inside =
            width > 0 && left + width <= canvas.0 && height > 0 && top + height <= canvas.1;
        // How long it is shown.
        body.take(4)?;
        let (dispose, blend) = (body.u8()?, body.u8()?);
        if !inside || dispose > 2 || blend > 1 {
            return Err(body.reject(PLACE));
        }
        self.size = (width, height);
        self.open = true;
        self.controls += 1;
        body.finish(LENGTH)
    }

    /// The data of a frame is in one piece.
    pub(super) fn data(&mut self, body: &mut Cursor) -> Result<(), VerifyError> {
        if !self.open {
            return Err(body.reject(HIDDEN));
        }
        self.open = false;
        self.number(body)
    }

    /// The picture itself may be the first frame, and then has its size.
    pub(super) fn picture(
        &mut self,
        body: &Cursor,
        canvas: (usize, usize),
    ) -> Result<(), VerifyError> {
        if self.open && self.size != canvas {
            return Err(body.reject(PLACE));
        }
        self.open = false;
        Ok(())
    }

    pub(super) fn finish(&self, body: &Cursor) -> Result<(), VerifyError> {
        if self.open || self.announced.unwrap_or(0) != self.controls {
            return Err(body.reject(COUNT));
        }
        Ok(())
    }

    fn number(&mut self, body: &mut Cursor) -> Result<(), VerifyError> {
        if body.u32_be()? != self.numbers {
            return Err(body.reject("animation out of order"));
        }
        self.numbers += 1;
        Ok(())
    }
}
