# What the benchmarks share; to be sourced, not run. Sets `root`, `scenario`, `windtunnel`, `seed` and `scratch`.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scenario=${SCENARIO:-$root/scenarios/reference-kernel.yaml}
windtunnel=${WINDTUNNEL:-}
seed=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

figures() { python3 "$root/Tests/Benchmarks/figures.py" "$@"; }

fail() {
  echo "${0##*/}: $*" >&2
  exit 2
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" > /dev/null || fail "needs $tool"
  done
}

# Builds the release program, unless WINDTUNNEL names one that is already there.
build() {
  if [[ -z $windtunnel ]]; then
    need swift
    swift build -c release --package-path "$root" --product windtunnel >&2
    windtunnel=$(swift build -c release --package-path "$root" --show-bin-path)/windtunnel
  fi
  [[ -x $windtunnel ]] || fail "no program at $windtunnel"
  [[ -f $scenario ]] || fail "no scenario at $scenario"
}

# simulate DURATION FOLDER [FLAG ..]: sets `simulation` to the words of one run on one core into FOLDER.
# shellcheck disable=SC2034  # read by the scripts that source this file
simulate() {
  local duration=$1 folder=$2
  shift 2
  simulation=("$windtunnel" run "$scenario" --replications 1 --jobs 1 --seed "$seed" --quiet
    --set "duration=$duration" --out "$folder" "$@")
}

# Replaces the program by a copy without debug information, which valgrind before 3.20 cannot read as Swift's linker
# writes it. Symbols stay, so profiles still name functions.
strip_for_valgrind() {
  strip -g -o "$scratch/windtunnel" "$windtunnel"
  windtunnel=$scratch/windtunnel
}

# Runs a command, silent on stdout; a missed objective (exit code 99) is not a failure here.
run_quietly() {
  local code=0
  "$@" > /dev/null || code=$?
  [[ $code -eq 0 || $code -eq 99 ]] || fail "ended with code $code: $*"
}
