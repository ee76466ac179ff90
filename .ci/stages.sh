# shellcheck shell=bash
# The stages of .ci/run, one function each. A stage fails by exit status and skips itself by status 77.
# shellcheck disable=SC2034 # read by .ci/run
STAGES=(tools fmt clippy lint gen test test_mysql test_redis drill_sqlite drill_mysql drill_app drill_group drill_redis schemathesis browser scripts)

venv=$HOME/.cache/inviter-ci-venv

needs() { # needs FILE: leave the stage where the file is not there yet
  [ -e "$1" ] || { echo "skipped: $1 does not exist"; exit 77; }
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
  apt-get install -qq -y --no-install-recommends build-essential ca-certificates curl git python3-venv shellcheck
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

stage_test_redis() { scripts/test-redis.sh with cargo test -p inviter-cache -p inviter-cli --test it --no-fail-fast; }

stage_drill_sqlite() {
  scripts/drill.sh kill
}

stage_drill_mysql() {
  with_mysql scripts/drill.sh kill
}

stage_drill_app() { with_mysql scripts/drill.sh app 6; }

# The rest of the events takes ten minutes: scripts/drill.sh mysql
stage_drill_group() {
  scripts/drill.sh mysql --slack 4 --only switchover --only "kill -9 of the primary" --only "kill -9 of all three"
}

stage_drill_redis() { scripts/drill.sh redis; }

stage_schemathesis() {
  needs scripts/schemathesis.sh
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet schemathesis
  PATH="$venv/bin:$PATH" scripts/schemathesis.sh
}

stage_browser() { scripts/browser.sh; }

stage_scripts() { shellcheck --external-sources .ci/run .ci/*.sh scripts/*.sh; }
