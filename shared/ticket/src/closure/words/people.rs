//! Units and reporters.

use super::{Words, fixed, words};
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

pub(in crate::closure) fn outlier(name: Name) -> Words {
    if name == Name::OutlierOfficer {
        fixed(
            "Penutupan petugas ini lebih sering ditolak atau disanggah daripada rata-rata kota. \
             Mungkin wilayah atau kategorinya sulit. Lihat beberapa penutupan lain sebagai \
             pembanding.",
            "Closures of this officer are refused or disputed more often than the city's. Area or \
             categories may be hard ones. See some other closures beside it.",
        )
    } else {
        fixed(
            "Penutupan unit ini lebih sering ditolak atau disanggah daripada rata-rata kota. \
             Mungkin wilayah atau kategorinya sulit. Lihat beberapa penutupan lain sebagai \
             pembanding.",
            "Closures of this unit are refused or disputed more often than the city's. Area or \
             categories may be hard ones. See some other closures beside it.",
        )
    }
}
