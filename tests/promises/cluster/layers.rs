//! A layer from the vault, on real servers: fetched, judged by, and changed without a restart.

use std::time::Duration;

use bytes::Bytes;
use jaga_tests::{eventually, seed, site};

use crate::plant::Plant;
use crate::town::Town;
use crate::turn;

/// A made-up square around the town, as Gambir.
fn layer(north: f64) -> Bytes {
    let (west, south, east) = (106.80, -6.20, 106.85);
    Bytes::from(format!(
        r#"{{"type":"FeatureCollection","attribution":"Kantor Contoh","features":[{{"type":"Feature",
        "properties":{{"code":"31.71.01.1001","name":"Gambir"}},"geometry":{{"type":"Polygon","coordinates":
        [[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}]}}"#
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_in_the_vault_is_judged_by_and_changed_without_a_restart() {
    let _turn = turn().await;
    let site = site().await.unwrap();
    let bucket = site.s3.buckets.clean.clone();
    let named = format!("vault:{bucket}/reference/layers.toml");
    let more = [("GEO_LAYERS", named.as_str()), ("GEO_RELOAD_S", "1")];
    let plant = Plant::with(&site.amqp.url, &site.database.url, &site.s3, &more).await;
    let put = async |key: &str, bytes: Bytes| {
        let put = plant
            .vault
            .put(&bucket, key, bytes, "application/octet-stream");
        put.await.unwrap();
    };
    put("reference/made.geojson", layer(-6.15)).await;
    let list = "[[layer]]\nname = \"made\"\nsource = \"made.geojson\"\n";
    put("reference/layers.toml", Bytes::from(list)).await;

    let town = Town::new(seed(), 2, &site.s3.buckets.quarantine);
    plant.upload(&town).await;
    let workers = plant.start().await;
    plant.publish(&town.messages(1)).await;
    plant.settled(&town, Duration::from_mins(2)).await;
    let rows = plant.ledger.photos().await.unwrap();
    let version = rows[0].place_layer.clone().unwrap();
    for row in &rows {
        assert_eq!(
            row.place_verdict.as_deref(),
            Some("inside"),
            "{}",
            row.photo_id
        );
        assert_eq!(row.place_layer.as_ref(), Some(&version));
    }
    let credit = plant.ledger.layers().await.unwrap();
    assert!(credit.len() == 1 && credit[0].attribution == "Kantor Contoh");
    assert!(version.starts_with("made@"), "{version}");

    // The border moves south of the town: both photo workers take it.
    put("reference/made.geojson", layer(-6.18)).await;
    for worker in workers
        .iter()
        .filter(|w| w.log_tail().contains("layers in force"))
    {
        eventually(Duration::from_secs(30), || async {
            let loads = worker
                .metric("jaga_layer_loads_total{outcome=\"loaded\"}")
                .await?;
            anyhow::ensure!(loads > 1.5, "{loads}");
            Ok(())
        })
        .await
        .unwrap();
    }
    let mut late = Town::new(seed() ^ 1, 3, &site.s3.buckets.quarantine);
    late.steps.retain(|s| s.ticket_id.as_str() == "JK000002");
    late.photos
        .retain(|p| p.upload.ticket_id.as_str() == "JK000002");
    plant.upload(&late).await;
    plant.publish(&late.messages(1)).await;
    eventually(Duration::from_mins(1), || async {
        let rows = plant.ledger.photos().await?;
        let late: Vec<_> = rows
            .iter()
            .filter(|r| r.ticket_id.as_str() == "JK000002")
            .collect();
        anyhow::ensure!(late.len() == 3, "{} of 3", late.len());
        for row in late {
            let other = row.place_layer.as_ref().is_some_and(|v| *v != version);
            let moved = row.place_verdict.as_deref() == Some("outside");
            anyhow::ensure!(other && moved, "{row:?}");
        }
        Ok(())
    })
    .await
    .unwrap();
    drop(workers);
}
