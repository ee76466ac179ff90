# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# What was deployed last, in .deploy: `last` names the kind and the environment; one file of NAME=VALUE for each of them.
STATE_DIR=.deploy

state_lock() { # one deployment at a time; held until this process ends
  need_tools flock
  refuse_faults
  mkdir -p "$STATE_DIR"
  exec 9>"$STATE_DIR/lock"
  flock -n 9 || die --code "$EXIT_BUSY" "another scripts/deploy.sh is at work here (it holds $STATE_DIR/lock). Wait for it"
}

state_last() { # sets KIND and ENVIRONMENT to what was deployed last, unless --env named one
  local kind='' environment=''
  if [ -f "$STATE_DIR/last" ]; then read -r kind environment <"$STATE_DIR/last"; fi
  if [ -n "$ENVIRONMENT" ] && [ -f "$STATE_DIR/docker-$ENVIRONMENT" ]; then kind=docker
  elif [ -n "$ENVIRONMENT" ] && [ -f "$STATE_DIR/k8s-$ENVIRONMENT" ]; then kind=k8s
  elif [ -n "$ENVIRONMENT" ] && [ "$ENVIRONMENT" != "$environment" ]; then kind=''; fi
  [ -n "$kind" ] ||
    die --code "$EXIT_USAGE" "nothing${ENVIRONMENT:+ called $ENVIRONMENT} was deployed from here. First: scripts/deploy.sh docker production"
  KIND=$kind ENVIRONMENT=${ENVIRONMENT:-$environment}
}

state_get() { # state_get NAME
  local file="$STATE_DIR/$KIND-$ENVIRONMENT"
  [ ! -f "$file" ] || sed -n "s/^$1=//p" "$file"
}

state_set() { # state_set NAME=VALUE…: the file is replaced as a whole, so that it is never half written
  ! planned || return 0
  local file="$STATE_DIR/$KIND-$ENVIRONMENT" one
  mkdir -p "$STATE_DIR"
  {
    if [ -f "$file" ]; then
      while IFS= read -r one; do
        [[ " $* " == *" ${one%%=*}="* ]] || printf '%s\n' "$one"
      done <"$file"
    fi
    printf '%s\n' "$@"
  } >"$file.new"
  mv "$file.new" "$file"
}

state_remember() { # this is now what status, rollback and the others act on
  planned || printf '%s %s\n' "$KIND" "$ENVIRONMENT" >"$STATE_DIR/last"
}
