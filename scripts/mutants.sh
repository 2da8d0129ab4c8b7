#!/usr/bin/env bash
# Tries whether the tests, or seeds, notice small faults of the order path (scripts/mutants/mutations.txt).
#
#   scripts/mutants.sh [--only N]… [--jobs N] [--no-campaign] [--debug] [--json FILE] [--yes]
#   scripts/mutants.sh --seeds N [--only N]… [--jobs N] [--json FILE] [--yes]
#   scripts/mutants.sh --list | --check-list
#
# Writes all of them into one copy of the sources, each behind a number that a process reads when it starts, builds the
# copy once, and runs the tests of each mutant's area, then, where those found nothing, a campaign of ten kills.
# --seeds runs `waggle seeds` instead, N seeds of one virtual minute shared by its worlds, until a rule breaks.
# Names the survivors and tells the time. --check-list only looks whether every mutation still fits the sources.
# --debug builds a debug copy: quicker to build, slower to run. Exit code 0 if every mutant was found, 1 if one
# survived, 2 if the list or the tests without a mutant are no good. docs/CHAOS.md says how to add one.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local words=() flags=(-c release -Xswiftc -enable-testing) folder="$ROOT/.build/mutants" kind=release
  local built=(--build-tests) python="$PYTHON"
  local program="$ROOT/scripts/mutants/mutants.py"
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --only | --jobs | --json)
        [ "$#" -gt 1 ] || die 64 "$1 needs a value"
        words+=("$1" "$2")
        shift
        ;;
      --seeds)
        [[ "${2:-}" =~ ^([2-9]|[1-9][0-9]{1,5})$ ]] || die 64 "--seeds needs a number from 2 to 999999"
        words+=("$1" "$2")
        built=(--product waggle) python=python3
        shift
        ;;
      --no-campaign) words+=("$1") ;;
      --debug) flags=() kind=debug ;;
      --list | --check-list) exec python3 "$program" "$1" ;;
      --yes) ASSUME_YES=yes ;;
      -h | --help) sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      *) die 64 "unknown word '$1'; see --help" ;;
    esac
    shift
  done
  PACKAGES+=(python3-venv)
  install_packages
  check_swift
  [ "$python" != "$PYTHON" ] || prepare_python || die 69 "campaigns need pyzmq from PyPI"
  "$python" "$program" --write "$folder/source"
  (cd "$folder/source" && WAGGLE_TEST_BUILD=1 swift build "${built[@]}" ${flags[@]+"${flags[@]}"} \
    --scratch-path "$folder/build") >&2 || die 74 "the copy does not build; the compiler's message is above"
  exec "$python" "$program" --run "$folder/source" --build "$folder/build/$kind" --python "$python" \
    ${words[@]+"${words[@]}"}
}

main "$@"
