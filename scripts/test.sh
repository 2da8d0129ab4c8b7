#!/usr/bin/env bash
# Passes every test from a fresh clone: installs what is missing, builds once, optimised, and runs everything on it.
#
#   scripts/test.sh [--yes] [--filter REGEX]...
#
# --yes installs without asking; --filter runs only the tests whose names match. Tests that need recordings look in
# ../shared/data or in $WAGGLE_DATA, those that need Python packages in .build/python; without them they are skipped with
# a line saying so, and fail when CI=true. The same build flags as scripts/launch.sh, so neither rebuilds the other's.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PYTHON_PACKAGES=(sbe==0.4.3 pyzmq)

# The independent decoder and references that some tests compare with. Their absence fails only in CI, in the tests.
prepare_python() {
  local python="$ROOT/.build/python/bin/python3"
  if [ -x "$python" ] && "$python" -c 'import sbe, zmq' 2>/dev/null; then return; fi
  mkdir -p "$ROOT/.build"
  { python3 -m venv "$ROOT/.build/python" \
    && "$ROOT/.build/python/bin/pip" install --quiet --disable-pip-version-check "${PYTHON_PACKAGES[@]}"; } >&2 \
    || say "no ${PYTHON_PACKAGES[*]} from PyPI: the tests that compare with them will be skipped"
}

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
  prepare_python
  cd "$ROOT"
  git ls-files '*.swift' | xargs swift format lint --strict || die 1 "format: run swift format -i on these files"
  build_release --build-tests
  swift test -c release -Xswiftc -cross-module-optimization --skip-build ${filters[@]+"${filters[@]}"}
}

main "$@"
