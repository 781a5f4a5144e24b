#!/usr/bin/env bash
# An image of this machine's own redis-server and redis-cli, with the libraries that they load: nothing is fetched. It acts
# like the official image (its user, folder and entry point). Prints its name, which tells the real version.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir -p "$folder"/{data,tmp,etc,proc,sys,dev,usr/bin,usr/lib,usr/lib64,usr/local/bin}
ln -s usr/bin "$folder/bin"
ln -s usr/lib "$folder/lib"
ln -s usr/lib64 "$folder/lib64"
chmod 1777 "$folder/tmp"
for program in redis-server redis-cli dash cat id sleep; do
  file=$(command -v "$program")
  cp -L "$file" "$folder/usr/bin/$program"
  for library in $(ldd "$file" | grep -oE '/[^ ]+'); do
    mkdir -p "$folder$(dirname "$library")"
    [ -e "$folder$library" ] || cp -L "$library" "$folder$library"
  done
done
ln -s dash "$folder/usr/bin/sh"
printf 'root:x:0:0::/:/bin/sh\nredis:x:999:999::/data:/bin/sh\n' >"$folder/etc/passwd"
printf 'root:x:0:\nredis:x:999:\n' >"$folder/etc/group"
# As the official image has it: other containers reach it without a password.
printf '#!/bin/sh\n[ "$1" != redis-server ] || set -- "$@" --protected-mode no\nexec "$@"\n' >"$folder/usr/local/bin/docker-entrypoint.sh"
chmod 755 "$folder/usr/local/bin/docker-entrypoint.sh"
chown 999:999 "$folder/data"
name=machine-redis:$(redis-server --version | sed -n 's/.* v=\([^ ]*\).*/\1/p')
tar -C "$folder" --numeric-owner -c . | docker import \
  --change 'ENV PATH=/usr/local/bin:/usr/bin' --change 'VOLUME /data' --change 'WORKDIR /data' --change 'USER 999:999' --change 'EXPOSE 6379' \
  --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["redis-server"]' - "$name" >/dev/null
echo "$name"
