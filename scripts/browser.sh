#!/usr/bin/env bash
# Drives the pages of a real server in Debian's Chromium.
#   scripts/browser.sh [PYTEST ARGUMENTS]     the story, axe-core on every page, weight and stillness of every page
#   scripts/browser.sh screenshots FOLDER     every page of the demo x theme x width x language as PNG
# SERVER_BINARY   a server that is built already; otherwise it is built
# Needs python3 with venv; as root on Debian it installs Chromium and a Chinese font where they are missing.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null || ! fc-list 2>/dev/null | grep -q CJK; then
  { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fontconfig fonts-noto-cjk; } >&2
fi
venv=${INVITER_BROWSER_VENV:-$HOME/.cache/inviter-browser-venv}
[ -x "$venv/bin/pytest" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement tests/browser/requirements.txt
[ -n "${SERVER_BINARY:-}" ] || cargo build --quiet --package inviter-cli

if [ "${1:-}" = screenshots ]; then
  exec "$venv/bin/python" tests/browser/screenshots.py "${2:?which folder?}"
fi
exec "$venv/bin/pytest" --quiet -p no:cacheprovider tests/browser "$@"
