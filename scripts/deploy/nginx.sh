# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# Tells nginx which instances get requests: one file for each in nginx/upstream, and a reload. nginx finishes what it has begun.
UPSTREAM=nginx/upstream

server_line() { # server_line SERVICE [down]
  printf 'server %s:3000 resolve max_fails=3 fail_timeout=5s%s;\n' "$1" "${2:+ $2}"
}
server_write() { # server_write SERVICE [down]: tells whether that changed anything
  local file="$UPSTREAM/$1.conf"
  [ "$(cat "$file" 2>/dev/null)" = "$(server_line "$@")" ] && return 1
  # Written in place: a file that is mounted alone would stay the old one.
  server_line "$@" >"$file"
}

nginx_runs() { [[ $(state_of nginx) =~ ^(healthy|running|starting|unhealthy)$ ]]; }
nginx_reload() {
  nginx_runs || return 0
  local said
  said=$(inside nginx nginx -t -q 2>&1) || { indent <<<"$said"; complain "nginx refuses its configuration (above) and goes on with the one before"; return 1; }
  inside nginx nginx -s reload 2>/dev/null
}

nginx_leaves_out() { # nginx_leaves_out SERVICE: it gets no new request; those that it has are answered
  nginx_runs || return 0
  server_write "$1" down || return 0
  nginx_reload || return 1
  # What the workers of before had begun is on its way.
  sleep 1
}

nginx_takes_all() { # every instance that is on gets requests, and no other
  local one changed_any=no file on
  on=" $(services "$APPS" | tr '\n' ' ')"
  for one in $on; do server_write "$one" && changed_any=yes; done
  for file in "$UPSTREAM"/app-*.conf; do
    one=$(basename "$file" .conf)
    [[ $on == *" $one "* ]] || { rm -f "$file"; changed_any=yes; }
  done
  [ $changed_any = no ] || nginx_reload
}

nginx_good() { # whether nginx takes its configuration, asked before anything changes
  local said
  said=$(dc run --rm --no-deps --quiet-pull -T --entrypoint nginx nginx -t -q 2>&1) || { indent <<<"$said"; return 1; }
}

# Folders that are mounted into a container change without compose noticing; each is told to take up what is in them.
reload_changed() {
  local one files digest
  while read -r one files; do
    [ -n "$(services "$one")" ] || continue
    # shellcheck disable=SC2086 # one word for each file
    digest=$(digest_of $files)
    [ "$(state_get "files_$one")" != "$digest" ] || continue
    if [ -n "$(state_get "files_$one")" ]; then changed "$one: takes up its changed configuration"; fi
    planned && continue
    reload_one "$one" || return 1
    state_set "files_$one=$digest"
  done <<LIST
nginx nginx/nginx.conf nginx/conf.d nginx/snippets nginx/waf nginx/local $SECRETS/nginx
prometheus prometheus/prometheus.yml prometheus/rules
alertmanager alertmanager $SECRETS/alerts
blackbox-exporter prometheus/blackbox.yml
LIST
}
reload_one() {
  [ -n "$(container "$1")" ] || return 0
  case $1 in
    nginx) nginx_reload ;;
    *) docker kill --signal HUP "$(container "$1")" >/dev/null ;;
  esac
}
