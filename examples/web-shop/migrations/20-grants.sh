#!/bin/sh
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --command 'GRANT ALL ON SCHEMA public TO shop'
