#!/usr/bin/env bash
# What a second core brings: wall time of REPLICATIONS (8) replications with one job and with two, in turn, ROUNDS (3)
# times. The results must be the same files.
#
#   Tests/Benchmarks/cores.sh
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

replications=${REPLICATIONS:-8}
duration=${DURATION:-60 s}
rounds=${ROUNDS:-3}

need python3 cmp
build

# wall JOBS FOLDER: prints the wall seconds of one experiment.
wall() {
  figures measure -- "$windtunnel" run "$scenario" --replications "$replications" --jobs "$1" --seed 1 --quiet \
    --set "duration=$duration" --out "$2" | figures field wallSeconds
}

one=()
two=()
for ((n = 1; n <= rounds; n++)); do
  one+=("$(wall 1 "$scratch/one$n")")
  two+=("$(wall 2 "$scratch/two$n")")
done
cmp "$scratch/one1/summary.json" "$scratch/two1/summary.json" || fail "two jobs found something else than one"

one_median=$(figures median "${one[@]}")
two_median=$(figures median "${two[@]}")
awk -v one="$one_median" -v two="$two_median" 'BEGIN {
  printf "{\"oneJobSeconds\": %s, \"twoJobsSeconds\": %s, \"speedup\": %.2f}\n", one, two, one / two
}'
