#!/usr/bin/env bash
# Serves a tiny model with random weights by llama.cpp's OpenAI-compatible server, until it is killed:
#   serve.sh PORT API_KEY
# The first time it builds the server from its source package, which takes some ten minutes of one
# core and needs Python 3, cmake and a C++ compiler; it is kept below ~/.cache.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
version() { sha256sum "$1" | cut -c1-12; }
home="${XDG_CACHE_HOME:-$HOME/.cache}/sluice-openai/$(version "$here/requirements.txt")"
model="$home/tiny-$(version "$here/tiny_model.py").gguf"

if [ ! -e "$home/complete" ]; then
  rm -rf "$home"
  python3 -m venv "$home"
  CMAKE_BUILD_PARALLEL_LEVEL="${CMAKE_BUILD_PARALLEL_LEVEL:-1}" \
    CMAKE_ARGS="-DLLAVA_BUILD=OFF -DMTMD_BUILD=OFF -DGGML_NATIVE=OFF -DGGML_LLAMAFILE=OFF" \
    nice -n 19 "$home/bin/python" -m pip install --no-input -q -r "$here/requirements.txt" >&2
  touch "$home/complete"
fi
if [ ! -e "$model" ]; then
  "$home/bin/python" "$here/tiny_model.py" "$model.new"
  mv "$model.new" "$model"
fi

export PYTHONUNBUFFERED=1
exec "$home/bin/python" -m llama_cpp.server --host 127.0.0.1 --port "$1" --api_key "$2" \
  --model "$model" --model_alias tiny --chat_format chatml --n_ctx 16384 \
  --n_threads 1 --n_threads_batch 1 --interrupt_requests false
