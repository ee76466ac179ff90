# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# The images: made here or there already. Nothing else is fetched during a deployment.

source_digest() { # changes when something changes that goes into an image
  local one there=()
  for one in Dockerfile .dockerignore Cargo.toml Cargo.lock .cargo bench crates xtask config dist docs/reference docs/start; do
    if [ -e "$one" ]; then there+=("$one"); fi
  done
  {
    env | grep -E '^[A-Z]+_IMAGE=' | sort || true
    find "${there[@]}" -name target -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
  } | sha256sum | cut -c1-64
}

to_build() { # one service for each image that is made here
  shape | awk '$3 == "build" && !seen[$2]++ {print $1}'
}

images_ready() {
  step "image inviter:$INVITER_VERSION"
  optional_images
  if [ "$INVITER_IMAGE_SOURCE" = build ]; then image_build; fi
  images_there
  finish
}

image_build() {
  local digest one missing=no
  digest=$(source_digest)
  for one in $(to_build); do
    [ -n "$(image_id "$(image_of "$one")")" ] || missing=yes
  done
  if [ "$missing" = no ] && [ "$(state_get "built_$INVITER_VERSION")" = "$digest" ]; then
    note "made before from the same files"
    return
  fi
  changed "build $(for one in $(to_build); do image_of "$one"; done | tr '\n' ' ')"
  planned && return
  image_keep
  # shellcheck disable=SC2046 # one word for each service
  DOCKER_BUILDKIT=1 dc build --quiet $(to_build) >"$STATE_DIR/build.log" 2>&1 || {
    tail -n 40 "$STATE_DIR/build.log" >&2
    die "the image cannot be built; the last lines are above, all of them in $STATE_DIR/build.log. Nothing that runs was touched"
  }
  forget_files
  state_set "built_$INVITER_VERSION=$digest"
}

image_keep() { # what runs now stays, even when its tag goes to another image
  local running
  running=$(inspect "$(container app-1)" '{{.Image}}')
  [ -z "$running" ] || docker tag "$running" inviter:previous
}

optional_images() { # a dashboard must not keep the application from being deployed
  local profile service image
  for profile in grafana elk; do
    [[ ",$COMPOSE_PROFILES," == *",$profile,"* ]] || continue
    case $profile in grafana) service=grafana ;; elk) service='elasticsearch|logstash|kibana|filebeat' ;; esac
    for service in $(services "$service"); do
      image=$(image_of "$service")
      [ -z "$(image_id "$image")" ] || continue
      if planned && docker manifest inspect "$image" >/dev/null 2>&1; then changed "pull $image"; continue; fi
      planned || ! docker pull --quiet "$image" >/dev/null 2>&1 || continue
      warn "$image is not here and cannot be pulled: the profile $profile is left out this time"
      leave_out "$profile"
      break
    done
  done
}
leave_out() { # leave_out PROFILE
  LEFT_OUT="$LEFT_OUT $1"
  COMPOSE_PROFILES=$(tr ',' '\n' <<<"$COMPOSE_PROFILES" | grep -vx "$1" | paste -sd,)
  forget_files
}
LEFT_OUT=''

images_from_elsewhere() {
  shape | awk -v here="$INVITER_IMAGE_SOURCE" '
    { image[$2]; if (here == "build" && $3 == "build" || $1 ~ /^(grafana|elasticsearch|logstash|kibana|filebeat)$/) skip[$2] }
    END { for (one in image) if (!(one in skip)) print one }' | sort
}
images_there() { # all others: pulled where they are missing
  local image
  for image in $(images_from_elsewhere); do
    [ -z "$(image_id "$image")" ] || continue
    if planned; then changed "pull $image"; continue; fi
    case $image in
      inviter*) fault "the image $image is not here, and INVITER_IMAGE_SOURCE=present builds none: docker load it, or set build in .env" ;;
      *)
        note "pulling $image"
        docker pull --quiet "$image" >/dev/null 2>&1 ||
          fault "the image $image is not here and cannot be pulled: docker pull $image says why; docker load brings it without a registry" ;;
    esac
  done
  refuse_faults
}
