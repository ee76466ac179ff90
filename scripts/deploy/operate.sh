# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# What is done with an installation that is there.

operate() { # operate VERB [WORD…]: for the environment that was deployed last, or the one of --env
  local verb=$1
  shift
  state_last
  only_looks "$verb" "$@" || state_lock
  if [ "$KIND" = k8s ]; then k8s_ready; else docker_ready; fi
  "${KIND}_$verb" "$@"
}

only_looks() { # only_looks VERB [WORD…]: whether it changes nothing, and so may be done while another one is at work
  case $1 in
    status | doctor | logs) return 0 ;;
    # It reads its own words, later.
    restore) planned || [[ " $* " == *" --list "* || " $* " == *" --plan "* ]] ;;
    *) planned ;;
  esac
}

docker_ready() {
  docker_is_well
  [ -f .env ] || fault ".env is missing: cp .env.production .env, and change in it what has to be changed"
  [ ! -f .env ] || { env_read .env; env_check; }
  refuse_faults
  local one
  for one in $(state_get left_out); do leave_out "$one"; done
  # After a rollback .env may still name the version that failed.
  local version
  version=$(state_get version)
  if [ -n "$version" ] && [ "$version" != "$INVITER_VERSION" ]; then
    warn "inviter:$version is deployed, and .env says $INVITER_VERSION"
    export INVITER_VERSION=$version
  fi
}

docker_status() {
  local one id bad=0
  printf '%sInviter on docker, %s%s: inviter:%s since %s' "$BOLD" "$ENVIRONMENT" "$PLAIN" "$(state_get version)" "$(state_get deployed)"
  [ -z "$(state_get previous_version)" ] || printf ', before it %s' "$(state_get previous_version)"
  printf '\n%-20s %-12s %-40s %s\n' SERVICE STATE IMAGE 'UP SINCE'
  for one in $(services '.*' | grep -vx migrate); do
    was_well "$one" || bad=$((bad + 1))
    id=${ID_OF[$one]:-}
    printf '%-20s %-12s %-40s %s\n' "$one" "${STATE_OF[$one]:-absent}" "$(inspect "${id:-none}" '{{.Config.Image}}')" \
      "$(inspect "${id:-none}" '{{.State.StartedAt}}' | cut -c1-19)"
  done
  ask /api/health
  printf '%s/api/health: %s %s\n' "$INVITER_PUBLIC_URL" "$STATUS" "$(sed -nE 's/.*"status":"([a-z]+)".*/\1/p' <<<"$BODY" | head -n 1)"
  if [ "$bad" -gt 0 ] || [ "$STATUS" != 200 ]; then
    complain "$bad services are not well; scripts/deploy.sh logs SERVICE says why"
    TOLD=yes
    return 1
  fi
}

docker_rollback() {
  local version image
  version=$(state_get previous_version) image=$(state_get previous_image)
  [ -n "$version" ] || die "there is no version before $(state_get version)"
  OLD_VERSION=$(state_get version) OLD_IMAGE=$(running_image)
  if planned; then note "would go back from inviter:$OLD_VERSION to inviter:$version"; return; fi
  restore_version "$version" "$image"
  ROLL=$(planned_roll)
  { roll_apps && rest_up && smoke; } || die "going back failed (above). scripts/deploy.sh logs app-1 says why; nothing was deleted"
  state_set "version=$version" "image=$image" "previous_version=$OLD_VERSION" "previous_image=$OLD_IMAGE" "deployed=$(date -u +%FT%TZ)"
  note "inviter:$version serves again. Put INVITER_VERSION=$version into .env, or the next deployment takes $OLD_VERSION"
}

docker_backup() { backup_told; }

docker_logs() { dc logs --follow --tail 200 "$@"; }

docker_doctor() {
  local one bad=0
  disk_is_enough
  for one in $(services '.*' | grep -vx migrate); do
    is_well "$one" || fault "$one is $(state_of "$one"): scripts/deploy.sh logs $one says why"
  done
  secrets_closed
  ask /api/ready
  [ "$STATUS" = 200 ] || fault "$INVITER_PUBLIC_URL/api/ready answers $STATUS: $(head -c 200 <<<"$BODY")"
  openssl x509 -in "$SECRETS/nginx/fullchain.pem" -noout -checkend 1209600 >/dev/null ||
    fault "the certificate in secrets/nginx ends within two weeks: put a new one there and run scripts/deploy.sh docker $ENVIRONMENT"
  for one in mysql redis; do
    openssl x509 -in "$SECRETS/tls/$one.crt" -noout -checkend 2592000 >/dev/null ||
      fault "secrets/tls/$one.crt ends within a month: remove it and run scripts/deploy.sh docker $ENVIRONMENT, which makes another and renews the servers"
  done
  TOLD=yes
  for one in "${FAULTS[@]}"; do complain "$one"; bad=1; done
  inside app-1 /usr/local/bin/inviter doctor || bad=1
  group_is_whole || bad=1
  sed 's/^/   /' "$STATE_DIR/group.log"
  return $bad
}
secrets_closed() {
  [ "$(stat -c %a "$SECRETS")" = 700 ] || fault "secrets is open to others: chmod 0700 secrets"
}
