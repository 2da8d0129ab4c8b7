#!/usr/bin/env bash
# Measures Waggle on this machine, each figure beside a yardstick taken in the same run (docs/BENCHMARKS.md).
#
#   scripts/bench.sh [--quick] [--topology FILE] [--output FILE] [--port-base N] [--yes]
#
# Builds the release as scripts/launch.sh does. Takes less than five minutes after the build, less than one
# with --quick. Prints tables and writes all figures as JSON to var/bench.json. Leave the machine alone
# meanwhile.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local topology="$ROOT/topology/paper.json5" output="$ROOT/var/bench.json" words=()
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --quick) words+=("$1") ;;
      --topology | --output | --port-base)
        [ "$#" -gt 1 ] || die 64 "$1 needs a value"
        case "$1" in
          --topology) topology="$2" ;;
          --output) output="$2" ;;
          *) words+=("$1" "$2") ;;
        esac
        shift
        ;;
      --yes) ASSUME_YES=yes ;;
      -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      *) die 64 "unknown word '$1'; see --help" ;;
    esac
    shift
  done
  [ -r "$topology" ] || die 64 "$topology: no such topology"
  command -v python3 >/dev/null || die 74 "python3 is missing: apt-get install python3"
  command -v gcc >/dev/null || die 74 "gcc is missing: apt-get install gcc"
  install_packages
  check_swift
  build_release
  local relay="$ROOT/.build/relay"
  gcc -O2 -Wall -Wextra -o "$relay" "$ROOT/scripts/bench/relay.c" -lzmq \
    || die 74 "relay.c could not be compiled"
  local counter="$ROOT/.build/allocations.so"
  gcc -O2 -Wall -Wextra -shared -fPIC -o "$counter" "$ROOT/scripts/bench/allocations.c" \
    || die 74 "allocations.c could not be compiled"
  exec python3 "$ROOT/scripts/bench/measure.py" --binaries "$(release_folder)" \
    --relay "$relay" --counter "$counter" --topology "$topology" --output "$output" ${words[@]+"${words[@]}"}
}

main "$@"
