#!/usr/bin/env bash
# Starts a colony from a fresh clone: installs what is missing, builds, and hands over to `waggle run`.
#
#   scripts/launch.sh [TOPOLOGY] [--for SECONDS] [--data FILE…] [--speed N] [--seed N] [--yes] […]
#
# TOPOLOGY is topology/paper.json5 unless it is named first. --yes installs without asking; all other options
# are those of `waggle run` (see `waggle help run`). For a topology with a live account nothing is installed
# or compiled: what trades real money is built, tested and looked at before.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Whether a topology may have a live account. It reads the text, because nothing is built yet, and errs on the
# side of yes: apart from line comments, every mention of "live" but `live: false` counts, and so does any
# escaped letter.
may_be_live() {
  sed -E 's#(^|[[:space:]])//.*##' "$1" | tr -d '[:space:]' | sed -E "s/[\"']?live[\"']?:false//g" \
    | grep -Eq 'live|\\[ux]'
}

main() {
  local topology="$ROOT/topology/paper.json5" words=()
  if [ "$#" -gt 0 ] && [ "${1#-}" = "$1" ]; then
    topology="$1"
    shift
  fi
  local word
  for word in "$@"; do
    case "$word" in
      --yes) ASSUME_YES=yes ;;
      -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
      *) words+=("$word") ;;
    esac
  done
  [ -r "$topology" ] || die 64 "$topology: no such topology; the examples are in $ROOT/topology"

  local waggle
  waggle="$(release_folder)/waggle"
  if may_be_live "$topology"; then
    [ -x "$waggle" ] || die 78 "$topology has a live account, so nothing is built here;" \
      "build and test it yourself: swift build -c release, scripts/test.sh"
  else
    install_packages
    check_swift
    build_release
  fi
  exec "$waggle" run "$topology" ${words[@]+"${words[@]}"}
}

main "$@"
