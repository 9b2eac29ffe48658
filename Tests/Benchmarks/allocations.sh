#!/usr/bin/env bash
# Heap allocations per request of the reference kernel once it is warm, by valgrind's heap summary.
#
#   Tests/Benchmarks/allocations.sh             prints {"allocationsPerRequest": N, ..}
#   Tests/Benchmarks/allocations.sh --check     and ends with 1 if N is above 0.001
#
# Two runs of different length; start-up, growth to the working size and the fixed part of the report cancel out. What
# remains are rows of the time series, a handful per simulated minute: one allocation per request would show as 1.
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

mode=${1:-print}
case $mode in
  print | --check) ;;
  *) fail "knows --check, not $mode" ;;
esac
short=${SHORT:-20 s}
long=${LONG:-50 s}
limit=0.001

need valgrind strip python3
build
strip_for_valgrind

# count DURATION NAME: leaves the run's files in $scratch/NAME and valgrind's words in $scratch/NAME.log.
count() {
  simulate "$1" "$scratch/$2"
  run_quietly valgrind --tool=memcheck --leak-check=no --undef-value-errors=no --log-file="$scratch/$2.log" \
    "${simulation[@]}"
}

count "$short" short
count "$long" long

short_allocations=$(figures allocations "$scratch/short.log")
long_allocations=$(figures allocations "$scratch/long.log")
short_requests=$(figures requests "$scratch/short/summary.json")
long_requests=$(figures requests "$scratch/long/summary.json")
per_request=$(figures slope "$short_allocations" "$short_requests" "$long_allocations" "$long_requests")

printf '{"allocationsPerRequest": %s, "shortAllocations": %s, "longAllocations": %s}\n' \
  "$per_request" "$short_allocations" "$long_allocations"

if [[ $mode == --check ]]; then
  awk -v value="$per_request" -v limit="$limit" 'BEGIN { exit !(value <= limit) }' \
    || { echo "allocations: $per_request a request, at most $limit are allowed" >&2; exit 1; }
fi
