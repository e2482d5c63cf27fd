//! What a reviewer reads: what was seen, what it may innocently be, what to look at. Never a charge.

use jiff::SignedDuration;

use crate::text::{length, length_id};

/// One signal in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) id: String,
    pub(super) en: String,
}

fn words(id: impl Into<String>, en: impl Into<String>) -> Words {
    Words {
        id: id.into(),
        en: en.into(),
    }
}

pub(super) fn no_evidence() -> Words {
    words(
        "Penutupan tanpa foto bukti. Mungkin jawaban berupa penjelasan, atau kewenangan ada di \
         instansi lain. Periksa catatan petugas dan keadaan di lokasi.",
        "Closed without an evidence photo. It may be an answer in words, or another agency's job. \
         Check the officer's note and the place.",
    )
}

pub(super) fn missing_photo() -> Words {
    words(
        "Foto yang disebut sebagai bukti belum diterima. Mungkin unggahan terputus. Minta petugas \
         mengunggah ulang.",
        "A photo named as evidence has not arrived. The upload may have broken off. Ask the officer \
         to upload it again.",
    )
}

pub(super) fn unreadable(reason: &str) -> Words {
    words(
        format!(
            "Foto bukti tidak dapat dibaca ({reason}). Mungkin berkas rusak atau formatnya tidak \
             didukung. Minta petugas mengunggah foto lain."
        ),
        format!(
            "An evidence photo can't be read ({reason}). The file may be damaged or of an \
             unsupported format. Ask the officer for another photo."
        ),
    )
}

pub(super) fn same_bytes() -> Words {
    words(
        "Berkas foto yang sama persis juga menjadi bukti pada tiket lain. Mungkin satu pekerjaan \
         untuk beberapa laporan. Bandingkan lokasi dan waktu kedua tiket.",
        "The very same file is also the evidence of another ticket. It may be one job for several \
         reports. Compare place and time of the tickets.",
    )
}

pub(super) fn same_picture() -> Words {
    words(
        "Gambar yang sama persis juga menjadi bukti pada tiket lain, hanya keterangan berkasnya \
         berbeda. Mungkin satu pekerjaan untuk beberapa laporan. Bandingkan lokasi dan waktu kedua \
         tiket.",
        "The very same picture is also the evidence of another ticket; only the file's data differ. \
         It may be one job for several reports. Compare place and time of the tickets.",
    )
}

pub(super) fn near_picture() -> Words {
    words(
        "Gambar ini sangat mirip dengan bukti pada tiket lain. Mungkin dua foto dari sudut yang sama, \
         atau tempat yang tampak serupa. Lihat kedua foto berdampingan, juga tulisan tanggalnya.",
        "This picture is very close to the evidence of another ticket. It may be two shots from one \
         angle, or places that look alike. See both side by side, and their printed dates.",
    )
}

pub(super) fn one_visit() -> Words {
    words(
        "Gambar yang sama ada pada tiket lain yang berdekatan dan ditutup pada waktu yang hampir \
         sama: satu kunjungan untuk beberapa laporan. Tidak dihitung.",
        "The same picture is on another ticket close by that was closed at nearly the same time: \
         one visit for several reports. It does not count.",
    )
}

pub(super) fn used_later() -> Words {
    words(
        "Foto ini dipakai lagi pada tiket lain sesudah penutupan ini diusulkan; di sini foto ini yang \
         pertama. Tidak dihitung.",
        "This photo was used again on another ticket after this closure was proposed; here it came \
         first. It does not count.",
    )
}

pub(super) fn copy_of_report_photo() -> Words {
    words(
        "Foto bukti sama dengan foto laporan. Mungkin dilampirkan sebagai foto 'sebelum'. Cari foto \
         yang menunjukkan keadaan sesudah pekerjaan.",
        "The evidence is the same picture as a report photo. It may be attached as the 'before'. \
         Look for a photo that shows the place after the work.",
    )
}

pub(super) fn near_report_photo() -> Words {
    words(
        "Foto bukti sangat mirip dengan foto laporan. Mungkin diambil jujur dari sudut yang sama. \
         Bandingkan keduanya: apa yang berubah, dan apakah bayangan serta benda lain ikut berubah.",
        "The evidence is very close to a report photo. It may be an honest shot from the same angle. \
         Compare the two: what changed, and did shadows and other things change too.",
    )
}

pub(super) fn captured_before(earlier: SignedDuration, zone_known: bool) -> Words {
    let (id, en) = (length_id(earlier), length(earlier));
    if zone_known {
        words(
            format!(
                "Menurut datanya foto diambil {id} sebelum laporan masuk. Mungkin jam ponsel salah, \
                 atau pekerjaan memang mendahului laporan. Periksa tanggal pekerjaan."
            ),
            format!(
                "By its own data the photo was taken {en} before the report came. The phone's clock \
                 may be wrong, or the work came before the report. Check the date of the work."
            ),
        )
    } else {
        words(
            format!(
                "Menurut datanya foto diambil {id} sebelum laporan masuk, tetapi zona waktunya tidak \
                 tercatat. Mungkin hanya selisih zona waktu. Periksa tanggal pekerjaan."
            ),
            format!(
                "By its own data the photo was taken {en} before the report came, but its time zone \
                 is not recorded. It may be the zone alone. Check the date of the work."
            ),
        )
    }
}

pub(super) fn far(distance: u32, limit: u32) -> Words {
    words(
        format!(
            "Foto diambil {distance} m dari titik laporan; untuk kategori ini wajarnya sampai {limit} \
             m. Mungkin titik laporan kurang tepat, atau foto dikirim dari kantor. Cocokkan dengan \
             alamat laporan."
        ),
        format!(
            "The photo was taken {distance} m from the report's point; for this category {limit} m \
             are usual. The point may be off, or the photo was taken elsewhere on the way. Compare \
             with the report's address."
        ),
    )
}

pub(super) fn other_kelurahan() -> Words {
    words(
        "Foto diambil di kelurahan lain. Mungkin titik laporan dekat batas atau kurang tepat. \
         Cocokkan dengan alamat laporan.",
        "The photo was taken in another kelurahan. The report's point may be near a border or off. \
         Compare with the report's address.",
    )
}

pub(super) fn position_of_the_pin() -> Words {
    words(
        "Posisi pada foto sama persis dengan titik laporan sampai angka terakhir; posisi yang diukur \
         hampir tidak pernah begitu. Mungkin aplikasi mengisi titik laporan. Tanyakan aplikasi yang \
         dipakai dan periksa lokasi.",
        "The photo's position is the report's point to the last digit; a measured one hardly ever is. \
         The app may fill in the report's point. Ask which app was used, and check the place.",
    )
}

pub(super) fn position_of_an_office() -> Words {
    words(
        "Posisi pada foto sama persis dengan posisi sebuah kantor. Mungkin ponsel menyimpan posisi \
         lama, atau foto diunggah dari kantor. Minta foto lain dari lokasi bila perlu.",
        "The photo's position is exactly that of an office. The phone may have kept an old position, \
         or the photo was sent from the office. Ask for another photo from the place if needed.",
    )
}

pub(super) fn too_fast(elapsed: SignedDuration) -> Words {
    let (id, en) = (length_id(elapsed), length(elapsed));
    words(
        format!(
            "Ditutup {id} setelah diterima unit. Mungkin petugas sudah di tempat, masalah sudah \
             hilang, atau kiriman tertunda sinyal. Tanyakan waktu pekerjaan."
        ),
        format!(
            "Closed {en} after the unit got it. The officer may have been on the spot, the problem \
             gone, or the upload delayed by the network. Ask when the work was done."
        ),
    )
}

pub(super) fn ai_mark() -> Words {
    words(
        "Berkas foto menyatakan dibuat atau diubah dengan bantuan AI. Mungkin fitur ponsel untuk \
         mempertajam gambar atau menutupi wajah. Minta foto asli dan periksa lokasi.",
        "The file says that it was made or changed with the help of AI. It may be a phone's \
         enhancement, or faces that were hidden. Ask for the original and check the place.",
    )
}

pub(super) fn edit_mark() -> Words {
    words(
        "Berkas foto menyatakan telah disunting. Mungkin hanya dipotong, diputar, diberi tanggal, \
         atau wajah ditutupi. Minta foto asli bila perlu.",
        "The file says that it was edited. It may only have been cropped, turned, dated, or faces \
         hidden. Ask for the original if needed.",
    )
}
