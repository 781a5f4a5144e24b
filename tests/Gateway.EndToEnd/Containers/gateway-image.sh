#!/usr/bin/env bash
# Builds the gateway's image with the engine that DOCKER_HOST names, over the machine's own network. Where the base images cannot
# be pulled, their place is taken by images of the same names, made of Debian and of this machine's .NET: what the Dockerfile
# does is then the same, and the size of the base is not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)

if ! { docker pull -q mcr.microsoft.com/dotnet/aspnet:10.0 && docker pull -q mcr.microsoft.com/dotnet/sdk:10.0; } >/dev/null 2>&1; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  debootstrap --variant=minbase --include=ca-certificates,libicu72,libssl3,libstdc++6,zlib1g bookworm "$folder" >"$folder.log" 2>&1 \
    || { tail -n 20 "$folder.log" >&2; exit 1; }
  rm -rf "$folder.log" "$folder"/var/cache/apt/archives/*.deb
  # The authorities that this machine trusts, so that what it reaches is reached from inside too.
  cp -L /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"
  chroot "$folder" useradd --uid 1654 --create-home app
  mkdir -p "$folder/usr/share/dotnet"
  ln -s ../share/dotnet/dotnet "$folder/usr/bin/dotnet"
  settings=(--change 'ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true')
  cp -a "$dotnet"/{dotnet,host,shared} "$folder/usr/share/dotnet/"
  tar -C "$folder" --numeric-owner -c . | docker import "${settings[@]}" - mcr.microsoft.com/dotnet/aspnet:10.0 >/dev/null
  cp -a "$dotnet"/{sdk,sdk-manifests,packs,templates} "$folder/usr/share/dotnet/" 2>/dev/null || true
  tar -C "$folder" --numeric-owner -c . | docker import "${settings[@]}" \
    --change "ENV NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online} DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1" \
    - mcr.microsoft.com/dotnet/sdk:10.0 >/dev/null
  echo "the base images are stand-ins: Debian $(cat "$folder/etc/debian_version") with .NET $("$dotnet/dotnet" --version)"
fi
docker build --network=host -f "$top/src/Gateway/Dockerfile" -t gateway "$top"
