#!/usr/bin/env bash
# Makes the configuration of Alertmanager that fits this installation, on stdout.
#   alertmanager/render.sh SECRETS    SECRETS: the folder with the secrets of the channels, such as secrets/alerts
# A channel stays where its secret is there and not empty:
#   email smtp_password · webhook webhook_url · dingtalk dingtalk_url · wecom wecom_secret · wecom-robot wecom_robot_url · deadman deadman_url
# From the environment, where set (.env has them):
#   ALERT_SMTP_HOST HOST:PORT · ALERT_SMTP_USER · ALERT_FROM · ALERT_TO · ALERT_TIMEZONE · ALERT_WECOM_CORP · ALERT_WECOM_AGENT · ALERT_WECOM_PARTY
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)

channels=
keep() { if [ -s "$1/$3" ]; then channels="$channels $2"; fi; }
keep "$1" email smtp_password
keep "$1" webhook webhook_url
keep "$1" dingtalk dingtalk_url
keep "$1" wecom wecom_secret
keep "$1" wecom-robot wecom_robot_url
keep "$1" deadman deadman_url
[ -n "$channels" ] || echo "alertmanager: no channel is set up; alerts are seen in its page only" >&2

# The addresses come through the environment: awk would read escapes in what is passed by -v.
export ALERT_SMTP_HOST="${ALERT_SMTP_HOST:-}" ALERT_SMTP_USER="${ALERT_SMTP_USER:-}" ALERT_FROM="${ALERT_FROM:-}" ALERT_TO="${ALERT_TO:-}"
export ALERT_TIMEZONE="${ALERT_TIMEZONE:-}" ALERT_WECOM_CORP="${ALERT_WECOM_CORP:-}" ALERT_WECOM_AGENT="${ALERT_WECOM_AGENT:-}"
export ALERT_WECOM_PARTY="${ALERT_WECOM_PARTY:-}"
awk -v channels="$channels" '
  BEGIN {
    n = split(channels, list, " "); for (i = 1; i <= n; i++) on[list[i]] = 1
    set["smtp_smarthost"] = "ALERT_SMTP_HOST"; set["smtp_auth_username"] = "ALERT_SMTP_USER"; set["smtp_from"] = "ALERT_FROM"
    set["to"] = "ALERT_TO"; set["location"] = "ALERT_TIMEZONE"; set["corp_id"] = "ALERT_WECOM_CORP"
    set["agent_id"] = "ALERT_WECOM_AGENT"; set["to_party"] = "ALERT_WECOM_PARTY"
    quote = sprintf("%c", 39)
  }
  $1 == "#" && $2 == ">>>" { off = !($3 in on); next }
  $1 == "#" && $2 == "<<<" { off = 0; next }
  off { next }
  match($0, /^ *(- )?[a-z_]+: /) {
    head = substr($0, 1, RLENGTH); key = head; gsub(/[ :-]/, "", key)
    if (key in set && ENVIRON[set[key]] != "") {
      value = ENVIRON[set[key]]; gsub(quote, quote quote, value); print head quote value quote; next
    }
  }
  { print }
' "$here/alertmanager.yml"
