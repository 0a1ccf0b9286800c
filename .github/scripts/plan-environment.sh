#!/usr/bin/env bash
# Plans every stack of an environment with the AWS credentials of the surroundings, and writes PLANS/<stack>.json.
#   plan-environment.sh ENVIRONMENT STACKS PLANS
# The stacks' folders stay below STACKS/ENVIRONMENT/stacks, each with its plan.tfplan and what the plan needs; the names
# of those that change stand in PLANS/changed. Takes no lock, so that a role that can only read is enough.
set -euo pipefail
environment=$1 stacks=$2/$1 plans=$3
mkdir -p "$plans"

"$(dirname "$0")/synth-environment.sh" "$environment" "$stacks"

for folder in "$stacks"/stacks/*/; do
  stack=$(basename "$folder")
  # Here every run starts without the file, so each plan would create everything.
  if jq -e '.terraform.backend.local' "$folder/cdk.tf.json" >/dev/null; then
    echo "::error::$stack keeps its state in a file on somebody's machine. Set state in environments.ts: docs/state.md."
    exit 1
  fi
  terraform -chdir="$folder" init -input=false -no-color >/dev/null
  # What it prints on its standard output has values in it; errors go to the other.
  code=0
  terraform -chdir="$folder" plan -input=false -no-color -lock=false -detailed-exitcode -out=plan.tfplan >/dev/null || code=$?
  [ "$code" -eq 0 ] || [ "$code" -eq 2 ] || exit "$code"
  terraform -chdir="$folder" show -no-color -json plan.tfplan >"$plans/$stack.json"
  if [ "$code" -eq 2 ]; then echo "$stack" >>"$plans/changed"; fi
done
