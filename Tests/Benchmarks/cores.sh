#!/usr/bin/env bash
# What a second core brings: wall time of REPLICATIONS (8) replications with one job and with two, in turn, ROUNDS (15)
# times. The results must be the same files. The goal is 1.8.
#
# On a busy machine one job may still get a core of its own while two get no second one; so the pairs are short and many,
# and the best is shown beside the median.
#
#   Tests/Benchmarks/cores.sh
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

replications=${REPLICATIONS:-8}
duration=${DURATION:-60 s}
rounds=${ROUNDS:-15}

need python3 cmp
build

# wall JOBS FOLDER: prints the wall seconds of one experiment.
wall() {
  figures measure -- "$windtunnel" run "$scenario" --replications "$replications" --jobs "$1" --seed 1 --quiet \
    --set "duration=$duration" --out "$2" | figures field wallSeconds
}

pairs=()
for ((n = 1; n <= rounds; n++)); do
  one=$(wall 1 "$scratch/one")
  two=$(wall 2 "$scratch/two")
  pairs+=("$(awk -v one="$one" -v two="$two" 'BEGIN { printf "%.3f", one / two }')")
  echo "pair $n: $one s with one job, $two s with two" >&2
  for file in summary.json timeseries.csv latency.csv; do
    cmp "$scratch/one/$file" "$scratch/two/$file" || fail "two jobs found something else than one"
  done
done

printf '{"bestSpeedup": %s, "medianSpeedup": %s, "pairs": %s}\n' \
  "$(printf '%s\n' "${pairs[@]}" | sort -g | tail -n 1)" "$(figures median "${pairs[@]}")" "$rounds"
