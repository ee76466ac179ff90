//! The connection itself: what it says of servers that are not what they are taken for.

use inviter_cache::{Fault, Redis, RedisState, Server, Shape, Tls};

use crate::servers;

fn sentinel() -> Shape {
    Shape::Sentinel {
        master: "inviter".to_owned(),
    }
}

async fn fault(shape: Shape, seeds: &[Server]) -> Fault {
    let settings = servers::of(shape, seeds.to_vec());
    Redis::look(&settings)
        .await
        .expect_err("something is wrong")
}

#[tokio::test]
async fn each_shape_is_told_from_the_others() {
    let shapes = [Shape::Single, sentinel(), Shape::Cluster];
    for settings in servers::named() {
        let is = settings.shape.as_str();
        assert!(Redis::look(&settings).await.is_ok(), "{is}");
        for taken_for in &shapes {
            if taken_for.as_str() == is {
                continue;
            }
            let fault = fault(taken_for.clone(), &settings.seeds).await;
            let text = fault.to_string();
            assert!(fault.is_configuration(), "{is} as {taken_for:?}: {text}");
            assert!(matches!(fault, Fault::WrongShape { .. }), "{text}");
            assert!(text.contains(&format!("`{is}`")), "{text}");
        }
    }
}

#[tokio::test]
async fn a_wrong_password_is_called_one() {
    for mut settings in servers::named() {
        settings.login = servers::login("wrong");
        let fault = Redis::look(&settings).await.expect_err("refused");
        assert!(matches!(fault, Fault::LoginRefused { .. }), "{fault}");
        settings.login = inviter_cache::Login::default();
        let fault = Redis::look(&settings).await.expect_err("refused");
        assert!(matches!(fault, Fault::LoginRefused { .. }), "{fault}");
        assert!(fault.to_string().contains("`redis.password`"), "{fault}");
    }
    let no_name = Shape::Sentinel {
        master: "nobody".to_owned(),
    };
    if let Some(settings) = servers::settings("TEST_REDIS_SENTINELS", no_name) {
        let fault = Redis::look(&settings).await.expect_err("unknown");
        assert!(matches!(fault, Fault::UnknownMaster { .. }), "{fault}");
    }
}

#[tokio::test]
async fn who_is_not_there_is_named() {
    for shape in [Shape::Single, sentinel(), Shape::Cluster] {
        let fault = fault(shape, &[servers::server("redis://127.0.0.1:1")]).await;
        assert!(!fault.is_configuration());
        let text = fault.to_string();
        assert!(text.starts_with("127.0.0.1:1 cannot be reached"), "{text}");
    }
}

#[tokio::test]
async fn a_seed_that_is_away_does_not_matter() {
    for mut settings in servers::named() {
        settings
            .seeds
            .insert(0, servers::server("redis://127.0.0.1:1"));
        let (redis, _beside) = servers::connected(settings).await;
        assert_eq!(redis.state(), RedisState::Answering);
    }
}

/// `scripts/test-redis.sh` has TLS on the next port but one, with a certificate for loopback.
#[tokio::test]
async fn encrypted_connections_are_verified() {
    if let Some(mut settings) = servers::settings("TEST_REDIS_URL", Shape::Single) {
        #[expect(
            clippy::disallowed_methods,
            reason = "tests are not configured by a file"
        )]
        let Ok(ca) = std::env::var("TEST_REDIS_CA") else {
            eprintln!("skipped: TEST_REDIS_CA names no authority");
            return;
        };
        settings.seeds[0].port += 2;
        let ca = std::fs::read(ca).expect("the authority's certificate");
        settings.tls = Some(Tls { ca: Some(ca) });
        let looked = Redis::look(&settings).await;
        assert!(looked.is_ok(), "{looked:?}");
        settings.tls = Some(Tls::default());
        let fault = Redis::look(&settings).await.expect_err("not vouched for");
        assert!(matches!(fault, Fault::Unreachable { .. }), "{fault}");
    }
}
