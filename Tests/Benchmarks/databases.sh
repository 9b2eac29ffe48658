#!/usr/bin/env bash
# Queries of a database per second on one core, asked by about 2,000 execution environments one after another
# (databases.yaml), straight and through RDS Proxy. The goal is 1.5 million straight.
#
#   Tests/Benchmarks/databases.sh                  prints {"direct": {"queriesPerCpuSecond": N, ..}, "proxy": {..}}
#   Tests/Benchmarks/databases.sh --check          and ends with 1 if the direct N is below 1.5 million
#   Tests/Benchmarks/databases.sh --instructions   prints {"direct": {"instructionsPerQuery": N}, ..}, by callgrind
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

# instructions VARIANT: prints {"instructionsPerQuery": N} of it.
instructions() {
  local span counts=()
  for span in "${SHORT:-20 s}" "${LONG:-40 s}"; do
    simulate "$span" "$scratch/run" --variant "$1"
    run_quietly valgrind --tool=callgrind --quiet --callgrind-out-file="$scratch/callgrind" "${simulation[@]}"
    counts+=("$(figures instructions "$scratch/callgrind")" "$(figures queries "$scratch/run/summary.json")")
  done
  printf '{"instructionsPerQuery": %s}' "$(figures slope "${counts[@]}")"
}

# times VARIANT: prints {"queriesPerCpuSecond": N, ..} of it, and leaves N in $scratch/VARIANT.figure.
times() {
  local n cpu queries seconds=()
  simulate "$duration" "$scratch/$1" --variant "$1"
  for ((n = 1; n <= rounds; n++)); do
    seconds+=("$(figures measure -- "${simulation[@]}" | figures field cpuSeconds)")
  done
  cpu=$(figures median "${seconds[@]}")
  queries=$(figures queries "$scratch/$1/summary.json")
  awk -v count="$queries" -v cpu="$cpu" 'BEGIN { printf "%.0f", count / cpu }' > "$scratch/$1.figure"
  printf '{"queriesPerCpuSecond": %s, "queries": %.0f, "cpuSeconds": %s, "rounds": %s}' \
    "$(cat "$scratch/$1.figure")" "$queries" "$cpu" "$rounds"
}

if [[ $mode == --instructions ]]; then
  need valgrind strip
  strip_for_valgrind
  direct=$(instructions direct)
  proxy=$(instructions proxy)
else
  direct=$(times direct)
  proxy=$(times proxy)
fi
printf '{"direct": %s, "proxy": %s}\n' "$direct" "$proxy"

if [[ $mode == --check ]]; then
  per_second=$(cat "$scratch/direct.figure")
  awk -v value="$per_second" -v goal="$goal" 'BEGIN { exit !(value >= goal) }' \
    || { echo "databases: $per_second queries a second, $goal are wanted" >&2; exit 1; }
fi
