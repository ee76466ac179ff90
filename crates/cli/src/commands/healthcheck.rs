//! `inviter healthcheck`.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use anyhow::Result;
use config::Config;

use crate::{
    args::{Healthcheck, Process},
    output::say,
};

pub(super) fn run(config: &Config, options: &Healthcheck) -> Result<ExitCode> {
    let (bind, path) = match options.of {
        Process::Serve => (config.server.bind, "/api/ready"),
        Process::MysqlGuard => (config.mysql_guard.bind, "/livez"),
        Process::BackupAgent => (config.backup.bind, "/livez"),
    };
    let address = reachable(bind);
    let (line, code) = match ask(address, path, options.timeout) {
        Ok(200) => (format!("{address} is ready"), ExitCode::SUCCESS),
        Ok(status) => (
            format!("{address} is not ready: it answers {status}"),
            ExitCode::FAILURE,
        ),
        Err(error) => (
            format!("{address} is not ready: {error}"),
            ExitCode::FAILURE,
        ),
    };
    say(line)?;
    Ok(code)
}

/// Nobody can connect to every address at once.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

/// The status of the answer. A request of one line needs no client.
fn ask(address: SocketAddr, path: &str, timeout: Duration) -> io::Result<u16> {
    let mut stream = TcpStream::connect_timeout(&address, timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut line = [0; 12];
    stream.read_exact(&mut line)?;
    std::str::from_utf8(&line)
        .ok()
        .and_then(|line| line.strip_prefix("HTTP/1.1 "))
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| io::Error::other("this is no HTTP server"))
}
