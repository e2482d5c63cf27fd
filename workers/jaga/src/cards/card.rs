//! A card's page.

use jaga_contract::PhotoId;
use jaga_geo::Position;
use jaga_ledger::PhotoRow;
use jiff::Timestamp;

use super::compared::{outlines, rows};
use super::material::Material;
use super::pictures::Pictures;
use super::sketch::sketch;
use super::words;
use crate::cli::Audience;
use crate::html::{Page, dated, esc};

/// The whole file.
pub fn page(m: &Material, pictures: &Pictures, audience: Audience) -> String {
    let id = m.closure.ticket_id.as_str();
    let title = format!("Penutupan {id}");
    let mut page = Page::new(&title, &title, "kartu pemeriksaan / review card");
    if audience == Audience::Public {
        public(&mut page, m, pictures);
        return page.end();
    }
    page.steps(&words::STEPS);
    about(&mut page, m);
    photos(&mut page, m, pictures, audience);
    compared(&mut page, m);
    reasons(&mut page, m);
    time_line(&mut page, m, audience);
    map(&mut page, m);
    said(&mut page, m);
    page.section("Keputusan / decision", "");
    page.command(&m.command(m.closure.closure_id.as_str()));
    page.both(words::NO_CHARGE);
    page.end()
}

fn public(page: &mut Page, m: &Material, pictures: &Pictures) {
    if m.withheld {
        page.both(words::NOT_PUBLIC);
        return;
    }
    photos(page, m, pictures, Audience::Public);
    time_line(page, m, Audience::Public);
}

fn about(page: &mut Page, m: &Material) {
    let unknown = || "tidak diketahui / unknown".to_owned();
    let mut rows = vec![
        ("Kategori / category", m.category().map(str::to_owned)),
        ("Dilaporkan / reported", m.ticket.submitted_at.map(dated)),
        ("Ditutup / closed", Some(dated(m.closure.proposed_at))),
        ("Unit", m.unit().map(str::to_owned)),
        (
            "Catatan petugas / officer's note",
            m.note().map(str::to_owned),
        ),
        (
            "Penutupan / closure",
            Some(m.closure.closure_id.to_string()),
        ),
    ];
    if !m.withheld {
        rows.insert(1, ("Lokasi / place", m.place()));
    }
    let rows = rows.into_iter().map(|(name, value)| {
        vec![
            format!("<b>{}</b>", esc(name)),
            esc(&value.filter(|v| !v.is_empty()).unwrap_or_else(unknown)),
        ]
    });
    page.table(&["", ""], rows);
    if m.withheld {
        page.both(words::WITHHELD);
    }
}

fn photos(page: &mut Page, m: &Material, pictures: &Pictures, audience: Audience) {
    page.section(
        "Laporan dan bukti / report and evidence",
        "Laporan di kiri, bukti di kanan. / The report on the left, the evidence on the right.",
    );
    page.open_wide_pictures();
    page.open_column();
    let reviewer = audience == Audience::Reviewer;
    if m.withheld {
        page.no_picture("laporan privat / private report", "laporan / report");
    } else if m.reports.is_empty() {
        page.no_picture("tanpa foto / no photo", "laporan / report");
    }
    for row in &m.reports {
        picture(page, m, pictures, row, "laporan / report");
    }
    page.close_column();
    page.open_column();
    for (n, (id, row)) in m.evidence.iter().enumerate() {
        let caption = format!("bukti / evidence {}", n + 1);
        match row {
            Some(row) => picture(page, m, pictures, row, &caption),
            None => page.no_picture(
                "belum diterima / has not arrived",
                &format!("{caption} · {id}"),
            ),
        }
    }
    if m.evidence.is_empty() {
        page.no_picture("tanpa foto / no photo", "bukti / evidence");
    }
    page.close_column();
    page.close_pictures();
    if !reviewer || m.matched.is_empty() {
        return;
    }
    page.section(
        "Foto lain yang disebut alasan / other photos that reasons name",
        "Bandingkan dengan bukti di atas. / Compare them with the evidence above.",
    );
    page.open_wide_pictures();
    for (row, may) in &m.matched {
        let caption = format!("tiket / ticket {}", row.ticket_id);
        if *may {
            picture(page, m, pictures, row, &caption);
        } else {
            page.no_picture("laporan privat / private report", &caption);
        }
    }
    page.close_pictures();
}

fn picture(page: &mut Page, m: &Material, pictures: &Pictures, row: &PhotoRow, caption: &str) {
    let caption = format!("{caption} · {}", row.photo_id);
    let drawing = outlines(m.regions.get(&row.photo_id).map(Vec::as_slice));
    match pictures.of(row) {
        Some(jpeg) => page.picture_under(jpeg, &caption, &drawing),
        None => page.no_picture(row.reason.as_deref().unwrap_or(&row.outcome), &caption),
    }
}

fn compared(page: &mut Page, m: &Material) {
    let evidence = m.facts.iter().flat_map(|facts| &facts.evidence);
    // A private report's photo is not named here, nor what it shows.
    let own: Vec<_> = evidence.filter(|_| !m.withheld).flat_map(rows).collect();
    if own.is_empty() {
        return;
    }
    page.section(
        "Dibandingkan / compared",
        "Piksel demi piksel. / Pixel by pixel.",
    );
    let head = [
        "bukti / evidence",
        "dengan / with",
        "hasil / result",
        "yakin / sure",
        "sama-sama terlihat / seen in both",
        "berubah / changed",
    ];
    page.table(&head, own.into_iter());
}

fn reasons(page: &mut Page, m: &Material) {
    page.section(
        "Alasan / reasons",
        "Yang terlihat, penjelasan wajarnya, dan yang perlu diperiksa. / What was seen, what it may \
         innocently be, what to check.",
    );
    if m.reasons.is_empty() {
        page.both(words::NO_REASON);
    }
    for signal in &m.reasons {
        let (id, en) = words::strength(signal.strength);
        let figures = signal.figures.iter();
        let figures: Vec<String> = figures.map(|(name, n)| format!("{name} {n}")).collect();
        let photos: Vec<_> = signal.photos.iter().map(PhotoId::as_str).collect();
        let about = [format!("{id} / {en}"), figures.join(", "), photos.join(" ")];
        let about = about.into_iter().filter(|part| !part.is_empty());
        page.reason(signal, &about.collect::<Vec<_>>().join(" · "));
    }
    if !m.unknown.is_empty() {
        page.section(
            "Tidak diketahui, bukan alasan / not known, and no reason",
            "",
        );
        let rows = m.unknown.iter();
        page.table(
            &["", "", ""],
            rows.map(|u| vec![esc(u.signal), esc(u.text_id), esc(u.text_en)]),
        );
    }
}

fn time_line(page: &mut Page, m: &Material, audience: Audience) {
    let mut moments: Vec<(Timestamp, String, String)> = Vec::new();
    for moment in &m.ticket.timeline {
        let (id, en) = words::step(moment.kind);
        let unit = moment.unit.as_ref().map_or("", |unit| unit.as_str());
        moments.push((moment.at, format!("{id} / {en}"), unit.to_owned()));
    }
    if audience == Audience::Reviewer {
        let all = m.evidence.iter().enumerate();
        for (n, row) in all.filter_map(|(n, (_, row))| Some((n + 1, row.as_ref()?))) {
            let what = format!("bukti {n} diunggah / evidence {n} uploaded");
            moments.push((row.uploaded_at, what, String::new()));
            if let Some((at, zoned)) = row.captured {
                let what =
                    format!("bukti {n} diambil, menurut fotonya / evidence {n} taken, it says");
                let zone = if zoned {
                    ""
                } else {
                    "zona waktu tidak disebut / zone not told"
                };
                moments.push((at, what, zone.to_owned()));
            }
        }
    }
    moments.sort();
    page.section(
        "Garis waktu / time line",
        "Waktu Jakarta. / Jakarta's time.",
    );
    let rows = moments.into_iter();
    page.table(
        &["", "", ""],
        rows.map(|(at, what, more)| vec![esc(&dated(at)), esc(&what), esc(&more)]),
    );
}

fn map(page: &mut Page, m: &Material) {
    let Some(pin) = m.pin else { return };
    let of_photos = m.evidence.iter().enumerate().filter_map(|(n, (_, row))| {
        let (lat, lon) = row.as_ref()?.position?;
        let at = Position::repaired(lat, lon).ok()?.0;
        Some((format!("bukti / evidence {}", n + 1), at))
    });
    let photos: Vec<_> = of_photos.collect();
    page.section(
        "Denah / sketch",
        "Titik pelapor dan tempat bukti diambil, menurut fotonya; dari banyak foto tempatnya tidak \
         diketahui. / The reporter's pin and where evidence was taken, as the photos say; many say \
         nothing.",
    );
    page.drawing(&sketch(pin, &photos, m.tolerance_m));
}

fn said(page: &mut Page, m: &Material) {
    if m.reviews.is_empty() {
        return;
    }
    page.section("Yang sudah dikatakan / what was said", "");
    let rows = m.reviews.iter().map(|r| {
        let what = r
            .decision
            .as_deref()
            .unwrap_or("jawaban petugas / officer's answer");
        [dated(r.at), what.to_owned(), r.by.clone(), r.words.clone()]
            .map(|cell| esc(&cell))
            .to_vec()
    });
    page.table(&["", "", "", ""], rows);
    if !m.is_decided() {
        return;
    }
    page.section("Putusan Jaga / Jaga's verdicts", "");
    let rows = m.verdicts.iter().map(|v| {
        let drawn = if v.sample == Some(true) {
            "undian / drawn by chance"
        } else {
            ""
        };
        vec![
            v.revision.to_string(),
            esc(&dated(v.judged_at)),
            esc(&v.verdict),
            drawn.to_owned(),
            esc(&v.rules),
        ]
    });
    page.table(&["", "", "", "", ""], rows);
}
