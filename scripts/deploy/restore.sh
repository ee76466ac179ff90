# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# A backup is brought to life in a new database beside the one that serves, and then the instances go over to it. No database is removed.

docker_restore() { restore "$@"; }
k8s_restore() { restore "$@"; }

# restore WHAT [--into DATABASE] [--switch]     WHAT as `inviter restore` takes it: --latest, --to TIME, the name of a backup
# restore --list
# restore --switch-to DATABASE                  to one that was restored before, or back
restore() {
  local what=() database='' switch=no to=''
  while [ $# -gt 0 ]; do
    case $1 in
      --plan) PLAN=yes ;;
      --switch) switch=yes ;;
      --switch-to) to=${2:?--switch-to needs the name of a database} && shift ;;
      --into) database=${2:?--into needs the name of a new database} && shift ;;
      *) what+=("$1") ;;
    esac
    shift
  done
  if [ -n "$to" ]; then database_checked "$to"; restore_switch "$to"; return; fi
  [ ${#what[@]} -gt 0 ] || usage
  if [[ " ${what[*]} " == *" --list "* ]]; then backup_agent restore --list; return; fi
  database=${database:-inviter_$(date -u +%Y%m%d_%H%M%S)}
  database_checked "$database"
  if planned; then note "would restore ${what[*]} into the new database $database"; return; fi
  step "restore ${what[*]} into $database"
  database_address "$database" database_url_migrator | backup_agent restore "${what[@]}" --into - ||
    die "nothing was restored (above); $(database_name) serves as before. Drop $database, if it is there, before you take this name again"
  finish
  note "$(database_name) serves still; what is written to it from now on is not in $database"
  restore_agreed "$database" "$switch" || { note "to switch over: scripts/deploy.sh restore --switch-to $database"; return 0; }
  restore_switch "$database"
}

restore_agreed() { # restore_agreed DATABASE SWITCH: by --switch, or by typing the name
  local typed=''
  [ "$2" = no ] || return 0
  [ -t 0 ] || return 1
  read -r -p "   To switch over now type the name of the new database: " typed || true
  [ "$typed" = "$1" ]
}

restore_switch() { # restore_switch DATABASE: one instance after the other; where one does not become ready, all go back
  local old
  old=$(database_name)
  if [ "$old" = "$1" ]; then note "$1 is what serves"; return; fi
  if planned; then note "would switch from $old to $1"; return; fi
  if [ "$KIND" = k8s ]; then
    database_point "$1"
    note "$SECRETS/database_url and the two beside it name $1 now. With INVITER_VERSION and REGISTRY as before, this switches over: scripts/deploy.sh k8s $ENVIRONMENT"
    return
  fi
  note "from $old to $1"
  restore_go "$1" || {
    complain "going over to $1 failed (above)"
    restore_go "$old" || die "going back to $old failed as well. scripts/deploy.sh logs app-1 says why; no database was touched"
    die "$old serves as before"
  }
  # Changes are replayed only onto a backup of the same database.
  step "backup of $1"
  if backup_now; then finish; else warn "it failed (above): until there is one, nothing that is written from now on can be restored"; fi
  note "$1 serves. $old is there as it was; scripts/deploy.sh restore --switch-to $old goes back"
}
restore_go() {
  database_point "$1"
  OLD_VERSION=$(state_get version)
  ROLL=$(planned_roll)
  roll_apps && rest_up && smoke
}

backup_agent() { # backup_agent WORD…: the program, where the backups are
  case $KIND in
    k8s) kc exec --stdin statefulset/inviter-backup -- /usr/local/bin/inviter "$@" ;;
    *) docker exec --interactive "$(container backup)" /usr/local/bin/inviter "$@" ;;
  esac
}

# The database stands in three addresses; what is written anew names the one of the others.
database_checked() {
  [[ $1 =~ ^inviter[a-z0-9_]{0,50}$ ]] || die --code "$EXIT_USAGE" "'$1' is no name for a database here: inviter, then lower-case letters, digits and _. The accounts may enter no other"
}
database_address() { sed -E "s#/[A-Za-z0-9_]*\\?#/$1?#" "$SECRETS/$2"; } # database_address DATABASE FILE
database_name() {
  local name
  name=$(cat "$SECRETS"/database_url* 2>/dev/null | sed -nE 's#^mysql://[^/]*/([A-Za-z0-9_]+).*#\1#p') || true
  printf '%s' "${name:-inviter}"
}
database_point() { # database_point DATABASE
  local file
  for file in database_url database_url_migrator database_url_backup; do
    database_address "$1" "$file" | secret_write "$file"
  done
}
