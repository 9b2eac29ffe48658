#!/usr/bin/env bash
# Wall time of a run of about 10,000 requests, from the call to the written report: the median of RUNS (11).
#
#   Tests/Benchmarks/startup.sh
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

runs=${RUNS:-11}
duration=${DURATION:-1 s}

need python3
build

walls=()
for ((n = 1; n <= runs; n++)); do
  simulate "$duration" "$scratch/run$n"
  walls+=("$(figures measure -- "${simulation[@]}" | figures field wallSeconds)")
done

printf '{"wallSeconds": %s, "requests": %s, "runs": %s}\n' \
  "$(figures median "${walls[@]}")" "$(figures requests "$scratch/run1/summary.json")" "$runs"
