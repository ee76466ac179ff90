# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# A deployment to the cluster of the current kubectl context: the files of k8s/overlays/ENV, in the order in which they can work.
#   INVITER_VERSION, REGISTRY  which images; REGISTRY=registry.example.org/inviter puts all of ours behind it
#   DB_PASSWORD, JWT_SECRET    the password of the database and the secret of the application, where you want to choose them
OVERLAY='' NAMESPACE=inspi-ai RENDERED='' APP=statefulset/inviter
K8S_WAIT=${K8S_WAIT:-600s} K8S_PUBLIC_WAIT=${K8S_PUBLIC_WAIT:-20}

kc() { kubectl --namespace "$NAMESPACE" "$@"; }
apply() { kc apply --server-side --force-conflicts --field-manager inviter-deploy --filename "$@" >"$STATE_DIR/kubectl.log" 2>&1 || { indent <"$STATE_DIR/kubectl.log"; return 1; }; }
there() { kc get "$@" >/dev/null 2>&1; }

deploy_k8s() {
  KIND=k8s
  preflight_k8s
  planned || state_lock
  k8s_images
  k8s_secrets
  k8s_render
  k8s_reachable_before
  k8s_part base "configuration, secrets, accounts, networks"
  ROLL=$(differs app)
  k8s_config_good
  k8s_data
  k8s_backup_first
  k8s_migrate
  k8s_roll || k8s_undo
  k8s_part late "autoscaler and what watches"
  k8s_smoke || { if [ -n "$ROLL" ]; then k8s_undo; fi; die "the smoke test failed (above). scripts/deploy.sh doctor looks further"; }
  if ! planned; then
    state_set "version=$VERSION" "deployed=$(date -u +%FT%TZ)"
    state_remember
    rm -rf "$RENDERED"
  fi
  k8s_summary
}

preflight_k8s() {
  step "preflight"
  need_tools kubectl openssl awk
  files_are_there config/production.toml
  k8s_overlay
  refuse_faults
  VERSION=${INVITER_VERSION:-$(k8s_tag inviter)}
  [[ $VERSION =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ && $VERSION != latest ]] || fault "INVITER_VERSION=$VERSION is no tag of an image that one can go back to: name a version"
  [[ ${REGISTRY:-none} =~ ^[a-z0-9][a-zA-Z0-9./:_-]*[a-z0-9]$ ]] || fault "REGISTRY=$REGISTRY is no place for images, such as registry.example.org/inviter"
  k8s_check_given
  k8s_check_database
  backup_key_possible
  if command -v kubectl >/dev/null; then
    kubectl version --request-timeout=10s >/dev/null 2>&1 ||
      fault "kubectl reaches no cluster: kubectl config current-context says which one is meant, kubectl cluster-info why it does not answer"
  fi
  refuse_faults
  finish "$(kubectl config current-context 2>/dev/null || true), namespace $NAMESPACE, version $VERSION"
}

k8s_overlay() { # sets OVERLAY and NAMESPACE, and SECRETS to what belongs to the environment
  OVERLAY=k8s/overlays/$ENVIRONMENT
  [ -f "$OVERLAY/kustomization.yaml" ] || { fault "there is no overlay $OVERLAY. There are: $(cd k8s/overlays && printf '%s ' *)"; return; }
  NAMESPACE=$(sed -n 's/^namespace: *//p' "$OVERLAY/kustomization.yaml" | head -n 1)
  NAMESPACE=${NAMESPACE:-inspi-ai}
  [ "$ENVIRONMENT" = production ] || SECRETS=secrets/$ENVIRONMENT
}

# Images of ours have a tag each in k8s/settings. Those that are renewed with the application have the version of the deployment; MySQL
# and its guards keep theirs, or each release would stop every member once.
k8s_ours() { # the image, the target of Dockerfile, the tag; those that the overlay needs
  printf 'inviter inviter %s\n' "$VERSION"
  ! k8s_has backup || printf 'inviter-backup backup %s\n' "$VERSION"
  ! k8s_has mysql || printf '%s\n' "inviter-mysql mysql $(k8s_tag inviter-mysql)" "inviter-guard inviter $(k8s_tag inviter-guard)"
}
k8s_tag() { # k8s_tag IMAGE
  sed -nE "/^ *- name: $1\$/,/newTag/s/^ *newTag: *\"?([^\" ]*).*/\1/p" k8s/settings/kustomization.yaml
}

k8s_images() {
  [ -n "${REGISTRY:-}" ] && [ "${INVITER_IMAGE_SOURCE:-present}" = build ] || return 0
  step "images"
  local name target tag image
  while read -r name target tag; do
    image=$REGISTRY/$name:$tag
    # A tag that does not change with the version means the same image for ever.
    if [ "$tag" != "$VERSION" ] && docker manifest inspect "$image" >/dev/null 2>&1; then note "$image is there"; continue; fi
    changed "build and push $image"
    planned && continue
    DOCKER_BUILDKIT=1 docker build --quiet --target "$target" --build-arg MYSQL_IMAGE="mysql:$(k8s_tag inviter-mysql | sed 's/-.*//')" \
      --tag "$image" . >/dev/null || die "$name cannot be built: docker build --target $target . says why"
    docker push --quiet "$image" >/dev/null || die "$image cannot be pushed: docker login $REGISTRY"
  done < <(k8s_ours)
  finish
}

k8s_render() { # the overlay with the names of the images, split into what comes first and what later
  step "render $OVERLAY"
  local files=k8s/components/secret-files/files
  RENDERED=$STATE_DIR/rendered-$ENVIRONMENT
  rm -rf "$RENDERED"
  (umask 077 && mkdir -p "$RENDERED")
  {
    printf 'resources:\n  - ../../%s\nimages:\n' "$OVERLAY"
    k8s_ours | awk -v at="${REGISTRY:+$REGISTRY/}" '{printf "  - {name: %s, newName: \"%s%s\", newTag: \"%s\"}\n", $1, at, $1, $3}'
  } >"$RENDERED/kustomization.yaml"
  # Copies that are gone as soon as kustomize has read them.
  # shellcheck disable=SC2016 # at_exit expands it
  CLEAN_UP='rm -rf k8s/components/secret-files/files "$STATE_DIR"/rendered-* "$STATE_DIR/plan-secrets"'
  (umask 077 && rm -rf "$files" && mkdir -p "$files" && cp -R "$SECRETS/." "$files/")
  kubectl kustomize "$RENDERED" >"$RENDERED/all" 2>"$STATE_DIR/kubectl.log" || { indent <"$STATE_DIR/kubectl.log"; die --code "$EXIT_CONFIG" "$OVERLAY cannot be rendered (above). Nothing was touched"; }
  rm -rf "$files"
  k8s_split
  finish "$(grep -c '^kind: ' "$RENDERED/all") objects"
}

k8s_split() { # each object into the file of its turn
  awk -v into="$RENDERED" '
    function out() {
      if (kind == "") return
      part = "base"
      if (kind == "StatefulSet" || kind == "Job" || kind == "MySQLCluster") part = "data"
      if (kind == "StatefulSet" && name == "inviter") part = "app"
      if (kind == "Job") part = name
      if (kind == "HorizontalPodAutoscaler" || kind == "ServiceMonitor" || kind == "PodMonitor" || kind == "PrometheusRule") part = "late"
      print "---\n" text > (into "/" part ".yaml")
    }
    /^---$/ { out(); text = kind = name = ""; next }
    { text = text $0 "\n" }
    /^kind: / { kind = $2 }
    /^metadata:/ { meta = 1; next }
    /^[a-z]/ { meta = 0 }
    meta && /^  name: / { name = $2 }
    END { out() }' "$RENDERED/all"
}

differs() { # differs PART: what of it the cluster has otherwise; the names
  [ -e "$RENDERED/$1.yaml" ] || return 0
  local said code=0
  said=$(kc diff --server-side --force-conflicts --field-manager inviter-deploy --filename "$RENDERED/$1.yaml" 2>/dev/null) || code=$?
  # Where it cannot compare, for there is no namespace yet, or a field that is not to be changed: applying says why.
  if [ $code -gt 1 ]; then awk '/^kind: / {print $2}' "$RENDERED/$1.yaml"; return; fi
  sed -nE 's#^diff .*/MERGED-[^/]*/(.*)$#\1#p' <<<"$said" | sort -u
}

k8s_part() { # k8s_part PART WHAT
  [ -e "$RENDERED/$1.yaml" ] || return 0
  local names
  step "$2"
  names=$(differs "$1")
  if [ -z "$names" ]; then note "as it should be"; finish; return; fi
  changed "apply $(wc -l <<<"$names") objects of $OVERLAY: $(tr '\n' ' ' <<<"$names" | cut -c1-200)"
  planned || apply "$RENDERED/$1.yaml" || die "kubectl refuses them (above). Put it right and run this again: it goes on from here"
  finish
}

k8s_data() {
  local one
  k8s_part data "data tier"
  k8s_form
  if planned || [ ! -e "$RENDERED/data.yaml" ]; then return 0; fi
  for one in $(k8s_sets); do
    kc rollout status "statefulset/$one" --timeout "$K8S_WAIT" >/dev/null || die "$one does not become ready within $K8S_WAIT: kubectl -n $NAMESPACE describe statefulset $one, and logs"
  done
  note "ready: $(k8s_sets | tr '\n' ' ')"
}
k8s_sets() { awk '/^kind: / {kind = $2} /^  name: / && kind == "StatefulSet" {print $2; kind = ""}' "$RENDERED/data.yaml"; }

# A Job cannot be changed: the one from before goes first.
k8s_job() { # k8s_job NAME: makes it of the file of that name; whether it did what it is for
  kc delete job "$1" --ignore-not-found --wait >/dev/null || return 1
  apply "$RENDERED/$1.yaml" || return 1
  wait_until "${K8S_WAIT%s}" k8s_job_is_over "$1" || { complain "the Job $1 is not done within $K8S_WAIT: kubectl -n $NAMESPACE logs job/$1"; return 1; }
  [ "$(kc get job "$1" --output 'jsonpath={.status.succeeded}')" = 1 ] || { kc logs "job/$1" --tail 20 2>&1 | indent; return 1; }
}
k8s_job_is_over() { [ -n "$(kc get job "$1" --output 'jsonpath={.status.succeeded}{.status.failed}')" ]; }

k8s_form() { # makes a cluster of the Redis nodes; again where its Job is another one than before, or gone with the cluster
  local job=$RENDERED/redis-form.yaml digest
  [ -e "$job" ] || return 0
  digest=$(digest_of "$job")
  [ "$(state_get formed)" != "$digest" ] || ! there job/redis-form || return 0
  step "Redis cluster"
  changed "run the Job redis-form"
  planned && { STEP=''; return; }
  k8s_job redis-form || die "the Redis nodes are no cluster (above). Put it right and run this again: it goes on from here"
  state_set "formed=$digest"
  finish
}

k8s_config_good() { # the new version reads its configuration before anything that runs is touched
  [ -n "$ROLL" ] || return 0
  step "configuration"
  if planned; then skip "would be checked by inviter config check"; return; fi
  # The Job for the schema, asked for something else.
  sed -E 's/^  name: inviter-migrate$/  name: inviter-check/; s/^( *)- migrate$/\1- config\n\1- check/' "$RENDERED/inviter-migrate.yaml" >"$RENDERED/inviter-check.yaml"
  k8s_job inviter-check || die --code "$EXIT_CONFIG" "the configuration is wrong (above). Nothing that runs was touched"
  kc delete job inviter-check >/dev/null
  finish
}

k8s_migrate() {
  [ -n "$ROLL" ] || return 0
  step "schema"
  changed "run the Job inviter-migrate of $VERSION"
  planned && { STEP=''; return; }
  k8s_job inviter-migrate || die "the migration failed (above); the version before serves on. inviter migrate status says how far it came"
  finish
}

k8s_roll() {
  step "application"
  [ -n "$ROLL" ] || { note "as it should be"; finish; return; }
  OLD_VERSION=$(state_get version)
  there "$APP" || OLD_VERSION=''
  changed "$APP: $VERSION${OLD_VERSION:+ in place of $OLD_VERSION}"
  planned && { STEP=''; return; }
  apply "$RENDERED/app.yaml" || return 1
  kc rollout status "$APP" --timeout "$K8S_WAIT" >/dev/null || { complain "the pods of $VERSION do not become ready within $K8S_WAIT"; kc get pods --selector app.kubernetes.io/name=inviter 2>&1 | indent; return 1; }
  finish
}

k8s_undo() { # the revision before serves again; a first one stays for a look at it
  if [ -z "${OLD_VERSION:-}" ]; then die "there is no revision before this one to go back to. kubectl -n $NAMESPACE logs $APP says why it does not become ready"; fi
  step "back to $OLD_VERSION"
  kc rollout undo "$APP" >/dev/null || die "kubectl rollout undo failed: kubectl -n $NAMESPACE rollout history $APP"
  kc rollout status "$APP" --timeout "$K8S_WAIT" >/dev/null || die "the revision before does not become ready either: kubectl -n $NAMESPACE describe $APP"
  finish
  die "the deployment of $VERSION failed; $OLD_VERSION serves as before. The schema may be newer: that version runs on it"
}
