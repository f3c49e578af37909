#!/bin/sh
# Make sure the browser tests have a Chromium; on Debian and Ubuntu, as root or with sudo, install it.
set -eu
[ -n "${PLAYHEAD_CHROMIUM:-}" ] && exit 0
for name in chromium chromium-browser; do command -v "$name" >/dev/null 2>&1 && exit 0; done
say() {
    echo "The browser tests need Chromium. Install it (Debian: apt-get install chromium)," >&2
    echo "or set PLAYHEAD_CHROMIUM to the path of a Chromium or Chrome program, and run 'make test' again." >&2
    exit 1
}
command -v apt-get >/dev/null 2>&1 || say
if [ "$(id -u)" = 0 ]; then run=""; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo"; else say; fi
$run apt-get update -qq && $run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-liberation || say
