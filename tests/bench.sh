#!/usr/bin/env bash
# Measures a short request through the gateway beside its peers, in one run, by turns: the backend alone, nginx, HAProxy, HAProxy that
# verifies each token and looks its session up, plain YARP, and the gateway; each a process of its own on loopback.
#
#   bash tests/bench.sh [SECONDS] [ROUNDS]     a turn's length and how many turns each gets; default 5 and 3
#
# Throughput, p50 and p99 are the medians of the rounds; processor time a request is the whole process's, of all its threads.
# Nothing of it leaves the machine, and it ends by itself. GATEWAY_BENCH_ENV="NAME=VALUE …" sets the gateway's environment.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5} rounds=${2:-3} warm=12 connections=64 tokens=200 revoked=20000

missing=()
for tool in wrk haproxy nginx; do command -v "$tool" >/dev/null 2>&1 || missing+=("$tool"); done
if [ "${#missing[@]}" -gt 0 ]; then
  root=""; [ "$(id -u)" -eq 0 ] || root=sudo
  echo "installing ${missing[*]}"
  $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends "${missing[@]/nginx/nginx-light}" >/dev/null || exit 1
fi

folder=$(mktemp -d) pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done; wait 2>/dev/null; rm -rf "$folder"' EXIT
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
backend=$(free) nginx=$(free) plain=$(free) checked=$(free) yarp=$(free) inline=$(free) gateway=$(free) management=$(free)

echo "building"
dotnet build tests/Gateway.Benchmarks -c Release -v quiet --nologo -clp:NoSummary || exit 1
program=tests/Gateway.Benchmarks/bin/Release/net10.0
bench() { dotnet "$program/Gateway.Benchmarks.dll" "$@"; }
bench bench-files "$folder" $tokens $revoked "http://127.0.0.1:$backend/" "http://127.0.0.1:$gateway" "http://127.0.0.1:$management" || exit 1

web() { # name, port, what it does
  cat > "$folder/$1.conf" <<END
worker_processes 2; daemon off; pid $folder/$1.pid; error_log /dev/null;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;
  client_body_temp_path $folder/$1.body; proxy_temp_path $folder/$1.proxy;
  fastcgi_temp_path $folder/$1.f; uwsgi_temp_path $folder/$1.u; scgi_temp_path $folder/$1.s;
  upstream app { server 127.0.0.1:$backend; keepalive 256; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:$2; location / { $3 } }
}
END
  nginx -c "$folder/$1.conf" >/dev/null 2>&1 & pids+=($!); started=$!
}
web backend "$backend" 'return 200 "a short answer of a hundred bytes, as an API gives it: {\"id\": 12345, \"name\": \"something\", \"ok\": true}\n";'
web proxy "$nginx" 'proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection "";'; nginx_pid=$started

cat > "$folder/haproxy.cfg" <<END
global
  nbthread 2
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
frontend plain
  bind 127.0.0.1:$plain
  default_backend app
frontend checked
  bind 127.0.0.1:$checked
  http-request set-var(txn.bearer) http_auth_bearer
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('\$.alg')
  http-request deny deny_status 401 unless { var(txn.alg) -m str RS256 }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify(txn.alg,"$folder/public.pem") 1 }
  http-request set-var(txn.sid) var(txn.bearer),jwt_payload_query('\$.sid')
  http-request deny deny_status 401 if { var(txn.sid),map_str($folder/revoked.map) -m found }
  default_backend app
backend app
  http-reuse always
  server one 127.0.0.1:$backend
END
haproxy -f "$folder/haproxy.cfg" >/dev/null 2>&1 & pids+=($!); haproxy_pid=$!
bench serve-yarp "$yarp" "http://127.0.0.1:$backend/" & pids+=($!); yarp_pid=$!
DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1 bench serve-yarp "$inline" "http://127.0.0.1:$backend/" & pids+=($!); inline_pid=$!
env ${GATEWAY_BENCH_ENV:-} dotnet "$program/Gateway.dll" --config "$folder/gateway.json" >"$folder/gateway.log" 2>&1 & pids+=($!); gateway_pid=$!

cat > "$folder/ask.lua" <<END
local tokens, n = {}, 0
for line in io.lines("$folder/tokens.txt") do tokens[#tokens + 1] = "Bearer " .. line end
request = function()
  n = n + 1
  return wrk.format("GET", "/x", { ["Authorization"] = tokens[(n * 7919) % #tokens + 1] })
end
done = function(summary, latency)
  io.write(string.format("RESULT %d %d %d %.0f %.0f\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
END
for port in $backend $nginx $plain $yarp $inline; do
  for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$port/x" && break; sleep 0.1; done
done
for _ in $(seq 300); do curl -sf -o /dev/null "http://127.0.0.1:$management/readyz" && break; sleep 0.1; done
bench bench-revoke "http://127.0.0.1:$management" $revoked || { cat "$folder/gateway.log"; exit 1; }

names=("backend alone" "nginx" "HAProxy" "HAProxy, checked" "plain YARP" "plain YARP, inline" "gateway")
ports=("$backend" "$nginx" "$plain" "$checked" "$yarp" "$inline" "$gateway")
owners=("" "$nginx_pid" "$haproxy_pid" "$haproxy_pid" "$yarp_pid" "$inline_pid" "$gateway_pid")
# In hundredths of a second: of the process and of those that it has started.
spent() { [ -z "$1" ] && echo 0 && return; for pid in "$1" $(pgrep -P "$1"); do awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null; done | awk '{ s += $1 } END { print s + 0 }'; }
ask() { wrk -t2 -c$connections -d"$2"s -s "$folder/ask.lua" "http://127.0.0.1:$1" | grep RESULT; }

echo "warming up, $warm s each"
for port in "${ports[@]}"; do ask "$port" $warm >/dev/null; done
for round in $(seq "$rounds"); do
  echo "round $round of $rounds"
  for way in "${!ports[@]}"; do
    before=$(spent "${owners[$way]}")
    result=$(ask "${ports[$way]}" "$seconds")
    echo "$way $(spent "${owners[$way]}") $before ${result#RESULT }" >> "$folder/results"
  done
done

memory() { [ -z "$1" ] && echo 0 && return; for pid in "$1" $(pgrep -P "$1"); do awk '/VmRSS/ { print $2 }' "/proc/$pid/status" 2>/dev/null; done | awk '{ s += $1 } END { print s / 1024 }'; }
for way in "${!ports[@]}"; do echo "$way ${names[$way]}" >> "$folder/names"; echo "$way $(memory "${owners[$way]}")" >> "$folder/memory"; done
python3 - "$folder" "$(nproc)" <<'END'
import collections, statistics, sys
folder, cores = sys.argv[1], sys.argv[2]
names = dict(line.rstrip("\n").split(" ", 1) for line in open(folder + "/names"))
memory = dict(line.split() for line in open(folder + "/memory"))
runs = collections.defaultdict(list)
for line in open(folder + "/results"):
    way, after, before, requests, micros, errors, p50, p99 = line.split()
    n = int(requests)
    runs[way].append((n / int(micros) * 1e6, int(p50) / 1000, int(p99) / 1000, (int(after) - int(before)) * 1e4 / n, int(errors)))
middle = {way: [statistics.median(run[i] for run in each) for i in range(4)] for way, each in runs.items()}
base = middle["3"][0]
print(f"\n{cores} cores, 64 connections, 200 RS256 tokens, 20,000 revoked sessions, HTTP/1.1 with keep-alive\n")
print("| | requests a second | of HAProxy checked | p50 | p99 | processor time a request | memory |")
print("|---|---:|---:|---:|---:|---:|---:|")
for way, (rate, p50, p99, cpu) in middle.items():
    print(f"| {names[way]} | {rate:,.0f} | {rate / base:.2f} | {p50:.2f} ms | {p99:.2f} ms | "
          + (f"{cpu:.0f} µs | {float(memory[way]):.0f} MB |" if way != "0" else "– | – |"))
if any(run[4] for each in runs.values() for run in each):
    print("\nErrors:", {names[way]: sum(run[4] for run in each) for way, each in runs.items() if any(run[4] for run in each)})
END
