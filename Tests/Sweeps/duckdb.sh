#!/usr/bin/env bash
# DuckDB reads a sweep's tables as they are: their columns' types, names without quotes, and the line of the README that
# makes a Parquet file of them.
#
#   Tests/Sweeps/duckdb.sh   needs python3 with venv, and the package index for the wheel of DuckDB
#
# WINDTUNNEL names a program that is already built; without it the debug program is built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

windtunnel=${WINDTUNNEL:-}
if [[ -z $windtunnel ]]; then
  swift build --package-path "$root" --product windtunnel >&2
  windtunnel=$(swift build --package-path "$root" --show-bin-path)/windtunnel
fi

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check duckdb

cp "$root/scenarios/serverless-api.yaml" "$scratch/"
cat > "$scratch/plan.yaml" <<'PLAN'
sweep: DuckDB
scenario: serverless-api.yaml
settings: { duration: 10 s }
replications: 3
parameters:
  memory: { path: resources.listItems.memorySize, values: [512 MB, 1 GB, 128 MB] }
  order: { path: resources.listItems.runtime, values: [java21, python3.13] }
  share: { path: resources.listItems.timeout, values: [1 min, 10 s] }
PLAN
cd "$scratch"
"$windtunnel" sweep plan plan.yaml --out out/memory
"$windtunnel" sweep run --plan out/memory/sweep.json --out out/memory
"$windtunnel" sweep merge --plan out/memory/sweep.json --out out/memory > summary.txt

# The documented line, word for word.
line=$(grep -o "COPY (FROM 'out/memory/results.csv') TO 'results.parquet' (FORMAT parquet)" "$root/README.md" | head -n 1)
[[ -n $line ]] || { echo "duckdb: README.md has no line that writes results.parquet" >&2; exit 1; }

LINE=$line "$scratch/venv/bin/python3" - <<'PYTHON'
import csv
import os

import duckdb

db = duckdb.connect()
types = {name: kind for name, kind, *_ in db.sql("DESCRIBE FROM 'out/memory/points.csv'").fetchall()}
wanted = {"point": "BIGINT", "memory_MB": "BIGINT", "order_": "VARCHAR", "share_s": "BIGINT", "status": "VARCHAR"}
for name, kind in wanted.items():
    assert types[name] == kind, (name, types)
for name, kind in types.items():
    # Every column can be named without quotes, and figures are numbers.
    db.sql(f"SELECT {name} FROM 'out/memory/points.csv'").fetchall()
    if name.startswith(("shoppers_", "cost_")):
        assert kind in ("DOUBLE", "BIGINT"), (name, kind)

db.sql(os.environ["LINE"])
tidy = list(csv.DictReader(open("out/memory/results.csv")))
count, total = db.sql("SELECT count(*), sum(value) FROM 'results.parquet'").fetchall()[0]
assert count == len(tidy) > 0, (count, len(tidy))
assert abs(total - sum(float(row["value"]) for row in tidy if row["value"])) < 1e-6 * abs(total)

# The wide table is the tidy one's means.
pairs = db.sql("""
    SELECT max(abs(mean - shoppers_p99_ms)) FROM
      (SELECT point, avg(value) AS mean FROM 'results.parquet' WHERE figure = 'shoppers.p99' GROUP BY point)
      JOIN 'out/memory/points.csv' USING (point)
""").fetchall()[0][0]
assert pairs is not None and pairs < 1e-6, pairs
print(f"duckdb {duckdb.__version__}: {count} rows, {len(types)} columns of points, as they should be")
PYTHON
