#!/bin/sh
# Lays out the image's file system, but for the AOT cache: layout.sh PACKAGE IMAGE
#
# PACKAGE is target/quarkus-app, IMAGE a folder that is made:
#   system/    a C library and its loader, a user, /tmp, what a scanner knows the library by; no shell, nothing else to run
#   opt/java/  the running JDK, cut down to Java SE and what is needed to look into a gateway (jcmd, flight recordings)
#   app/       the gateway, without the embedded PostgreSQL
#
# Every file gets the time SOURCE_DATE_EPOCH (else a fixed one): an image tool that rewrites times must not change those of the jars
# afterwards, since the AOT cache holds for jars of the same size and time only.
set -eu
package=$1 image=$2 options=$(dirname "$0")/java.options
java=${JAVA_HOME:?is to be the JDK}
mkdir -p "$image/system/etc" "$image/system/tmp" "$image/opt" "$image/app"

"$java/bin/jlink" --output "$image/opt/java" --no-header-files --no-man-pages --ignore-modified-runtime \
    --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.naming.dns,jdk.net,jdk.management,jdk.jfr,jdk.jcmd,jdk.zipfs

# The libraries of the system that the JVM is linked with: what the loader would find for it, and the loader itself; and the two that
# native code in jars wants besides. Those of a screen are missing here as they are on any server.
{
  for library in "$image"/opt/java/lib/server/libjvm.so "$image"/opt/java/lib/lib*.so "$image"/opt/java/bin/java; do
    case $library in *awt* | *splashscreen* | *jsound* | *fontmanager* | *freetype* | *javajpeg* | *lcms*) ;; *) ldd "$library" ;; esac
  done
  ldconfig -p | grep -E '/lib(stdc\+\+\.so\.6|gcc_s\.so\.1)$'
} | grep -o '/[^ ]*/\(ld-linux[^ ]*\|lib\(c\|m\|dl\|rt\|pthread\|gcc_s\|stdc++\)\.so[^ ]*\)' | sort -u | while read -r library; do
  mkdir -p "$image/system$(dirname "$library")"
  cp -L "$library" "$image/system$library"
done
echo 'tidegate:x:10001:10001::/tmp:/sbin/nologin' > "$image/system/etc/passwd"
echo 'tidegate:x:10001:' > "$image/system/etc/group"
echo 'hosts: files dns' > "$image/system/etc/nsswitch.conf"
cp /etc/os-release "$image/system/etc/os-release"
chmod 1777 "$image/system/tmp"
mkdir -p "$image/system/var/lib/dpkg/status.d"
for library in libc6 libgcc-s1 libstdc++6; do
  dpkg --status $library > "$image/system/var/lib/dpkg/status.d/$library"
done

cp -R "$package/." "$image/app"
cp "$options" "$image/app"
rm -f "$image"/app/lib/main/io.zonky.test.postgres.*.jar "$image/app/quarkus-app-dependencies.txt"
chmod -R a+rX,go-w "$image/app" "$image/opt"
find "$image" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-1795305600}" {} +
