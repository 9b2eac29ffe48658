#!/usr/bin/env bash
# The recipes of scenarios/sweeps/README.md that need no cluster: GNU parallel and MPI are run and give the bytes of the
# sweep in one piece; Kubernetes' Job is read and its fields are checked, for no engine runs it here.
# Tests/Sweeps/recipes.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for tool in parallel mpirun; do
  command -v "$tool" > /dev/null || { echo "recipes: missing: $tool; .ci/install brings it" >&2; exit 1; }
done
program=$(realpath "${1:-$(swift build --show-bin-path)/windtunnel}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$program" sweep plan Tests/Sweeps/points.yaml --out "$folder" --set duration='20 s' --quiet
plan=$folder/sweep.json
"$program" sweep run --plan "$plan" --out "$folder/whole" --shard 0 --shards 1 --quiet
"$program" sweep merge --plan "$plan" --out "$folder/whole" --quiet > /dev/null
for round in first again; do
  parallel --will-cite -j2 "$program" sweep run --quiet --jobs 1 --plan "$plan" --shards 16 --out "$folder/parallel" \
    --shard {} ::: $(seq 0 15)
done
"$program" sweep merge --plan "$plan" --out "$folder/parallel" --quiet > /dev/null
cmp "$folder/whole/results.csv" "$folder/parallel/results.csv"
cmp "$folder/whole/points.csv" "$folder/parallel/points.csv"
echo "GNU parallel: the same bytes"

# Three ranks; as many are started on fewer cores, and as root. In the first round a rank dies behind its first points
# and takes the others with it; the second goes on.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
status=0
timeout 120 mpirun --oversubscribe -np 3 bash -c '
  "$0" "$@" &
  if [[ $OMPI_COMM_WORLD_RANK == 1 ]]; then
    while ! grep -qs "^=" "${!#}/shard-00001-of-00003.part" && kill -0 $! 2> /dev/null; do sleep 0.01; done
    kill -KILL $!
  fi
  wait $!' "$program" sweep run --quiet --jobs 1 --plan "$plan" --out "$folder/mpi" 2> "$folder/log" || status=$?
[[ $status -ne 0 ]] || { echo "recipes: mpirun did not see that a rank died" >&2; exit 1; }
timeout 120 mpirun --oversubscribe -np 3 "$program" sweep run --quiet --jobs 1 --plan "$plan" --out "$folder/mpi"
"$program" sweep merge --plan "$plan" --out "$folder/mpi" --quiet > /dev/null
cmp "$folder/whole/results.csv" "$folder/mpi/results.csv"
cmp "$folder/whole/points.csv" "$folder/mpi/points.csv"
echo "MPI, three ranks of which one was killed: the same bytes"

# The block of the README, with a reader for the little YAML that it is.
python3 - scenarios/sweeps/README.md <<'PYTHON'
import re, sys

text = open(sys.argv[1], encoding="utf-8").read()
blocks = [b for b in re.findall(r"```yaml\n(.*?)```", text, re.S) if "kind: Job" in b]
assert len(blocks) == 1, "one Job in the README"
paths, stack = {}, []
for line in blocks[0].splitlines():
    if not line.strip():
        continue
    assert "\t" not in line, "a tab in YAML"
    indent, rest = len(line) - len(line.lstrip()), line.strip()
    while stack and stack[-1][0] >= indent:
        stack.pop()
    if rest.startswith("- "):
        stack.append((indent, "[]"))
        indent, rest = indent + 2, rest[2:]
    if rest.startswith("{") or ": " not in rest and not rest.endswith(":"):
        paths.setdefault(".".join(k for _, k in stack), []).append(rest)
        continue
    key, _, value = rest.partition(":")
    stack.append((indent, key))
    if value.strip():
        paths.setdefault(".".join(k for _, k in stack), []).append(value.strip())
wanted = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "spec.completionMode": "Indexed",
    "spec.template.spec.restartPolicy": "Never",
}
for path, value in wanted.items():
    assert paths.get(path) == [value], f"{path} is {paths.get(path)}, not {value}"
shards = int(paths["spec.completions"][0])
assert 1 <= int(paths["spec.parallelism"][0]) <= shards
assert int(paths["spec.backoffLimit"][0]) >= 1
command = " ".join(paths["spec.template.spec.containers.[].args"])
assert f"--shards, \"{shards}\"" in command, "as many shards as completions"
assert "--shard, $(JOB_COMPLETION_INDEX)" in command, "a shard is its index"
print(f"Kubernetes: an Indexed Job of {shards} shards, by its fields")
PYTHON
printf '3 passed, 0 failed\n'
