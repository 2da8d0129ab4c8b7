#!/usr/bin/env bash
# A campaign of seeds by the clock: the whole colony in virtual time, under faults. docs/SIMULATION.md.
#
#   scripts/seeds.sh [--minutes M] [--first SEED] [TOPOLOGY]
#
# M real minutes, 60 by default, from a seed of the clock unless --first names it; topology/chaos.json5 by default. All seeds
# are run, also after a failure; those that have begun when the time is up are finished. Exit code 0 if one at least was run and
# no rule was broken, 130 after Ctrl-C.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local minutes=60 first="$(date +%s)" topology="$ROOT/topology/chaos.json5"
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --minutes) minutes="${2:?--minutes needs a value}"; shift ;;
      --first) first="${2:?--first needs a value}"; shift ;;
      -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      -*) die 64 "unknown option $1; see --help" ;;
      *) topology="$1" ;;
    esac
    shift
  done
  check_swift
  build_release
  say "seeds from $first on, for $minutes minutes"
  # In its place, so that a signal for this script reaches the campaign.
  exec "$ROOT/.build/release/waggle" seeds "$topology" --seeds "$first..$((first + 1000000))" --all \
    --stop-after "$minutes"
}

main "$@"
