//! `jaga review card`: one file that holds all it shows, and nothing that its reader may not see.

use anyhow::{Context as _, Result, ensure};
use jaga_ledger::Ledger;
use jaga_tests::eventually;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::folder::{Folder, LAT, LON, shot};
use crate::run::{SOON, command, finish, holds};

/// As the inbox names it.
fn photo_id(ticket: &str, role: &str, file: &str, bytes: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(format!("{ticket}/{role}/{file}").as_bytes());
    let digest = hasher.update(&[0]).update(bytes).finalize().to_hex();
    let letter = if role == "evidence" { "E" } else { "R" };
    format!("{ticket}-{letter}-{}", &digest[..12])
}

/// A ticket that was closed with one evidence photo.
/// `north`: degrees from where its photos say they were taken.
fn ticket(folder: &mut Folder, id: &str, visibility: &str, north: f64) -> Result<()> {
    let evidence = 7;
    // The report as the photos say; the closure after the uploads, which have the machine's time: who
    // closes before others upload was first.
    let taken = Timestamp::from_second(1_793_600_000)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "files of an inbox have the machine's time"
    )]
    let closed = Timestamp::now().max(taken) + SignedDuration::from_mins(5);
    let (report, proof) = (shot(evidence + 40, (640, 480)), shot(evidence, (640, 480)));
    let photo = photo_id(id, "evidence", "b.jpg", &proof.jpeg());
    let steps = json!([
        {
            "event_id": format!("{id}-1"), "ticket_id": id, "occurred_at": taken - SignedDuration::from_hours(30),
            "step": {
                "kind": "submitted", "number": id, "channel": "jaki", "category": "Jalan Rusak",
                "visibility": visibility, "point": {"lat": LAT + north, "lon": LON}, "kelurahan": "31.73.01.1005"
            }
        },
        {
            "event_id": format!("{id}:closed"), "ticket_id": id, "unit": "sudin-a",
            "occurred_at": closed,
            "step": {"kind": "closure_proposed", "evidence": [photo],
                     "note": "Selesai <script>alert(1)</script> & \"rapi\""}
        },
    ]);
    folder.file(&format!("{id}/ticket.json"), steps.to_string().as_bytes())?;
    folder.photo(&format!("{id}/report/a.jpg"), &report)?;
    folder.photo(&format!("{id}/evidence/b.jpg"), &proof)
}

async fn judged(folder: &Folder, count: usize) -> Result<()> {
    let mut up = command(["up", "--data"])?
        .arg(folder.data())
        .arg("--inbox")
        .arg(folder.inbox())
        .start()?;
    let looked = eventually(SOON, || async {
        let ledger = Ledger::embedded(&folder.data().join("ledger.sqlite"), true)?;
        let verdicts = ledger.verdicts().await?;
        let photos = ledger.photos().await?.len();
        ledger.close().await;
        let public = verdicts.iter().filter(|v| v.ticket_id.as_str() != "JK3");
        let held = public.filter(|v| v.verdict == "hold").count();
        ensure!(photos == folder.uploads, "{photos} photos");
        ensure!(verdicts.len() == count && held > 0, "{verdicts:?}");
        Ok(())
    })
    .await;
    up.sigterm();
    up.wait(SOON).await?;
    looked.with_context(|| up.log_tail())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_holds_all_it_shows_and_nothing_of_a_private_report() -> Result<()> {
    let mut folder = Folder::empty()?;
    // The same evidence closes three tickets kilometres apart, one of them private.
    ticket(&mut folder, "JK1", "public", 0.001)?;
    ticket(&mut folder, "JK2", "public", 0.02)?;
    ticket(&mut folder, "JK3", "private", 0.04)?;
    judged(&folder, 3).await?;
    let card = async |id: &str, reader: &str| -> Result<String> {
        let out = folder.path().join(format!("{id}-{reader}.html"));
        let args = command(["review", "card", "--for", reader, id, "--data"])?;
        finish(args.arg(folder.data()).arg("--out").arg(&out))
            .await?
            .exits(0)?;
        let html = std::fs::read_to_string(out)?;
        for secret in &folder.secrets {
            ensure!(
                !holds(html.as_bytes(), secret),
                "{id} {reader}: {}",
                secret.escape_ascii()
            );
        }
        for secret in [
            "6.1449", "106.763", "<script", "http:", "https:", "src=\"/", "url(",
        ] {
            ensure!(!html.contains(secret), "{id} {reader} holds {secret}");
        }
        ensure!(html.contains("default-src 'none'"), "no policy");
        Ok(html)
    };
    let pictures = |html: &str| html.matches("data:image/jpeg;base64,").count();

    // Of the later ticket the earlier evidence is a reason.
    let ledger = Ledger::embedded(&folder.data().join("ledger.sqlite"), true)?;
    let verdicts = ledger.verdicts().await?;
    ledger.close().await;
    let held = verdicts.iter().filter(|v| v.verdict == "hold");
    let public = held
        .map(|v| v.ticket_id.as_str())
        .find(|id| *id != "JK3")
        .context("a held public ticket")?
        .to_owned();
    let html = card(&public, "reviewer").await?;
    ensure!(
        pictures(&html) >= 2,
        "report and evidence: {}",
        pictures(&html)
    );
    for told in [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "same_bytes_elsewhere",
        "Kelurahan",
        "class=sketch",
        "Garis waktu",
        "jaga review decide",
        "--revision",
        "bukan tuduhan",
    ] {
        ensure!(html.contains(told), "the card lacks {told}");
    }
    ensure!(
        !html.contains(">hold<"),
        "the verdict is told once it is decided"
    );

    let private = card("JK3", "reviewer").await?;
    ensure!(
        private.contains("bersifat privat") && pictures(&private) >= 1,
        "its evidence is shown"
    );
    for hidden in ["class=sketch", "Kelurahan", "JK3-R-"] {
        ensure!(
            !private.contains(hidden),
            "a private report's card holds {hidden}"
        );
    }

    let open = card(&public, "public").await?;
    ensure!(
        pictures(&open) == 2,
        "report and evidence: {}",
        pictures(&open)
    );
    for hidden in [
        "same_bytes",
        "class=sketch",
        "jaga review",
        "alert(1)",
        "JK3",
    ] {
        ensure!(!open.contains(hidden), "the public's card holds {hidden}");
    }
    let closed = card("JK3", "public").await?;
    ensure!(pictures(&closed) == 0 && closed.contains("tidak terbuka untuk umum"));
    ensure!(!closed.contains("Jalan Rusak") && !closed.contains("sudin-a"));

    a_card_of_each(&folder).await
}

async fn a_card_of_each(folder: &Folder) -> Result<()> {
    let out = folder.path().join("cards");
    let args = command(["review", "cards", "--data"])?.arg(folder.data());
    let said = finish(args.arg("--out").arg(&out)).await?.exits(0)?;
    let index = std::fs::read_to_string(out.join("index.html"))?;
    let links = index.matches("<a href=\"./").count();
    ensure!(
        links >= 1 && said.out.starts_with(&format!("{links} cards")),
        "{}",
        said.out
    );
    for name in index
        .split("<a href=\"./")
        .skip(1)
        .filter_map(|part| part.split('"').next())
    {
        ensure!(out.join(name).is_file() && !name.contains(':'), "{name}");
    }
    Ok(())
}
