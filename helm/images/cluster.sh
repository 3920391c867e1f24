# Sourced by record and prove, which run in namespaces of their own (alone, below): starts the
# processes of images as a container engine does. Each has the image's layers, read-only, one over the
# other; its own /tmp and /data; the image's user, entrypoint and environment; and the environment and
# memory of its pod in the chart (pods.json). Processes and mounts go with the namespaces.

declare -A pids codes

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Runs a program in new namespaces, where all ports are free and nothing outlives it. $work is its
# directory, and goes with it.
alone() {
  local status=0
  work=$(mktemp -d "$target/run.XXXXXX")
  export work
  unshare --mount --net --pid --fork --kill-child --mount-proc "$@" || status=$?
  rmdir /sys/fs/cgroup{,/memory}/"${work##*/}"{/*,} 2>/dev/null || true
  rm -rf --one-file-system "$work"
  return "$status"
}

pod() {
  jq -r --arg process "$1" ".[\$process] | $2" "$here/pods.json"
}

module_of() {
  case $1 in
    gateway) echo gateway ;;
    *) echo "$1-service" ;;
  esac
}

# Unpacks a layer once; what it deletes of lower ones becomes what overlayfs takes for that.
unpack_layer() {
  local tar=$1 layer=$2 directory=$3 mark
  [ ! -d "$directory" ] || return 0
  mkdir -p "$directory"
  tar -xOf "$tar" "$layer" >"$work/layer"
  tar -C "$directory" --warning=no-unknown-keyword --numeric-owner -xpf "$work/layer"
  rm "$work/layer"
  find "$directory" -name '.wh.*' | while read -r mark; do
    rm "$mark"
    case $mark in
      */.wh..wh..opq) setfattr -n trusted.overlay.opaque -v y "${mark%/*}" ;;
      *) mknod "${mark%/*}/${mark##*/.wh.}" c 0 0 ;;
    esac
  done
}

# Mounts the image of a process at $work/PROCESS/root.
open_image() {
  local process=$1 tar=$2 at=$work/$1 layers=$work/mountpoints layer device
  mkdir -p "$at/root" "$at/tmp" "$at/data" "$work"/mountpoints/{proc,sys,dev,tmp,data,etc}
  touch "$work/mountpoints/etc/hosts"
  tar -xOf "$tar" config.json >"$at/config.json"
  for layer in $(tar -xOf "$tar" manifest.json | jq -r '.[0].Layers[]'); do
    unpack_layer "$tar" "$layer" "$work/layers/${layer:0:16}"
    layers=$work/layers/${layer:0:16}:$layers
  done
  mount -t overlay overlay -o "ro,lowerdir=$layers" "$at/root"
  mount -t proc proc "$at/root/proc"
  mount --rbind /sys "$at/root/sys"
  mount -t tmpfs -o size=64k,mode=755 dev "$at/root/dev"
  for device in null zero random urandom; do
    touch "$at/root/dev/$device"
    mount --bind "/dev/$device" "$at/root/dev/$device"
  done
  mount -o remount,ro "$at/root/dev"
  echo "127.0.0.1 localhost $(jq -r '[.[].host] | join(" ")' "$here/pods.json")" >"$at/hosts"
  mount --bind "$at/hosts" "$at/root/etc/hosts"
  chown "$(image "$process" .config.User)" "$at/tmp" "$at/data"
  mount --bind "$at/tmp" "$at/root/tmp"
  [ "$process" != gateway ] || mount --bind "$at/data" "$at/root/data"
}

image() {
  jq -r "$2" "$work/$1/config.json"
}

# A group that the memory of a process is limited by; prints nothing where it cannot be had.
memory_group() {
  local process=$1 bytes group
  bytes=$(($(pod "$process" .memoryMib) << 20))
  if [ -d /sys/fs/cgroup/memory ]; then
    group=/sys/fs/cgroup/memory/${work##*/}/$process
    { mkdir -p "$group" && echo "$bytes" >"$group/memory.limit_in_bytes"; } 2>/dev/null || return 0
  else
    group=/sys/fs/cgroup/${work##*/}/$process
    { mkdir -p "$group" && echo +memory >"${group%/*}/cgroup.subtree_control" &&
      echo "$bytes" >"$group/memory.max"; } 2>/dev/null || return 0
  fi
  echo "$group/cgroup.procs"
}

# Starts a process. $limited: whether the pod's memory limit holds; further arguments come before the
# image's own flags of the JVM. What it says goes to $work/PROCESS/log.
start() {
  local process=$1 at=$work/$1 user group=/dev/null entrypoint environment
  shift
  eval "entrypoint=($(image "$process" '.config.Entrypoint[] | @sh'))"
  [ -z "${without_archive:-}" ] || entrypoint=("${entrypoint[@]/#-XX:AOTCache=*/-Dsluice.archive=off}")
  eval "environment=($(image "$process" '.config.Env[] | @sh') $(pod "$process" \
    '.environment | to_entries[] | "\(.key)=\(.value)" | @sh'))"
  user=$(image "$process" .config.User)
  [ -z "${limited:-}" ] || group=$(memory_group "$process")
  [ -n "$group" ] || fail "cannot limit memory here: no control group can be made under /sys/fs/cgroup"
  date +%s%N >"$at/started"
  (
    echo "$BASHPID" >"$group"
    exec "$(command -v env)" -i "${environment[@]}" "$(command -v setpriv)" --no-new-privs \
      "$(command -v unshare)" --root="$at/root" --wd="$(image "$process" .config.WorkingDir)" \
      --setgid="${user#*:}" --setuid="${user%:*}" "${entrypoint[0]}" "$@" "${entrypoint[@]:1}"
  ) >"$at/log" 2>&1 &
  pids[$process]=$!
}

# Prints the milliseconds from a process's start until its readiness probe is answered.
await_ready() {
  local process=$1 port
  port=$(pod "$1" .managementPort)
  for ((i = 0; i < 6000; i++)); do
    if curl -sf -m 5 -o "$work/page" "http://127.0.0.1:$port/readyz"; then
      echo $((($(date +%s%N) - $(cat "$work/$process/started")) / 1000000))
      return
    fi
    kill -0 "${pids[$process]}" 2>/dev/null || fail "$process ended: $(tail -n 5 "$work/$process/log")"
    sleep 0.02
  done
  fail "$process is not ready after two minutes: $(tail -n 5 "$work/$process/log")"
}

# Memory that a process takes, in MiB.
resident() {
  awk '/^VmRSS/ {printf "%d\n", $2 / 1024}' "/proc/${pids[$1]}/status"
}

# Asks a process to stop, as Kubernetes does, and waits for its end within its grace period.
stop() {
  local process=$1 pid=${pids[$1]} patience=${2:-$(pod "$1" .graceSeconds)}
  kill -TERM "$pid"
  for ((i = 0; i < patience * 10; i++)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -0 "$pid" 2>/dev/null && fail "$process is still there ${patience} s after SIGTERM"
  codes[$process]=0
  wait "$pid" || codes[$process]=$?
}

# Stores a document, searches, and asks, through the gateway.
call() {
  local target
  target=127.0.0.1:$(pod gateway .port)
  mkdir -p "$work/documents"
  printf '# Keys\n\nSigning keys are rotated every 90 days. Old keys stay valid for a week.\n' >"$work/documents/keys.md"
  {
    "$root/sluice" ingest "$work/documents" --target "$target" -c handbook &&
      "$root/sluice" search "rotation of keys" --target "$target" -c handbook &&
      "$root/sluice" ask "How often are signing keys rotated?" --target "$target" -c handbook
  } >"$work/call" 2>&1 || fail "a call through the gateway failed: $(tail -n 5 "$work/call")"
  grep -q "90 days" "$work/call" || fail "the answer is not in: $(cat "$work/call")"
}
