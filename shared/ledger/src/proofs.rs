//! What the ledger promises about errors, damage and limits. What it promises about its work is
//! tried on both databases by the workspace's tests.

use std::time::Duration;

use jaga_contract::{ClosureDue, EventId, PhotoId, Role, TicketId};
use jiff::Timestamp;

use crate::db::{Either, on};
use crate::{Claim, Ledger, LedgerError, LedgerSettings, PhotoRow};

async fn ledger(deadline: Duration) -> (Ledger, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("ledger.sqlite").display());
    let ledger = Ledger::open(&LedgerSettings {
        url,
        connections: 2,
        deadline,
    })
    .unwrap();
    ledger.migrate().await.unwrap();
    (ledger, folder)
}

async fn run(ledger: &Ledger, sql: &'static str) {
    on!(&ledger.writer, p => sqlx::query(sql).execute(p).await.map(drop)).unwrap();
}

fn photo(id: &str) -> PhotoRow {
    let ids = (
        PhotoId::new(id).unwrap(),
        TicketId::new("T1").unwrap(),
        Role::Report,
    );
    PhotoRow::bare(ids, "processed", None, Timestamp::UNIX_EPOCH)
}

#[test]
fn an_address_that_is_none_is_refused_without_being_repeated() {
    for url in [
        "postgres://jaga:rahasia@[broken",
        "mysql://jaga:rahasia@db/x",
        "",
        "rahasia",
    ] {
        let settings = LedgerSettings {
            url: url.into(),
            connections: 1,
            deadline: Duration::from_secs(1),
        };
        let error = Ledger::open(&settings).unwrap_err();
        assert!(matches!(error, LedgerError::BadUrl(_)));
        assert!(
            !format!("{error} {error:?}").contains("rahasia"),
            "{error:?}"
        );
    }
}

#[test]
fn connection_trouble_waits_and_a_wrong_statement_does_not() {
    let io = || std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    for waits in [
        sqlx::Error::Io(io()),
        sqlx::Error::PoolTimedOut,
        sqlx::Error::PoolClosed,
    ] {
        assert!(LedgerError::of("test", waits).is_unreachable());
    }
    for defect in [
        sqlx::Error::RowNotFound,
        sqlx::Error::ColumnNotFound("x".into()),
    ] {
        assert!(!LedgerError::of("test", defect).is_unreachable());
    }
}

#[tokio::test]
async fn a_writer_that_never_ends_holds_up_others_no_longer_than_the_deadline() {
    let (ledger, _folder) = ledger(Duration::from_secs(1)).await;
    let held = ledger.begin().await.unwrap();
    let Err(refused) = ledger.begin().await else {
        panic!("two writers at once")
    };
    assert!(refused.is_unreachable(), "{refused:?}");
    assert!(ledger.unsent().await.is_ok(), "reading goes on");
    drop(held);
    assert!(ledger.begin().await.is_ok());
}

#[tokio::test]
async fn a_statement_that_is_refused_is_told_with_its_operation() {
    let (ledger, _folder) = ledger(Duration::from_secs(5)).await;
    run(&ledger, "DROP TABLE outbox").await;
    let error = ledger.unsent().await.unwrap_err();
    assert!(!error.is_unreachable());
    assert_eq!(error.to_string(), "count the outbox: the ledger refused");
    assert!(
        ledger.check().await.is_ok(),
        "the schema's version says nothing of it"
    );
}

#[tokio::test]
async fn a_newer_schema_is_fine_and_an_older_one_is_named() {
    let (ledger, _folder) = ledger(Duration::from_secs(5)).await;
    run(&ledger, "INSERT INTO _sqlx_migrations
        SELECT 999, description, installed_on, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1").await;
    ledger.check().await.unwrap();
    run(&ledger, "DELETE FROM _sqlx_migrations").await;
    let error = ledger.check().await.unwrap_err();
    assert!(error.to_string().contains("jaga migrate"), "{error}");
}

#[tokio::test]
async fn a_verdict_from_before_layers_keeps_its_words_and_has_no_layer() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::embedded(&folder.path().join("ledger.sqlite"), true).unwrap();
    ledger.migrate_to(1).await.unwrap();
    for row in OLD_ROWS {
        run(&ledger, row).await;
    }
    let too_old = ledger.check().await.unwrap_err().to_string();
    assert!(too_old.contains("jaga migrate"), "{too_old}");
    ledger.migrate().await.unwrap();

    let rows = ledger.photos().await.unwrap();
    assert_eq!(rows.len(), 2);
    let old = &rows[0];
    assert_eq!(old.place_verdict.as_deref(), Some("near_border"));
    assert_eq!(old.place_kelurahan.as_deref(), Some("31.73.01.1005"));
    assert_eq!(
        (old.distance_m, old.position),
        (Some(41.5), Some((-6.15, 106.76)))
    );
    assert_eq!(
        (&old.place_layer, &old.placed),
        (&None, &None),
        "nobody knows"
    );
    let ticket = ledger.ticket(&TicketId::new("T1").unwrap()).await.unwrap();
    let ticket = ticket.unwrap();
    assert_eq!((ticket.point, ticket.address), (Some((-6.1, 106.8)), None));
    assert!(ledger.layers().await.unwrap().is_empty());

    // The same upload again is a repeat, and does not rewrite what was judged.
    let mut again = photo("P1");
    (again.role, again.place_layer) = (Role::Evidence, Some("new@1".into()));
    again.upload_digest = Some("aa".into());
    let mut tx = ledger.begin().await.unwrap();
    assert!(!tx.record_photo(&again).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(ledger.photos().await.unwrap(), rows);
}

/// As the first version wrote them.
const OLD_ROWS: [&str; 3] = [
    "INSERT INTO photos (photo_id, ticket_id, role, outcome, upload_digest, place_verdict, place_kelurahan,
       distance_m, lat, lon, marks, removed, uploaded_at, finished_at)
     VALUES ('P1', 'T1', 'evidence', 'processed', 'aa', 'near_border', '31.73.01.1005', 41.5, -6.15, 106.76,
       '[]', '[]', 0, 0)",
    "INSERT INTO photos (photo_id, ticket_id, role, outcome, place_verdict, marks, removed, uploaded_at,
       finished_at) VALUES ('P2', 'T1', 'report', 'processed', 'outside', '[]', '[]', 0, 0)",
    "INSERT INTO tickets (ticket_id, state, withheld, point_lat, point_lon, updated_at)
     VALUES ('T1', 'done', 0, -6.1, 106.8, 0)",
];

#[tokio::test]
async fn a_damaged_row_is_an_error_that_names_its_table_and_no_value() {
    let (ledger, _folder) = ledger(Duration::from_secs(5)).await;
    let mut tx = ledger.begin().await.unwrap();
    tx.record_photo(&photo("P1")).await.unwrap();
    tx.commit().await.unwrap();
    for damage in [
        "UPDATE photos SET marks = 'rahasia'",
        "UPDATE photos SET marks = '[]', ticket_id = 'rahasia sekali'",
        "UPDATE photos SET ticket_id = 'T1', uploaded_at = 9223372036854775807",
    ] {
        run(&ledger, damage).await;
        let error = ledger.photos().await.unwrap_err();
        assert!(
            matches!(
                error,
                LedgerError::Damaged {
                    table: "photos",
                    ..
                }
            ),
            "{error:?}"
        );
        assert!(!error.to_string().contains("rahasia"), "{error}");
    }
}

#[tokio::test]
async fn a_parked_message_keeps_its_id_on_every_machine() {
    let (ledger, _folder) = ledger(Duration::from_secs(5)).await;
    let mut tx = ledger.begin().await.unwrap();
    let id = tx
        .park("photo", "/crm#1", None, ("bad", "x"), b"x")
        .await
        .unwrap();
    // Written on tickets and in mails: it may never change.
    assert_eq!(id, "4346ce5359e1");
}

#[tokio::test]
async fn a_message_of_an_unknown_worker_is_not_replayed_into_nowhere() {
    let (ledger, _folder) = ledger(Duration::from_secs(5)).await;
    let mut tx = ledger.begin().await.unwrap();
    let id = tx
        .park("gone", "/crm#1", None, ("bad", "x"), b"x")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let error = ledger.replay(&id).await.unwrap_err();
    assert!(
        matches!(
            error,
            LedgerError::Damaged {
                table: "parked",
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(ledger.parked(false).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_id_that_grew_too_long_is_replaced_by_its_digest() {
    let (ledger, _folder) = ledger(Duration::from_secs(5)).await;
    let due = || ClosureDue {
        ticket_id: TicketId::new("T1").unwrap(),
    };
    let long = "x".repeat(300);
    for id in ["short", long.as_str(), long.as_str()] {
        let mut tx = ledger.begin().await.unwrap();
        tx.emit(id, "/jaga/intake", Timestamp::UNIX_EPOCH, due())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let rows = ledger.take_due(10, Duration::from_mins(1)).await.unwrap();
    let mut ids: Vec<&str> = rows.iter().map(|row| row.event_id.as_str()).collect();
    ids.sort_unstable_by_key(|id| id.len());
    assert_eq!(ids.len(), 2, "the same long id is the same event");
    assert_eq!(ids[0], "short");
    assert!(EventId::new(ids[1]).is_ok());
}

#[tokio::test]
async fn open_work_is_what_is_not_ended() {
    let (ledger, _folder) = ledger(Duration::from_secs(5)).await;
    assert!(ledger.open_work().await.unwrap().is_none());
    let lease = Duration::from_mins(1);
    let crate::Claim::Yours(claimed) = ledger.claim("photo", "m", "h", lease, 5).await.unwrap()
    else {
        panic!("it is nobody's");
    };
    let open = ledger.open_work().await.unwrap();
    assert_eq!((open.in_work, open.ended, open.is_none()), (1, 0, false));
    ledger.again(&claimed, b"m", lease, true).await.unwrap();
    let open = ledger.open_work().await.unwrap();
    assert_eq!(
        (open.in_work, open.unsent),
        (1, 1),
        "a delayed retry is work too"
    );
    assert!(matches!(ledger.pool, Either::Sqlite(_)));
}

/// A claim looks twice: it could not have the message, and asks why. In between the holder may have
/// given it back, and who said "exhausted" then would park a message that was hardly started.
#[tokio::test]
async fn a_message_that_came_free_between_two_looks_is_not_taken_for_exhausted() {
    let (ledger, _folder) = ledger(Duration::from_secs(5)).await;
    let lease = Duration::from_mins(1);
    for attempt in 1..=3 {
        let claim = ledger.claim("photo", "m1", "one", lease, 3).await.unwrap();
        let Claim::Yours(claimed) = claim else {
            panic!("{claim:?}");
        };
        assert_eq!(claimed.attempt, attempt);
        let held = ledger.why_not("photo", "m1", 3).await.unwrap();
        assert!(matches!(held, Claim::Busy(_)), "{held:?}");
        assert!(
            ledger
                .again(&claimed, b"{}", Duration::ZERO, false)
                .await
                .unwrap()
        );
        let free = ledger.why_not("photo", "m1", 3).await.unwrap();
        if attempt < 3 {
            assert!(matches!(free, Claim::Busy(_)), "{free:?}");
        } else {
            assert_eq!(free, Claim::Exhausted { attempts: 3 });
        }
    }
}
