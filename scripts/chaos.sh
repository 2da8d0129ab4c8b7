#!/usr/bin/env bash
# Kills the programs of a running colony at random and checks from their journals that nothing is lost or doubled.
#
#   scripts/chaos.sh --kills N [--seed S] [--seconds S] [--faults] [--topology FILE] [--keep FOLDER]
#                    [--json FILE] [--strict] [--no-drills] [--no-panic] [--allow-unexercised RULE]… [--yes]
#
# Builds the release with crash points first. The same seed does the same things to the same market, in another order
# of events: the machine's clock is not seeded. --faults makes the venue lose, delay and contradict its answers
# (scripts/chaos/faults.json5). --keep keeps journals, logs and exports, which are kept in any case when something is
# wrong. --strict fails on what could not be checked, too. A rule that judged nothing fails the run unless it is
# allowed. Exit code 0 if every kill was survived and no invariant violated. docs/CHAOS.md says what is done and how
# to read the output.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local topology="$ROOT/topology/chaos.json5" words=()
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --topology | --kills | --seed | --seconds | --keep | --json | --allow-unexercised)
        [ "$#" -gt 1 ] || die 64 "$1 needs a value"
        if [ "$1" = --topology ]; then topology="$2"; else words+=("$1" "$2"); fi
        shift
        ;;
      --faults | --strict | --no-drills | --no-panic | --without-export) words+=("$1") ;;
      --yes) ASSUME_YES=yes ;;
      -h | --help) sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      *) die 64 "unknown word '$1'; see --help" ;;
    esac
    shift
  done
  [ -r "$topology" ] || die 64 "$topology: no such topology"
  PACKAGES+=(python3-venv)
  install_packages
  check_swift
  prepare_python || die 69 "the driver needs pyzmq from PyPI"
  build_test_release
  exec "$PYTHON" "$ROOT/scripts/chaos/chaos.py" --binaries "$(test_release_folder)" --topology "$topology" \
    ${words[@]+"${words[@]}"}
}

main "$@"
