# Sourced by ./mvnw and ./sluice: sets JAVA_HOME to a JDK that can build and run Sluice, or stops
# with one line. Looks at JAVA_HOME, the java on the PATH, then where installers usually put JDKs.

sluice_required_jdk=25

# Prints the feature version of the JDK in directory $1, or 0 when there is none.
sluice_jdk_version() {
  if [ ! -x "$1/bin/javac" ] || [ ! -r "$1/release" ]; then
    echo 0
    return
  fi
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  echo "${version:-0}"
}

sluice_java_on_path() {
  java=$(command -v java 2>/dev/null) || return 0
  java=$(readlink -f "$java" 2>/dev/null || echo "$java")
  dirname "$(dirname "$java")"
}

sluice_find_jdk() {
  for home in "${JAVA_HOME:-}" "$(sluice_java_on_path)" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /usr/local/openjdk* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$home" ] && [ "$(sluice_jdk_version "$home")" -ge "$sluice_required_jdk" ]; then
      JAVA_HOME=$home
      export JAVA_HOME
      return
    fi
  done
  echo "No JDK $sluice_required_jdk or newer found: install one (for example Temurin $sluice_required_jdk from https://adoptium.net, or 'apt install openjdk-$sluice_required_jdk-jdk') or point JAVA_HOME at it." >&2
  exit 1
}

sluice_find_jdk
