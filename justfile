# What a developer does here. `just` lists it; README.md and .ci/run work without just.

set shell := ["bash", "-euo", "pipefail", "-c"]

export CARGO_TERM_COLOR := env("CARGO_TERM_COLOR", "auto")

# With cargo-nextest where it is installed: it runs the tests of all crates at once.
tests := if `cargo nextest --version >/dev/null 2>&1 && echo yes || true` == "yes" { "cargo nextest run --workspace" } else { "cargo test --workspace --tests" }

# List the recipes
default:
    @just --list --unsorted

# Start Inviter on SQLite in ./data
run *args:
    cargo run --release -- {{ args }}

# All tests on SQLite, and the examples in the documentation
test *args:
    {{ tests }} {{ args }}
    cargo test --workspace --doc

# The same tests on a real MySQL server
test-mysql *args:
    TEST_DATABASE_URL=$(scripts/test-mysql.sh start); export TEST_DATABASE_URL; {{ tests }} {{ args }}

# The tests of what uses Redis, on real servers in every shape
test-redis *args:
    scripts/test-redis.sh with cargo test -p inviter-cache -p inviter-cli --test it {{ args }}

# Format, clippy and the house rules
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo xtask lint

# Write the generated pages of docs/reference
gen:
    cargo xtask gen

# Measure against the yardsticks
bench *args:
    scripts/bench.sh {{ args }}

# Break things under load and look for losses: kill, mysql, guard, app, answers, redis, restore, deploy
drill kind *args:
    scripts/drill.sh {{ kind }} {{ args }}

# Throw everything at the API that its OpenAPI document allows, and more
schemathesis *args:
    scripts/schemathesis.sh {{ args }}

# Live the story in a real browser, and look at every page with axe-core
browser *args:
    scripts/browser.sh {{ args }}

# Every page of the demo in every theme, width and language, as PNG
screenshots folder="screenshots":
    scripts/browser.sh screenshots {{ folder }}

# All that a change has to pass
ci *stages:
    .ci/run {{ stages }}

# Build the book into ./book, where mdbook is installed
docs:
    @if command -v mdbook >/dev/null; then mdbook build; else echo "mdbook is not installed: cargo install mdbook"; fi
