#!/usr/bin/env bash
# shellcheck disable=SC2034 # the parts in scripts/deploy share their variables
# Deploys Inviter and looks after it. Run it again at any time: it does only what is missing.
#   scripts/deploy.sh docker ENV [--plan]   on this machine, with docker compose and the settings in .env
#   scripts/deploy.sh k8s ENV [--plan]      on the cluster of the current kubectl context, with k8s/overlays/ENV
#   scripts/deploy.sh status                what runs, in which version, and whether it is well
#   scripts/deploy.sh rollback              back to the version before
#   scripts/deploy.sh backup                makes a backup now
#   scripts/deploy.sh restore --list | --latest | --to TIME | BACKUP [--switch]   into a new database; then switches to it, if you say so
#   scripts/deploy.sh restore --switch-to DATABASE
#   scripts/deploy.sh scale N               how many instances of the application
#   scripts/deploy.sh doctor                checks all of it; one line for each finding, with the remedy
#   scripts/deploy.sh logs [SERVICE]        follows the logs
# --plan       says what would be done and changes nothing
# --env ENV    another environment than the one deployed last, for the lower seven
# Exit: 0 done; 1 failed, and gone back to the version before; 2 wrong usage; 75 another deployment is at work; 78 something is not
# as it has to be, told in full, and nothing was touched. Nothing here deletes data.
set -euo pipefail
cd "$(dirname "$0")/.."

PLAN=no KIND='' ENVIRONMENT=''
for part in say state env preflight secrets certificates compose image tier nginx roll smoke backup docker scale restore operate k8s k8s-operate; do
  # shellcheck source=/dev/null
  source "scripts/deploy/$part.sh"
done

usage() {
  sed -n '3,18s/^# \{0,1\}//p' scripts/deploy.sh >&2
  TOLD=yes
  exit "$EXIT_USAGE"
}

WORDS=()
while [ $# -gt 0 ]; do
  case $1 in
    --plan) PLAN=yes ;;
    --env) ENVIRONMENT=${2:?--env needs a name} && shift ;;
    --env=*) ENVIRONMENT=${1#--env=} ;;
    -h | --help) usage ;;
    # What comes after `restore` is for that.
    restore) WORDS+=("$@") && break ;;
    *) WORDS+=("$1") ;;
  esac
  shift
done
set -- "${WORDS[@]}"

case ${1:-} in
  docker | k8s)
    [ $# -eq 2 ] || usage
    [[ $2 =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || die --code "$EXIT_USAGE" "'$2' is no name of an environment: lower-case letters, digits and -"
    ENVIRONMENT=$2
    "deploy_$1"
    ;;
  status | rollback | backup | doctor) [ $# -eq 1 ] || usage; operate "$1" ;;
  scale) [[ $# -eq 2 && $2 =~ ^[0-9]{1,3}$ ]] || usage; operate scale "$2" ;;
  logs) [ $# -le 2 ] || usage; operate "$@" ;;
  restore) operate "$@" ;;
  *) usage ;;
esac
