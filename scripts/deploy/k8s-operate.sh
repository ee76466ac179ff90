# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# Secrets for Kubernetes, the way in from outside, and what is done with an installation that is there.

k8s_check_given() { # what the shell gives must be usable, and be what is in ./secrets already
  local pair name file
  [[ ${DB_PASSWORD:-good} =~ ^[A-Za-z0-9._~-]+$ ]] || fault "DB_PASSWORD may have letters, digits and - . _ ~ only"
  [ -z "${JWT_SECRET:-}" ] || [ ${#JWT_SECRET} -ge 32 ] || fault "JWT_SECRET has ${#JWT_SECRET} characters: at least 32 (openssl rand -hex 32)"
  for pair in DB_PASSWORD:mysql_app JWT_SECRET:app_secret; do
    name=${pair%:*} file=$SECRETS/${pair#*:}
    if [ -n "${!name:-}" ] && [ -s "$file" ] && [ "${!name}" != "$(cat "$file")" ]; then
      fault "$name is not what $file holds, and what the installation uses. Unset $name, or change the password as docs/operate/deploy.md says"
    fi
  done
}

k8s_secrets() {
  local lost one
  # New passwords for servers that are there would lock everybody out.
  if kc get secrets --output name 2>/dev/null | grep '^secret/inviter-app' >/dev/null; then
    lost=''
    for one in $PASSWORDS database_url database_url_migrator tls/ca.pem; do secret_missing "$one" && lost="$lost $one"; done
    [ -z "$lost" ] || die --code "$EXIT_CONFIG" "the cluster has secrets of this installation, and here are missing:$lost. Bring $SECRETS from where it was deployed first. Nothing was touched"
  fi
  planned || { mkdir -p "$SECRETS" && chmod 0700 "$SECRETS"; }
  for one in DB_PASSWORD:mysql_app JWT_SECRET:app_secret; do
    k8s_take "${one%%:*}" "${one#*:}"
  done
  k8s_database
  PUBLIC_URL=${INVITER_PUBLIC_URL:-$(k8s_setting INVITER_SERVER__PUBLIC_URL)}
  INVITER_PUBLIC_URL=${PUBLIC_URL:-https://localhost}
  secrets_make
  backup_key_make
  if planned; then secrets_for_plan; fi
}
k8s_check_database() { # what is written once and never replaced must not be an example
  ! k8s_has managed-mysql || [[ $(k8s_setting INVITER_DATABASE__MEMBERS) != mysql.example.com:* ]] ||
    fault "k8s/components/managed-mysql names mysql.example.com: put the host of your MySQL there, and its network into network.yaml beside it"
}
k8s_take() { # k8s_take VARIABLE FILE
  { [ -n "${!1:-}" ] && secret_missing "$2"; } || return 0
  changed "$SECRETS/$2: the value of $1"
  planned || printf '%s' "${!1}" | secret_write "$2"
}
secrets_for_plan() { # a plan makes no secret; rendering wants files, so that they are stand-ins
  local one copy
  copy=$STATE_DIR/plan-secrets
  rm -rf "$copy" && (umask 077 && mkdir -p "$copy"/{tls,nginx,alerts})
  [ ! -d "$SECRETS" ] || cp -R "$SECRETS/." "$copy/"
  while read -r one; do
    [ -s "$copy/$one" ] || echo stand-in >"$copy/$one"
  done < <(sed -nE 's#.*files/([a-z_./]+)$#\1#p' k8s/components/secret-files/secret.yaml)
  SECRETS=$copy
}

k8s_folders() { # the components of the overlay, in their order, and the overlay itself
  sed -nE 's#^ *- *\.\./\.\./((components/)?[a-z-]+) *$#k8s/\1#p' "$OVERLAY/kustomization.yaml"
  echo "$OVERLAY"
}
k8s_has() { k8s_folders | grep -x "k8s/components/$1" >/dev/null; } # k8s_has COMPONENT
k8s_setting() { # k8s_setting NAME: what the application is told; who comes later wins
  local folder
  for folder in $(k8s_folders); do cat "$folder"/*.yaml; done | sed -nE "s/^[ -]*$1[=:] *\"?([^\" ]*).*/\1/p" | tail -n 1
}
k8s_database() { # the first server of the list: all of one group or operator answer to our authority, somebody else's to the public ones
  DATABASE_HOST=$(k8s_setting INVITER_DATABASE__MEMBERS)
  DATABASE_HOST=${DATABASE_HOST%%,*}
  if k8s_has managed-mysql; then DATABASE_OPTIONS='ssl-mode=verify_identity'; fi
}
k8s_public_answers() { [ -n "$PUBLIC_URL" ] && [ "$(curl --silent --max-time 10 --max-redirs 0 --output /dev/null --write-out '%{http_code}' "$PUBLIC_URL/api/ready")" = 200 ]; }
k8s_reachable_before() { REACHABLE=no; if ! planned && there "$APP" && k8s_public_answers; then REACHABLE=yes; fi; }

k8s_smoke() {
  planned && return
  step "smoke test"
  kc exec "$APP" --container inviter -- /usr/local/bin/inviter healthcheck >"$STATE_DIR/kubectl.log" 2>&1 || { indent <"$STATE_DIR/kubectl.log"; complain "inviter healthcheck in $APP fails"; return 1; }
  if wait_until "$K8S_PUBLIC_WAIT" k8s_public_answers; then
    finish "$PUBLIC_URL/api/ready answers"
  elif [ "$REACHABLE" = yes ]; then
    complain "$PUBLIC_URL/api/ready does not answer any more"
    return 1
  else
    warn "${PUBLIC_URL:-the public address} does not answer from here, nor did it before: the name, the Ingress controller, and the label of its namespace (docs/operate/kubernetes.md)"
    finish "in the pods; not from outside"
  fi
}

k8s_backup_first() {
  [ -n "$ROLL" ] || return 0
  step "backup"
  if ! there statefulset/inviter-backup || [ -z "$(state_get version)" ]; then note "no database that was deployed from here yet, or no agent: none"; finish; return; fi
  planned && { skip "would be made before the schema changes"; return; }
  if [ "${DEPLOY_BACKUP:-yes}" = no ]; then note "left out: DEPLOY_BACKUP=no"; finish; return; fi
  backup_now || die "the backup failed (above), so the schema is not changed. Put it right, or set DEPLOY_BACKUP=no and answer for it"
  finish
}

k8s_summary() {
  summarize "$VERSION" ", $ENVIRONMENT, namespace $NAMESPACE" || return 0
  note "public  ${PUBLIC_URL:-(no address in the overlay)}/console"
  note "pods    kubectl -n $NAMESPACE get pods"
}

k8s_ready() { # before anything that is done with what is there
  need_tools kubectl
  k8s_overlay
  refuse_faults
}
k8s_status() {
  printf '%sInviter on Kubernetes, %s%s: %s since %s\n' "$BOLD" "$ENVIRONMENT" "$PLAIN" "$(state_get version)" "$(state_get deployed)"
  kc get statefulsets,pods,horizontalpodautoscalers
  kc rollout status "$APP" --timeout 5s
}
k8s_rollback() {
  planned && { kc rollout history "$APP"; note "would go back to the revision before"; return; }
  { kc rollout undo "$APP" && kc rollout status "$APP" --timeout "$K8S_WAIT"; } || die "going back failed: kubectl -n $NAMESPACE rollout history $APP"
  state_set "version=$(kc get "$APP" --output 'jsonpath={.spec.template.spec.containers[0].image}' | sed 's/.*://')" "deployed=$(date -u +%FT%TZ)"
}
k8s_backup() { backup_told; }
k8s_logs() { kc logs --follow --tail 200 --prefix --max-log-requests 20 --selector "app.kubernetes.io/name=${1:-inviter}"; }
k8s_scale() { # the autoscaler decides; this is how many it keeps at least
  local most
  most=$(kc get horizontalpodautoscaler inviter --output 'jsonpath={.spec.maxReplicas}') || die "there is no autoscaler called inviter in $NAMESPACE"
  { [ "$1" -ge 2 ] && [ "$1" -le "$most" ]; } || die --code "$EXIT_CONFIG" "between 2 and $most instances (k8s/base/scaling.yaml says why no more)"
  planned && { note "would keep at least $1 instances"; return; }
  kc patch horizontalpodautoscaler inviter --type merge --patch "{\"spec\":{\"minReplicas\":$1}}"
  note "write minReplicas: $1 into a patch of $OVERLAY as well, or the next deployment sets it back"
}
k8s_doctor() {
  local bad=0
  kc get pods --no-headers | awk '$3 != "Running" && $3 != "Completed" {print "   error: pod " $1 " is " $3 ": kubectl describe pod " $1; bad = 1} END {exit bad}' || bad=1
  kc exec "$APP" --container inviter -- /usr/local/bin/inviter doctor || bad=1
  # Where MySQL is not ours to look after there are no guards.
  if k8s_has mysql; then kc exec statefulset/mysql --container guard -- /usr/local/bin/inviter mysql status || bad=1; fi
  return $bad
}
