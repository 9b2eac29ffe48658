#!/usr/bin/env bash
# Wall time of a run of about 10,000 requests, from the call to the written files: the median of RUNS (20).
# The goal is 30 ms.
#
#   Tests/Benchmarks/startup.sh
#
# Every file is forced to disk before it counts as written, so on a disk that takes milliseconds for that the disk is most
# of the time. Where there is /dev/shm, the same is measured in memory, in turn; the goal is for that one.
source "$(dirname "${BASH_SOURCE[0]}")/measure.sh"

runs=${RUNS:-20}
duration=${DURATION:-1 s}

need python3
build

memory=$scratch
if [[ -d /dev/shm && -w /dev/shm ]]; then
  memory=$(mktemp -d -p /dev/shm)
  trap 'rm -rf "$scratch" "$memory"' EXIT
fi

# once FOLDER: appends the wall and the CPU seconds of one run to `walls` and `cpus`.
once() {
  local took
  simulate "$duration" "$1"
  took=$(figures measure -- "${simulation[@]}")
  walls+=("$(figures field wallSeconds <<< "$took")")
  cpus+=("$(figures field cpuSeconds <<< "$took")")
}

disk_walls=()
memory_walls=()
cpus=()
for ((n = 1; n <= runs; n++)); do
  walls=()
  once "$scratch/run$n"
  disk_walls+=("${walls[0]}")
  walls=()
  once "$memory/run$n"
  memory_walls+=("${walls[0]}")
  rm -rf "${memory:?}/run$n"
done

printf '{"wallSeconds": %s, "fastestSeconds": %s, "wallSecondsOnDisk": %s, "cpuSeconds": %s, "requests": %s, "runs": %s}\n' \
  "$(figures median "${memory_walls[@]}")" "$(printf '%s\n' "${memory_walls[@]}" | sort -g | head -n 1)" \
  "$(figures median "${disk_walls[@]}")" "$(figures median "${cpus[@]}")" \
  "$(figures requests "$scratch/run1/summary.json")" "$runs"
