//! A ledger with tickets whose deadlines come due while a test runs, and the sweepers as processes.

use std::path::PathBuf;
use std::time::Duration;

use jaga_contract::{EventId, Step, TicketChanged, TicketId, UnitId};
use jaga_ledger::{Ledger, LedgerSettings, TicketRow};
use jaga_tests::{Database, Jaga, Postgres};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::report::submission;

/// Hours that the target of these tests has, so that its start lies long before the test.
const HOURS: i64 = 6;
/// Seconds after the deadline at which each level is told.
pub const LEVELS: [i64; 4] = [0, 15, 30, 45];

/// Where the tickets are, and what the sweepers are told.
pub struct Shop {
    pub postgres: Postgres,
    database: Database,
    pub ledger: Ledger,
    env: Vec<(String, String)>,
    /// Policies and calendars.
    pub folder: TempDir,
}

/// A ticket and when it is due.
#[derive(Debug, Clone)]
pub struct Planted {
    pub id: TicketId,
    pub due_at: Timestamp,
}

/// One target on a calendar, with levels seconds apart.
pub fn policy(version: &str, limit: &str, clock: &str) -> String {
    let levels: Vec<String> = LEVELS
        .iter()
        .zip(1..)
        .map(|(after, n)| format!("{{ level = {n}, role = \"role_{n}\", after = \"{after}s\" }}"))
        .collect();
    format!(
        "zone = \"Asia/Jakarta\"\n[[policy]]\nversion = \"{version}\"\neffective_from = 2017-01-01\n\
         [policy.ladder]\nclock = \"24x7\"\nlevels = [{}]\n[[policy.target]]\nname = \"resolution\"\n\
         title_id = \"penyelesaian\"\ntitle_en = \"resolution\"\nclock = \"{clock}\"\nlimit = \"{limit}\"\n\
         from = [\"submitted\"]\nuntil = [\"closure_proposed\"]\nsource = \"test\"\nconfidence = \"high\"\n",
        levels.join(", ")
    )
}

impl Shop {
    /// On an empty database of its own server; migrated by the binary, as an operator would.
    pub async fn open() -> Self {
        let postgres = Postgres::start().await.unwrap();
        let database = postgres.database().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy.toml");
        std::fs::write(&file, policy("test-1", &format!("{HOURS}h"), "24x7")).unwrap();
        let set = |k: &str, v: &str| (format!("JAGA_{k}"), v.to_owned());
        let env = vec![
            // A sweeper needs no broker: what it says goes into the outbox.
            set("BROKER_URL", "amqp://127.0.0.1:1/%2f"),
            set("LEDGER_URL", &database.url),
            set("LEDGER_DEADLINE_S", "10"),
            set("LEDGER_CONNECTIONS", "4"),
            set("ESCALATION_POLICY", &file.display().to_string()),
            set("ESCALATION_SCHEDULE", "* * * * * *"),
            set("ESCALATION_LEASE_S", "3"),
            set("ESCALATION_BATCH", "20"),
        ];
        let settings = LedgerSettings {
            url: database.url.clone(),
            connections: 4,
            deadline: Duration::from_secs(20),
        };
        let shop = Self {
            postgres,
            database,
            ledger: Ledger::open(&settings).unwrap(),
            env,
            folder,
        };
        let mut migrate = shop.start("migrate", &[]);
        let status = migrate.wait(Duration::from_mins(1)).await.unwrap();
        assert!(status.success(), "{}", migrate.log_tail());
        shop
    }

    /// What psql answers, without headings.
    pub async fn sql(&self, statement: &str) -> anyhow::Result<String> {
        let name = self.database.url.rsplit('/').next().unwrap_or_default();
        self.postgres.sql(name, statement).await
    }

    /// Starts a subcommand.
    pub fn start(&self, name: &str, more: &[(&str, &str)]) -> Jaga {
        let builder = Jaga::command(name).unwrap().envs(self.env.clone());
        builder.envs(more.iter().copied()).start().unwrap()
    }

    /// Starts a subcommand with arguments.
    pub fn start_with(&self, name: &str, args: &[&str]) -> Jaga {
        let builder = Jaga::command(name).unwrap().envs(self.env.clone());
        builder.args(args.iter().copied()).start().unwrap()
    }

    /// A sweeper whose clock goes `offset` (such as `+1h`) wrong.
    pub fn sweeper(&self, offset: Option<&str>) -> Jaga {
        let library = wrong_clock();
        let mut more = Vec::new();
        if let (Some(offset), Some(library)) = (offset, &library) {
            more.push(("LD_PRELOAD", library.to_str().unwrap()));
            more.push(("FAKETIME", offset));
            // Timers go on as ever: only the time of day is wrong.
            more.push(("FAKETIME_DONT_FAKE_MONOTONIC", "1"));
        }
        self.start("escalation", &more)
    }

    /// Plants tickets as intake leaves them: history, row, and the first look at their deadline.
    pub async fn plant(&self, due: impl Iterator<Item = Timestamp>) -> Vec<Planted> {
        let mut planted = Vec::new();
        let mut tx = self.ledger.begin().await.unwrap();
        for (n, due_at) in due.enumerate() {
            let id = TicketId::new(format!("JK{n:06}")).unwrap();
            let submitted = due_at - SignedDuration::from_hours(HOURS);
            let step = submitted_step(&id, submitted);
            tx.lock_ticket(&id).await.unwrap();
            assert!(tx.add_step(&step).await.unwrap());
            tx.put_ticket(&row(&id, submitted, due_at)).await.unwrap();
            planted.push(Planted { id, due_at });
        }
        tx.commit().await.unwrap();
        planted
    }

    /// A step of a ticket, as intake would take it in, without the next look.
    pub async fn say(&self, id: &TicketId, event: &str, at: Timestamp, step: Step) {
        let mut tx = self.ledger.begin().await.unwrap();
        tx.lock_ticket(id).await.unwrap();
        let step = TicketChanged {
            event_id: EventId::new(event).unwrap(),
            ticket_id: id.clone(),
            occurred_at: at,
            unit: None,
            step,
        };
        assert!(tx.add_step(&step).await.unwrap());
        tx.commit().await.unwrap();
    }
}

/// The library that makes a process's time of day wrong, if it is installed.
pub fn wrong_clock() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("faketime/libfaketime.so.1")))
        .filter(|file| file.exists())
        .collect();
    folders.pop()
}

fn submitted_step(id: &TicketId, at: Timestamp) -> TicketChanged {
    TicketChanged {
        event_id: EventId::new(format!("{id}-s")).unwrap(),
        ticket_id: id.clone(),
        occurred_at: at,
        unit: Some(UnitId::new("sudin-bina-marga").unwrap()),
        step: Step::Submitted(submission(id.as_str())),
    }
}

fn row(id: &TicketId, submitted: Timestamp, next: Timestamp) -> TicketRow {
    TicketRow {
        ticket_id: id.clone(),
        state: "waiting".to_owned(),
        submitted_at: Some(submitted),
        channel: Some("jaki".to_owned()),
        category: Some("Jalan Rusak".to_owned()),
        withheld: false,
        point: None,
        kelurahan: None,
        address: None,
        owner: Some("sudin-bina-marga".to_owned()),
        next_at: Some(next),
        ended_at: None,
        hops: 0,
        reopened: 0,
    }
}
