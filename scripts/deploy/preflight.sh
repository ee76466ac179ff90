# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# What has to be there before anything is touched.

at_least() { # at_least HAVE WANT: versions
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

need_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || fault "$tool is not installed (Debian: apt-get install $tool)"
  done
}

docker_is_well() {
  local have
  command -v docker >/dev/null || { fault "docker is not installed: https://docs.docker.com/engine/install/"; return; }
  if ! have=$(docker version --format '{{.Server.Version}}' 2>/dev/null); then
    fault "docker does not answer. Is the engine running, and may you use it? (systemctl start docker; or run this as root)"
  elif ! at_least "$have" 20.10; then
    fault "docker $have is too old: 20.10 or newer"
  fi
  if ! have=$(docker compose version --short 2>/dev/null); then
    fault "docker compose is not installed: the plugin docker-compose-plugin (docker-compose of 2024 or newer)"
  elif ! at_least "${have#v}" 2.20; then
    fault "docker compose $have is too old: 2.20 or newer"
  fi
}

disk_is_enough() { # on the disk that holds docker's data
  local root free
  root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null) && [ -d "$root" ] || root=.
  free=$(df -Pm "$root" | awk 'NR == 2 {print $4}')
  [ "$free" -ge "${DEPLOY_MIN_DISK_MB:-4096}" ] ||
    fault "only $free MB are free on the disk of $root; ${DEPLOY_MIN_DISK_MB:-4096} are needed (docker image prune frees some, DEPLOY_MIN_DISK_MB in .env sets the limit)"
}

memory_is_enough() { # a hint only: what is not used costs nothing
  local have
  have=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo 2>/dev/null || echo 0)
  [ "$have" -eq 0 ] || [ "$have" -ge 6000 ] || warn "this machine has $have MB of memory; the whole stack wants about 6000"
}

ports_are_free() { # a port is ours where nginx of this project has it already
  local port ours=''
  ours=$(docker ps --filter "label=com.docker.compose.project=${COMPOSE_PROJECT_NAME:-}" --format '{{.Ports}}' 2>/dev/null || true)
  for port in "$@"; do
    [[ $port =~ ^[0-9]+$ ]] || continue
    [[ $ours == *":$port->"* ]] && continue
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      fault "port $port is taken by another program (ss -ltnp 'sport = :$port' says by which). Stop it; those of nginx can be changed in .env"
    fi
  done
}

files_are_there() {
  local file
  for file in "$@"; do
    [ -e "$file" ] || fault "$file is missing: is this a complete checkout?"
  done
}

preflight_docker() {
  step "preflight"
  need_tools openssl curl flock awk sed sort
  docker_is_well
  files_are_there docker-compose.prod.yml config/production.toml nginx/nginx.conf
  if [ -f .env ]; then
    env_read .env
    env_check
  else
    fault ".env is missing: cp .env.production .env, and change in it what has to be changed"
  fi
  one_environment_here
  disk_is_enough
  ports_are_free "${HTTP_PORT:-}" "${HTTPS_PORT:-}" 9090 9093
  refuse_faults
  memory_is_enough
  compose_is_well
  refuse_faults
  finish
}

one_environment_here() { # volumes, secrets and .env of a folder belong to one environment
  local kind environment
  [ -f "$STATE_DIR/last" ] || return 0
  read -r kind environment <"$STATE_DIR/last"
  [ "$kind" != docker ] || [ "$environment" = "$ENVIRONMENT" ] ||
    fault "this folder holds the environment $environment. Deploy $ENVIRONMENT from a checkout of its own, with a .env of its own"
}

compose_is_well() { # what compose itself finds wrong, before anything is touched
  local said
  said=$(dc config --quiet 2>&1) || fault "docker-compose.prod.yml with this .env is refused: $said"
}
