# The images of Inviter; the tools around them are in scripts/deploy.sh.
#   docker build --target inviter --tag inviter:0.1.0 .          the server: the binary, what it is linked to, nothing else
#   docker build --target mysql --tag inviter-mysql:9.7 .        a member of the MySQL group: the server, with config/mysql
#   docker build --target backup --tag inviter-backup:0.1.0 .    the backup agent: the binary, with MySQL's own tools
# Where a binary is there already, `--build-arg BINARY=present` takes dist/inviter (linked to glibc 2.36 or older) instead of compiling.

ARG RUST_IMAGE=rust:1.95-bookworm
ARG DEBIAN_IMAGE=debian:bookworm-slim
ARG MYSQL_IMAGE=mysql:9.7
# Docker Hub's mysql has no mysqlbinlog, which a backup to the second needs; of Debian's suites only sid has MySQL.
ARG TOOLS_IMAGE=debian:sid-slim
ARG BINARY=compiled

# --- The dependencies: a layer that only a change of Cargo.lock makes anew -------------------------------------------------------
FROM ${RUST_IMAGE} AS chef
WORKDIR /src
RUN cargo install cargo-chef --locked --version 0.1.78

FROM chef AS recipe
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS compiled
# A pointer that only moves with the program takes two bytes in the file instead of 24; glibc 2.36 reads that, older ones do not.
ENV RUSTFLAGS="-C link-arg=-Wl,-z,pack-relative-relocs"
COPY .cargo .cargo
COPY --from=recipe /src/recipe.json recipe.json
RUN cargo chef cook --locked --profile dist --package inviter-cli --recipe-path recipe.json
COPY . .
RUN cargo build --locked --profile dist --package inviter-cli && mkdir -p /out && cp target/dist/inviter /out/

FROM scratch AS present
COPY dist/inviter /out/inviter

FROM ${BINARY} AS binary

# --- The root of the server's image -----------------------------------------------------------------------------------------------
FROM ${DEBIAN_IMAGE} AS root
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends ca-certificates >/dev/null && rm -rf /var/lib/apt/lists/*
COPY --from=binary /out/inviter /root/usr/local/bin/inviter
# Only the libraries that the binary names, and no shell to come in by.
RUN set -eu; cd /root; \
    ldd usr/local/bin/inviter | grep -o '/[^ ]*' | while read -r library; do install -D "$library" ".$library"; done; \
    install -D -m 644 /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ca-certificates.crt; \
    install -d etc/inviter && install -d -o 65532 -g 65532 var/lib/inviter && install -d -m 1777 tmp; \
    echo 'inviter:x:65532:65532::/var/lib/inviter:/none' >etc/passwd; \
    echo 'inviter:x:65532:' >etc/group; \
    usr/local/bin/inviter --version

FROM scratch AS inviter
COPY --from=root /root /
ENV INVITER_DATA_DIR=/var/lib/inviter INVITER_SERVER__BIND=0.0.0.0:3000
WORKDIR /var/lib/inviter
USER 65532:65532
EXPOSE 3000
VOLUME /var/lib/inviter
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["/usr/local/bin/inviter", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/inviter"]
CMD ["serve"]

# --- A member of the MySQL group --------------------------------------------------------------------------------------------------
FROM ${MYSQL_IMAGE} AS mysql
USER root
COPY config/mysql /opt/inviter/mysql
RUN mkdir -p /var/lib/inviter-mysql && chown 999:999 /var/lib/inviter-mysql
USER 999:999
ENV DATA=/var/lib/inviter-mysql SECRETS=/run/secrets
WORKDIR /var/lib/inviter-mysql
VOLUME /var/lib/inviter-mysql
EXPOSE 3306 23306
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/inviter/mysql/member.sh"]

# --- The backup agent -------------------------------------------------------------------------------------------------------------
FROM ${TOOLS_IMAGE} AS backup
RUN echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/90age && apt-get update -qq \
    && apt-get install -qq -y --no-install-recommends ca-certificates mysql-client-core mysql-server-core >/dev/null \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 65532 -g 65532 /var/lib/inviter /var/backups/inviter
COPY --from=binary /out/inviter /usr/local/bin/inviter
ENV INVITER_DATA_DIR=/var/lib/inviter
WORKDIR /var/lib/inviter
USER 65532:65532
VOLUME /var/backups/inviter
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/inviter"]
CMD ["backup-agent"]

FROM inviter
