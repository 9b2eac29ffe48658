#!/usr/bin/env bash
# Sweeps on a real Slurm of four nodes on loopback: `sweep submit` against the same sweep in one piece here, byte for
# byte, while processes and nodes are killed. Needs slurm-wlm and munge (.ci/install brings them) and a built program:
# Tests/Sweeps/slurm.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source Tests/Sweeps/slurm_cluster.sh

for tool in sbatch squeue scontrol slurmctld slurmd munged python3 timeout; do
  command -v "$tool" > /dev/null || { echo "slurm: missing: $tool; .ci/install brings it" >&2; exit 1; }
done
program=$(realpath "${1:-$(swift build --show-bin-path)/windtunnel}")
[[ -x $program ]] || { echo "slurm: no program at $program; build it first" >&2; exit 1; }

folder=$(mktemp -d)
submitted=
end() {
  local status=$?
  if [[ -n $submitted ]]; then kill "$submitted" 2> /dev/null || true; fi
  cluster_down
  if [[ $status -ne 0 ]]; then
    echo "slurm: failed with $status; ends of the logs:" >&2
    tail -n 4 "$folder"/cluster/log/slurmctld "$folder"/*.note >&2 2> /dev/null || true
  fi
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM

passed=0
fail() { echo "FAILED: $*" >&2; exit 1; }
pass() { passed=$((passed + 1)); printf 'ok %2d  %4.1f s  %s\n' "$passed" "$(seconds_since "$began")" "$*"; began=$EPOCHREALTIME; }
seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'; }
same() {
  local file
  for file in results.csv points.csv; do
    cmp "$folder/whole/$file" "$1/$file" >&2 || fail "$file of $1 is not that of the sweep in one piece"
  done
}
submit() {
  local out=$1
  shift
  timeout 120 "$program" sweep submit --engine slurm --plan "$plan" --out "$out" "$@"
}
# The same beside this script; `submitted` is the process of `timeout`, which hands signals on. Its words go to a note.
start() {
  local note=$folder/$1.note
  shift
  local out=$1
  shift
  timeout 120 "$program" sweep submit --engine slurm --plan "$plan" --out "$out" "$@" > /dev/null 2> "$note" &
  submitted=$!
}
# Waits until a command succeeds, at most 30 s.
until_true() {
  local tries
  for tries in $(seq 300); do
    if "$@"; then return; fi
    sleep 0.1
  done
  fail "waited in vain for: $*"
}
# Sealed points of a shard's journal, or of all journals of a folder.
sealed() { cat "$@" 2> /dev/null | grep -c '^=' || true; }
has_points() { [[ $(sealed "$1"/*.part "$1"/*.csv) -ge $2 ]]; }
job_of() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["jobs"][-1])' "$1/submit.json"; }
jobs_of() { python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["jobs"]))' "$1/submit.json"; }
restarts() { timeout 5 scontrol --oneliner show job "$1" | grep -o 'Restarts=[0-9]*' | awk -F= '{ n += $2 } END { print n + 0 }'; }
has_restarted() { [[ $(restarts "$1") -ge 1 ]]; }
# Slurm lets two minutes pass before a task starts again, until its old credential is worthless: the test does not.
hurry() {
  local task
  until_true has_restarted "$1"
  for task in $(timeout 5 squeue --noheader --states=PENDING --jobs="$1" --array --format=%i); do
    timeout 5 scontrol update jobid="$task" starttime=now || true
  done
}

began=$EPOCHREALTIME
"$program" sweep plan Tests/Sweeps/points.yaml --out "$folder" --quiet
plan=$folder/sweep.json
mkdir "$folder/whole"
"$program" sweep run --plan "$plan" --out "$folder/whole" --shard 0 --shards 1 --quiet
"$program" sweep merge --plan "$plan" --out "$folder/whole" --quiet
pass "the sweep in one piece here"

cluster_up "$folder/cluster"
pass "a Slurm of $nodes nodes is up"

# A folder whose name every quoting has to survive.
odd="$folder/it's a \"50%\" \$HOME"
submit "$odd" --shards 7 2> "$folder/odd.note"
same "$odd"
[[ $(jobs_of "$odd") -eq 1 ]] || fail "more than one job"
submit "$odd" 2> "$folder/odd.note"
[[ $(jobs_of "$odd") -eq 1 ]] || fail "a complete sweep was submitted again"
pass "submit, follow and merge give the bytes of the sweep in one piece; again submits nothing"

failed=$(grep -c '^[0-9].*,error,.*wanted at most 5' "$odd/points.csv" || true)
[[ $failed -eq 12 ]] || fail "$failed rows say why their point cannot be, not 12"
pass "each of the 12 points that cannot be is a row with its error"

# Overhead: shards that have next to nothing to do.
"$program" sweep plan Tests/Sweeps/points.yaml --out "$folder/tiny" --set duration='1 s' --quiet
shards=24
started=$EPOCHREALTIME
timeout 120 "$program" sweep submit --engine slurm --plan "$folder/tiny/sweep.json" --out "$folder/tiny" \
  --shards "$shards" 2> "$folder/tiny.note"
overhead=$(awk -v all="$(seconds_since "$started")" -v n="$shards" 'BEGIN { printf "%.3f", all / n }')
# The goal is 1 s; a machine that is busy with other things gets twice that.
awk -v x="$overhead" 'BEGIN { exit !(x < 2) }' || fail "$overhead s a shard"
pass "Slurm costs $overhead s a shard, submission, following and merge included (goal: under 1 s)"

# One submission that is ended, and one beside it that follows the same job.
out=$folder/twice
start first "$out" --shards 8
until_true has_points "$out" 3
first=$submitted
start second "$out"
until_true grep -q 'is at work on this sweep' "$folder/second.note"
kill -TERM "$first"
wait "$first" && fail "a submission that was ended says that all is well"
grep -q "goes on" "$folder/first.note" || fail "whoever is interrupted is not told that the job goes on"
wait "$submitted" || fail "the second submission ended with $?"
submitted=
same "$out"
[[ $(jobs_of "$out") -eq 1 ]] || fail "a second submission submitted again"
pass "a second submission follows the running job, and an interrupted one leaves it alone"

# kill -9 of a running task at moments and of victims that a seeded generator picks. What was sealed when the victim
# was dead must be there for its successor, and its log must say that it simulated the rest and nothing else.
RANDOM=6
declare -A kept
kills=0
out=$folder/killed
start killed "$out" --shards 8 --attempts 50
while kill -0 "$submitted" 2> /dev/null && [[ $kills -lt 12 ]]; do
  sleep "0.$((RANDOM % 5 + 1))"
  mapfile -t victims < <(pgrep -f -- "sweep run --plan $plan --out $out " || true)
  [[ ${#victims[@]} -gt 0 ]] || continue
  victim=${victims[RANDOM % ${#victims[@]}]}
  shard=$(cat "/proc/$victim/cmdline" 2> /dev/null | tr '\0' '\n' | awk 'p { print; exit } $0 == "--shard" { p = 1 }' || true)
  [[ -n $shard ]] || continue
  kill -9 "$victim" 2> /dev/null || continue
  while kill -0 "$victim" 2> /dev/null; do sleep 0.01; done
  journal=$(printf '%s/shard-%05d-of-00008.part' "$out" "$shard")
  [[ -e $journal ]] || continue
  kills=$((kills + 1))
  kept[$shard]=$(sealed "$journal")
done
wait "$submitted" || fail "the submission ended with $?"
submitted=
same "$out"
[[ $kills -ge 4 ]] || fail "only $kills kills"
total=0
for shard in "${!kept[@]}"; do
  resumed=$(sed -n 's/.* points, \([0-9]*\) of them from before.*/\1/p' "$out/logs/$shard.log" | tail -n 1)
  [[ $resumed -eq ${kept[$shard]} ]] || fail "shard $shard: ${kept[$shard]} points were done, ${resumed:-none} were kept"
  total=$((total + resumed))
done
pass "$kills times kill -9, $(jobs_of "$out") jobs: the same bytes; of ${#kept[@]} shards $total finished points were kept, none repeated"

# An administrator takes a node away.
out=$folder/down
start down "$out" --shards 4 --attempts 1
until_true has_points "$out" 8
timeout 5 scontrol update nodename=n2 state=down reason=test
hurry "$(job_of "$out")"
wait "$submitted" || fail "the submission ended with $?"
submitted=
same "$out"
[[ $(jobs_of "$out") -eq 1 ]] || fail "a second job was submitted"
timeout 5 scontrol update nodename=n2 state=resume
pass "a node is taken away: its task starts again elsewhere, in the same job"

# A node dies with all that runs on it.
out=$folder/dead
start dead "$out" --shards 4 --attempts 1
until_true has_points "$out" 8
node_fails n3
hurry "$(job_of "$out")"
wait "$submitted" || fail "the submission ended with $?"
submitted=
same "$out"
[[ $(jobs_of "$out") -eq 1 ]] || fail "a second job was submitted"
node_up n3
pass "a node dies: its task starts again elsewhere, in the same job"

# What cannot work ends with what the task said.
status=0
submit "$folder/never" --shards 2 --program "$folder/no such program" > /dev/null 2> "$folder/never.note" || status=$?
[[ $status -eq 65 ]] || fail "a sweep whose tasks cannot start ends with $status"
grep -q 'shard 1: FAILED' "$folder/never.note" || fail "the failed task is not named"
grep -qi 'no such' "$folder/never.note" || fail "its log is not shown"
[[ $(jobs_of "$folder/never") -eq 1 ]] || fail "what adds no point was submitted again"
status=0
submit "$folder/nowhere" --shards 2 --partition nowhere > /dev/null 2> "$folder/nowhere.note" || status=$?
[[ $status -eq 65 ]] || fail "a partition that is not there ends with $status"
grep -qi 'invalid partition' "$folder/nowhere.note" || fail "sbatch's words are lost"
status=0
submit "$folder/large" --shards 502 > /dev/null 2> "$folder/large.note" || status=$?
[[ $status -eq 65 ]] || fail "more shards than MaxArraySize end with $status"
grep -q 'at most 501' "$folder/large.note" || fail "MaxArraySize is not named"
pass "tasks that cannot start, sbatch that refuses, arrays that are too large: told, with 65"

# The example that ships, with the number of shards that the program chooses.
"$program" sweep plan scenarios/sweeps/memory-vs-cost.yaml --out "$folder/example" --replications 2 \
  --set duration='5 s' --quiet
"$program" sweep run --plan "$folder/example/sweep.json" --out "$folder/example/whole" --shard 0 --shards 1 --quiet
"$program" sweep merge --plan "$folder/example/sweep.json" --out "$folder/example/whole" --quiet
timeout 120 "$program" sweep submit --engine slurm --plan "$folder/example/sweep.json" --out "$folder/example/cluster" \
  2> "$folder/example.note"
cmp "$folder/example/whole/points.csv" "$folder/example/cluster/points.csv"
cmp "$folder/example/whole/results.csv" "$folder/example/cluster/results.csv"
pass "the shipped example, as submit cuts it up"

# The controller stops answering for good: the nodes finish, and their files tell.
out=$folder/silent
start silent "$out" --shards 4
until_true has_points "$out" 8
kill -9 "$(cat "$folder/cluster/slurmctld.pid")"
wait "$submitted" || fail "the submission ended with $?"
submitted=
same "$out"
pass "the controller dies while all tasks run: the sweep is finished and merged all the same"

printf '%d passed, 0 failed\n' "$passed"
