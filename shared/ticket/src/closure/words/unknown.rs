//! What would have to be known to look for a signal: after "not known:", "belum diketahui:".

/// Something that is not known, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::closure) struct Gap {
    pub(in crate::closure) id: &'static str,
    pub(in crate::closure) en: &'static str,
}

const fn gap(id: &'static str, en: &'static str) -> Gap {
    Gap { id, en }
}

pub(in crate::closure) const WHEN_ASSIGNED: Gap = gap(
    "kapan unit menerima laporan",
    "when the unit got the ticket",
);
pub(in crate::closure) const WHERE_OFFICER_WAS: Gap = gap(
    "di mana petugas berada saat laporan diterima unit",
    "where the officer was when the unit got the ticket",
);
pub(in crate::closure) const CLOSURES_AROUND: Gap = gap(
    "penutupan lain pada waktu yang sama",
    "the closures around this one",
);
pub(in crate::closure) const POSITION: Gap = gap("posisi pengambilan foto", "the photo's position");
pub(in crate::closure) const ACCURACY: Gap = gap(
    "ketelitian posisi pada foto petugas",
    "the accuracy of the officer's positions",
);
pub(in crate::closure) const PHOTO_BEFORE: Gap =
    gap("foto petugas yang sebelumnya", "the officer's photo before");
pub(in crate::closure) const ORDER_OF_PHOTOS: Gap =
    gap("urutan foto petugas", "the order of the officer's photos");
pub(in crate::closure) const FILE_TRACES: Gap = gap(
    "gambar kecil, penyandian, dan kamera pada berkas foto",
    "thumbnail, coding and camera",
);
pub(in crate::closure) const OTHER_NOTES: Gap =
    gap("catatan pada laporan lain", "the notes of other tickets");
pub(in crate::closure) const AUTHORITY: Gap = gap("kewenangan unit", "the unit's authority");
pub(in crate::closure) const RATING: Gap = gap("penilaian dari pelapor", "the reporter's rating");
pub(in crate::closure) const RATE: Gap = gap(
    "angka dari cukup banyak penutupan",
    "a rate over enough closures",
);
pub(in crate::closure) const COMPARISON: Gap = gap(
    "perbandingan dengan foto laporan",
    "a comparison with the report photo",
);
pub(in crate::closure) const SURE_COMPARISON: Gap = gap(
    "perbandingan dengan foto laporan yang cukup pasti",
    "a comparison with the report photo that is sure enough",
);
pub(in crate::closure) const WHEN_REPORTED: Gap =
    gap("waktu laporan masuk", "the time of the report");
pub(in crate::closure) const WHEN_TAKEN: Gap =
    gap("waktu pada foto itu sendiri", "the photo's own time");
pub(in crate::closure) const WHEN_TOLD: Gap = gap(
    "waktu yang tercetak pada foto atau yang disebutkan petugas",
    "a printed or stated time",
);
