#!/usr/bin/env bash
# scripts/update_docs.sh [NTKSWEEP]: writes the program's table of statistics into docs/theory.md,
# between its marks. NTKSWEEP: the program, by default build/release/ntksweep. A test says when it is due.
set -euo pipefail
program=$(realpath "${1:-$(dirname "$0")/../build/release/ntksweep}")
cd "$(dirname "$0")/.."

table=$(mktemp)
page=$(mktemp)
trap 'rm -f "$table" "$page"' EXIT
"$program" list statistics --markdown > "$table"

awk -v table="$table" '
  /^<!-- statistics: end -->$/ { inside = 0 }
  !inside { print }
  /^<!-- statistics: begin -->$/ { inside = 1; while ((getline line < table) > 0) print line }
' docs/theory.md > "$page"
cat "$page" > docs/theory.md
