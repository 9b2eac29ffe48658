#!/usr/bin/env bash
# Points of a sweep a second, what a second job brings, and how much memory a large sweep takes.
#
#   Tests/Benchmarks/sweeps.sh           prints {"function": {"runsPerCpuSecond": N, ..}, "api": {..}, "jobs": {..}, "large": {..}}
#   Tests/Benchmarks/sweeps.sh --check   and ends with 1 below 900 runs a CPU second of `function`, or from 100 MB on
#
# A run is a point of 10,000 requests with a single replication, from its decoding to its block in the shard's file:
# `function` to one function (sweeps.yaml), `api` through HTTP API, function and table (serverless-api.yaml at 120
# requests a second for 83,333 ms). POINTS (1000) of them a round, CPU time of the whole process with one job, the median of
# ROUNDS (5). `jobs` is the wall time of one job over that of two, in turn, PAIRS (10) times; both must give the same
# file. `large` is LARGE (100000) points of 100 requests: the peak memory of run and of merge, in MB.
: "${SCENARIO:=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/sweeps-function.yaml}"
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

mode=${1:-print}
case $mode in
  print | --check) ;;
  *) fail "knows --check, not $mode" ;;
esac
points=${POINTS:-1000}
rounds=${ROUNDS:-5}
pairs=${PAIRS:-10}
large=${LARGE:-100000}
here=$root/Tests/Benchmarks

need python3 cmp
build

# plan NAME POINTS [FLAG ..]: plans `$scratch/NAME.yaml` in the folder NAME.
plan() {
  local name=$1 count=$2
  shift 2
  sed -e "s/points: 1000/points: $count/" "$scratch/$name.yaml" > "$scratch/$name-plan.yaml"
  "$windtunnel" sweep plan "$scratch/$name-plan.yaml" --out "$scratch/$name" --quiet "$@"
}

# sweep NAME JOBS FOLDER: the words of a run of all points into a new folder.
sweep() {
  rm -rf "${scratch:?}/$3"
  words=("$windtunnel" sweep run --plan "$scratch/$1/sweep.json" --out "$scratch/$3" --jobs "$2" --quiet)
}

# rate NAME: prints {"runsPerCpuSecond": N, ..}.
rate() {
  local n seconds=() cpu
  for ((n = 1; n <= rounds; n++)); do
    sweep "$1" 1 out
    seconds+=("$(figures measure -- "${words[@]}" | figures field cpuSeconds)")
  done
  cpu=$(figures median "${seconds[@]}")
  awk -v points="$points" -v cpu="$cpu" -v rounds="$rounds" \
    'BEGIN { printf "{\"runsPerCpuSecond\": %.0f, \"points\": %d, \"rounds\": %d}", points / cpu, points, rounds }'
}

cp "$here/sweeps-function.yaml" "$root/scenarios/serverless-api.yaml" "$scratch/"
cp "$here/sweeps.yaml" "$scratch/function.yaml"
sed -e 's/sweeps-function/serverless-api/' -e 's/worker/listItems/' \
  -e 's|from: 99 / s, to: 101 / s|from: 119 / s, to: 121 / s|' "$here/sweeps.yaml" > "$scratch/api.yaml"
cp "$here/sweeps.yaml" "$scratch/large.yaml"

plan function "$points"
plan api "$points" --set 'duration=83333 ms'
function=$(rate function)
api=$(rate api)

speedups=()
for ((n = 1; n <= pairs; n++)); do
  sweep function 1 one
  one=$(figures measure -- "${words[@]}" | figures field wallSeconds)
  sweep function 2 two
  two=$(figures measure -- "${words[@]}" | figures field wallSeconds)
  cmp "$scratch/one/shard-00000-of-00001.csv" "$scratch/two/shard-00000-of-00001.csv" \
    || fail "two jobs found something else than one"
  speedups+=("$(awk -v one="$one" -v two="$two" 'BEGIN { printf "%.3f", one / two }')")
  echo "pair $n: $one s with one job, $two s with two" >&2
done

plan large "$large" --set 'duration=1 s'
sweep large 2 large-out
run=$(figures measure -- "${words[@]}" | figures field peakMegabytes)
merge=$(figures measure -- "$windtunnel" sweep merge --plan "$scratch/large/sweep.json" --out "$scratch/large-out" \
  --quiet | figures field peakMegabytes)

printf '{"function": %s, "api": %s, "jobs": {"best": %s, "median": %s, "pairs": %s}, ' "$function" "$api" \
  "$(printf '%s\n' "${speedups[@]}" | sort -g | tail -n 1)" "$(figures median "${speedups[@]}")" "$pairs"
printf '"large": {"points": %s, "runMegabytes": %s, "mergeMegabytes": %s}}\n' "$large" "$run" "$merge"

if [[ $mode == --check ]]; then
  runs=$(figures field runsPerCpuSecond <<< "$function")
  awk -v runs="$runs" -v run="$run" -v merge="$merge" 'BEGIN { exit !(runs >= 900 && run < 100 && merge < 100) }' \
    || fail "$runs runs a CPU second of 900, $run and $merge MB of 100"
fi
