//! Time, place and speed.

use jiff::SignedDuration;

use super::{Words, fixed, words};
use crate::text::{length, length_id};

pub(in crate::closure) fn captured_before(earlier: SignedDuration, zone_known: bool) -> Words {
    let (id, en) = (length_id(earlier), length(earlier));
    if zone_known {
        words(
            format!(
                "Menurut datanya foto diambil {id} sebelum laporan masuk. Mungkin jam ponsel \
                 salah, atau pekerjaan memang mendahului laporan. Periksa tanggal pekerjaan."
            ),
            format!(
                "By its own data the photo was taken {en} before the report came. The phone's \
                 clock may be wrong, or the work came before the report. Check the date of the \
                 work."
            ),
        )
    } else {
        words(
            format!(
                "Menurut datanya foto diambil {id} sebelum laporan masuk, tetapi zona waktunya \
                 tidak tercatat. Mungkin hanya selisih zona waktu. Periksa tanggal pekerjaan."
            ),
            format!(
                "By its own data the photo was taken {en} before the report came, but its time \
                 zone is not recorded. It may be the zone alone. Check the date of the work."
            ),
        )
    }
}

pub(in crate::closure) fn clock_was_off() -> Words {
    fixed(
        "Jam kamera menunjukkan waktu sebelum laporan, tetapi jam satelit pada foto menunjukkan \
         waktu sesudahnya: jam ponsel yang keliru. Tidak dihitung.",
        "The camera's clock says a time before the report, but the satellite clock in the photo \
         says one after it: the phone's clock was off. It does not count.",
    )
}

pub(in crate::closure) fn clock_in_another_zone() -> Words {
    fixed(
        "Foto diambil sebelum laporan menurut jamnya, tetapi selisihnya dengan pengiriman tepat \
         beberapa jam penuh: jam ponsel mungkin memakai zona waktu lain. Periksa tanggal \
         pekerjaan bila ragu.",
        "By its clock the photo came before the report, but it is whole hours from its sending: \
         the phone's clock may stand in another time zone. Check the date of the work if in \
         doubt.",
    )
}

pub(in crate::closure) fn work_before_report() -> Words {
    fixed(
        "Foto diambil di tempat itu tidak lama sebelum laporan masuk: pekerjaan mungkin sudah \
         selesai lebih dahulu. Periksa apakah masalahnya kembali sesudah foto.",
        "The photo was taken on the spot shortly before the report came: the work may have come \
         first. Check whether the problem returned after the photo.",
    )
}

pub(in crate::closure) fn dates_differ(off: SignedDuration) -> Words {
    let (id, en) = (length_id(off), length(off));
    words(
        format!(
            "Tanggal yang tercetak atau dinyatakan berbeda {id} dari waktu foto sendiri. Mungkin \
             jam ponsel atau aplikasi tanggal keliru. Bandingkan dengan tanggal pekerjaan."
        ),
        format!(
            "The printed or stated date is {en} from the photo's own time. The clock of the phone \
             or of the dating app may be wrong. Compare with the date of the work."
        ),
    )
}

pub(in crate::closure) fn printed_before(early: SignedDuration) -> Words {
    let (id, en) = (length_id(early), length(early));
    words(
        format!(
            "Tanggal yang tercetak atau dinyatakan {id} sebelum laporan masuk. Mungkin tanggal \
             pada aplikasi keliru, atau pekerjaan mendahului laporan. Periksa tanggal pekerjaan."
        ),
        format!(
            "The printed or stated date is {en} before the report. The app's date may be wrong, \
             or the work came before the report. Check the date of the work."
        ),
    )
}

pub(in crate::closure) fn printed_after(late: SignedDuration) -> Words {
    let (id, en) = (length_id(late), length(late));
    words(
        format!(
            "Tanggal yang tercetak atau dinyatakan {id} sesudah penutupan. Mungkin tanggal pada \
             aplikasi keliru. Periksa tanggal pekerjaan."
        ),
        format!(
            "The printed or stated date is {en} after the closure. The app's date may be wrong. \
             Check the date of the work."
        ),
    )
}

pub(in crate::closure) fn far(distance: u32, limit: u32) -> Words {
    words(
        format!(
            "Foto diambil {distance} m dari titik laporan; untuk kategori ini wajarnya sampai \
             {limit} m. Mungkin titik laporan kurang tepat, atau foto dikirim dari kantor. \
             Cocokkan dengan alamat laporan."
        ),
        format!(
            "The photo was taken {distance} m from the report's point; for this category {limit} \
             m are usual. The point may be off, or the photo was taken elsewhere on the way. \
             Compare with the report's address."
        ),
    )
}

pub(in crate::closure) fn little_beyond(distance: u32, limit: u32) -> Words {
    words(
        format!(
            "Foto diambil {distance} m dari titik laporan, sedikit lebih dari {limit} m yang wajar. \
             Titik yang dipasang pelapor sering meleset beberapa ratus meter. Cocokkan dengan alamat \
             laporan bila ragu."
        ),
        format!(
            "The photo was taken {distance} m from the report's point, a little more than the usual \
             {limit} m. Points that reporters set are often off by some hundred metres. Compare with \
             the report's address if in doubt."
        ),
    )
}

pub(in crate::closure) fn other_kelurahan() -> Words {
    fixed(
        "Foto diambil di kelurahan lain. Mungkin titik laporan dekat batas atau kurang tepat. \
         Cocokkan dengan alamat laporan.",
        "The photo was taken in another kelurahan. The report's point may be near a border or \
         off. Compare with the report's address.",
    )
}

pub(in crate::closure) fn pin_near_border() -> Words {
    fixed(
        "Foto diambil di dekat batas kelurahan: titik laporan atau kelurahan pada tiket mungkin \
         kurang tepat. Cocokkan dengan alamat bila ragu.",
        "The photo was taken near a kelurahan's border: the report's point, or the kelurahan on \
         the ticket, may be off. Compare with the address if in doubt.",
    )
}

pub(in crate::closure) fn pin_is_wrong() -> Words {
    fixed(
        "Posisi foto jauh dari titik laporan, tetapi titik itu juga tidak cocok dengan foto laporan \
         sendiri: mungkin titiknya yang keliru. Cocokkan dengan alamat bila ragu.",
        "The photo's position is far from the report's point, but that point does not agree with the \
         report's own photo either: the point may be wrong. Compare with the address if in doubt.",
    )
}

pub(in crate::closure) fn place_is_right() -> Words {
    fixed(
        "Posisi foto jauh dari titik laporan, tetapi gambarnya menunjukkan tempat yang sama \
         dengan foto laporan: titik laporan mungkin kurang tepat. Tidak dihitung.",
        "The photo's position is far from the report's point, but it shows the same place as the \
         report photo: the point may be off. It does not count.",
    )
}

pub(in crate::closure) fn stale_position() -> Words {
    fixed(
        "Posisi pada foto lebih tua daripada fotonya: ponsel memakai posisi lama. Cocokkan \
         gambarnya dengan tempat bila ragu.",
        "The position is older than the photo itself: the phone used an old one. Compare the \
         picture with the place if in doubt.",
    )
}

pub(in crate::closure) fn position_of_the_pin() -> Words {
    fixed(
        "Posisi pada foto sama persis dengan titik laporan sampai angka terakhir; posisi yang \
         diukur hampir tidak pernah begitu. Mungkin aplikasi mengisi titik laporan. Tanyakan \
         aplikasi yang dipakai dan periksa lokasi.",
        "The photo's position is the report's point to the last digit; a measured one hardly ever \
         is. The app may fill in the report's point. Ask which app was used, and check the place.",
    )
}

pub(in crate::closure) fn app_fills_in_the_pin() -> Words {
    fixed(
        "Posisi pada foto sama persis dengan titik laporan, seperti pada hampir semua foto unit \
         ini: aplikasinya mengisi titik laporan. Tidak dihitung.",
        "The photo's position is the report's point to the last digit, as on nearly all photos of \
         this unit: its app fills it in. It does not count.",
    )
}

pub(in crate::closure) fn position_of_an_office() -> Words {
    fixed(
        "Posisi pada foto sama persis dengan posisi sebuah kantor. Mungkin ponsel menyimpan \
         posisi lama, atau foto diunggah dari kantor. Minta foto lain dari lokasi bila perlu.",
        "The photo's position is exactly that of an office. The phone may have kept an old \
         position, or the photo was sent from the office. Ask for another photo from the place if \
         needed.",
    )
}

pub(in crate::closure) fn constant_accuracy(row: u32) -> Words {
    words(
        format!(
            "Ketelitian posisi sama persis pada {row} foto berturut-turut dari petugas ini; \
             biasanya angkanya berubah. Mungkin ponselnya membulatkan. Bandingkan foto dengan \
             tempatnya."
        ),
        format!(
            "The accuracy of the position is exactly the same on {row} photos of this officer in \
             a row; it usually changes. The phone may round it. Compare the photo with the place."
        ),
    )
}

pub(in crate::closure) fn impossible_travel(way: u32, elapsed: i64) -> Words {
    let elapsed = SignedDuration::from_secs(elapsed);
    let (id, en, km) = (length_id(elapsed), length(elapsed), way / 1000);
    words(
        format!(
            "Foto sebelumnya dari petugas ini diambil {km} km jauhnya, {id} sebelumnya. Mungkin \
             dua petugas memakai satu akun, atau jam ponsel keliru. Tanyakan siapa yang mengambil \
             foto."
        ),
        format!(
            "The officer's photo before was taken {km} km away, {en} earlier. Two officers may \
             share an account, or a clock is off. Ask who took the photo."
        ),
    )
}

pub(in crate::closure) fn sent_together() -> Words {
    fixed(
        "Foto-foto dikirim bersamaan, misalnya setelah sinyal kembali; waktu pengiriman bukan \
         waktu pekerjaan. Lihat waktu pada foto bila ada.",
        "The photos were sent together, as when the network returns; that is not the time of the \
         work. See the photos' own times if there are any.",
    )
}

pub(in crate::closure) fn too_fast(elapsed: SignedDuration) -> Words {
    let (id, en) = (length_id(elapsed), length(elapsed));
    words(
        format!(
            "Ditutup {id} setelah diterima unit. Mungkin petugas sudah di tempat, masalah sudah \
             hilang, atau kiriman tertunda sinyal. Tanyakan waktu pekerjaan."
        ),
        format!(
            "Closed {en} after the unit got it. The officer may have been on the spot, the \
             problem gone, or the upload delayed by the network. Ask when the work was done."
        ),
    )
}

pub(in crate::closure) fn done_before_assignment() -> Words {
    fixed(
        "Ditutup segera setelah diterima unit, tetapi foto menunjukkan pekerjaan di tempat itu \
         sudah dilakukan sebelumnya. Tidak dihitung.",
        "Closed at once after the unit got it, but the photo shows that the work on the spot had \
         been done before. It does not count.",
    )
}

pub(in crate::closure) fn fast_but_there() -> Words {
    fixed(
        "Ditutup sangat cepat, tetapi foto menunjukkan tempat yang sama dengan foto laporan dalam \
         jepretan lain. Tanyakan waktu pekerjaan bila ragu.",
        "Closed very fast, but the photo is another exposure of the place in the report photo. \
         Ask when the work was done if in doubt.",
    )
}

pub(in crate::closure) fn too_fast_for_distance(way: u32, elapsed: SignedDuration) -> Words {
    let (id, en, km) = (length_id(elapsed), length(elapsed), way / 1000);
    words(
        format!(
            "Ditutup {id} setelah diterima unit, padahal foto petugas sesaat sebelumnya diambil {km} \
             km dari tempat itu. Mungkin petugas lain yang mengerjakan, atau beberapa petugas \
             memakai satu akun. Tanyakan siapa yang berada di tempat."
        ),
        format!(
            "Closed {en} after the unit got it, while the officer's photo shortly before was taken \
             {km} km away. Another officer may have done it, or several use one account. Ask who \
             was there."
        ),
    )
}

pub(in crate::closure) fn burst(places: u32, window_s: u32) -> Words {
    let minutes = window_s / 60;
    words(
        format!(
            "{places} tempat ditutup dalam {minutes} menit. Mungkin pekerjaan beberapa hari \
             dilaporkan sekaligus. Tanyakan waktu pekerjaan masing-masing."
        ),
        format!(
            "{places} places were closed within {minutes} min. It may be the work of some days \
             that was told of at once. Ask when each was done."
        ),
    )
}
