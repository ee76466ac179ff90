# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# Replaces the instances of the application one at a time, and goes back when one of them does not become ready.

app_is_ready() { inside "$1" /usr/local/bin/inviter healthcheck >/dev/null 2>&1; }
app_is_new() { # app_is_new SERVICE: it runs what is wanted, with the files as they are
  is_current "$1" && files_same "$1" && app_is_ready "$1"
}

apps_to_roll() {
  local one
  for one in $(services "$APPS"); do app_is_new "$one" || echo "$one"; done
}

roll_apps() {
  local one
  step "application"
  [ -n "$ROLL" ] || { note "as it should be"; finish; return; }
  for one in $ROLL; do
    changed "$one: inviter:$INVITER_VERSION$(old_words "$one")"
    planned || roll_one "$one" || return 1
  done
  finish
}
old_words() {
  local id
  id=$(container "$1")
  [ -z "$id" ] || printf ' in place of %s' "$(inspect "$id" '{{.Config.Image}}')"
}

roll_one() { # roll_one SERVICE: out of nginx, new, ready, into nginx again
  local began=$SECONDS
  nginx_leaves_out "$1"
  up --force-recreate "$1" || { nginx_takes_all; return 1; }
  if ! wait_for "$DEPLOY_READY_SECONDS" "$1" app_is_ready; then
    complain "$1 is not ready after $((SECONDS - began)) s"
    last_words "$1"
    return 1
  fi
  files_keep "$1"
  nginx_takes_all
  note "$1 is ready after $((SECONDS - began)) s"
}

roll_back() { # after a failure: the instances that were touched get the image from before
  local one
  if [ -z "$OLD_IMAGE" ]; then
    complain "there is no version before this one to go back to. Put right what is said above and run this again; nothing was deleted"
    TOLD=yes
    exit "$EXIT_FAILED"
  fi
  step "back to inviter:$OLD_VERSION"
  [ "$(image_id "inviter:$INVITER_VERSION")" = "$OLD_IMAGE" ] || docker tag "inviter:$INVITER_VERSION" inviter:failed 2>/dev/null || true
  restore_version "$OLD_VERSION" "$OLD_IMAGE"
  ROLL=''
  # The instance that failed is out of nginx already: it goes first.
  for one in $(services "$APPS" | sort -r); do
    is_current "$one" && app_is_ready "$one" && continue
    roll_one "$one" || { nginx_takes_all; die "going back failed at $one as well. The other instances serve on; scripts/deploy.sh logs $one says why"; }
  done
  nginx_takes_all
  finish
  state_set "version=$OLD_VERSION" "image=$OLD_IMAGE" "failed=$FAILED_VERSION"
  printf '%sThe deployment of %s failed; %s serves as before. The schema may be newer: that version runs on it.%s\n' \
    "$RED" "$FAILED_VERSION" "$OLD_VERSION" "$PLAIN" >&2
  printf 'Put INVITER_VERSION=%s into .env until the new one is put right.\n' "$OLD_VERSION" >&2
  TOLD=yes
  exit "$EXIT_FAILED"
}

restore_version() { # restore_version VERSION IMAGE: the tag means that image again, and compose takes it
  docker image inspect "$2" >/dev/null 2>&1 ||
    die "the image of $1 is not on this machine any more: docker load it as inviter:$1, then deploy that version"
  FAILED_VERSION=$INVITER_VERSION
  [ "$(image_id "inviter:$1")" = "$2" ] || docker tag "$2" "inviter:$1"
  export INVITER_VERSION=$1
  forget_files
}
