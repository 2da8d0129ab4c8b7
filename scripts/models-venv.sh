# Sourced by the other models-*.sh: makes a Python environment under .build once and sets $python to it.
python=.build/models-venv/bin/python
if ! "$python" -c 'import numpy, scipy, numba, arch' 2>/dev/null; then
  command -v python3 >/dev/null || { echo "models: python3 is needed for the reference implementations" >&2; exit 69; }
  python3 -m venv .build/models-venv
  "$python" -m pip install --quiet --disable-pip-version-check numpy scipy numba arch || {
    echo "models: numpy, scipy, numba and arch could not be installed; see the lines above" >&2
    exit 69
  }
fi
