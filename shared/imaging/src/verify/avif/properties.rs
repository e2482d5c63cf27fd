//! Properties of items: each said once and named in one order, by items whose picture they help to show.

use super::{
    super::{Cursor, VerifyError, icc},
    BOX, Item, Role, next, open,
};

const PROPERTY: &str = "property that does not show the picture";
const WRONG: &str = "property that belongs to no item";

/// In the order in which an item names them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Size,
    Coding,
    Point,
    Layer,
    Depths,
    Colours,
    Profile,
    Alpha,
    Pixels,
    Crop,
    Turn,
    Mirror,
}

impl Kind {
    /// Whether a reader who does not know it must not show the picture.
    fn is_essential(self) -> bool {
        use Kind::{Coding, Crop, Layer, Mirror, Point, Turn};
        matches!(self, Coding | Point | Layer | Crop | Turn | Mirror)
    }

    fn fits(self, item: &Item) -> bool {
        match self {
            Self::Size => true,
            Self::Coding | Self::Point | Self::Layer => !item.grid,
            Self::Profile => item.role == Role::Picture,
            Self::Alpha => item.role == Role::Alpha,
            _ => item.role != Role::Tile,
        }
    }
}

/// A property with what the file says in it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Property<'a> {
    kind: Kind,
    body: &'a [u8],
}

pub(super) fn verify(body: &mut Cursor, items: &mut [Item]) -> Result<(), VerifyError> {
    let list = list(&mut open(body, *b"ipco")?)?;
    owners(&mut open(body, *b"ipma")?, items, &list)?;
    body.finish(BOX)
}

fn list<'a>(body: &mut Cursor<'a>) -> Result<Vec<Property<'a>>, VerifyError> {
    let mut list = Vec::new();
    while !body.done() {
        let (kind, mut one) = next(body)?;
        let said = one.rest();
        let kind = property(kind, &mut one)?;
        one.finish(PROPERTY)?;
        let property = Property { kind, body: said };
        // As many as an index of seven bits can name.
        if list.len() >= 127 || list.contains(&property) {
            return Err(body.reject("property said twice, or too many"));
        }
        list.push(property);
    }
    Ok(list)
}

fn property(kind: [u8; 4], body: &mut Cursor) -> Result<Kind, VerifyError> {
    let most = |body: &mut Cursor, most: u8| match body.u8()? {
        value if value <= most => Ok(value),
        _ => Err(body.reject(PROPERTY)),
    };
    let kind = match &kind {
        b"ispe" => {
            body.expect(&[0; 4], PROPERTY)?;
            if body.u32_be()? == 0 || body.u32_be()? == 0 {
                return Err(body.reject("picture without a size"));
            }
            Kind::Size
        }
        b"av1C" => {
            body.expect(&[0x81], PROPERTY)?;
            body.take(2)?;
            body.expect(&[0], PROPERTY)?;
            Kind::Coding
        }
        b"a1op" => body.take(1).map(|_| Kind::Point)?,
        b"lsel" => body.take(2).map(|_| Kind::Layer)?,
        b"pixi" => {
            body.expect(&[0; 4], PROPERTY)?;
            let count = most(body, 4)?;
            (0..count).try_for_each(|_| most(body, 16).map(drop))?;
            if count == 0 {
                return Err(body.reject(PROPERTY));
            }
            Kind::Depths
        }
        b"colr" => colours(body)?,
        b"auxC" => {
            let alpha = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
            body.expect(alpha, PROPERTY)?;
            Kind::Alpha
        }
        b"pasp" => {
            body.expect(&[0, 0], PROPERTY)?;
            let wide = body.u16_be()?;
            body.expect(&[0, 0], PROPERTY)?;
            let high = body.u16_be()?;
            if wide == 0 || high == 0 || wide == high {
                return Err(body.reject(PROPERTY));
            }
            Kind::Pixels
        }
        b"clap" => {
            for below in [1, 1, 2, 2] {
                body.take(4)?;
                body.expect(&[0, 0, 0, below], PROPERTY)?;
            }
            Kind::Crop
        }
        b"irot" if matches!(body.u8()?, 1..=3) => Kind::Turn,
        b"imir" => most(body, 1).map(|_| Kind::Mirror)?,
        _ => return Err(body.reject(PROPERTY)),
    };
    Ok(kind)
}

fn colours(body: &mut Cursor) -> Result<Kind, VerifyError> {
    match &body.kind()? {
        b"nclx" => {
            body.take(6)?;
            if matches!(body.u8()?, 0 | 0x80) {
                Ok(Kind::Colours)
            } else {
                Err(body.reject(PROPERTY))
            }
        }
        b"prof" => {
            let profile = body.rest();
            icc::verify(profile, 3)?;
            body.take(profile.len())?;
            Ok(Kind::Profile)
        }
        _ => Err(body.reject(PROPERTY)),
    }
}

/// Every item in order, every property in use, in the order in which it is first named.
fn owners(body: &mut Cursor, items: &mut [Item], list: &[Property]) -> Result<(), VerifyError> {
    body.expect(&[0; 4], BOX)?;
    if body.u32_be()? as usize != items.len() {
        return Err(body.reject(WRONG));
    }
    let mut named = 0;
    for (item, id) in items.iter_mut().zip(1..) {
        if body.u16_be()? != id {
            return Err(body.reject(WRONG));
        }
        let mut own: Vec<Property> = Vec::new();
        for _ in 0..body.u8()? {
            let place = body.u8()?;
            let index = usize::from(place & 0x7f);
            let property = index.checked_sub(1).and_then(|index| list.get(index));
            let Some(property) = property.filter(|it| it.kind.fits(item)) else {
                return Err(body.reject(WRONG));
            };
            let in_order = own.last().is_none_or(|last| last.kind < property.kind);
            if !in_order || index > named + 1 || (place & 0x80 != 0) != property.kind.is_essential()
            {
                return Err(body.reject("properties named in another way than the fixed one"));
            }
            named = named.max(index);
            own.push(*property);
        }
        let own = Own(own);
        item.size = own.size().ok_or_else(|| body.reject(super::SIZE))?;
        let described = own.has(Kind::Coding) != item.grid;
        if !described || own.has(Kind::Alpha) != (item.role == Role::Alpha) || !own.shown(item.size)
        {
            return Err(body.reject(PROPERTY));
        }
    }
    if named != list.len() {
        return Err(body.reject(WRONG));
    }
    body.finish(BOX)
}

/// The properties of one item.
struct Own<'a>(Vec<Property<'a>>);

impl Own<'_> {
    fn body(&self, kind: Kind) -> Option<Cursor<'_>> {
        let found = self.0.iter().find(|it| it.kind == kind);
        found.map(|it| Cursor::new(it.body))
    }

    fn has(&self, kind: Kind) -> bool {
        self.0.iter().any(|it| it.kind == kind)
    }

    fn size(&self) -> Option<(u32, u32)> {
        let mut body = self.body(Kind::Size)?;
        body.take(4).ok()?;
        Some((body.u32_be().ok()?, body.u32_be().ok()?))
    }

    /// Whether the crop lies within the picture on whole pixels, and it is turned in the shortest way: mirrored alone,
    /// or after one quarter turn.
    fn shown(&self, (width, height): (u32, u32)) -> bool {
        let mut turn = self.body(Kind::Turn);
        let quarter = turn.as_mut().is_none_or(|it| it.u8() == Ok(1));
        (quarter || !self.has(Kind::Mirror))
            && self.body(Kind::Crop).is_none_or(|mut crop| {
                let mut number = || {
                    let number = crop.u32_be();
                    crop.u32_be().and(number).unwrap_or_default()
                };
                let (wide, high, across, down) = (number(), number(), number(), number());
                within(wide, across, width) && within(high, down, height)
            })
    }
}

/// A length and how far its middle lies from that of the whole, in halves (ISO/IEC 14496-12, 12.1.4).
fn within(length: u32, offset: u32, whole: u32) -> bool {
    let [length, whole] = [length, whole].map(i64::from);
    let twice = i64::from(offset.cast_signed()) + whole - length;
    length > 0 && twice >= 0 && twice % 2 == 0 && twice / 2 + length <= whole
}
