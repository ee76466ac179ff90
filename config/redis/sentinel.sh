#!/bin/sh
# One sentinel: its file is made at the first start, for it writes into it what it learns.
#   sentinel.sh HOST      HOST is how the others reach it
set -eu
file=/data/sentinel.conf
if [ ! -e "$file" ]; then
  umask 077
  {
    cat "$(dirname "$0")/sentinel.conf"
    echo "sentinel announce-ip ${1:?is missing: the host}"
    echo "sentinel auth-pass inviter $(cat /run/secrets/redis_admin)"
    echo "requirepass $(cat /run/secrets/redis_sentinel)"
    echo "sentinel sentinel-pass $(cat /run/secrets/redis_sentinel)"
  } >"$file.new"
  mv "$file.new" "$file"
fi
exec redis-sentinel "$file"
