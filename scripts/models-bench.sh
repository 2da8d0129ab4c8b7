#!/bin/sh
# Times every streaming model beside the same model in NumPy/SciPy and numba, in one run on one machine, and prints
# the ratios. Needs python3 with venv and, the first time, a network to fetch the packages.
set -eu
cd "$(dirname "$0")/.."
. scripts/models-venv.sh
swift build -c release --scratch-path .build/bench --product waggle-models -Xswiftc -cross-module-optimization
.build/bench/release/waggle-models bench > .build/models-bench.csv
"$python" scripts/models-bench.py .build/models-bench.csv
