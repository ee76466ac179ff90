use std::{io::Write, net::TcpListener, thread};

use crate::program::{Server, data_dir, run};

fn check(data: &std::path::Path, address: impl std::fmt::Display) -> (Option<i32>, String) {
    let output = run(
        data,
        &["healthcheck", "--set", &format!("server.bind={address}")],
    );
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn a_server_that_is_ready_is_well() {
    let data = data_dir();
    let server = Server::start(data.path());
    let (code, said) = check(data.path(), server.address);
    assert_eq!(
        (code, said),
        (Some(0), format!("{} is ready\n", server.address))
    );
    // One that listens everywhere is asked on this machine.
    let everywhere = format!("0.0.0.0:{}", server.address.port());
    assert_eq!(check(data.path(), everywhere).0, Some(0));
}

#[test]
fn a_server_that_is_away_or_drains_is_not() {
    let data = data_dir();
    let server = Server::start_with(data.path(), &["--set", "server.drain_delay=2s"]);
    let address = server.address;
    server.terminate();
    server.line("stopping");
    thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(check(data.path(), address).0, Some(1));
    assert_eq!(server.ended().0, Some(0));
    let (code, said) = check(data.path(), address);
    assert_eq!(code, Some(1));
    assert!(said.contains("is not ready"), "{said}");
}

#[test]
fn something_else_at_the_address_is_no_server() {
    let data = data_dir();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let other = thread::spawn(move || {
        listener
            .accept()
            .unwrap()
            .0
            .write_all(b"220 mail at your service\r\n")
    });
    assert_eq!(check(data.path(), address).0, Some(1));
    other.join().unwrap().unwrap();
}
