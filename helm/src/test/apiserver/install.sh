#!/usr/bin/env bash
# Builds the real API server of Kubernetes once, from its Go modules, into the cache, and prints the
# folder. etcd, which it keeps its objects in, is Debian's package etcd-server. Where that is
# impossible it prints one line that says why, and ends with 3. Takes about five minutes on two cores.
#
# SLUICE_CACHE  where to (default ~/.cache/sluice)
set -euo pipefail

kubernetes=1.36.3
staging=0.36.3 # the version of its parts that are modules of their own

impossible() {
  echo "API server: $1" >&2
  exit 3
}

command -v go > /dev/null || impossible "no Go to build it with"
command -v openssl > /dev/null || impossible "no openssl to make its key with"
command -v etcd > /dev/null || impossible "etcd is not installed here: apt-get install etcd-server"

folder=${SLUICE_CACHE:-$HOME/.cache/sluice}/kube-apiserver-$kubernetes
mkdir -p "$folder"
exec 9> "$folder/lock"
flock 9 # one builds, the others wait for it

if [ ! -e "$folder/complete" ]; then
  rm -rf "$folder/build"
  mkdir "$folder/build"
  cd "$folder/build"
  {
    go mod init sluice.dev/apiserver
    go mod edit -require="k8s.io/kubernetes@v$kubernetes"
    # Its own go.mod replaces its parts by folders of its repository, which a module cannot.
    modules=$(go mod download -json "k8s.io/kubernetes@v$kubernetes" |
      sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
    sed -n 's|.*\(k8s.io/[a-z-]*\) => ./staging.*|\1|p' "$modules" | sort -u |
      while read -r module; do
        go mod edit -replace="$module=$module@v$staging"
      done
    printf '//go:build tools\n\npackage tools\n\nimport _ "k8s.io/kubernetes/cmd/kube-apiserver"\n' > tools.go
    go mod tidy -e
    version="-X k8s.io/component-base/version.gitVersion=v$kubernetes"
    version="$version -X k8s.io/component-base/version.gitMajor=1"
    version="$version -X k8s.io/component-base/version.gitMinor=$(cut -d. -f2 <<< "$kubernetes")"
    go build -ldflags "-s -w $version" -o "$folder/kube-apiserver" \
      k8s.io/kubernetes/cmd/kube-apiserver
  } > "$folder/build.log" 2>&1 || impossible "it does not build: see $folder/build.log"
  openssl genrsa -out "$folder/service-accounts.key" 2048 2> /dev/null
  rm -rf "$folder/build"
  touch "$folder/complete"
fi
echo "$folder"
