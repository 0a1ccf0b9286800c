#!/usr/bin/env bash
# Synthesizes every stack of an environment into STACKS/stacks/<stack>.
#   synth-environment.sh ENVIRONMENT STACKS
set -euo pipefail
environment=$1 stacks=$2
mkdir -p "$stacks/stacks"

# cdktf deletes what it does not make from the folder that it writes to, so each stack is made in one of its own.
synthesize() {
  local kind=$1 folder
  folder=$(mktemp -d)
  # Said for both: in a condition bash goes on after what failed.
  WEBHOOK_ENVIRONMENT=$environment WEBHOOK_STACK=$kind CDKTF_OUTDIR=$folder npm run --silent synth || return
  cp -R "$folder"/stacks/. "$stacks/stacks/" || return
  rm -rf "$folder"
}

synthesize webhook
# An environment has this one when it has the settings; anything else that is said of it is a mistake.
if ! said=$(synthesize postgres-sink 2>&1); then
  case $said in
    *'[POSTGRES_SINK_MISSING]'*) ;;
    *)
      echo "$said" >&2
      exit 1
      ;;
  esac
fi
