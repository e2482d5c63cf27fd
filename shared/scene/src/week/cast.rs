//! Who takes part: units, phones, channels, addresses.

use jaga_contract::{Channel, UnitId};

use super::places::Place;
use crate::Problem;
use crate::phone::{Extras, MARKER, PhoneModel, Trailer};
use crate::rng::Dice;

/// An identifier out of a text this crate made.
#[expect(
    clippy::expect_used,
    reason = "digits, letters and dashes, short; a test plans whole weeks"
)]
pub(super) fn id<T: TryFrom<String>>(text: String) -> T
where
    T::Error: std::fmt::Debug,
{
    T::try_from(text).expect("an identifier")
}

/// The office of the kelurahan that got the ticket.
pub(super) fn kelurahan_office(place: &Place) -> UnitId {
    id(format!("kelurahan-{}", place.given_to.code))
}

/// The Suku Dinas of that city for that problem.
pub(super) fn sudin(place: &Place, kind: Problem) -> UnitId {
    id(format!("sudin-{}-{}", kind.agency(), place.city_code()))
}

/// The Dinas above it.
pub(super) fn dinas(kind: Problem) -> UnitId {
    id(format!("dinas-{}", kind.agency()))
}

/// The desk that enters what does not come by JAKI.
pub(super) fn intake_desk() -> UnitId {
    id("jsc".to_owned())
}

/// The validator of every closure.
pub(super) fn validator() -> UnitId {
    id("biro-pemerintahan".to_owned())
}

/// 91 % JAKI, the rest over the other doors.
pub(super) fn channel(dice: &mut Dice) -> Channel {
    let others = [
        "twitter",
        "sms_whatsapp",
        "lapor",
        "email",
        "facebook",
        "camat",
        "lurah",
        "website",
    ];
    Channel(
        if dice.chance(0.91) {
            "jaki"
        } else {
            dice.pick(&others)
        }
        .to_owned(),
    )
}

/// An address as people write it.
pub(super) fn address(place: &Place, dice: &mut Dice) -> String {
    let streets = [
        "Melati", "Kenanga", "Cempaka", "Anggrek", "Mangga", "Rambutan", "Damai", "Masjid", "Pasar",
    ];
    format!(
        "Jalan {} {} RT {:02}/RW {:02}, Kelurahan {}, Kecamatan {}",
        dice.pick(&streets),
        dice.whole(1, 12),
        dice.whole(1, 14),
        dice.whole(1, 12),
        place.given_to.name,
        place.given_to.district,
    )
}

/// Somebody's phone with its settings.
#[derive(Debug, Clone)]
pub(super) struct Phone {
    pub(super) model: PhoneModel,
    pub(super) extras: Extras,
    /// Pixels, upright.
    pub(super) size: (u32, u32),
    pub(super) quality: u8,
    /// Writes its position at all.
    pub(super) has_gps: bool,
    /// Writes how sure it is.
    pub(super) has_accuracy: bool,
    /// Its owner uses an app that prints date and place.
    pub(super) prints_date: bool,
}

impl Phone {
    /// A phone of this owner; label and nature come from the same stream.
    pub(super) fn of(owner: &str, dice: &mut Dice) -> Self {
        let label = format!("{owner}-{:06X}", dice.bits() & 0xFF_FFFF);
        let model = *dice.pick(&PhoneModel::ALL);
        let orientation = match dice.whole(0, 99) {
            0..=54 => 1,
            55..=84 => 6,
            85..=89 => 3,
            90..=94 => 8,
            // Mirrored ones are what front cameras and odd firmware write.
            _ => *dice.pick(&[2, 4, 5, 7]),
        };
        let extras = Extras {
            orientation,
            maker_note: dice.chance(0.8),
            thumbnail: dice.chance(0.7),
            xmp: dice.chance(0.35),
            icc: dice.chance(0.4),
            mpf: dice.chance(0.15),
            trailer: match dice.whole(0, 99) {
                0..=11 => Trailer::Motion,
                12..=19 => Trailer::Sef,
                _ => Trailer::None,
            },
            comment: dice
                .chance(0.05)
                .then(|| format!("{MARKER}COMMENT-{label}")),
            ..Extras::plain(&label)
        };
        let sizes = [
            (1600, 1200),
            (1600, 1200),
            (1280, 960),
            (1280, 960),
            (960, 1280),
            (1024, 768),
        ];
        Self {
            model,
            extras,
            size: *dice.pick(&sizes),
            quality: dice.whole(80, 92) as u8,
            has_gps: dice.chance(0.85),
            has_accuracy: dice.chance(0.6),
            prints_date: dice.chance(0.4),
        }
    }
}
