//! The harness keeps its own promises: servers start, lose nothing when killed, and leave nothing
//! behind.

#![expect(
    clippy::disallowed_methods,
    reason = "tests of the harness ask the environment as the harness does"
)]

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use jaga_tests::{
    Moto, Postgres, Proxy, Rabbit, S3, eventually, home, http_get, http_request, site, skip,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_killed_broker_comes_back_with_its_data() -> Result<()> {
    let rabbit = Rabbit::start().await?;
    let before = rabbit.vhost().await?;
    let policies = format!("rabbit_policy:list(<<\"{}\">>)", before.name);
    ensure!(
        rabbit.eval(&policies).await?.contains("photo"),
        "the policies of production are set"
    );

    rabbit.kill9();
    let gone = TcpStream::connect(("127.0.0.1", rabbit.port())).await;
    ensure!(gone.is_err(), "a killed broker takes no connection");
    rabbit.restart().await?;

    ensure!(
        rabbit
            .eval("rabbit_vhost:list_names()")
            .await?
            .contains(&before.name)
    );
    ensure!(rabbit.eval(&policies).await?.contains("photo"));
    let limits = rabbit.ctl(&["list_policies", "-p", &before.name]).await?;
    ensure!(
        limits.contains("at-least-once"),
        "rabbitmqctl reaches the node: {limits}"
    );
    Ok(())
}

#[tokio::test]
async fn a_killed_database_comes_back_with_what_was_committed() -> Result<()> {
    let postgres = Postgres::start().await?;
    let database = postgres.database().await?;
    let name = database.url.rsplit('/').next().unwrap_or_default();
    postgres
        .sql(
            name,
            "create table kept (x int); insert into kept values (7)",
        )
        .await?;
    postgres.kill9();
    ensure!(
        postgres.sql(name, "select 1").await.is_err(),
        "a killed server answers nothing"
    );
    postgres.restart().await?;
    ensure!(postgres.sql(name, "select x from kept").await? == "7");
    Ok(())
}

#[tokio::test]
async fn a_killed_object_store_comes_back_with_its_objects() -> Result<()> {
    let s3 = S3::start().await?;
    let access = s3.access()?;
    let object = s3.folder().join(&access.buckets.clean).join("a");
    std::fs::write(&object, "kept")?;
    ensure!(
        http_get(s3.port(), "/").await?.status == 403,
        "unsigned requests are refused"
    );

    let mut idle = TcpStream::connect(("127.0.0.1", s3.port())).await?;
    s3.kill();
    let cut = timeout(SOON, idle.read(&mut [0; 1])).await?;
    ensure!(matches!(cut, Ok(0) | Err(_)), "open connections are cut");
    eventually(SOON, || async {
        match TcpStream::connect(("127.0.0.1", s3.port())).await {
            Ok(_) => bail!("the port still answers"),
            Err(_) => Ok(()),
        }
    })
    .await?;

    s3.restart().await?;
    ensure!(http_get(s3.port(), "/").await?.status == 403);
    ensure!(std::fs::read_to_string(&object)? == "kept");

    s3.refuse_next(1);
    ensure!(
        http_get(s3.port(), "/").await?.status == 503,
        "asked to refuse one"
    );
    ensure!(
        http_get(s3.port(), "/").await?.status == 403,
        "and only one"
    );
    Ok(())
}

#[tokio::test]
async fn the_second_object_store_serves_buckets_too() -> Result<()> {
    let Some(moto) = Moto::start().await? else {
        return Ok(());
    };
    let access = moto.access("second").await?;
    let port: u16 = access.url.rsplit(':').next().unwrap_or_default().parse()?;
    let path = format!("/{}/a", access.buckets.clean);
    ensure!(http_request("PUT", port, &path).await?.status == 200);
    ensure!(http_get(port, "/moto-api/").await?.status == 200);
    Ok(())
}

async fn round_trip(stream: &mut TcpStream) -> std::io::Result<u8> {
    stream.write_all(b"x").await?;
    stream.read_u8().await
}

#[tokio::test]
async fn a_proxy_forwards_stalls_cuts_and_heals() -> Result<()> {
    let echo = TcpListener::bind(("127.0.0.1", 0)).await?;
    let proxy = Proxy::start(echo.local_addr()?.port()).await?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = echo.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = stream.split();
                let _ = tokio::io::copy(&mut read, &mut write).await;
            });
        }
    });

    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).await?;
    ensure!(timeout(SOON, round_trip(&mut stream)).await?? == b'x');

    proxy.stall();
    let silent = timeout(Duration::from_millis(200), round_trip(&mut stream)).await;
    ensure!(
        silent.is_err(),
        "nothing passes a stalled proxy, and nothing is closed"
    );
    proxy.heal();
    ensure!(
        timeout(SOON, stream.read_u8()).await?? == b'x',
        "what was held back comes through"
    );

    proxy.cut().await;
    ensure!(
        timeout(SOON, round_trip(&mut stream)).await?.is_err(),
        "a cut connection is reset"
    );
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).await?;
    ensure!(
        timeout(SOON, round_trip(&mut stream)).await?? == b'x',
        "a new one passes"
    );

    proxy.break_now();
    ensure!(timeout(SOON, round_trip(&mut stream)).await?.is_err());
    let refused = async {
        let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).await?;
        round_trip(&mut stream).await
    };
    ensure!(
        timeout(SOON, refused).await?.is_err(),
        "a broken proxy resets new ones too"
    );
    proxy.heal();
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).await?;
    ensure!(timeout(SOON, round_trip(&mut stream)).await?? == b'x');
    Ok(())
}

#[tokio::test]
async fn each_test_has_a_site_of_its_own() -> Result<()> {
    let one = site().await?;
    let given = ["JAGA_TEST_AMQP_URL", "JAGA_TEST_PG_URL", "JAGA_TEST_S3_URL"];
    if given.iter().any(|key| std::env::var_os(key).is_some()) {
        skip("on servers that are already there the sites take turns");
        return Ok(());
    }
    let other = site().await?;
    ensure!(one.amqp.url != other.amqp.url);
    ensure!(one.database.url != other.database.url);
    ensure!(one.s3.buckets != other.s3.buckets && one.s3.url == other.s3.url);
    Ok(())
}

/// This test runs its own binary again, lets that copy start servers, and kills it.
#[tokio::test]
async fn a_killed_test_run_leaves_no_process_and_no_file_behind() -> Result<()> {
    let told = home()?.folder("told")?.join("home");
    let mut run = Command::new(std::env::current_exe()?)
        .args([
            "--ignored",
            "--exact",
            "starts_servers_and_waits_to_be_killed",
        ])
        .env("JAGA_HARNESS_TELL", &told)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let its_home = eventually(Duration::from_secs(90), || async {
        let text = std::fs::read_to_string(&told)?;
        if text.ends_with('\n') {
            Ok(text.trim().to_owned())
        } else {
            bail!("not yet told")
        }
    })
    .await;
    run.kill()?;
    run.wait()?;
    let its_home = its_home?;
    ensure!(its_home.contains("jaga-test-"));

    eventually(SOON, || async {
        let left = Command::new("pgrep").args(["-af", &its_home]).output()?;
        let left = String::from_utf8_lossy(&left.stdout).into_owned();
        ensure!(left.is_empty(), "still running: {left}");
        ensure!(
            !std::path::Path::new(&its_home).exists(),
            "the folder is still there"
        );
        Ok(())
    })
    .await?;
    Ok(())
}

#[tokio::test]
#[ignore = "run by a_killed_test_run_leaves_no_process_and_no_file_behind"]
async fn starts_servers_and_waits_to_be_killed() -> Result<()> {
    let Some(told) = std::env::var_os("JAGA_HARNESS_TELL") else {
        return Ok(());
    };
    let (_rabbit, _postgres) = tokio::try_join!(Rabbit::start(), Postgres::start())?;
    std::fs::write(told, format!("{}\n", home()?.root().display()))?;
    tokio::time::sleep(Duration::from_mins(1)).await;
    Ok(())
}
