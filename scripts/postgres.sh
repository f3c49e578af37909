#!/bin/sh
# Make sure the conformance tests have a PostgreSQL to start; on Debian and Ubuntu, as root or with sudo, install it.
set -eu
command -v initdb >/dev/null 2>&1 && exit 0
for folder in /usr/lib/postgresql/*/bin; do [ -x "$folder/initdb" ] && exit 0; done
say() {
    echo "The tests of the index need PostgreSQL's programs. Install them (Debian: apt-get install postgresql)," >&2
    echo "or put initdb on the PATH, and run 'make test' again. No server needs to run: the tests start their own." >&2
    exit 1
}
command -v apt-get >/dev/null 2>&1 || say
if [ "$(id -u)" = 0 ]; then run=""; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo"; else say; fi
$run apt-get update -qq && $run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql || say
