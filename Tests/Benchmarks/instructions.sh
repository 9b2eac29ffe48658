#!/usr/bin/env bash
# Instructions per request of the reference kernel on one core, by valgrind's callgrind.
#
#   Tests/Benchmarks/instructions.sh            prints {"instructionsPerRequest": N, ..}
#   Tests/Benchmarks/instructions.sh --check    and ends with 1 if N is more than 5 % above recorded.json
#   Tests/Benchmarks/instructions.sh --record   and writes N into recorded.json
#
# Two runs of different length; the difference divided by the difference in requests leaves out start-up and report.
# SHORT and LONG set the simulated lengths. The goal is 2,000.
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

mode=${1:-print}
case $mode in
  print | --check | --record) ;;
  *) fail "knows --check and --record, not $mode" ;;
esac
short=${SHORT:-20 s}
long=${LONG:-60 s}
recorded=$root/Tests/Benchmarks/recorded.json

goal=2000

need valgrind strip python3
build
strip_for_valgrind

# count DURATION NAME: leaves the run's files in $scratch/NAME and its instructions in $scratch/NAME.callgrind.
count() {
  simulate "$1" "$scratch/$2"
  run_quietly valgrind --tool=callgrind --quiet --callgrind-out-file="$scratch/$2.callgrind" "${simulation[@]}"
}

count "$short" short
count "$long" long

short_instructions=$(figures instructions "$scratch/short.callgrind")
long_instructions=$(figures instructions "$scratch/long.callgrind")
short_requests=$(figures requests "$scratch/short/summary.json")
long_requests=$(figures requests "$scratch/long/summary.json")
per_request=$(figures slope "$short_instructions" "$short_requests" "$long_instructions" "$long_requests")

printf '{"instructionsPerRequest": %s, "shortRequests": %s, "longRequests": %s}\n' \
  "$per_request" "$short_requests" "$long_requests"

awk -v value="$per_request" -v goal="$goal" 'BEGIN {
  printf "goal: %d a request, %s by %.1f %%\n", goal, value <= goal ? "met" : "missed", 100 * (value <= goal ? 1 - value / goal : value / goal - 1)
}' >&2

case $mode in
  --check) figures check "$recorded" instructionsPerRequest "$per_request" ;;
  --record)
    figures record "$recorded" instructionsPerRequest "$per_request" \
      "callgrind, $(basename "$scenario"), ($long - $short)"
    ;;
esac
