#!/usr/bin/env bash
# How many times faster than SimPy the reference kernel runs: requests per second of CPU time, both programs in turn
# (A B A B ..), ROUNDS (5) times, the median of the ratios.
#
#   pip install simpy==4.1.2
#   Tests/Benchmarks/ratio.sh
#
# The comparison leans towards SimPy: its clock starts after Python and SimPy are loaded, ours counts the whole process
# with start-up, reading and report.
#
# Then it checks that both are the same model: AGREEING (20) runs a side of 5 s, once as the scenario stands and once
# with a table of 5,000 units a second, which keeps it throttled. Ends with 1 if a figure differs by more than five
# standard errors: cold starts, throttled share, p50, p99, billed milliseconds. By chance that happens less than once in
# a thousand calls.
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

rounds=${ROUNDS:-5}
duration=${DURATION:-300 s}
simpy_seconds=${SIMPY_SECONDS:-20}
agreeing=${AGREEING:-20}
python=${PYTHON:-python3}

need "$python" python3
"$python" -c 'import simpy' 2> /dev/null || fail "needs SimPy: pip install simpy==4.1.2"
build

ours=()
theirs=()
ratios=()
for ((n = 1; n <= rounds; n++)); do
  simulate "$duration" "$scratch/run$n"
  cpu=$(figures measure -- "${simulation[@]}" | figures field cpuSeconds)
  requests=$(figures requests "$scratch/run$n/summary.json")
  our_speed=$(awk -v requests="$requests" -v cpu="$cpu" 'BEGIN { printf "%.0f", requests / cpu }')
  their_output=$("$python" "$root/Tests/Benchmarks/simpy_kernel.py" --duration "$simpy_seconds" --seed "$n")
  their_speed=$(figures field requestsPerCpuSecond <<< "$their_output")
  ours+=("$our_speed")
  theirs+=("$their_speed")
  ratios+=("$(awk -v a="$our_speed" -v b="$their_speed" 'BEGIN { printf "%.2f", a / b }')")
  echo "round $n: windtunnel $our_speed/s, SimPy $their_speed/s" >&2
done

printf '{"ratio": %s, "windtunnelRequestsPerCpuSecond": %s, "simpyRequestsPerCpuSecond": %s, "rounds": %s}\n' \
  "$(figures median "${ratios[@]}")" "$(figures median "${ours[@]}")" "$(figures median "${theirs[@]}")" "$rounds"

disagree=0
for units in 12000 5000; do
  lines=$scratch/simpy$units
  summaries=()
  for ((n = 1; n <= agreeing; n++)); do
    "$python" "$root/Tests/Benchmarks/simpy_kernel.py" --duration 5 --seed "$n" --table-units "$units" >> "$lines"
    seed=$n
    simulate '5 s' "$scratch/agree$units-$n" \
      --set "resources.items.onDemandThroughput.maxReadRequestUnits=$units"
    run_quietly "${simulation[@]}"
    summaries+=("$scratch/agree$units-$n/summary.json")
  done
  echo "windtunnel and SimPy, $agreeing runs of 5 s each, table of $units units a second:" >&2
  figures agree "${summaries[@]}" < "$lines" >&2 || disagree=1
done
exit "$disagree"
