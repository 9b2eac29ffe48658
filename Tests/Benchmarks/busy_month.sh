#!/usr/bin/env bash
# A month in full on one core: time, peak memory and requests per second. No sampling, no thinning.
#
#   Tests/Benchmarks/busy_month.sh                       30 days of the reference kernel at 386/s: a billion requests
#   DURATION='1 d' RATE='1000 / s' Tests/Benchmarks/busy_month.sh
#
# RATE_PATH says where in the scenario the rate stands.
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

duration=${DURATION:-30 d}
rate=${RATE:-386 / s}
rate_path=${RATE_PATH:-traffic.clients.arrivals.poisson.rate}

need python3
build

simulate "$duration" "$scratch/month" --set "$rate_path=$rate"
took=$(figures measure -- "${simulation[@]}")
requests=$(figures requests "$scratch/month/summary.json")
cpu=$(figures field cpuSeconds <<< "$took")

awk -v requests="$requests" -v cpu="$cpu" -v wall="$(figures field wallSeconds <<< "$took")" \
  -v peak="$(figures field peakMegabytes <<< "$took")" 'BEGIN {
    printf "{\"requests\": %.0f, \"cpuSeconds\": %s, \"wallSeconds\": %s, ", requests, cpu, wall
    printf "\"peakMegabytes\": %s, \"requestsPerCpuSecond\": %.0f}\n", peak, requests / cpu
  }'
