#!/bin/sh
# Runs the estimators on a real recording, draws the plots of docs/models, and compares every number, and the values of
# the closed forms at fixed points, with independent implementations in Python (numpy, scipy, arch). Fails when one
# differs.
# Usage: scripts/models-reference.sh [RECORDING [TICK]]; the recording is a gzipped Binance stream.
set -eu
cd "$(dirname "$0")/.."
recording=${1:-${WAGGLE_DATA:-../shared/data}/hftbacktest/usdm_btcusdt_20240808.gz}
tick=${2:-0.1}
if [ ! -r "$recording" ]; then
  echo "models: no recording at $recording; give one as the first argument or set WAGGLE_DATA" >&2
  exit 66
fi
. scripts/models-venv.sh
swift build -c release --scratch-path .build/bench --product waggle-models -Xswiftc -cross-module-optimization
mkdir -p .build/models-study
gzip -dc "$recording" | .build/bench/release/waggle-models study .build/models-study "$tick" > /dev/null
"$python" scripts/models-reference.py .build/models-study
echo
.build/bench/release/waggle-models vectors > .build/models-vectors.csv
"$python" scripts/models-vectors.py .build/models-vectors.csv
if [ $# -eq 0 ]; then cp .build/models-study/*.svg docs/models/; fi
