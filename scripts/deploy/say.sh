# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# What is printed. Colour on a terminal only; what went wrong goes to standard error and says what to do.
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' PLAIN=$'\e[0m'
else
  BOLD='' RED='' GREEN='' YELLOW='' PLAIN=''
fi

EXIT_FAILED=1 EXIT_USAGE=2 EXIT_BUSY=75 EXIT_CONFIG=78
CHANGES=0 # what this run changed, or would change
STEP='' STEP_BEGAN=0
BEGAN=$(date +%s%N)

seconds() { # seconds NANOSECONDS: 1.2
  local ms=$(($1 / 1000000))
  printf '%d.%d' $((ms / 1000)) $((ms % 1000 / 100))
}
step() { # step TEXT: the next step begins; its end prints how long it took
  STEP=$1 STEP_BEGAN=$(date +%s%N)
  printf '%s== %s%s\n' "$BOLD" "$STEP" "$PLAIN"
}
finish() { # finish [TEXT]: the step is done
  printf '   %sok%s  %s(%s s)\n' "$GREEN" "$PLAIN" "${1:+$1 }" "$(seconds $(($(date +%s%N) - STEP_BEGAN)))"
  STEP=''
}
note() { printf '   %s\n' "$*"; }
warn() { printf '   %swarning: %s%s\n' "$YELLOW" "$*" "$PLAIN" >&2; }
complain() { printf '   %serror: %s%s\n' "$RED" "$*" "$PLAIN" >&2; }
changed() { # changed TEXT: something is done, or would be with --plan
  CHANGES=$((CHANGES + 1))
  if [ "$PLAN" = yes ]; then note "would: $*"; else note "$*"; fi
}
planned() { [ "$PLAN" = yes ]; }

die() { # die [--code N] TEXT
  local code=$EXIT_FAILED
  TOLD=yes
  if [ "$1" = --code ]; then code=$2 && shift 2; fi
  complain "$*"
  exit "$code"
}

summarize() { # summarize VERSION REST: the first line of the summary; false with --plan, whose summary ends here
  printf '\n'
  if planned; then
    if [ "$CHANGES" -eq 0 ]; then note "nothing to do"; else note "$CHANGES changes; nothing was done (--plan)"; fi
    return 1
  fi
  if [ "$CHANGES" -eq 0 ]; then printf '%snothing to do%s: %s is as it should be\n' "$GREEN" "$PLAIN" "$ENVIRONMENT"; fi
  printf '%sInviter %s%s%s, in %s s\n' "$BOLD" "$1" "$PLAIN" "$2" "$(seconds $(($(date +%s%N) - BEGAN)))"
}

indent() { sed 's/^/     /' >&2; } # what another program said, from standard input
skip() { note "$*"; STEP=''; } # with --plan: the step is told and not taken

# Nothing ends without a word.
TOLD=no CLEAN_UP=''
at_exit() {
  local code=$?
  [ -z "$CLEAN_UP" ] || eval "$CLEAN_UP"
  [ "$code" -eq 0 ] || [ "$TOLD" = yes ] ||
    complain "stopped with $code${STEP:+ in the step $STEP}. Nothing is deleted; run it again: it goes on from here"
  exit "$code"
}
trap at_exit EXIT
trap 'exit 130' INT TERM

# Errors that are collected and told at once.
FAULTS=()
fault() { FAULTS+=("$*"); }
refuse_faults() { # ends with 78 where there are faults; nothing was touched so far
  [ ${#FAULTS[@]} -gt 0 ] || return 0
  local one
  TOLD=yes
  for one in "${FAULTS[@]}"; do complain "$one"; done
  printf '%s%d to put right. Nothing was touched.%s\n' "$RED" ${#FAULTS[@]} "$PLAIN" >&2
  exit "$EXIT_CONFIG"
}
