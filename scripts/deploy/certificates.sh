# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# The authority inside the installation, what it vouches for, and the certificate of nginx until there is a real one.

# Every name by which a server of the kind is reached: with compose, in Kubernetes, on the machine itself. No wildcard: before a single
# label none is believed.
names_of() {
  case $1 in
    mysql)
      printf 'DNS:%s,' mysql-{1..3} mysql-{0..2}.mysql mysql-{0..2}.mysql.inspi-ai.svc.cluster.local
      # As MOCO calls them, for itself with the namespace.
      printf 'DNS:%s,' moco-inviter-{0..2}.moco-inviter{,.inspi-ai.svc} moco-inviter-{primary,replica}{,.inspi-ai.svc} ;;
    redis) printf 'DNS:%s,' redis-{1..6} redis-{0..5}.redis redis-single redis-primary redis-replica-{1,2} sentinel-{1..3} redis ;;
  esac
  printf 'DNS:localhost,IP:127.0.0.1'
}

key_new() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null || openssl ecparam -name prime256v1 -genkey -noout; }

secrets_authority() {
  local kind
  if secret_missing tls/ca.pem; then
    changed "$SECRETS/tls/ca.pem: the authority that vouches for MySQL and Redis, for ten years"
    planned || authority_new
  fi
  for kind in mysql redis; do
    secret_missing "tls/$kind.crt" || continue
    changed "$SECRETS/tls/$kind.crt: the certificate of every $kind server"
    planned || certificate_new "$kind"
  done
}

authority_new() {
  key_new | secret_write tls/ca.key
  chmod 0400 "$SECRETS/tls/ca.key"
  openssl req -x509 -new -key "$SECRETS/tls/ca.key" -days 3650 -subj "/CN=Inviter internal authority $(openssl rand -hex 4)" \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null | secret_write tls/ca.pem
}

certificate_new() { # certificate_new KIND: of the authority, for two years
  local extensions
  [ -s "$SECRETS/tls/ca.key" ] || die "secrets/tls/ca.key is not there, so no certificate can be made for $1. Put it back, or remove secrets/tls/* and stop everything first"
  key_new | secret_write "tls/$1.key"
  extensions=$(mktemp)
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n' "$(names_of "$1")" >"$extensions"
  openssl req -new -key "$SECRETS/tls/$1.key" -subj "/CN=inviter $1" 2>/dev/null |
    openssl x509 -req -CA "$SECRETS/tls/ca.pem" -CAkey "$SECRETS/tls/ca.key" -set_serial "0x$(openssl rand -hex 15)" -days 730 \
      -extfile "$extensions" 2>/dev/null | secret_write "tls/$1.crt"
  rm -f "$extensions"
}

secrets_certificate() { # of nginx: self-signed, for the host of the public address
  local host
  host=$(public_host)
  if secret_missing nginx/fullchain.pem || secret_missing nginx/privkey.pem; then
    changed "$SECRETS/nginx/fullchain.pem: self-signed for $host. Browsers will warn: put a real one in its place (docs/operate/deploy.md)"
    planned || {
      key_new | secret_write nginx/privkey.pem
      openssl req -x509 -new -key "$SECRETS/nginx/privkey.pem" -days 730 -subj "/CN=$host" \
        -addext "subjectAltName=DNS:$host,DNS:localhost,IP:127.0.0.1" -addext extendedKeyUsage=serverAuth 2>/dev/null |
        secret_write nginx/fullchain.pem
    }
  elif ! openssl x509 -in "$SECRETS/nginx/fullchain.pem" -noout -checkend 1209600 >/dev/null; then
    warn "the certificate in secrets/nginx ends within two weeks: renew it"
  fi
}

certificate_is_own() { # whether nobody but ourselves vouches for the certificate of nginx
  [ "$(openssl x509 -in "$SECRETS/nginx/fullchain.pem" -noout -subject_hash)" = "$(openssl x509 -in "$SECRETS/nginx/fullchain.pem" -noout -issuer_hash)" ]
}
