//! One set of servers per test process, and a site on them per test.

use anyhow::Context as _;
use tokio::sync::{Mutex, MutexGuard, OnceCell};

use crate::postgres::{Database, Postgres};
use crate::rabbit::{Rabbit, Vhost};
use crate::s3::{Buckets, S3, S3Access};

/// The servers that the tests of one process share. Do not kill these: start your own for that.
#[derive(Debug)]
pub struct Servers {
    /// `None`: the tests use what `JAGA_TEST_AMQP_URL` names.
    pub rabbit: Option<Rabbit>,
    /// `None`: the tests use what `JAGA_TEST_PG_URL` names.
    pub postgres: Option<Postgres>,
    /// `None`: the tests use what `JAGA_TEST_S3_URL` names.
    pub s3: Option<S3>,
}

/// A broker, a database and buckets of one test's own.
#[derive(Debug)]
pub struct Site {
    /// `amqp://…` of an empty virtual host.
    pub amqp: Vhost,
    /// An empty database.
    pub database: Database,
    /// Three empty buckets.
    pub s3: S3Access,
    /// A server that is already there has one virtual host: the tests take turns on it.
    _turn: Option<MutexGuard<'static, ()>>,
}

/// The shared servers, started side by side at the first call.
pub async fn servers() -> anyhow::Result<&'static Servers> {
    static SERVERS: OnceCell<Servers> = OnceCell::const_new();
    SERVERS
        .get_or_try_init(|| async {
            let (rabbit, postgres, s3) = tokio::try_join!(
                async { unless_given("JAGA_TEST_AMQP_URL", Rabbit::start()).await },
                async { unless_given("JAGA_TEST_PG_URL", Postgres::start()).await },
                async { unless_given("JAGA_TEST_S3_URL", S3::start()).await },
            )?;
            Ok(Servers {
                rabbit,
                postgres,
                s3,
            })
        })
        .await
}

/// A site on the shared servers.
pub async fn site() -> anyhow::Result<Site> {
    static TURN: Mutex<()> = Mutex::const_new(());
    let servers = servers().await?;
    let given = |key: &str| std::env::var(key).with_context(|| format!("{key} is not set"));
    let turn = if servers.rabbit.is_none() || servers.s3.is_none() {
        Some(TURN.lock().await)
    } else {
        None
    };
    let amqp = match &servers.rabbit {
        Some(rabbit) => rabbit.vhost().await?,
        None => Vhost {
            name: "given".to_owned(),
            url: given("JAGA_TEST_AMQP_URL")?,
        },
    };
    let database = match &servers.postgres {
        Some(postgres) => postgres.database().await?,
        None => Postgres::database_at(&given("JAGA_TEST_PG_URL")?).await?,
    };
    let s3 = match &servers.s3 {
        Some(s3) => s3.access()?,
        None => access_from_url(&given("JAGA_TEST_S3_URL")?)?,
    };
    Ok(Site {
        amqp,
        database,
        s3,
        _turn: turn,
    })
}

async fn unless_given<T>(
    key: &str,
    start: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<Option<T>> {
    if std::env::var_os(key).is_some_and(|url| !url.is_empty()) {
        return Ok(None);
    }
    start.await.map(Some)
}

/// `http://ACCESS:SECRET@host:port[/PREFIX]`, where the buckets `PREFIX-quarantine`, `PREFIX-clean`
/// and `PREFIX-sealed` exist (`PREFIX` is `jaga-test` if none is given).
fn access_from_url(url: &str) -> anyhow::Result<S3Access> {
    let (scheme, rest) = url
        .split_once("://")
        .context("JAGA_TEST_S3_URL has no scheme")?;
    let (keys, place) = rest
        .split_once('@')
        .context("JAGA_TEST_S3_URL has no keys")?;
    let (access_key, secret_key) = keys
        .split_once(':')
        .context("JAGA_TEST_S3_URL has no secret key")?;
    let (host, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = if prefix.is_empty() {
        "jaga-test"
    } else {
        prefix
    };
    Ok(S3Access {
        url: format!("{scheme}://{host}"),
        access_key: access_key.to_owned(),
        secret_key: secret_key.to_owned(),
        region: "us-east-1".to_owned(),
        buckets: Buckets::named(prefix),
    })
}
