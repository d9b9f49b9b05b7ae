#!/bin/sh
# Makes the secrets of docker-compose.yml in deploy/secrets, those that are not there yet.
#
# The folder is closed to others. The files themselves are readable, because Compose mounts a file secret as it
# is and the containers run as a user of their own.
set -eu

folder="$(dirname "$0")/secrets"
mkdir -p "$folder"
chmod 700 "$folder"

random() { # 32 bytes, base64 in the alphabet that URLs and Fernet use
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'
}

keep() { # NAME VALUE
    if [ ! -e "$folder/$1" ]; then
        printf '%s\n' "$2" >"$folder/$1.new"
        chmod 444 "$folder/$1.new"
        mv "$folder/$1.new" "$folder/$1"
        echo "made $folder/$1"
    fi
}

keep pepper "$(random)"
keep encryption_keys "$(random)"
keep session_key "$(random)"
keep postgres_password "$(random | tr -d '=')"
keep database_url "postgresql+psycopg://daidun:$(cat "$folder/postgres_password")@postgres:5432/daidun"
