#!/usr/bin/env bash
# Measures Waggle on this machine, each figure beside a yardstick taken in the same run (docs/BENCHMARKS.md).
#
#   scripts/bench.sh [--quick] [--topology FILE] [--output FILE] [--port-base N] [--yes] [--no-build]
#                    [--realtime] [--observers] [--against CHECKOUT] [--rounds N]
#
# Builds the release as scripts/launch.sh does. Takes less than five minutes after the build, less than one
# with --quick. Prints tables and writes all figures as JSON to var/bench.json. Leave the machine alone
# meanwhile.
#
# With any of the second line's words it measures what lies in an order's way instead, to var/way.json: tick
# to venue under SCHED_FIFO, with observers, and what an order costs beside an older build, whose checkout has
# a release built. Some ten minutes for each word.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local topology="$ROOT/topology/paper.json5" output="" words=() rounds=() script=measure.py build=yes
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --quick) words+=("$1") ;;
      --no-build) build=no ;;
      --realtime | --observers)
        script=way.py
        words+=("$1")
        ;;
      --topology | --output | --port-base | --against | --rounds)
        [ "$#" -gt 1 ] || die 64 "$1 needs a value"
        case "$1" in
          --topology) topology="$2" ;;
          --output) output="$2" ;;
          --against)
            script=way.py
            words+=("$1" "$2")
            ;;
          --rounds) rounds=("$1" "$2") ;;
          *) words+=("$1" "$2") ;;
        esac
        shift
        ;;
      --yes) ASSUME_YES=yes ;;
      -h | --help) sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      *) die 64 "unknown word '$1'; see --help" ;;
    esac
    shift
  done
  [ -r "$topology" ] || die 64 "$topology: no such topology"
  if [ "$script" = way.py ]; then
    words+=(${rounds[@]+"${rounds[@]}"})
  elif [ "${#rounds[@]}" -gt 0 ]; then
    die 64 "--rounds needs --realtime, --observers or --against"
  fi
  command -v python3 >/dev/null || die 74 "python3 is missing: apt-get install python3"
  command -v gcc >/dev/null || die 74 "gcc is missing: apt-get install gcc"
  install_packages
  check_swift
  if [ "$build" = yes ]; then build_release; fi
  local relay="$ROOT/.build/relay"
  gcc -O2 -Wall -Wextra -o "$relay" "$ROOT/scripts/bench/relay.c" -lzmq \
    || die 74 "relay.c could not be compiled"
  local counter="$ROOT/.build/allocations.so"
  gcc -O2 -Wall -Wextra -shared -fPIC -o "$counter" "$ROOT/scripts/bench/allocations.c" \
    || die 74 "allocations.c could not be compiled"
  if [ -z "$output" ]; then
    output="$ROOT/var/bench.json"
    if [ "$script" = way.py ]; then output="$ROOT/var/way.json"; fi
  fi
  exec python3 "$ROOT/scripts/bench/$script" --binaries "$(release_folder)" \
    --relay "$relay" --counter "$counter" --topology "$topology" --output "$output" ${words[@]+"${words[@]}"}
}

main "$@"
