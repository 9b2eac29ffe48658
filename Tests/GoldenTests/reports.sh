#!/usr/bin/env bash
# Runs every shipped scenario at full length with the release build and compares what it leaves behind with
# reports/<name>/, byte for byte. Exits 1 when anything differs, after printing which figures moved.
# A scenario with variants is compared instead of run, and the folder holds the comparison without the folders of its
# designs, which `run --variant` writes.
#
#   Tests/GoldenTests/reports.sh                     all scenarios
#   Tests/GoldenTests/reports.sh serverless-api      some of them
#   Tests/GoldenTests/reports.sh --record [NAME ..]  rewrites reports/ instead
#
# WINDTUNNEL=/path/to/windtunnel takes another build. All scenarios take about three minutes on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

record=false
names=()
for argument in "$@"; do
  case $argument in
    --record) record=true ;;
    -*) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 64 ;;
    *) names+=("$argument") ;;
  esac
done
if [[ ${#names[@]} -eq 0 ]]; then
  for file in scenarios/*.yaml; do names+=("$(basename "$file" .yaml)"); done
fi

if [[ -z ${WINDTUNNEL:-} ]]; then
  swift build -c release --product windtunnel >&2
  WINDTUNNEL=$(swift build -c release --show-bin-path)/windtunnel
fi
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT

# The figures of two summaries that differ, one a line: path, recorded, found.
moved() {
  python3 - "$1" "$2" <<'PYTHON'
import json, sys

def leaves(value, path=""):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path, value
        return
    for key, part in items:
        yield from leaves(part, f"{path}.{key}" if path else str(key))

old, new = (dict(leaves(json.load(open(path)))) for path in sys.argv[1:])
lines = [f"    {path}: {old.get(path, 'none')} -> {new.get(path, 'none')}"
         for path in {**old, **new} if old.get(path) != new.get(path)]
print("\n".join(lines[:40]))
if len(lines) > 40:
    print(f"    and {len(lines) - 40} more")
PYTHON
}

failed=0
for name in "${names[@]}"; do
  # The manifest holds the path as given, so it is always the same one.
  status=0
  command=run
  if grep -q '^variants:' "scenarios/$name.yaml"; then command=compare; fi
  "$WINDTUNNEL" "$command" "scenarios/$name.yaml" --out "$here/$name" --quiet > "$here/$name.txt" || status=$?
  rm -rf "$here/$name"/*/
  if [[ $status -ne 0 ]]; then
    echo "FAIL $name: exit status $status; 99 says that an objective was missed" >&2
    cat "$here/$name.txt" >&2
    failed=1
    continue
  fi
  if diff -rq "reports/$name" "$here/$name" > "$here/$name.diff" 2>&1; then
    echo "ok   $name"
    continue
  fi
  echo "$($record && echo "new " || echo "FAIL") $name: reports/$name differs"
  sed "s|$here/||g; s/^/    /" "$here/$name.diff"
  for file in summary.json comparison.json; do
    if [[ -f reports/$name/$file ]]; then moved "reports/$name/$file" "$here/$name/$file"; fi
  done
  if $record; then
    mkdir -p reports
    rm -rf "reports/$name"
    cp -R "$here/$name" "reports/$name"
  else
    failed=1
  fi
done

# A report without a scenario would never be checked again.
for folder in reports/*/; do
  if [[ -d $folder && ! -f scenarios/$(basename "$folder").yaml ]]; then
    echo "FAIL $folder has no scenario" >&2
    failed=1
  fi
done
exit "$failed"
