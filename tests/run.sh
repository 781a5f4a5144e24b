#!/usr/bin/env bash
# Installs what the tests need, where it is missing, builds once and runs every test.
# The last line is "N passed, N failed"; the exit code is 0 only when something ran and nothing failed.
#
#   bash tests/run.sh           what every change has to pass: under ten minutes on two cores
#   bash tests/run.sh --long    the long tests too: hours of faults, kills and load; and what of the code the tests run
set -uo pipefail
cd "$(dirname "$0")/.."

long=0
for argument in "$@"; do
  case "$argument" in
    --long) long=1; export GATEWAY_LONG_TESTS=1 ;;
    *) echo "usage: bash tests/run.sh [--long]" >&2; exit 2 ;;
  esac
done

started=$(date +%s)
say() { printf '\n== %s (%ss)\n' "$1" "$(($(date +%s) - started))"; }

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

# ---- what the system must have -------------------------------------------------------------------------------------
missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need redis-server redis-server
need redis-sentinel redis-sentinel
need redis-cli redis-tools
need valkey-cli valkey-tools
need curl curl
need node nodejs
need npm npm
need php php-cli
[ -x /usr/sbin/nginx ] || need nginx nginx-light
ruby -e 'require "rack"' >/dev/null 2>&1 || missing+=(ruby-rack)
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing+=(chromium)
{ python3 -c 'import aiosmtpd' || /usr/bin/python3 -c 'import aiosmtpd'; } >/dev/null 2>&1 || missing+=(python3-aiosmtpd)

# Debian 12 has some packages among its backports alone; they are looked up beside the system's own sources, which stay as they are.
backported() {
  local archive sources code outcome
  code=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  archive=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $code" "Label: Debian" | sort -u | head -1)
  [ -n "$archive" ] || return 1
  sources=$(mktemp -d)
  cp /etc/apt/sources.list.d/* "$sources/" 2>/dev/null
  cp /etc/apt/sources.list "$sources/system.list" 2>/dev/null
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $code-backports main" > "$sources/backports.list"
  chmod -R a+rX "$sources"
  local from=(-o Dir::Etc::sourcelist=- -o "Dir::Etc::sourceparts=$sources")
  $root apt-get "${from[@]}" update -qq \
    && $root apt-get "${from[@]}" install -y -qq --no-install-recommends -t "$code-backports" "$1" >/dev/null
  outcome=$?
  rm -rf "$sources"
  return "$outcome"
}

if [ "${#missing[@]}" -gt 0 ]; then
  say "installing ${missing[*]}"
  root=""
  [ "$(id -u)" -eq 0 ] || root=sudo
  if command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    $root apt-get update -qq || true
    # One at a time, so that one that cannot be had does not keep the others away; its tests will say what they miss.
    for package in "${missing[@]}"; do
      $root apt-get install -y -qq --no-install-recommends "$package" >/dev/null \
        || { [ "$package" = valkey-tools ] && backported "$package"; } || echo "could not install $package" >&2
    done
  else
    echo "There is no apt-get here. Install these yourself: ${missing[*]}" >&2
  fi
fi

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET SDK is missing: install version 10 (https://dotnet.microsoft.com/download)." >&2
  echo "0 passed, 1 failed"
  exit 1
fi

clients=tests/Gateway.EndToEnd/node
if [ -f "$clients/package-lock.json" ] && ! cmp -s "$clients/package-lock.json" "$clients/node_modules/.installed-from"; then
  say "installing the vendors' own clients"
  if (cd "$clients" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error); then
    cp "$clients/package-lock.json" "$clients/node_modules/.installed-from"
  else
    echo "npm ci failed in $clients; the tests of the vendors' clients will fail" >&2
  fi
fi

# ---- build once ----------------------------------------------------------------------------------------------------
say "building"
if ! dotnet build Gateway.sln -c Release -v quiet -clp:NoSummary; then
  echo "0 passed, 1 failed"
  exit 1
fi

# ---- run -----------------------------------------------------------------------------------------------------------
results=tests/TestResults
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0

# suite NAME [RUNNER …]: its tests, run by the runner
suite() {
  local name=$1 report="$PWD/$results/$1.trx" code=0 hang=()
  shift
  say "$name"
  [ "$long" -eq 1 ] || hang=(--blame-hang-timeout 4m --blame-hang-dump-type none)
  "$@" dotnet test "tests/$name" -c Release --no-build --nologo --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" "${hang[@]}" || code=$?

  local counters="" p=0 f=0 total=0 executed=0
  [ -f "$report" ] && counters=$(grep -o '<Counters [^>]*>' "$report" | head -n 1)
  count() { printf '%s' "$counters" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }
  if [ -n "$counters" ]; then
    p=$(count passed) f=$(count failed) total=$(count total) executed=$(count executed)
  fi
  # A suite that broke off has failed, whatever its report says.
  if [ "$code" -ne 0 ] && [ "${f:-0}" -eq 0 ]; then
    echo "$name broke off with exit code $code"
    f=1
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + total - executed))
  # What the long tests did: faults, kills, seeds, images. The runner keeps the output of tests that pass in its report alone.
  [ -f "$report" ] && grep -ohE '(^|<StdOut>)[A-Z][A-Za-z]+Tests: [^<>]*' "$report" | sed 's/^<StdOut>//; s/&quot;/"/g; s/&gt;/>/g; s/&lt;/</g; s/&amp;/\&/g' | awk '!seen[$0]++'
  printf '%s: %s passed, %s failed, %s skipped\n' "$name" "$p" "$f" "$((total - executed))"
}

suite Gateway.Tests
# Beside a container engine: this machine's, or one that is started for it and stopped after it.
images=()
[ "$long" -eq 0 ] || images=(--images)
suite Gateway.EndToEnd bash tests/Gateway.EndToEnd/Containers/engine.sh "${images[@]}"

# A run of its own, in which nothing counts but the lines: counting them makes everything slower, and some tests measure time.
if [ "$long" -eq 1 ]; then
  say "coverage of Gateway.Tests"
  env -u GATEWAY_LONG_TESTS dotnet test tests/Gateway.Tests -c Release --no-build --nologo --results-directory "$results/coverage" \
    --collect "XPlat Code Coverage" >"$results/coverage.log" 2>&1 || echo "not every test passed while lines were counted"
  python3 tests/coverage.py "$results"/coverage/*/coverage.cobertura.xml || tail -n 20 "$results/coverage.log"
fi

say "done"
if [ "$skipped" -gt 0 ]; then
  echo "$skipped tests were left out:"
  grep -h -A 4 'outcome="NotExecuted"' "$results"/*.trx | sed -n 's/^ *<Message>\(.*\)<\/Message>.*/\1/p' | sort | uniq -c
fi
if [ "$passed" -eq 0 ]; then echo "no test ran" >&2; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
