# Sourced by ./mvnw and ./domicile: points JAVA_HOME at a JDK 25 or newer, or says how to get one.
# A JDK counts by its `release` file, so nothing is started to look.

DOMICILE_JDK_MINIMUM=25

jdk_feature_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

jdk_is_new_enough() {
  version=$(jdk_feature_version "$1") && [ -n "$version" ] && [ "$version" -ge "$DOMICILE_JDK_MINIMUM" ]
}

find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
    export JAVA_HOME
    return 0
  fi
  on_path=$(command -v javac 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) \
    && on_path=${on_path%/bin/javac} || on_path=
  for home in "$on_path" /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && jdk_is_new_enough "$home"; then
      JAVA_HOME=$home
      export JAVA_HOME
      return 0
    fi
  done
  echo "domicile: no JDK $DOMICILE_JDK_MINIMUM or newer found: install one (for example Temurin 25, from adoptium.net, or your distribution's openjdk-25-jdk) or set JAVA_HOME to it" >&2
  return 1
}
