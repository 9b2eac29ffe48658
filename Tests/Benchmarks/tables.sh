#!/usr/bin/env bash
# Table operations per second on one core, and the peak memory of two tables of ten million keys under Zipf's law:
# tables.yaml. The goals are 2 million a second and 200 MB.
#
#   Tests/Benchmarks/tables.sh             prints {"operationsPerCpuSecond": N, ..}
#   Tests/Benchmarks/tables.sh --check     and ends with 1 if a goal is missed
#
# Every request of a traffic source is one operation on a table. The time is the CPU time of the whole process, start
# and report included: the median of ROUNDS (5) runs of DURATION (5 min). The peak is the highest of the runs.
: "${SCENARIO:=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/tables.yaml}"
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

mode=${1:-print}
case $mode in
  print | --check) ;;
  *) fail "knows --check, not $mode" ;;
esac
duration=${DURATION:-5 min}
rounds=${ROUNDS:-5}
goal=2000000
megabytes_goal=200

need python3
build

simulate "$duration" "$scratch/tables"
times=()
peaks=()
for ((n = 1; n <= rounds; n++)); do
  took=$(figures measure -- "${simulation[@]}")
  times+=("$(figures field cpuSeconds <<< "$took")")
  peaks+=("$(figures field peakMegabytes <<< "$took")")
done
cpu=$(figures median "${times[@]}")
peak=$(printf '%s\n' "${peaks[@]}" | sort -g | tail -n 1)
operations=$(figures requests "$scratch/tables/summary.json")
per_second=$(awk -v count="$operations" -v cpu="$cpu" 'BEGIN { printf "%.0f", count / cpu }')

printf '{"operationsPerCpuSecond": %s, "operations": %.0f, "cpuSeconds": %s, "peakMegabytes": %s, "rounds": %s}\n' \
  "$per_second" "$operations" "$cpu" "$peak" "$rounds"

if [[ $mode == --check ]]; then
  awk -v value="$per_second" -v goal="$goal" -v peak="$peak" -v most="$megabytes_goal" \
    'BEGIN { exit !(value >= goal && peak <= most) }' \
    || { echo "tables: at least $goal operations a second and at most $megabytes_goal MB are wanted" >&2; exit 1; }
fi
