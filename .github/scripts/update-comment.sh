#!/usr/bin/env bash
# Writes a pull request's one comment of plans: anew, or over the one that is there.
#   update-comment.sh FILE
# Reads GH_TOKEN, GITHUB_REPOSITORY and PULL_REQUEST. The file starts with the marker by which the comment is found.
set -euo pipefail
marker='<!-- plan-summary -->'
comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments
# Only a comment of the workflow's own: anybody can write the marker.
id=$(gh api --paginate "$comments?per_page=100" \
  --jq ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\"))) | .id" | sed -n 1p)
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$1"
else
  gh api --silent --method POST "$comments" --field "body=@$1"
fi
