#!/usr/bin/env bash
# Runs a command where a container engine answers: the one that runs on this machine, else, on Debian as root, one of its own
# that is installed, started for the command alone and stopped after it, whatever becomes of the command.
#
#   bash tests/Gateway.Containers/engine.sh dotnet test tests/Gateway.Containers
#   bash tests/Gateway.Containers/engine.sh --images dotnet test …      with an image of the gateway, for the long tests
#
# An engine of its own has namespaces of its own for the network and for processes: it changes nothing on the machine, nothing
# gets out of it and no image can be pulled, so its Redis is made from the machine's redis-server, under a name that says so.
# Where there is no engine to be had, the command runs without one, and the tests say why they were skipped.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
images=0
[ "${1:-}" = --images ] && { images=1; shift; }
[ $# -gt 0 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }

say() { echo "containers: $*" >&2; }
answers() { docker version >/dev/null 2>&1; }

if answers; then exec "$@"; fi

without() {
  say "$1"
  shift
  exec "$@"
}
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  without "no engine answers, and only root on Debian can start one here" "$@"
fi

missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >/dev/null; }
need dockerd docker.io
need ip iproute2
need redis-server redis-server
need redis-cli redis-tools
[ "$images" -eq 0 ] || { need docker-compose docker-compose; need debootstrap debootstrap; }
if [ "${#missing[@]}" -gt 0 ]; then
  say "installing ${missing[*]}"
  install "${missing[@]}" 2>/dev/null || { apt-get update -qq; install "${missing[@]}"; } || without "could not install ${missing[*]}" "$@"
fi
# Newer releases have the client in a package of its own.
command -v docker >/dev/null || install docker-cli || without "could not install docker-cli" "$@"
# With a service manager the package has started an engine.
if answers; then exec "$@"; fi

root=$(mktemp -d /tmp/gateway-engine.XXXXXX)
export DOCKER_HOST=unix://$root/docker.sock DOCKER_BUILDKIT=0
engine=

# closed: bridges and published ports, and no way out. open: the machine's network and none of those; to build images only.
start() {
  local namespaces=(--mount --pid --fork --kill-child --mount-proc) network=()
  if [ "$1" = closed ]; then namespaces+=(--net); else network=(--bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false); fi
  # Should this script be killed, the engine and its containers end with it.
  setpriv --pdeathsig KILL unshare "${namespaces[@]}" bash -c '
    [ "$1" = open ] || ip link set lo up
    shift
    dockerd "$@" &
    trap "kill $!; wait $!; exit" TERM
    wait $!' engine "$1" --host "$DOCKER_HOST" --data-root "$root/data" --exec-root "$root/exec" --pidfile "$root/dockerd.pid" "${network[@]}" \
    >"$root/log" 2>&1 </dev/null &
  engine=$!
  for _ in $(seq 150); do
    answers && return 0
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 20 "$root/log" >&2
  return 1
}

stop() {
  [ -n "$engine" ] || return 0
  # The first process of its namespace: with it every container ends.
  local first
  first=$(cat "/proc/$engine/task/$engine/children" 2>/dev/null)
  [ -z "$first" ] || kill $first 2>/dev/null
  for _ in $(seq 100); do kill -0 "$engine" 2>/dev/null || break; sleep 0.1; done
  kill -KILL "$engine" 2>/dev/null
  wait "$engine" 2>/dev/null
  engine=
  rm -rf "$root/exec" "$root/dockerd.pid" "$root/docker.sock"
}

trap 'stop; rm -rf "$root"' EXIT

if [ "$images" -eq 1 ]; then
  { start open && bash "$here/gateway-image.sh"; } || say "the gateway's image could not be built"
  stop
fi
if ! start closed; then
  stop
  say "no engine could be started"
  "$@"
elif ! redis=$(bash "$here/redis-image.sh"); then
  stop
  say "no image of Redis could be made"
  "$@"
else
  DOCKER_API_VERSION=$(docker version --format '{{.Server.APIVersion}}')
  export DOCKER_API_VERSION GATEWAY_TEST_REDIS_IMAGES=$redis GATEWAY_REQUIRE_CONTAINERS=1 \
    TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
  say "an engine of its own ($(docker version --format '{{.Server.Version}}')) with $redis"
  nsenter --target "$engine" --net -- "$@"
fi
