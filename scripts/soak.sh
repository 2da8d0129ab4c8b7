#!/usr/bin/env bash
# Trades for a long time at a high rate and watches the memory of every process, then that of the report.
#
#   scripts/soak.sh [--rate ORDERS/S] [--minutes M] [--bound MB/H] [--report-bound MB] [--topology FILE]
#                   [--threshold BPS] [--port-base N] [--output FILE] [--keep FOLDER] [--binaries FOLDER]
#                   [--no-build] [--yes]
#
# By default an hour at 700 new orders a second. Builds the release as scripts/launch.sh does. Short runs find how
# closely quotes must follow the market for that rate, unless --threshold says it. Every 10 s the private memory of
# every process is read; from minute ten (from a third of a shorter run) it must not rise by more than --bound,
# 1 MB/h. Then `waggle report` must reconcile the run within --report-bound, 256 MB. Exit code 0 only if all that
# holds. An hour needs some 6 GB below $TMPDIR, which are given back; --keep leaves the run where it says.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

main() {
  local topology="$ROOT/topology/paper.json5" output="$ROOT/var/soak.json" binaries="" words=() build=yes
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --rate | --minutes | --bound | --report-bound | --topology | --threshold | --port-base | --output | --keep | --binaries)
        [ "$#" -gt 1 ] || die 64 "$1 needs a value"
        case "$1" in
          --topology) topology="$2" ;;
          --output) output="$2" ;;
          --binaries) binaries="$2" build=no ;;
          *) words+=("$1" "$2") ;;
        esac
        shift
        ;;
      --no-build) build=no ;;
      --yes) ASSUME_YES=yes ;;
      -h | --help) sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      *) die 64 "unknown word '$1'; see --help" ;;
    esac
    shift
  done
  [ -r "$topology" ] || die 64 "$topology: no such topology"
  command -v python3 >/dev/null || die 74 "python3 is missing: apt-get install python3"
  if [ "$build" = yes ]; then
    install_packages
    check_swift
    build_release
  fi
  exec python3 "$ROOT/scripts/bench/soak.py" --binaries "${binaries:-$(release_folder)}" \
    --topology "$topology" --output "$output" ${words[@]+"${words[@]}"}
}

main "$@"
