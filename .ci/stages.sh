# shellcheck shell=bash
# The stages of .ci/run, one function each. A stage fails by exit status and skips itself by status 77.
# shellcheck disable=SC2034 # read by .ci/run
STAGES=(tools fmt clippy lint gen test test_mysql test_redis drill_sqlite drill_mysql drill_app drill_group drill_redis drill_restore schemathesis browser scripts deployment drill_deploy)

venv=$HOME/.cache/inviter-ci-venv

needs() { # needs FILE: leave the stage where the file is not there yet
  [ -e "$1" ] || { echo "skipped: $1 does not exist"; exit 77; }
}

with_server() { # with_server COMMAND...: run it with SERVER_BINARY set to the server that the tests have
  # A release build would take as long as all the drills together, and what they look for does not depend on it.
  cargo test --quiet --locked --workspace --no-run
  SERVER_BINARY="$(realpath -m "${CARGO_TARGET_DIR:-target}")/debug/inviter" "$@"
}

with_mysql() { # with_mysql COMMAND...: run it with TEST_DATABASE_URL set to a real MySQL server
  needs scripts/test-mysql.sh
  trap 'scripts/test-mysql.sh stop' EXIT
  TEST_DATABASE_URL=$(scripts/test-mysql.sh start)
  export TEST_DATABASE_URL
  "$@"
}

stage_tools() {
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends build-essential ca-certificates curl git iproute2 python3-venv shellcheck
  if ! { cargo fmt --version && cargo clippy --version; }; then rustup component add rustfmt clippy; fi
}

stage_fmt() { cargo fmt --all --check; }

stage_clippy() { cargo clippy --workspace --all-targets --locked -- -D warnings; }

stage_lint() { cargo xtask lint; }

stage_gen() {
  needs crates/cli/Cargo.toml
  cargo xtask gen --check
}

stage_test() { cargo test --workspace --no-fail-fast; }

stage_test_mysql() { with_mysql cargo test --workspace --no-fail-fast; }

# By the names of what asks Redis, and not by crate: for fewer crates cargo would compile everything anew.
stage_test_redis() { scripts/test-redis.sh with cargo test --workspace --no-fail-fast -- redis fanout limits shared_cache tiered; }

stage_drill_sqlite() { with_server scripts/drill.sh kill; }

stage_drill_mysql() { with_mysql with_server scripts/drill.sh kill; }

stage_drill_app() { with_mysql with_server scripts/drill.sh app 6; }

# The rest of the events takes ten minutes: scripts/drill.sh mysql
stage_drill_group() {
  with_server scripts/drill.sh mysql --slack 4 --only switchover --only "kill -9 of the primary" --only "kill -9 of all three" \
    --only "partition of the primary"
}

# All that can be done to Redis takes four minutes: scripts/drill.sh answers
stage_drill_redis() {
  with_server scripts/drill.sh redis
  with_mysql with_server scripts/drill.sh answers --slack 4 --only "flushed every second" --only "failing over"
}

stage_drill_restore() { with_server scripts/drill.sh restore; }

stage_schemathesis() {
  needs scripts/schemathesis.sh
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet schemathesis
  PATH="$venv/bin:$PATH" with_server scripts/schemathesis.sh
}

stage_browser() { with_server scripts/browser.sh; }

stage_scripts() { git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck --external-sources; }

with_docker() { # with_docker COMMAND...: run it where a Docker engine answers and has the base images
  scripts/test-docker.sh start || { echo "skipped: no Docker engine can run here"; exit 77; }
  scripts/test-docker.sh images
  "$@"
}

stage_deployment() { with_docker scripts/check-deploy.sh; }

# A bad release, and everything else that can break, takes half an hour: scripts/drill.sh deploy
stage_drill_deploy() { with_docker with_server scripts/drill.sh deploy --slack 4 --workers 2 --only update --only app; }
