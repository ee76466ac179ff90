# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# The files in ./secrets: made when they are missing, never replaced. The folder is closed to others; the files in it are readable,
# because each container reads them as a user of its own.
SECRETS=secrets
PASSWORDS='mysql_root mysql_app mysql_migrator mysql_guard mysql_repl mysql_backup mysql_exporter redis app_secret metrics_token grafana_admin elastic elastic_kibana elastic_writer redis_admin redis_sentinel redis_exporter'

secret_missing() { [ ! -s "$SECRETS/$1" ]; }
secret_write() { # secret_write NAME: takes the content from standard input; complete or not there
  (umask 077 && cat >"$SECRETS/.new")
  [ -s "$SECRETS/.new" ] || { rm -f "$SECRETS/.new"; die "the secret $1 could not be made"; }
  chmod 0444 "$SECRETS/.new"
  mv "$SECRETS/.new" "$SECRETS/$1"
}
random_word() { # random_word NAME: a MySQL group takes no more than 32 characters for the account of its members
  if [ "$1" = mysql_repl ]; then openssl rand -hex 16; else openssl rand -hex 32; fi
}

secrets_make() {
  step "secrets"
  planned || { mkdir -p "$SECRETS"/{tls,nginx,alerts}; chmod 0700 "$SECRETS"; chmod 0755 "$SECRETS"/{tls,nginx,alerts}; }
  local one
  for one in $PASSWORDS; do
    secret_missing "$one" || continue
    changed "$SECRETS/$one: a random word"
    planned || random_word "$one" | tr -d '\n' | secret_write "$one"
  done
  secrets_urls
  secrets_derived
  secrets_smtp
  secrets_authority
  secrets_certificate nginx
  finish
}

secrets_urls() {
  local name account password
  while read -r name account password; do
    secret_missing "$name" || continue
    changed "$SECRETS/$name: the address of the database for $account"
    planned || printf 'mysql://%s:%s@%s/%s?%s' "$account" "$(cat "$SECRETS/$password")" "$DATABASE_HOST" "$(database_name)" "$DATABASE_OPTIONS" |
      secret_write "$name"
  done <<'LIST'
database_url inviter mysql_app
database_url_migrator inviter_migrator mysql_migrator
database_url_backup inviter_backup mysql_backup
LIST
}
DATABASE_HOST=mysql-1:3306 DATABASE_OPTIONS='ssl-mode=verify_identity&ssl-ca=/run/secrets/tls_ca'

# Files in which other programs want the passwords: made anew when what they are made of changes.
secrets_derived() {
  derive redis.conf "the accounts of Redis" derived_redis
  derive redis_exporter.json "the account of the exporter at each Redis" derived_redis_exporter
  derive mysqld_exporter.cnf "the account of the exporter at MySQL" derived_mysqld_exporter
  [ ! -e alertmanager/render.sh ] || derive alerts/alertmanager.yml "who is told of alerts, by .env and secrets/alerts" derived_alertmanager
}
derive() { # derive NAME WHAT COMMAND
  local made
  if planned && secret_missing mysql_exporter; then changed "$SECRETS/$1: $2"; return; fi
  made=$($3)
  [ "$made" != "$(cat "$SECRETS/$1" 2>/dev/null)" ] || return 0
  changed "$SECRETS/$1: $2"
  planned || secret_write "$1" <<<"$made"
}
derived_redis() {
  sed "s/@redis_admin@/$(cat "$SECRETS/redis_admin")/; s/@redis_exporter@/$(cat "$SECRETS/redis_exporter")/
    s/@redis@/$(cat "$SECRETS/redis")/" config/redis/accounts.conf
}
derived_redis_exporter() {
  local one comma='{'
  for one in redis-{1..6} redis-single redis-primary redis-replica-{1,2} redis-{0..5}.redis; do
    printf '%s"rediss://exporter@%s:6379":"%s"' "$comma" "$one" "$(cat "$SECRETS/redis_exporter")"
    comma=,
  done
  echo '}'
}
derived_mysqld_exporter() {
  printf '[client]\nuser=inviter_exporter\npassword=%s\nssl-ca=/run/secrets/tls/ca.pem\n' "$(cat "$SECRETS/mysql_exporter")"
}
derived_alertmanager() { bash alertmanager/render.sh "$SECRETS/alerts" 2>/dev/null; }

secrets_smtp() { # without one, messages are kept as files: an empty file says so
  [ ! -e "$SECRETS/smtp_url" ] || return 0
  changed "$SECRETS/smtp_url: empty; put smtps://USER:PASSWORD@HOST:PORT into it to send e-mail"
  planned || { : >"$SECRETS/smtp_url" && chmod 0444 "$SECRETS/smtp_url"; }
}
