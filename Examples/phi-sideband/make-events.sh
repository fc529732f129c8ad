#!/bin/sh
# Draws events.csv and weights.csv of this example: signal, then background under the phi, then the sideband. Five
# decimals (10 keV) are enough for the eye of a detector, and keep the file small.
set -e
cd "$(dirname "$0")"
pwafit="${PWAFIT:-swift run pwafit}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
$pwafit generate model.json --events 400 --seed 1 --output "$scratch/signal.csv"
$pwafit generate background.json --channel window --events 80 --seed 2 --output "$scratch/window.csv"
$pwafit generate background.json --channel sideband --events 80 --seed 3 --output "$scratch/sideband.csv"
head -n 1 "$scratch/signal.csv" >events.csv
for part in signal window sideband; do
  tail -n +2 "$scratch/$part.csv" |
    awk -F, -v OFS=, '{ for (i = 1; i <= NF; i++) $i = sprintf("%.5f", $i); print }'
done >>events.csv
{
  echo weight
  awk 'BEGIN { for (i = 1; i <= 560; i++) print i <= 480 ? 1 : -1 }'
} >weights.csv
