//! The same picture somewhere else.

use super::{Words, fixed};

pub(in crate::closure) fn same_bytes() -> Words {
    fixed(
        "Berkas foto yang sama persis juga menjadi bukti pada tiket lain. Mungkin satu pekerjaan \
         untuk beberapa laporan. Bandingkan lokasi dan waktu kedua tiket.",
        "The very same file is also the evidence of another ticket. It may be one job for several \
         reports. Compare place and time of the tickets.",
    )
}

pub(in crate::closure) fn same_picture() -> Words {
    fixed(
        "Gambar yang sama persis juga menjadi bukti pada tiket lain, hanya keterangan berkasnya \
         berbeda. Mungkin satu pekerjaan untuk beberapa laporan. Bandingkan lokasi dan waktu \
         kedua tiket.",
        "The very same picture is also the evidence of another ticket; only the file's data \
         differ. It may be one job for several reports. Compare place and time of the tickets.",
    )
}

pub(in crate::closure) fn near_picture() -> Words {
    fixed(
        "Gambar ini sangat mirip dengan bukti pada tiket lain. Mungkin dua foto dari sudut yang \
         sama, atau tempat yang tampak serupa. Lihat kedua foto berdampingan, juga tulisan \
         tanggalnya.",
        "This picture is very close to the evidence of another ticket. It may be two shots from \
         one angle, or places that look alike. See both side by side, and their printed dates.",
    )
}

pub(in crate::closure) fn edit_of_earlier() -> Words {
    fixed(
        "Foto ini dan bukti pada tiket lain berasal dari satu jepretan; bagian kecil saja yang \
         berbeda, misalnya tulisan tanggal. Mungkin satu pekerjaan untuk beberapa laporan. Lihat \
         kedua foto berdampingan dan periksa kedua lokasi.",
        "This photo and the evidence of another ticket are one exposure; only a part differs, \
         such as a printed date. It may be one job for several reports. See both side by side, \
         and check both places.",
    )
}

pub(in crate::closure) fn another_exposure() -> Words {
    fixed(
        "Gambar ini mirip dengan bukti pada tiket lain, tetapi perbandingan menunjukkan dua \
         jepretan yang berbeda. Tidak dihitung.",
        "This picture is close to the evidence of another ticket, but comparing the two shows \
         different exposures. It does not count.",
    )
}

pub(in crate::closure) fn uploaded_twice() -> Words {
    fixed(
        "Foto yang sama diunggah dua kali untuk penutupan ini, misalnya oleh dua petugas. Tidak \
         dihitung.",
        "The same photo was uploaded twice for this closure, by two officers perhaps. It does not \
         count.",
    )
}

pub(in crate::closure) fn retry() -> Words {
    fixed(
        "Foto yang sama pernah diajukan pada tiket ini juga: pengajuan ulang setelah ditolak, \
         atau unggahan yang terputus. Tidak dihitung.",
        "The same photo was offered for this very ticket before: again after a refusal, or after \
         an upload that broke off. It does not count.",
    )
}

pub(in crate::closure) fn one_visit() -> Words {
    fixed(
        "Gambar yang sama ada pada tiket lain yang berdekatan dan ditutup pada waktu yang hampir \
         sama: satu kunjungan untuk beberapa laporan. Tidak dihitung.",
        "The same picture is on another ticket close by that was closed at nearly the same time: \
         one visit for several reports. It does not count.",
    )
}

pub(in crate::closure) fn one_job() -> Words {
    fixed(
        "Gambar yang sama menjadi bukti pada tiket lain di titik yang sama, tetapi pada hari \
         lain. Mungkin satu pekerjaan yang dilaporkan belakangan. Periksa apakah masalahnya masih \
         ada sesudah foto pertama.",
        "The same picture is the evidence of another ticket of this spot, but on another day. It \
         may be one job that was told of later. Check whether the problem was still there after \
         the first photo.",
    )
}

pub(in crate::closure) fn used_later() -> Words {
    fixed(
        "Foto ini dipakai lagi pada tiket lain sesudah penutupan ini diusulkan; di sini foto ini \
         yang pertama. Tidak dihitung.",
        "This photo was used again on another ticket after this closure was proposed; here it \
         came first. It does not count.",
    )
}

pub(in crate::closure) fn copy_of_report_photo() -> Words {
    fixed(
        "Foto bukti sama dengan foto laporan. Mungkin dilampirkan sebagai foto 'sebelum'. Cari \
         foto yang menunjukkan keadaan sesudah pekerjaan.",
        "The evidence is the same picture as a report photo. It may be attached as the 'before'. \
         Look for a photo that shows the place after the work.",
    )
}

pub(in crate::closure) fn near_report_photo() -> Words {
    fixed(
        "Foto bukti sangat mirip dengan foto laporan. Mungkin diambil jujur dari sudut yang sama. \
         Bandingkan keduanya: apa yang berubah, dan apakah bayangan serta benda lain ikut \
         berubah.",
        "The evidence is very close to a report photo. It may be an honest shot from the same \
         angle. Compare the two: what changed, and did shadows and other things change too.",
    )
}

pub(in crate::closure) fn edit_of_report_photo() -> Words {
    fixed(
        "Foto bukti dan foto laporan berasal dari satu jepretan; sebagian gambarnya berubah, \
         sisanya sama sampai ke butir gambar. Mungkin foto laporan dilampirkan dengan catatan \
         atau wajah ditutupi. Lihat bagian yang berubah dan periksa lokasi.",
        "The evidence and a report photo are one exposure: a part was changed, the rest agrees to \
         its grain. The report photo may be attached with notes on it, or with faces hidden. See \
         the changed parts, and check the place.",
    )
}

pub(in crate::closure) fn collage() -> Words {
    fixed(
        "Foto laporan hanya sebagian dari foto bukti: gabungan 'sebelum' dan 'sesudah'. Tidak \
         dihitung; lihat bagian 'sesudah'.",
        "The report photo is only a part of the evidence: a 'before' beside an 'after'. It does \
         not count; look at the 'after'.",
    )
}

pub(in crate::closure) fn before_picture() -> Words {
    fixed(
        "Foto laporan dilampirkan sebagai 'sebelum' di samping foto lain dari tempat yang sama. \
         Tidak dihitung; lihat foto yang lain.",
        "The report photo is attached as the 'before', beside another photo of the same place. It \
         does not count; look at the other one.",
    )
}

pub(in crate::closure) fn same_angle() -> Words {
    fixed(
        "Foto bukti mirip dengan foto laporan, tetapi jepretannya lain: tempat yang sama dari \
         sudut yang sama. Tidak dihitung.",
        "The evidence is close to the report photo but another exposure: the same place from the \
         same angle. It does not count.",
    )
}
