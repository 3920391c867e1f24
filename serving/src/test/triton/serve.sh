#!/usr/bin/env bash
# Serves our models on a real Triton: serve.sh STATE PORT NAME...
#
# STATE  a folder: server.log, the files of python/state.py, and model.onnx, the sentence encoder
#        behind the models embed and embed_tokens
# PORT   for gRPC on the loopback, the next one for metrics; 0 takes free ones
# NAME   which of ./models
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

export SLUICE_STATE=$1
port=$2
shift 2
memory=sluice_$$_ # what the server's shared memory is named

# Not one of those that outgoing connections get: one of them could take it while the server is down.
taken() {
  (: > "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}
while [ "$port" = 0 ]; do
  port=$(shuf -n 1 -i 20000-32000)
  if taken "$port" || taken "$((port + 1))"; then port=0; fi
done

cp -r "$here/models" "$SLUICE_STATE"
for model in "$SLUICE_STATE"/models/*/1; do cp "$here"/python/*.py "$model"; done

{ # ends the server when its parent has ended, and removes the shared memory that a crash leaves
  while kill -0 "$PPID" && kill -0 "$$"; do sleep 1; done
  kill "$$" || true
  while kill -0 "$$"; do sleep 1; done
  rm -f "/dev/shm/$memory"*
} > /dev/null 2>&1 &

export PATH=$venv/bin:$PATH # the Python backend takes its Python from here
exec "$folder/triton/bin/tritonserver" \
  --model-control-mode=explicit "${@/#/--load-model=}" \
  --model-repository="$SLUICE_STATE/models" \
  --backend-directory="$folder/triton/backends" \
  --backend-config=python,shm-region-prefix-name="$memory" \
  --disable-auto-complete-config \
  --allow-http=false --metrics-address=127.0.0.1 --metrics-port="$((port + 1))" \
  --grpc-address=127.0.0.1 --grpc-port="$port" \
  > >(tee -a "$SLUICE_STATE/server.log" |
    sed -un 's/.*Started GRPCInferenceService at \([^"]*\).*/ready at \1/p') 2>&1
