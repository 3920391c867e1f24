#!/usr/bin/env bash
# Serves ./models on a real Triton: serve.sh MODEL.onnx STATE [PORT]
#
# MODEL.onnx  the sentence encoder behind the models embed and embed_tokens
# STATE       a folder: server.log, and the files of python/state.py
# PORT        for gRPC on the loopback; a free one when it is left out
#
# The models are served from a copy in STATE, with the files of ./python beside each model.py: the
# backend's Python looks there and nowhere else, and leaves its caches there.
#
# Prints "ready at HOST:PORT" when all models are ready. The server takes this process's place, so
# its process id is the one to signal: TERM drains it, KILL crashes it. It is stopped when the
# process that started it ends.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$("$here/install.sh")
venv=$folder/venv

export SLUICE_ONNX_MODEL=$1 SLUICE_STATE=$2
port=${3:-$("$venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
memory=sluice_$$_ # what the server's shared memory is named
mkdir -p "$SLUICE_STATE"
cp -r "$here/models" "$SLUICE_STATE"
for model in "$SLUICE_STATE"/models/*/1; do cp "$here"/python/*.py "$model"; done

{ # ends the server when its parent has ended, and removes the shared memory that a crash leaves
  while kill -0 "$PPID" && kill -0 "$$"; do sleep 1; done
  kill "$$"
  while kill -0 "$$"; do sleep 1; done
  rm -f "/dev/shm/$memory"*
} > /dev/null 2>&1 &

export PATH=$venv/bin:$PATH # the Python backend takes its Python from here
exec "$folder/triton/bin/tritonserver" \
  --model-repository="$SLUICE_STATE/models" \
  --backend-directory="$folder/triton/backends" \
  --backend-config=python,shm-region-prefix-name="$memory" \
  --disable-auto-complete-config \
  --allow-http=false --allow-metrics=false \
  --grpc-address=127.0.0.1 --grpc-port="$port" \
  > >(tee -a "$SLUICE_STATE/server.log" |
    sed -un 's/.*Started GRPCInferenceService at \([^"]*\).*/ready at \1/p') 2>&1
