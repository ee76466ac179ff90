use std::{error::Error, net::TcpListener, thread, time::Duration};

use inviter_telemetry::{AddressRefused, NoAnswer, http_client};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

const TIMEOUT: Duration = Duration::from_secs(2);

fn refused(url: &str) -> bool {
    let client = http_client(TIMEOUT, false).expect("TLS");
    client
        .request(
            "POST".parse().expect("a method"),
            &url.parse().expect("a URL"),
        )
        .is_err()
}

#[test]
fn addresses_that_are_not_public_are_refused() {
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:db8::1]",
        "[2001::1]",
    ] {
        assert!(refused(&format!("http://{host}/")), "{host}");
        assert!(refused(&format!("https://user@{host}:8443/x")), "{host}");
    }
}

#[test]
fn public_addresses_and_names_are_not() {
    for host in [
        "1.1.1.1",
        "172.32.0.1",
        "172.15.0.1",
        "100.128.0.1",
        "[2606:4700::1111]",
        "example.com",
        "169.254.com",
    ] {
        assert!(!refused(&format!("https://{host}/")), "{host}");
    }
}

#[test]
fn only_the_web_is_spoken_to() {
    for url in [
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://example.com/",
        "unix:/run/x",
    ] {
        assert!(refused(url), "{url}");
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_when_it_is_resolved() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200))
        .expect(0)
        .mount(&server)
        .await;
    let client = http_client(TIMEOUT, false).expect("TLS");
    let url = format!("http://localhost:{}/", server.address().port())
        .parse()
        .expect("a URL");
    let error = client
        .request("GET".parse().expect("a method"), &url)
        .expect("a name")
        .send()
        .await
        .expect_err("refused");
    let mut cause: Option<&dyn Error> = Some(&error);
    while let Some(error) = cause.filter(|cause| !cause.is::<AddressRefused>()) {
        cause = error.source();
    }
    assert!(cause.is_some(), "{error:?}");
}

#[tokio::test]
async fn the_permission_opens_the_inside() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(204))
        .expect(2)
        .mount(&server)
        .await;
    let client = http_client(TIMEOUT, true).expect("TLS");
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("http://{host}:{}/", server.address().port())
            .parse()
            .expect("a URL");
        let request = client
            .request("GET".parse().expect("a method"), &url)
            .expect("permitted");
        assert_eq!(request.send().await.expect("an answer").status(), 204);
    }
}

#[tokio::test]
async fn redirects_are_not_followed_and_time_is_limited() {
    let server = MockServer::start().await;
    let elsewhere = ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/");
    Mock::given(any())
        .respond_with(elsewhere)
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(30));
    Mock::given(any()).respond_with(slow).mount(&server).await;
    let client = http_client(Duration::from_millis(200), true).expect("TLS");
    let url = server.uri().parse().expect("a URL");
    let get = || {
        client
            .request("GET".parse().expect("a method"), &url)
            .expect("permitted")
            .send()
    };
    assert_eq!(get().await.expect("an answer").status(), 302);
    assert!(get().await.expect_err("too slow").is_timeout());
}

/// Why a request to `url` has no answer.
async fn why(url: &str, allow_private: bool) -> NoAnswer {
    let client = http_client(Duration::from_millis(500), allow_private).expect("TLS");
    let request = client
        .request(
            "POST".parse().expect("a method"),
            &url.parse().expect("a URL"),
        )
        .expect("an address that may be tried");
    NoAnswer::from(&request.send().await.expect_err("no answer"))
}

/// A place that accepts connections and closes them at once, or never says anything.
fn listener(closes: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        let mut kept = Vec::new();
        while let Ok((connection, _)) = listener.accept() {
            if !closes {
                kept.push(connection);
            }
        }
    });
    port
}

#[tokio::test]
async fn why_there_was_no_answer_is_told_apart() {
    let server = MockServer::start().await;
    let port = server.address().port();
    let (closing, silent) = (listener(true), listener(false));
    let nobody = {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        free.local_addr().expect("an address").port()
    };
    for (url, allow_private, wanted) in [
        (
            format!("http://localhost:{port}/"),
            false,
            NoAnswer::NotPublic,
        ),
        (
            format!("http://127.0.0.1:{nobody}/"),
            true,
            NoAnswer::Refused,
        ),
        (
            format!("http://localhost:{nobody}/"),
            true,
            NoAnswer::Refused,
        ),
        // It speaks, but no TLS.
        (format!("https://127.0.0.1:{port}/"), true, NoAnswer::Tls),
        (
            format!("http://127.0.0.1:{closing}/"),
            true,
            NoAnswer::Broken,
        ),
        (
            format!("http://127.0.0.1:{silent}/"),
            true,
            NoAnswer::TimedOut,
        ),
    ] {
        assert_eq!(why(&url, allow_private).await, wanted, "{url}");
    }
}
