#!/usr/bin/env bash
# Does the simulator see? Runs seeds with each deliberate mistake of docs/SIMULATION.md, section 1, until a rule breaks.
#
#   scripts/canaries.sh [--minutes M] [--seeds N] [--only NAME]... [TOPOLOGY]...
#
# At most N seeds (2000) and M real minutes (10) for each, shared by the worlds: topology/chaos.json5 and then, where that has
# not caught it, topology/narrow.json5. Prints a table: the seeds that were run, the world, the first that failed and the rule
# it broke. Exit code 0 if every one was caught.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local minutes=10 seeds=2000 worlds=() only=() names build="$ROOT/.build/canaries"
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --minutes) minutes="${2:?--minutes needs a value}"; shift ;;
      --seeds) seeds="${2:?--seeds needs a value}"; shift ;;
      --only) only+=("${2:?--only needs a value}"); shift ;;
      -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      -*) die 64 "unknown option $1; see --help" ;;
      *) worlds+=("$1") ;;
    esac
    shift
  done
  check_swift
  (cd "$ROOT" && WAGGLE_CANARIES=1 swift build -c release --scratch-path "$build" --product waggle >&2)
  names=("${only[@]+"${only[@]}"}")
  [ "${#names[@]}" -gt 0 ] || mapfile -t names < <(sed -n 's/^  case [a-zA-Z]* = "\(.*\)"$/\1/p' \
    "$ROOT/Sources/ActorKit/Canary.swift")
  [ "${#names[@]}" -gt 0 ] || die 1 "no canaries in Sources/ActorKit/Canary.swift"
  [ "${#worlds[@]}" -gt 0 ] || worlds=("$ROOT/topology/chaos.json5" "$ROOT/topology/narrow.json5")
  local missed=0 name world output line run share share_run
  share="$(awk -v m="$minutes" -v n="${#worlds[@]}" 'BEGIN { print m / n }')"
  printf '| canary | seeds run | world | first that failed | what was broken |\n|---|---|---|---|---|\n'
  for name in "${names[@]}"; do
    run=0
    line=''
    for world in "${worlds[@]}"; do
      output="$("$build/release/waggle" seeds "$world" --seeds "1..$((seeds / ${#worlds[@]}))" --stop-after "$share" \
        --canary "$name" || true)"
      share_run="$(sed -nE 's/^([0-9]+) of .*/\1/p' <<<"$output" | tail -1)"
      run=$((run + ${share_run:-0}))
      line="$(grep -m 1 '^FAILED seed' <<<"$output" || true)"
      [ -z "$line" ] || break
    done
    [ -n "$line" ] || missed=$((missed + 1))
    printf '| `%s` | %s | %s | %s | %s |\n' "$name" "$run" "$(basename "$world" .json5)" \
      "$(sed -n 's/^FAILED seed \([0-9]*\):.*/\1/p' <<<"$line")" \
      "$(sed 's/^FAILED seed [0-9]*: \([^:]*\):.*/\1/; s/^$/not caught/' <<<"$line")"
  done
  [ "$missed" -eq 0 ] || die 1 "$missed not caught: there the simulator is blind"
}

main "$@"
