#!/usr/bin/env bash
# The recipe for Spark, run once: two executors of one core, a task a shard, and the bytes of the sweep in one piece.
# Needs Java 17 or later (.ci/install brings it) and Python 3; pyspark comes into a folder that goes afterwards:
# Tests/Sweeps/spark.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=4.1.1

for tool in java python3; do
  command -v "$tool" > /dev/null || { echo "spark: missing: $tool; .ci/install brings java" >&2; exit 1; }
done
program=$(realpath "${1:-$(swift build --show-bin-path)/windtunnel}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

began=$SECONDS
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pyspark==$version"
echo "pyspark $version: $((SECONDS - began)) s"

"$program" sweep plan Tests/Sweeps/points.yaml --out "$folder" --set duration='20 s' --quiet
plan=$folder/sweep.json
"$program" sweep run --plan "$plan" --out "$folder/whole" --shard 0 --shards 1 --quiet
"$program" sweep merge --plan "$plan" --out "$folder/whole" --quiet

began=$SECONDS
script=$PWD/Tests/Sweeps/spark_shards.py
cd "$folder"
mkdir spark work
SPARK_LOCAL_IP=127.0.0.1 SPARK_WORKER_DIR=$folder/work PYSPARK_PYTHON=$folder/venv/bin/python \
  SPARK_LOCAL_DIRS=$folder/work timeout 180 "$folder/venv/bin/python" "$script" \
  "$program" sweep.json spark 9 2> "$folder/log" || { tail -n 20 "$folder/log" >&2; exit 1; }
"$program" sweep merge --plan "$plan" --out "$folder/spark" --quiet
cmp "$folder/whole/results.csv" "$folder/spark/results.csv"
cmp "$folder/whole/points.csv" "$folder/spark/points.csv"
echo "9 shards as Spark tasks: the same bytes, $((SECONDS - began)) s"
printf '1 passed, 0 failed\n'
