//! What stands on a card, in Indonesian and English. Never a charge.

use jaga_contract::Strength;
use jaga_ticket::StepKind;
use jaga_ticket::closure::Relation;

/// Indonesian, English.
pub type Words = (&'static str, &'static str);

pub const NO_REASON: Words = (
    "Tidak ada alasan yang dicatat. Sebagian penutupan diperiksa karena undian, agar yang terlewat \
     dapat diukur. Lihat fotonya seteliti yang lain.",
    "No reason is listed. Some closures come by chance, so that what is missed can be measured. Look \
     at its photos as closely as at others'.",
);

pub const STEPS: [Words; 4] = [
    (
        "Lihat foto laporan dan foto bukti berdampingan: tempat yang sama, pekerjaan terlihat selesai?",
        "Look at the report's photo beside the evidence: the same place, and is the work done?",
    ),
    (
        "Baca alasannya. Setiap alasan menyebut apa yang terlihat, penjelasan wajarnya, dan apa yang \
         perlu diperiksa.",
        "Read the reasons. Each says what was seen, what it may innocently be, and what to check.",
    ),
    (
        "Bila ragu, minta jawaban petugas atau periksa lokasi. Kartu ini bukan tuduhan.",
        "If in doubt, ask the officer or look at the place. This card is no charge.",
    ),
    (
        "Catat keputusan Anda: genuine (dikerjakan), fake (tidak dikerjakan), unclear (tidak dapat \
         dipastikan), dengan perintah di bawah.",
        "Put your decision on record: genuine (done), fake (not done), unclear (can't be told), by the \
         command below.",
    ),
];

pub const WITHHELD: Words = (
    "Laporan ini bersifat privat: foto pelapor dan lokasinya tidak ditampilkan.",
    "The report is private: the reporter's photos and the place are not shown.",
);

pub const NOT_PUBLIC: Words = (
    "Laporan ini tidak terbuka untuk umum.",
    "This report is not open to the public.",
);

pub const NO_CHARGE: Words = (
    "Permintaan untuk melihat, bukan tuduhan. Yang tidak diketahui bukan alasan.",
    "A request to look, never a charge. What is not known is no reason.",
);

pub fn strength(strength: Strength) -> Words {
    match strength {
        Strength::Hard => ("kuat", "strong"),
        Strength::Soft => ("lemah", "weak"),
        Strength::Withdrawn => ("terjelaskan, tidak dihitung", "explained, does not count"),
    }
}

pub fn step(kind: StepKind) -> Words {
    match kind {
        StepKind::Submitted => ("Laporan diterima", "reported"),
        StepKind::Coordinated => ("Koordinasi", "passed to another unit"),
        StepKind::Dispositioned => ("Disposisi", "passed down"),
        StepKind::Accepted => ("Proses", "taken as work"),
        StepKind::EstimateDeclared => ("Estimasi waktu selesai", "a finish was declared"),
        StepKind::InformationRequested => ("Pelapor dimintai keterangan", "the reporter was asked"),
        StepKind::InformationReceived => ("Keterangan diterima", "the reporter answered"),
        StepKind::ClosureProposed => ("Menunggu validasi", "closure proposed"),
        StepKind::Validated => ("Selesai", "validated"),
        StepKind::Refused => ("TL ditolak", "closure refused"),
        StepKind::Reopened => ("Dibuka kembali", "opened again"),
        StepKind::Rejected => ("Ditolak", "report turned down"),
        StepKind::Rated => ("Dinilai pelapor", "rated by the reporter"),
    }
}

pub fn relation(relation: Relation) -> Words {
    match relation {
        Relation::Unknown => ("tidak dapat dipastikan", "can't be told"),
        Relation::Unrelated => ("tidak ada kesamaan", "nothing in common was found"),
        Relation::SameScene => (
            "tempat sama, pemotretan lain",
            "one place, another exposure",
        ),
        Relation::EditedCopy => ("satu pemotretan, ada yang diubah", "one exposure, changed"),
        Relation::Identical => ("gambar yang sama", "the same picture"),
    }
}
