#!/usr/bin/env bash
# Carries a planned stack's folder from the job that plans to the job that applies.
#   stack-archive.sh pack FOLDER FILE      stack-archive.sh unpack FILE FOLDER
# The whole folder, since the functions' zips exist only after the plan. Providers stay behind: init gets the locked
# ones. A saved plan has the state in it, and whoever may see the repository may download an artifact: so the archive is
# encrypted, and one that somebody changed is refused. PLAN_PASSPHRASE is the key.
set -euo pipefail
if [ -z "${PLAN_PASSPHRASE:-}" ]; then
  echo "::error::The secret PLAN_PASSPHRASE is not set. Any long random text will do: docs/review.md."
  exit 1
fi

crypt() { gpg --batch --quiet --yes --no-symkey-cache --pinentry-mode loopback --passphrase-fd 3 "$@" 3<<<"$PLAN_PASSPHRASE"; }

case $1 in
  pack) tar -C "$2" --exclude=./.terraform -czf - . | crypt --symmetric --cipher-algo AES256 --output "$3" ;;
  unpack) mkdir -p "$3" && crypt --decrypt "$2" | tar -C "$3" -xzf - ;;
  *) echo "usage: $0 pack FOLDER FILE | unpack FILE FOLDER" >&2; exit 64 ;;
esac
