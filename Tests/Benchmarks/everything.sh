#!/usr/bin/env bash
# Requests per second on one core with everything on: everything.yaml, in which every kind of resource and source works
# and every limit is touched now and then. The goal is 1.5 million.
#
#   Tests/Benchmarks/everything.sh             prints {"requestsPerCpuSecond": N, ..}
#   Tests/Benchmarks/everything.sh --check     and ends with 1 if N is below 1.5 million
#
# A request is one request of a traffic source, however many attempts, messages or records it becomes. The time is the
# CPU time of the whole process, start and report included: the median of ROUNDS (5) runs of DURATION (5 min).
: "${SCENARIO:=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/everything.yaml}"
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

mode=${1:-print}
case $mode in
  print | --check) ;;
  *) fail "knows --check, not $mode" ;;
esac
duration=${DURATION:-5 min}
rounds=${ROUNDS:-5}
goal=1500000

need python3
build

simulate "$duration" "$scratch/everything"
times=()
for ((n = 1; n <= rounds; n++)); do
  times+=("$(figures measure -- "${simulation[@]}" | figures field cpuSeconds)")
done
cpu=$(figures median "${times[@]}")
requests=$(figures requests "$scratch/everything/summary.json")
messages=$(figures messages "$scratch/everything/summary.json")
per_second=$(awk -v count="$requests" -v cpu="$cpu" 'BEGIN { printf "%.0f", count / cpu }')

awk -v requests="$requests" -v messages="$messages" -v cpu="$cpu" -v rounds="$rounds" -v per_second="$per_second" 'BEGIN {
  printf "{\"requestsPerCpuSecond\": %s, \"messagesPerCpuSecond\": %.0f, ", per_second, messages / cpu
  printf "\"requests\": %.0f, \"messages\": %.0f, \"cpuSeconds\": %s, \"rounds\": %s}\n", requests, messages, cpu, rounds
}'

if [[ $mode == --check ]]; then
  awk -v value="$per_second" -v goal="$goal" 'BEGIN { exit !(value >= goal) }' \
    || { echo "everything: $per_second requests a second, $goal are wanted" >&2; exit 1; }
fi
