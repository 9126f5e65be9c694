#!/bin/sh
# Starts the server under test of Complement (github.com/matrix-org/complement), as the command of a container or of a process.
#
# Given: SERVER_NAME and /complement/ca, /complement/appservice (by the suite), PATRIX_DIR (the built checkout).
# Optional: PATRIX_NODE (the workspace's own by default), ROOM_VERSION.
set -eu
data=/data
mkdir -p "$data"

# The certificate is made once: the same data are started many times.
if [ ! -f "$data/server.crt" ]; then
  openssl ecparam -name prime256v1 -genkey -noout -out "$data/server.key"
  openssl req -new -key "$data/server.key" -subj "/CN=$SERVER_NAME" -out "$data/server.csr"
  printf 'subjectAltName=DNS:%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth,clientAuth\n' "$SERVER_NAME" > "$data/server.ext"
  openssl x509 -req -in "$data/server.csr" -CA /complement/ca/ca.crt -CAkey /complement/ca/ca.key \
    -set_serial "0x$(openssl rand -hex 8)" -days 2 -sha256 -extfile "$data/server.ext" -out "$data/server.crt.new" 2> /dev/null
  mv "$data/server.crt.new" "$data/server.crt"
fi

# Written anew at each start: the registrations may differ from run to run.
registrations=
for file in /complement/appservice/*.yaml; do
  [ -e "$file" ] || continue
  registrations="$registrations${registrations:+, }\"$file\""
done
cat > "$data/config.json" << JSON
{
  "server_name": "$SERVER_NAME",
  "listeners": [
    { "host": "0.0.0.0", "port": 8008 },
    { "host": "0.0.0.0", "port": 8448, "tls": { "cert_path": "$data/server.crt", "key_path": "$data/server.key" } }
  ],
  "data_dir": "$data",
  "testing": true,
  "passwords": { "cost": "fast" },
  "registration": { "enabled": true, "guests": true, "shared_secret": "complement", "flows": [["m.login.dummy"]] },
  "rate_limits": { "enabled": false },
  "default_room_version": "${ROOM_VERSION:-11}",
  "federation": { "enabled": true, "trusted_ca_path": "/complement/ca/ca.crt", "allow_private_targets": true },
  "media": { "legacy_unauthenticated": true, "url_previews": { "enabled": true, "allow_cidrs": ["0.0.0.0/0"], "ports": "all", "local_names": true } },
  "presence": { "enabled": true },
  "public_rooms": { "without_auth": true, "over_federation": true },
  "device_names_over_federation": true,
  "server_notices": { "localpart": "_server" },
  "app_service_files": [$registrations]
}
JSON

# exec, so that SIGTERM reaches the server itself.
exec "${PATRIX_NODE:-$PATRIX_DIR/node_modules/.bin/node}" "$PATRIX_DIR/packages/cli/dist/main.js" serve --config "$data/config.json"
