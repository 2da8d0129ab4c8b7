# Shared steps of the scripts beside this file: install what is missing, check the compiler, build. Source it.
#
# Needs bash. Sets ROOT to the package's folder. Nothing here prints to standard output but what it is asked
# for.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
SWIFT_MINIMUM="6.2"
PACKAGES=(libzmq3-dev libsqlite3-dev libsodium-dev zlib1g-dev liblapacke-dev)
ASSUME_YES="${ASSUME_YES:-no}"

say() { printf '%s\n' "$*" >&2; }
die() { local code="$1"; shift; say "$(basename "$0"): $*"; exit "$code"; }

PYTHON="$ROOT/.build/python/bin/python3"
PYTHON_PACKAGES=(sbe==0.4.3 pyzmq)

# Makes a Python with the packages that some tests and the chaos driver use. Fails when there are none to be had.
prepare_python() {
  if [ -x "$PYTHON" ] && "$PYTHON" -c 'import sbe, zmq' 2>/dev/null; then return; fi
  mkdir -p "$ROOT/.build"
  { python3 -m venv "$ROOT/.build/python" \
    && "$ROOT/.build/python/bin/pip" install --quiet --disable-pip-version-check "${PYTHON_PACKAGES[@]}"; } >&2
}

# The Debian packages that are not installed, one a line.
missing_packages() {
  local package
  for package in "${PACKAGES[@]}"; do
    dpkg-query --show --showformat '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' \
      || printf '%s\n' "$package"
  done
}

# Installs the missing packages: at once as root, after a question as another user, without one after --yes.
install_packages() {
  command -v dpkg-query >/dev/null || { check_headers; return; }
  local missing
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -eq 0 ] && return
  say "missing packages: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die 74 "install them as root: apt-get install ${missing[*]}"
    if [ "$ASSUME_YES" != yes ]; then
      [ -t 0 ] || die 74 "install them (sudo apt-get install ${missing[*]}), or call this with --yes"
      local answer
      read -r -p "Install them with sudo apt-get? [y/N] " answer
      case "$answer" in [yY]*) ;; *) die 74 "not installed: nothing was changed" ;; esac
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 \
    || say "apt-get update failed; trying with the lists that are there"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >&2 || die 74 "apt-get could not install: ${missing[*]}"
}

# On other distributions: says what is needed instead of guessing names.
check_headers() {
  local header absent=()
  for header in zmq.h sqlite3.h sodium.h zlib.h lapacke.h; do
    [ -n "$(find /usr/include /usr/local/include -maxdepth 2 -name "$header" 2>/dev/null | head -n 1)" ] \
      || absent+=("$header")
  done
  [ "${#absent[@]}" -eq 0 ] \
    || die 74 "this is no Debian or Ubuntu; install the development files of: ${absent[*]}"
}

# Fails unless a Swift compiler of the least version or a newer one is in the path.
check_swift() {
  command -v swift >/dev/null \
    || die 74 "no swift in the path; Swift $SWIFT_MINIMUM or newer is at https://www.swift.org/install/linux/"
  local version
  version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
  [ -n "$version" ] \
    || die 74 "'swift --version' says no version: reinstall it from https://www.swift.org/install/"
  [ "$(printf '%s\n%s\n' "$SWIFT_MINIMUM" "$version" | sort -V | head -n 1)" = "$SWIFT_MINIMUM" ] \
    || die 74 "Swift $version is too old; $SWIFT_MINIMUM or newer is at https://www.swift.org/install/linux/"
}

# Builds the release. Its output is long, so it is shown only when something goes wrong, or as it comes on a
# terminal.
build_release() {
  (cd "$ROOT" && swift build -c release -Xswiftc -cross-module-optimization "$@") >&2 \
    || die 74 "the build failed; the compiler's message is above"
}

# Builds the release with crash points, into a folder of its own: a user's build has none.
build_test_release() {
  WAGGLE_TEST_BUILD=1 build_release --scratch-path "$ROOT/.build/test" "$@"
}

# Where the programs with crash points lie.
test_release_folder() { printf '%s\n' "$ROOT/.build/test/release"; }

# Where the release's programs lie.
release_folder() { printf '%s\n' "$ROOT/.build/release"; }
