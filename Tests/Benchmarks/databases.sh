#!/usr/bin/env bash
# Queries of a database per second on one core, asked by about 2,000 execution environments one after another
# (databases.yaml). The goal is 1.5 million.
#
#   Tests/Benchmarks/databases.sh                  prints {"queriesPerCpuSecond": N, ..}
#   Tests/Benchmarks/databases.sh --check          and ends with 1 if N is below 1.5 million
#   Tests/Benchmarks/databases.sh --instructions   prints {"instructionsPerQuery": N}, by valgrind's callgrind
#
# The time is the CPU time of the whole process, start and report included: the median of ROUNDS (5) runs of DURATION
# (5 min). Instructions are those of a run of LONG (40 s) less those of one of SHORT (20 s), divided by the queries more.
: "${SCENARIO:=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/databases.yaml}"
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

mode=${1:-print}
case $mode in
  print | --check | --instructions) ;;
  *) fail "knows --check and --instructions, not $mode" ;;
esac
duration=${DURATION:-5 min}
rounds=${ROUNDS:-5}
goal=1500000

need python3
build

if [[ $mode == --instructions ]]; then
  need valgrind strip
  strip_for_valgrind
  counts=()
  for span in "${SHORT:-20 s}" "${LONG:-40 s}"; do
    simulate "$span" "$scratch/run"
    run_quietly valgrind --tool=callgrind --quiet --callgrind-out-file="$scratch/callgrind" "${simulation[@]}"
    counts+=("$(figures instructions "$scratch/callgrind")" "$(figures queries "$scratch/run/summary.json")")
  done
  printf '{"instructionsPerQuery": %s}\n' "$(figures slope "${counts[@]}")"
  exit
fi

simulate "$duration" "$scratch/databases"
times=()
for ((n = 1; n <= rounds; n++)); do
  times+=("$(figures measure -- "${simulation[@]}" | figures field cpuSeconds)")
done
cpu=$(figures median "${times[@]}")
queries=$(figures queries "$scratch/databases/summary.json")
per_second=$(awk -v count="$queries" -v cpu="$cpu" 'BEGIN { printf "%.0f", count / cpu }')
printf '{"queriesPerCpuSecond": %s, "queries": %.0f, "cpuSeconds": %s, "rounds": %s}\n' \
  "$per_second" "$queries" "$cpu" "$rounds"

if [[ $mode == --check ]]; then
  awk -v value="$per_second" -v goal="$goal" 'BEGIN { exit !(value >= goal) }' \
    || { echo "databases: $per_second queries a second, $goal are wanted" >&2; exit 1; }
fi
