#!/usr/bin/env bash
# A month in full on one core: CPU time, peak memory and requests per second. No sampling, no thinning.
# The goals for scenarios/busy-month.yaml, 100 million requests, are 30 s and 40 MB.
#
#   Tests/Benchmarks/busy_month.sh             the month, then its memory at one and at three times the traffic
#   Tests/Benchmarks/busy_month.sh --check     and ends with 1 if a goal is missed
#
# Memory must not grow with the requests: MEMORY_DURATION (10 d) is run at the rate as it stands and at three times the
# rate, and the peaks may differ by 2 MB.
: "${SCENARIO:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/scenarios/busy-month.yaml}"
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

mode=${1:-print}
case $mode in
  print | --check) ;;
  *) fail "knows --check, not $mode" ;;
esac
duration=${DURATION:-30 d}
memory_duration=${MEMORY_DURATION:-10 d}
seconds_goal=30
megabytes_goal=40
growth_goal=2

need python3
build

# month DURATION NAME [FLAG ..]: runs it and sets `requests`, `cpu`, `wall` and `peak`.
month() {
  local took duration=$1 name=$2
  shift 2
  simulate "$duration" "$scratch/$name" "$@"
  took=$(figures measure -- "${simulation[@]}")
  requests=$(figures requests "$scratch/$name/summary.json")
  cpu=$(figures field cpuSeconds <<< "$took")
  wall=$(figures field wallSeconds <<< "$took")
  peak=$(figures field peakMegabytes <<< "$took")
}

# The settings that triple every point of the scenario's curve.
tripled() {
  awk '/at:.*rate:/ {
    rate = $0
    sub(/.*rate: */, "", rate)
    printf "--set\ntraffic.visitors.arrivals.curve.points[%d].rate=%.10g / s\n", points++, 3 * rate
  }' "$scenario"
}
mapfile -t triple < <(tripled)
[[ ${#triple[@]} -gt 0 ]] || fail "$scenario has no curve of rates"

month "$memory_duration" once
once_requests=$requests once_peak=$peak
month "$memory_duration" thrice "${triple[@]}"
thrice_requests=$requests thrice_peak=$peak
month "$duration" month

awk -v requests="$requests" -v cpu="$cpu" -v wall="$wall" -v peak="$peak" -v once="$once_peak" -v thrice="$thrice_peak" \
  -v once_requests="$once_requests" -v thrice_requests="$thrice_requests" 'BEGIN {
    printf "{\"requests\": %.0f, \"cpuSeconds\": %s, \"wallSeconds\": %s, ", requests, cpu, wall
    printf "\"peakMegabytes\": %s, \"requestsPerCpuSecond\": %.0f, ", peak, requests / cpu
    printf "\"memory\": [{\"requests\": %.0f, \"peakMegabytes\": %s}, ", once_requests, once
    printf "{\"requests\": %.0f, \"peakMegabytes\": %s}]}\n", thrice_requests, thrice
  }'

if [[ $mode == --check ]]; then
  awk -v cpu="$cpu" -v peak="$peak" -v growth="$(awk "BEGIN { print $thrice_peak - $once_peak }")" \
    -v seconds="$seconds_goal" -v megabytes="$megabytes_goal" -v most="$growth_goal" \
    'BEGIN { exit !(cpu <= seconds && peak <= megabytes && growth <= most) }' \
    || { echo "busy month: at most $seconds_goal s, $megabytes_goal MB and $growth_goal MB of growth" >&2; exit 1; }
fi
