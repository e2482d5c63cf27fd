//! A photo by itself: missing, marked, of a screen, traced.

use super::{Words, fixed, words};

pub(in crate::closure) fn no_evidence() -> Words {
    fixed(
        "Penutupan tanpa foto bukti. Mungkin jawaban berupa penjelasan, atau kewenangan ada di \
         instansi lain. Periksa catatan petugas dan keadaan di lokasi.",
        "Closed without an evidence photo. It may be an answer in words, or another agency's job. \
         Check the officer's note and the place.",
    )
}

pub(in crate::closure) fn missing_photo() -> Words {
    fixed(
        "Foto yang disebut sebagai bukti belum diterima. Mungkin unggahan terputus. Minta petugas \
         mengunggah ulang.",
        "A photo named as evidence has not arrived. The upload may have broken off. Ask the \
         officer to upload it again.",
    )
}

pub(in crate::closure) fn missing_beside_another() -> Words {
    fixed(
        "Salah satu foto yang disebut sebagai bukti belum diterima; foto lainnya ada. Mungkin \
         unggahan terputus. Lihat foto yang ada, dan minta petugas mengunggah ulang bila perlu.",
        "One of the photos named as evidence has not arrived; another one has. The upload may have \
         broken off. Look at the one that came, and ask for the other if it is needed.",
    )
}

pub(in crate::closure) fn unreadable(reason: &str) -> Words {
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

pub(in crate::closure) fn made_by_ai() -> Words {
    fixed(
        "Berkas foto menyatakan gambarnya dibuat oleh model AI. Mungkin foto diteruskan lewat \
         aplikasi yang memberi tanda keliru. Minta foto asli dari kamera dan periksa lokasi.",
        "The file says that its picture was made by an AI model. An app on the way may have \
         marked it wrongly. Ask for the camera's own photo and check the place.",
    )
}

pub(in crate::closure) fn edited_with_ai() -> Words {
    fixed(
        "Berkas foto menyatakan dibuat atau diubah dengan bantuan AI. Mungkin fitur ponsel untuk \
         mempertajam gambar atau menutupi wajah. Minta foto asli dan periksa lokasi.",
        "The file says that it was made or changed with the help of AI. It may be a phone's \
         enhancement, or faces that were hidden. Ask for the original and check the place.",
    )
}

pub(in crate::closure) fn edit_mark() -> Words {
    fixed(
        "Berkas foto menyatakan telah disunting. Mungkin hanya dipotong, diputar, diberi tanggal, \
         atau wajah ditutupi. Minta foto asli bila perlu.",
        "The file says that it was edited. It may only have been cropped, turned, dated, or faces \
         hidden. Ask for the original if needed.",
    )
}

pub(in crate::closure) fn privacy_blur() -> Words {
    fixed(
        "Foto disunting hanya untuk menyamarkan bagian kecil, seperti wajah atau pelat nomor; \
         selebihnya tidak berubah. Lihat foto asli bila ragu.",
        "The photo was edited only to hide a small part, as faces and number plates are; the rest \
         is unchanged. See the original if in doubt.",
    )
}

pub(in crate::closure) fn only_framed() -> Words {
    fixed(
        "Foto disunting hanya untuk dipotong, diputar, atau disimpan ulang; isinya tidak berubah. \
         Lihat foto asli bila ragu.",
        "The photo was only cropped, turned or saved again; what it shows is unchanged. See the \
         original if in doubt.",
    )
}

pub(in crate::closure) fn screenshot() -> Words {
    fixed(
        "Berkas menyatakan diri sebagai tangkapan layar. Mungkin bukti koordinasi dalam \
         percakapan. Minta foto langsung dari lokasi bila pekerjaan diklaim selesai.",
        "The file calls itself a screenshot. It may prove a coordination in a chat. Ask for a \
         photo from the place if work is claimed.",
    )
}

pub(in crate::closure) fn photo_of_a_screen() -> Words {
    fixed(
        "Gambar memiliki pola layar, seperti foto dari layar atau cetakan. Mungkin pagar, kain, \
         atau ubin dengan pola serupa. Minta foto langsung dari lokasi.",
        "The picture has the pattern of a screen, as when a screen or a print is photographed. \
         Fences, cloth and tiles can look the same. Ask for a photo taken at the place.",
    )
}

pub(in crate::closure) fn size_of_a_screen() -> Words {
    fixed(
        "Ukuran gambar sama dengan ukuran layar dan tidak ada kamera yang disebut. Mungkin \
         dikirim lewat aplikasi. Minta foto asli bila perlu.",
        "The picture has the size of a screen and names no camera. An app may have sent it so. \
         Ask for the original if needed.",
    )
}

pub(in crate::closure) fn messenger() -> Words {
    fixed(
        "Foto dikirim lewat aplikasi pesan, yang mengecilkan gambar, menyimpannya ulang dan \
         menghapus keterangannya. Tidak dihitung.",
        "The photo came through a messenger, which scales a picture, saves it again and drops \
         what it says. It does not count.",
    )
}

pub(in crate::closure) fn other_thumbnail() -> Words {
    fixed(
        "Gambar kecil di dalam berkas menunjukkan hal lain daripada fotonya. Mungkin foto \
         dipotong, atau wajah ditutupi. Minta foto asli.",
        "The thumbnail within the file shows something else than the photo. It may have been \
         cropped, or faces hidden. Ask for the original.",
    )
}

pub(in crate::closure) fn camera_missing() -> Words {
    fixed(
        "Foto lain dari petugas ini menyebut kameranya, foto ini tidak. Mungkin dikirim lewat \
         aplikasi atau dengan ponsel lain. Minta foto asli bila perlu.",
        "The officer's other photos name their camera, this one does not. It may have come \
         through an app or another phone. Ask for the original if needed.",
    )
}

pub(in crate::closure) fn encoded_twice() -> Words {
    fixed(
        "Gambar pernah disimpan ulang. Aplikasi pesan dan galeri melakukan hal yang sama. Minta \
         foto asli bila perlu.",
        "The picture was saved again at least once. Messengers and galleries do the same. Ask for \
         the original if needed.",
    )
}
