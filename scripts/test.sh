#!/usr/bin/env bash
# Passes every test from a fresh clone: installs what is missing, builds once, optimised, and runs everything on it.
#
#   scripts/test.sh [--yes] [--filter REGEX]...
#
# --yes installs without asking; --filter runs only the tests whose names match. Tests that need recordings look in
# ../shared/data or in $WAGGLE_DATA, those that need Python packages in .build/python; without them they are skipped with
# a line saying so, and fail when CI=true. What it builds has crash points, so it lies in .build/test, beside a user's build.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local filters=()
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --yes) ASSUME_YES=yes ;;
      --filter) filters+=(--filter "${2:?--filter needs a value}"); shift ;;
      -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      *) die 64 "unknown option $1; see --help" ;;
    esac
    shift
  done
  PACKAGES+=(python3-venv)
  install_packages
  check_swift
  # The independent decoder and references that some tests compare with, and the chaos driver's ears. Their absence
  # fails only in CI, in the tests.
  prepare_python || say "no ${PYTHON_PACKAGES[*]} from PyPI: the tests that need them will be skipped"
  cd "$ROOT"
  git ls-files '*.swift' | xargs swift format lint --strict || die 1 "format: run swift format -i on these files"
  build_test_release --build-tests
  WAGGLE_TEST_BUILD=1 swift test -c release -Xswiftc -cross-module-optimization --scratch-path "$ROOT/.build/test" \
    --skip-build ${filters[@]+"${filters[@]}"}
}

main "$@"
