#!/usr/bin/env bash
# A Docker engine with all that the deployment needs, on a Debian 12 machine that reaches no registry of images; as root.
#   scripts/test-docker.sh install         engine, compose and buildx (idempotent; at once when there already)
#   scripts/test-docker.sh start           install, and start the engine where none answers
#   scripts/test-docker.sh images [NAME…]  start, and make the base images that are missing, or only those named
# The images get the names that Docker Hub gives to the originals, so that Dockerfile and docker-compose.prod.yml run unchanged. What is in
# them is Debian's: programs of sid (why, and why its age is not checked: scripts/test-mysql.sh), paths and users of the originals.
# Not to be had of Debian, and so not tried here: grafana, elasticsearch, logstash, kibana, filebeat.
set -euo pipefail
say() { printf 'test-docker: %s\n' "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }
export DOCKER_BUILDKIT=1
plugins=$HOME/.docker/cli-plugins

# NAME | packages of sid | what makes it like the original
table() {
  cat <<'TABLE'
mysql:9.7|mysql-server-core mysql-client-core openssl|useradd -r -u 999 mysql
redis:8|redis-server redis-sentinel redis-tools|usermod -u 999 redis; mkdir /data; chown 999:999 /data
nginx:1.30|nginx libnginx-mod-http-brotli-filter libnginx-mod-http-brotli-static libnginx-mod-http-modsecurity modsecurity-crs|groupadd -g 101 nginx; useradd -r -u 101 -g 101 nginx; rm -rf /etc/nginx/sites-enabled /etc/nginx/conf.d
prom/prometheus:v3.5.3|prometheus|ln -s /usr/bin/prometheus /usr/bin/promtool /bin; mkdir -p /prometheus; chown 65534:65534 /prometheus
prom/alertmanager:v0.33.1|prometheus-alertmanager|ln -sf /usr/bin/prometheus-alertmanager /bin/alertmanager; mkdir -p /alertmanager; chown 65534:65534 /alertmanager
prom/mysqld-exporter:v0.19.0|prometheus-mysqld-exporter|ln -s /usr/bin/prometheus-mysqld-exporter /bin/mysqld_exporter
oliver006/redis_exporter:v1.86.0|prometheus-redis-exporter|ln -s /usr/bin/prometheus-redis-exporter /redis_exporter
nginx/nginx-prometheus-exporter:1.5.1|prometheus-nginx-exporter|ln -s /usr/bin/prometheus-nginx-exporter /usr/bin/nginx-prometheus-exporter
prom/blackbox-exporter:v0.28.0|prometheus-blackbox-exporter|ln -s /usr/bin/prometheus-blackbox-exporter /bin/blackbox_exporter
prom/node-exporter:v1.11.1|prometheus-node-exporter|ln -s /usr/bin/prometheus-node-exporter /bin/node_exporter
TABLE
}
# NAME | entry point and user of the original
entry() {
  case $1 in
    nginx:*) echo 'CMD ["nginx", "-g", "daemon off;"]' ;;
    redis:*) printf '%s\n' 'WORKDIR /data' 'USER redis' 'CMD ["redis-server"]' ;;
    prom/prometheus:*) printf '%s\n' 'USER 65534:65534' 'WORKDIR /prometheus' 'ENTRYPOINT ["/bin/prometheus"]' ;;
    prom/alertmanager:*) printf '%s\n' 'USER 65534:65534' 'WORKDIR /alertmanager' 'ENTRYPOINT ["/bin/alertmanager"]' ;;
    prom/mysqld-exporter:*) printf '%s\n' 'USER 65534:65534' 'ENTRYPOINT ["/bin/mysqld_exporter"]' ;;
    oliver006/redis_exporter:*) printf '%s\n' 'USER 59000:59000' 'ENTRYPOINT ["/redis_exporter"]' ;;
    nginx/nginx-prometheus-exporter:*) printf '%s\n' 'USER 1001:1001' 'ENTRYPOINT ["/usr/bin/nginx-prometheus-exporter"]' ;;
    prom/blackbox-exporter:*) printf '%s\n' 'USER 65534:65534' 'ENTRYPOINT ["/bin/blackbox_exporter"]' ;;
    prom/node-exporter:*) printf '%s\n' 'USER 65534:65534' 'ENTRYPOINT ["/bin/node_exporter"]' ;;
    mysql:*) printf '%s\n' 'USER 999:999' 'CMD ["mysqld"]' ;;
  esac
}

have() { docker image inspect "$1" >/dev/null 2>&1; }

packages() { # packages NAME…: install those that are missing
  dpkg-query -W "$@" >/dev/null 2>&1 || { apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"; } >&2
}

install() {
  packages docker.io debootstrap iptables ca-certificates
  { docker compose version && docker buildx version; } >/dev/null 2>&1 || plugins
}
plugins() { # compose and buildx are in sid; their programs run on Debian 12, too
  start_engine
  base
  local box
  box=$(docker create debian:sid-slim sh -ec 'cd /tmp && apt-get -qq update && apt-get -qq download docker-compose docker-buildx &&
    for deb in *.deb; do dpkg-deb -x "$deb" out; done')
  docker start -a "$box" >&2 || die "compose and buildx cannot be fetched (above)"
  rm -rf "$plugins.new" && mkdir -p "$plugins" "$plugins.new"
  docker cp "$box":/tmp/out "$plugins.new" >&2
  docker rm -f "$box" >/dev/null
  find "$plugins.new" -type f \( -name docker-compose -o -name docker-buildx \) -perm -u+x -exec mv -f {} "$plugins" \;
  rm -rf "$plugins.new"
  docker compose version >&2 && docker buildx version >&2
}

start_engine() {
  docker info >/dev/null 2>&1 && return
  say "starting the engine; it writes to /var/log/dockerd.log"
  setsid nohup dockerd </dev/null >/var/log/dockerd.log 2>&1 &
  local i
  for ((i = 0; i < 60; i++)); do docker info >/dev/null 2>&1 && return; sleep 0.5; done
  tail -n 20 /var/log/dockerd.log >&2
  die "the engine does not answer"
}

bootstrap() { # bootstrap SUITE NAME PACKAGES: a root file system of Debian as an image
  local root mirror
  root=$(mktemp -d)
  mirror=$(apt-get update --print-uris | sed -nE "s#^'(https?://.+/debian)/dists/.*#\\1#p" | head -n 1)
  say "making $2 of Debian $1"
  # An InRelease that is past its date is refused by apt and not by debootstrap.
  debootstrap --variant=minbase --include="$3" "$1" "$root" "${mirror:-http://deb.debian.org/debian}" >"$root.log" 2>&1 ||
    { tail -n 20 "$root.log" >&2; die "debootstrap failed"; }
  echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90age"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/{doc,man,locale}
  if [ "$2" = rust:1.95-bookworm ]; then toolchain "$root"; fi
  tar -C "$root" -c . | docker import "${@:4}" - "$2" >/dev/null
  rm -rf "$root" "$root.log"
}
toolchain() { # the machine's own, where the original has it
  local home=${RUSTUP_HOME:-$HOME/.rustup} cargo=${CARGO_HOME:-$HOME/.cargo}
  mkdir -p "$1/usr/local/rustup" "$1/usr/local/cargo"
  tar -C "$home" --exclude='share/doc' -c . | tar -C "$1/usr/local/rustup" -x
  cp -a "$cargo/bin" "$1/usr/local/cargo/"
  cp -a "$cargo"/config.toml "$1/usr/local/cargo/" 2>/dev/null || true
  cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
}
base() { have debian:sid-slim || bootstrap sid debian:sid-slim ca-certificates --change 'CMD ["bash"]'; }

image() { # image NAME PACKAGES LIKE
  local folder
  folder=$(mktemp -d)
  {
    echo 'FROM debian:sid-slim'
    echo "RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $2 \\"
    echo "  && rm -rf /var/lib/apt/lists/* /usr/share/doc /usr/share/man && { $3; }"
    entry "$1"
  } >"$folder/Dockerfile"
  say "making $1"
  docker build --quiet --tag "$1" "$folder" >/dev/null || die "$1 cannot be made"
  rm -rf "$folder"
}
images() {
  local name packages like
  base
  while IFS='|' read -r name packages like <&3; do
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    have "$name" || image "$name" "$packages" "$like"
  done 3< <(table)
  if [ $# -eq 0 ] || [[ " $* " == *" debian:bookworm-slim "* ]]; then
    have debian:bookworm-slim || bootstrap bookworm debian:bookworm-slim ca-certificates --change 'CMD ["bash"]'
  fi
  if [ $# -eq 0 ] || [[ " $* " == *" rust:"* ]]; then
    have rust:1.95-bookworm || bootstrap bookworm rust:1.95-bookworm build-essential,ca-certificates,pkg-config \
      --change 'ENV PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo'
  fi
}

case ${1:-} in
  install) install ;;
  start) install; start_engine ;;
  images) shift; install; start_engine; images "$@" ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
