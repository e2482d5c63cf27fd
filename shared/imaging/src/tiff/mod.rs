//! TIFF as an upload: its directories, what they carry, and whether the first page is a picture
//! that may be shown. Never written: its offsets leave room for anything between them.

mod directory;
mod evidence;
mod page;
mod slack;

pub(crate) use evidence::{block, carriers, values};
pub(crate) use page::{Colours, Page, page, profile, size};

/// Tags that are looked at.
mod tag {
    pub(super) const SUBFILE: u16 = 254;
    pub(super) const OLD_SUBFILE: u16 = 255;
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const FILL_ORDER: u16 = 266;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const ROWS_PER_STRIP: u16 = 278;
    pub(super) const STRIP_BYTES: u16 = 279;
    pub(super) const COLOUR_MAP: u16 = 320;
    pub(super) const TILE_WIDTH: u16 = 322;
    pub(super) const TILE_HEIGHT: u16 = 323;
    pub(super) const TILE_OFFSETS: u16 = 324;
    pub(super) const TILE_BYTES: u16 = 325;
    pub(super) const SUB_DIRECTORIES: u16 = 330;
    pub(super) const EXTRA_SAMPLES: u16 = 338;
    pub(super) const JPEG_TABLES: u16 = 347;
    pub(super) const THUMBNAIL: u16 = 513;
    pub(super) const THUMBNAIL_BYTES: u16 = 514;
    pub(super) const XMP: u16 = 700;
    pub(super) const IPTC: u16 = 33_723;
    pub(super) const PHOTOSHOP: u16 = 34_377;
    pub(super) const EXIF: u16 = 34_665;
    pub(super) const ICC: u16 = 34_675;
    pub(super) const GPS: u16 = 34_853;
    pub(super) const INTEROPERABILITY: u16 = 40_965;
    pub(super) const DNG: u16 = 50_706;
    pub(super) const C2PA: u16 = 52_545;
}
