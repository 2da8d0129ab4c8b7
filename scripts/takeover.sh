#!/usr/bin/env bash
# Takes an account over to another host while its executor hangs, and lets that one go on: at most one ever
# trades.
#
#   scripts/takeover.sh [--seconds S] [--seed S] [--json FILE] [--keep FOLDER] [--yes]
#
# Builds the release with crash points first, as scripts/chaos.sh does. The executor hangs for --seconds, by
# default 120. --keep keeps journals, logs and exports, which are kept in any case when something is wrong. Exit
# code 0 only if every step holds. docs/CHAOS.md says what is done.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local words=()
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --seconds | --seed | --keep | --json)
        [ "$#" -gt 1 ] || die 64 "$1 needs a value"
        words+=("$1" "$2")
        shift
        ;;
      --yes) ASSUME_YES=yes ;;
      -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      *) die 64 "unknown word '$1'; see --help" ;;
    esac
    shift
  done
  PACKAGES+=(python3-venv)
  install_packages
  check_swift
  prepare_python || die 69 "the drill needs pyzmq from PyPI"
  build_test_release
  exec "$PYTHON" "$ROOT/scripts/chaos/takeover.py" --binaries "$(test_release_folder)" \
    ${words[@]+"${words[@]}"}
}

main "$@"
