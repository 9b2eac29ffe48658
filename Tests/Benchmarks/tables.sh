#!/usr/bin/env bash
# Table operations per second on one core, of three kinds of tables together and of each alone (tables.yaml), and the
# peak memory of ten million keys under Zipf's law behind a cache that holds a million (tables-cached.yaml). The goals
# are 2 million a second together and 200 MB.
#
#   Tests/Benchmarks/tables.sh             prints {"operationsPerCpuSecond": N, ..}
#   Tests/Benchmarks/tables.sh --check     and ends with 1 if a goal is missed
#
# Every request of a traffic source is one operation on a table. The time is the CPU time of the whole process, start
# and report included: the median of ROUNDS (5) runs of DURATION (5 min). A table alone is the same scenario with a
# request in a thousand seconds for the others. The peak is the highest of the runs.
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

# time_rounds NAME SETTING..: sets cpu, peak, operations and per_second of the scenario with these settings.
time_rounds() {
  local name=$1 took times=() peaks=()
  shift
  simulate "$duration" "$scratch/$name" "$@"
  for ((n = 1; n <= rounds; n++)); do
    took=$(figures measure -- "${simulation[@]}")
    times+=("$(figures field cpuSeconds <<< "$took")")
    peaks+=("$(figures field peakMegabytes <<< "$took")")
  done
  cpu=$(figures median "${times[@]}")
  peak=$(printf '%s\n' "${peaks[@]}" | sort -g | tail -n 1)
  operations=$(figures requests "$scratch/$name/summary.json")
  per_second=$(awk -v count="$operations" -v cpu="$cpu" 'BEGIN { printf "%.0f", count / cpu }')
}

time_rounds all
all=$per_second
printf '{"operationsPerCpuSecond": %s, "operations": %.0f, "cpuSeconds": %s, "peakMegabytes": %s, "rounds": %s' \
  "$per_second" "$operations" "$cpu" "$peak" "$rounds"

tables=(provisioned onDemand indexed)
for alone in "${tables[@]}"; do
  settings=()
  for table in "${tables[@]}"; do
    if [[ $table != "$alone" ]]; then
      settings+=(--set "traffic.${table}Reads.arrivals.poisson.rate=0.001 / s"
        --set "traffic.${table}Writes.arrivals.poisson.rate=0.001 / s")
    fi
  done
  time_rounds "$alone" "${settings[@]}"
  printf ', "%s": %s' "$alone" "$per_second"
done

scenario=$(dirname "${BASH_SOURCE[0]}")/tables-cached.yaml
time_rounds cached
printf ', "cached": %s, "cachedPeakMegabytes": %s}\n' "$per_second" "$peak"

if [[ $mode == --check ]]; then
  awk -v value="$all" -v goal="$goal" -v peak="$peak" -v most="$megabytes_goal" \
    'BEGIN { exit !(value >= goal && peak <= most) }' \
    || { echo "tables: at least $goal operations a second and at most $megabytes_goal MB are wanted" >&2; exit 1; }
fi
