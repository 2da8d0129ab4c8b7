#!/usr/bin/env bash
# Runs colonies of two builds: single programs of an older one among those of this one, and the reverse.
#
#   scripts/mix.sh OLD [--seconds S] [--topology FILE] [--keep FOLDER] [--port-base N] [MIX…]
#
# OLD is the folder of the other build's programs (a clone at its commit, swift build -c release). Each mix
# must go LIVE, trade until its end or refuse with an alarm that says why, and leave executor and venue with
# the same orders and trades. A MIX is `old-executor`, `new-risk`, …: that one of the named build, all
# others of the other; `new` and `old` are one build only; without any, all fourteen are run. --topology
# must be one that both builds read. A record of JSON for each; exit code 0 if every one held.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  [ "$#" -gt 0 ] || die 64 "name the folder of the other build's programs; see --help"
  case "$1" in -h | --help) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
  local old="$1" words=() keep="" topology="$ROOT/topology/paper.json5"
  shift
  [ -x "$old/waggle-executor" ] || die 64 "$old: no waggle-executor there"
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --seconds | --port-base | --topology | --keep)
        [ "$#" -gt 1 ] || die 64 "$1 needs a value"
        case "$1" in
          --topology) topology="$2" ;;
          --keep) keep="$2" ;;
          *) words+=("$1" "$2") ;;
        esac
        shift
        ;;
      -*) die 64 "unknown word '$1'; see --help" ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  build_release
  [ -n "$keep" ] || keep="$(mktemp -d)"
  say "kept in $keep"
  exec python3 "$ROOT/scripts/mix.py" --new "$(release_folder)" --old "$old" --topology "$topology" \
    --keep "$keep" ${words[@]+"${words[@]}"}
}

main "$@"
