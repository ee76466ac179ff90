# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# Backups: the key pair for them, one now, and a restore.

backup_key_make() { # the private key opens them: keep a copy of it somewhere else
  secret_missing backup_identity || return 0
  changed "secrets/backup_identity and backup_recipient: the key pair of the backups. Keep a copy elsewhere: without it no backup opens"
  planned && return
  local pair
  pair=$(docker run --rm --network none --read-only "$(backup_key_image)" backup keygen) || die "$(backup_key_image) backup keygen failed (above)"
  grep -o 'AGE-SECRET-KEY-[A-Z0-9]*' <<<"$pair" | secret_write backup_identity
  grep -o 'age1[a-z0-9]*' <<<"$pair" | head -n 1 | secret_write backup_recipient
}

backup_key_image() { if [ "$KIND" = k8s ]; then printf '%s' "${REGISTRY:+$REGISTRY/}inviter:$VERSION"; else printf '%s' "inviter:$INVITER_VERSION"; fi; }
backup_key_possible() { # on Kubernetes neither Docker nor the image has to be here, unless for this
  secret_missing backup_identity || return 0
  local image get=pull
  image=$(backup_key_image)
  if planned; then get='manifest inspect'; fi
  # shellcheck disable=SC2086 # two words
  { [ -n "${REGISTRY:-}" ] && [ "${INVITER_IMAGE_SOURCE:-present}" = build ] && docker version >/dev/null 2>&1; } ||
    docker image inspect "$image" >/dev/null 2>&1 || docker $get "$image" >/dev/null 2>&1 ||
    fault "there is no $SECRETS/backup_identity, and to make it Docker with the image $image is needed here. Or put there what \`inviter backup keygen\` prints: the line AGE-SECRET-KEY-… into $SECRETS/backup_identity, the word age1… into $SECRETS/backup_recipient"
}

backup_now() {
  local said
  said=$(backup_agent backup </dev/null 2>&1) || { tail -n 20 <<<"$said" | indent; return 1; }
  tail -n 3 <<<"$said" | sed 's/^/   /'
}
backup_told() { # the verb
  planned && { note "would make a backup"; return; }
  step "backup"
  backup_now || die "the backup failed (above)"
  finish
}
