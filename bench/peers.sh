#!/usr/bin/env bash
# bench/peers.sh: makes the environment build/peers-env with the programs that ntksweep is compared with
# (bench/peers/requirements.txt; about 6 GB, because of the graphics libraries that the torch wheel brings along).
# What cannot be had is left out, and its rows say so. PEERS names another folder. pip's own configuration
# decides where packages come from. GNU parallel comes from the system: scripts/install.sh bench.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${PEERS:-build/peers-env}
[ -x "$folder/bin/python" ] || "${PYTHON:-/usr/bin/python3}" -m venv "$folder"

wanted() { sed 's/#.*//' bench/peers/requirements.txt | tr -d ' ' | grep .; }
missing() { # of the lines of standard input, those that are not installed
  "$folder/bin/python" -m pip freeze 2>/dev/null | sed 's/+.*//' >"$folder/installed"
  grep -vixF -f "$folder/installed" || true
}

# All at once, so that versions fit together; one by one, where one of them is not to be had.
if [ -n "$(wanted | missing)" ]; then
  "$folder/bin/python" -m pip install -q --only-binary :all: -r bench/peers/requirements.txt ||
    wanted | missing | xargs -n 1 "$folder/bin/python" -m pip install -q --only-binary :all: || true
fi
# It asks for TensorFlow, which only its experimental part needs.
if [ -n "$(echo neural-tangents==0.6.5 | missing)" ]; then
  "$folder/bin/python" -m pip install -q --no-deps neural-tangents==0.6.5 || true
fi
left=$( (wanted; echo neural-tangents==0.6.5) | missing | tr '\n' ' ')
echo "peers: ${left:-all} ${left:+are not }there in $folder"
