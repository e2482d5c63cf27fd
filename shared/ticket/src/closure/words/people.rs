//! Units and reporters.

use super::{Words, fixed, words};
use crate::closure::facts::Rate;
use crate::closure::rules::Name;

pub(in crate::closure) fn copied_note(tickets: u32) -> Words {
    words(
        format!(
            "Catatan yang sama dipakai pada {tickets} tiket lain di tempat lain. Mungkin unit \
             memakai kalimat baku. Periksa apakah catatan cocok dengan laporan ini."
        ),
        format!(
            "The same note was used on {tickets} other tickets elsewhere. The unit may have a \
             standard text. Check whether it fits this report."
        ),
    )
}

pub(in crate::closure) fn stock_note() -> Words {
    fixed(
        "Catatan yang sama dipakai pada banyak tiket, tetapi itu kalimat baku. Tidak dihitung.",
        "The same note was used on many tickets, but it is a standard phrase. It does not count.",
    )
}

pub(in crate::closure) fn without_authority() -> Words {
    fixed(
        "Ditutup oleh unit yang menurut daftar tidak berwenang atas kategori ini. Mungkin berupa \
         imbauan, atau dikerjakan bersama unit yang berwenang. Pastikan unit yang berwenang \
         menerimanya.",
        "Closed by a unit that, by the list, has no authority for this category. It may have been \
         advice, or done together with the unit that has. Make sure that the unit in charge got \
         it.",
    )
}

pub(in crate::closure) fn without_authority_but_there() -> Words {
    fixed(
        "Ditutup oleh unit yang menurut daftar tidak berwenang, tetapi fotonya dari tempat \
         yang dilaporkan. Mungkin dikerjakan bersama. Periksa bila masalahnya kembali.",
        "Closed by a unit that, by the list, has no authority, but its photo shows the reported \
         place. It may have been done together. Check if the problem returns.",
    )
}

pub(in crate::closure) fn disputed() -> Words {
    fixed(
        "Pelapor menyatakan masalahnya belum selesai. Mungkin yang dimaksud hal lain di dekatnya. \
         Bandingkan kedua foto dan periksa lokasi.",
        "The reporter says that it is not done. Something else close by may be meant. Compare the \
         photos and check the place.",
    )
}

pub(in crate::closure) fn disputed_and_recurs() -> Words {
    fixed(
        "Pelapor menyatakan masalahnya belum selesai. Masalah seperti ini sering kembali sesudah \
         ditertibkan. Periksa waktu keberatan dan keadaan di lokasi.",
        "The reporter says that it is not done. Such problems often return after they were dealt \
         with. Check the time of the dispute, and the place.",
    )
}

pub(in crate::closure) fn disputed_at_the_place() -> Words {
    fixed(
        "Pelapor menyatakan masalahnya belum selesai, tetapi foto penutupan memperlihatkan tempat \
         yang dilaporkan. Mungkin pekerjaannya kurang, atau yang dimaksud hal lain di dekatnya. \
         Bandingkan kedua foto.",
        "The reporter says that it is not done, but the photo of the closure shows the reported \
         place. The work may fall short, or something else close by be meant. Compare the two photos.",
    )
}

pub(in crate::closure) fn low_rating() -> Words {
    fixed(
        "Pelapor memberi nilai rendah. Mungkin karena lamanya waktu atau cara menjawab. Baca \
         tanggapan pelapor.",
        "The reporter gave a low rating. It may be about the time it took, or the tone. Read what \
         the reporter wrote.",
    )
}

pub(in crate::closure) fn reported_again() -> Words {
    fixed(
        "Masalah sejenis dilaporkan lagi di dekat titik ini tidak lama sesudah penutupan. Mungkin \
         masalah lain di dekatnya. Bandingkan foto kedua laporan.",
        "A problem of the same kind was reported again close by, soon after the closure. It may \
         be another one near it. Compare the photos of the two reports.",
    )
}

pub(in crate::closure) fn it_recurs() -> Words {
    fixed(
        "Masalah sejenis dilaporkan lagi di dekat titik ini, tetapi masalah seperti ini memang \
         sering kembali. Tidak dihitung.",
        "A problem of the same kind was reported again close by, but such problems do return by \
         themselves. It does not count.",
    )
}

/// Of a unit's or officer's past; `there`: the photo of this closure is from the place.
pub(in crate::closure) fn outlier(name: Name, rate: &Rate, there: bool) -> Words {
    let (who_id, who_en) = match name {
        Name::OutlierOfficer => ("petugas", "officer"),
        _ => ("unit", "unit"),
    };
    let (of_id, of_en) = match rate.of.as_str() {
        "refused" => ("ditolak validator", "refused by the validators"),
        "disputed" => ("disanggah pelapor", "disputed by reporters"),
        _ => ("tidak diterima", "not accepted"),
    };
    let (count, of) = (rate.own.count, rate.own.of);
    let city = 100.0 * f64::from(rate.city.count) / f64::from(rate.city.of.max(1));
    let (more_id, more_en) = if there {
        (
            "Foto penutupan ini dari tempat yang dilaporkan, jadi bobotnya kecil.",
            "The photo of this closure is from the reported place, so it weighs little.",
        )
    } else {
        (
            "Lihat beberapa penutupan lain sebagai pembanding.",
            "See some other closures beside it.",
        )
    };
    words(
        format!(
            "Dari {of} penutupan {who_id} ini sebelumnya, {count} {of_id}; rata-rata kota untuk \
             kategori yang sama {}. Mungkin wilayahnya sulit. Itu bukan tentang penutupan ini. {more_id}",
            percent(city, ',')
        ),
        format!(
            "Of {of} earlier closures of this {who_en}, {count} were {of_en}; the city's average for the \
             same categories is {}. The area may be a hard one. It is not about this closure. {more_en}",
            percent(city, '.')
        ),
    )
}

fn percent(value: f64, point: char) -> String {
    let text = format!("{value:.1} %");
    text.replace('.', &point.to_string())
}
