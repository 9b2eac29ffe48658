#!/usr/bin/env python3
"""Reads figures out of what the measured programs leave behind, and compares them.

Every subcommand prints one line, a number or a JSON object, on stdout. A figure that is missing or senseless ends
with a sentence on stderr and code 2; a check that fails ends with code 1. Needs Python 3.9 and nothing else.
"""
import argparse
import datetime
import json
import math
import os
import re
import statistics
import subprocess
import sys
import threading
import time

OBJECTIVE_MISSED = 99
MARGIN = 0.05
HIGH_WATER = re.compile(r"^VmHWM:\s*(\d+) kB", re.MULTILINE)


class Senseless(Exception):
    """A figure that is not there or cannot be right."""


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise Senseless(f"cannot read {path}: {error.strerror}") from error


def requests(summary_path):
    """Requests that arrived in a run, over all traffic, from summary.json."""
    try:
        traffic = json.loads(read(summary_path))["traffic"]
        # By name, or as a list of objects that carry their names.
        sources = traffic.values() if isinstance(traffic, dict) else traffic
        total = sum(float(source["requests"]["mean"]) for source in sources)
    except (ValueError, KeyError, TypeError) as error:
        raise Senseless(f"{summary_path} has no traffic.<name>.requests.mean ({error!r})") from error
    if not total > 0:
        raise Senseless(f"{summary_path} tells of {total} requests")
    return total


def messages(summary_path):
    """Messages and records that were put into queues and streams in a run, by whomever, from summary.json."""
    try:
        resources = json.loads(read(summary_path))["resources"].values()
        total = sum(
            figure["mean"] for resource in resources for name, figure in resource.items()
            if name in ("sent", "arrivedByRedrive", "incomingRecords"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Senseless(f"{summary_path} has no resources.<name>.<figure>.mean ({error!r})") from error
    if not total > 0:
        raise Senseless(f"{summary_path} tells of {total} messages")
    return total


def queries(summary_path):
    """Queries that databases executed in a run, from summary.json."""
    try:
        resources = json.loads(read(summary_path))["resources"].values()
        total = sum(resource["queries"]["mean"] for resource in resources if "transactions" in resource)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Senseless(f"{summary_path} has no resources.<name>.queries.mean ({error!r})") from error
    if not total > 0:
        raise Senseless(f"{summary_path} tells of {total} queries")
    return total


def instructions(callgrind_path):
    """Instructions executed, from the file that callgrind writes."""
    found = re.findall(r"^(?:totals|summary):\s*(\d+)", read(callgrind_path), re.MULTILINE)
    if not found:
        raise Senseless(f"{callgrind_path} has no line 'totals:'")
    return int(found[-1])


def allocations(log_path):
    """Heap allocations of a process, from valgrind's heap summary."""
    found = re.findall(r"total heap usage: ([\d,]+) allocs", read(log_path))
    if not found:
        raise Senseless(f"{log_path} has no line 'total heap usage'")
    return int(found[-1].replace(",", ""))


def slope(short_count, short_requests, long_count, long_requests):
    """What one more request costs: start-up and report cancel out."""
    if not long_requests > short_requests:
        raise Senseless(f"the long run has {long_requests} requests, the short one {short_requests}")
    return (long_count - short_count) / (long_requests - short_requests)


def check(recorded_path, name, value):
    """Whether a figure is at most 5 % above the recorded one, and a sentence that says so."""
    try:
        recorded = float(json.loads(read(recorded_path))[name]["figure"])
    except (ValueError, KeyError, TypeError) as error:
        raise Senseless(f"{recorded_path} has no number {name}: record one with --record") from error
    change = value / recorded - 1
    sentence = f"{name}: {value:.1f}, recorded {recorded:.1f}, {100 * change:+.1f} %"
    if value > recorded * (1 + MARGIN):
        return False, sentence + f": more than {100 * MARGIN:.0f} % above"
    if value < recorded * (1 - MARGIN):
        return True, sentence + ": better, record it anew"
    return True, sentence


def record(recorded_path, name, value, how):
    """Sets one figure in the file of recorded figures, with today's date and how it was taken; keeps the others."""
    try:
        figures = json.loads(read(recorded_path))
    except Senseless:
        figures = {}
    figures[name] = {"figure": round(value, 1), "date": datetime.date.today().isoformat(), "how": how}
    with open(recorded_path, "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=2, sort_keys=True)
        file.write("\n")


# How many standard errors two means may lie apart. With 20 runs a side, Student's t exceeds 5 by chance in fewer than
# one comparison of 10,000.
APART = 5.0
COMPARED = ("throttleShare", "coldStarts", "latencyP50Ms", "latencyP99Ms", "billedMsPerAnswer")


def ours(summary_path):
    """The figures that both programs know, from the summary.json of one run of the reference kernel."""
    try:
        summary = json.loads(read(summary_path))
        kernel, worker = summary["traffic"]["kernel"], summary["resources"]["worker"]
        return {
            "throttleShare": kernel["outcomes"].get("throttled", 0) / kernel["requests"]["mean"],
            "coldStarts": worker["coldStarts"]["mean"],
            "latencyP50Ms": kernel["latencyMs"]["p50"]["mean"],
            "latencyP99Ms": kernel["latencyMs"]["p99"]["mean"],
            "billedMsPerAnswer": worker["billedMilliseconds"]["mean"] / kernel["outcomes"]["success"],
        }
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise Senseless(f"{summary_path} is no run of the reference kernel ({error!r})") from error


def theirs(line):
    """The same figures from the line that simpy_kernel.py prints."""
    try:
        run = json.loads(line)
        return {
            "throttleShare": run["throttles"] / run["requests"],
            "coldStarts": run["coldStarts"],
            "latencyP50Ms": run["latencyP50Ms"],
            "latencyP99Ms": run["latencyP99Ms"],
            "billedMsPerAnswer": run["billedMs"] / run["completed"],
        }
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise Senseless(f"not a line of simpy_kernel.py: {line!r} ({error!r})") from error


def agree(runs_of_ours, runs_of_theirs):
    """Whether the means of all figures lie within APART standard errors of their difference; a sentence for each."""
    if min(len(runs_of_ours), len(runs_of_theirs)) < 20:
        raise Senseless("a comparison needs 20 runs a side")
    sentences = []
    fine = True
    for name in COMPARED:
        a, b = ([run[name] for run in runs] for runs in (runs_of_ours, runs_of_theirs))
        difference = statistics.fmean(a) - statistics.fmean(b)
        error = math.sqrt(statistics.variance(a) / len(a) + statistics.variance(b) / len(b))
        within = abs(difference) <= APART * error
        fine = fine and within
        sentences.append(
            f"{name}: {statistics.fmean(a):.6g} and {statistics.fmean(b):.6g}, "
            + (f"{abs(difference) / error:.1f} standard errors apart" if error > 0 else "no spread")
            + ("" if within else f": more than {APART:g}"))
    return fine, sentences


def high_water_megabytes(pid):
    """The most memory that a living process ever held, by Linux's own mark; 0 where it cannot be read."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            found = HIGH_WATER.search(file.read())
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def measure(command):
    """Runs a command and says what it took. A missed objective (exit code 99) is not a failure here.

    The kernel's own peak for a child counts the Python that it was forked from; so the mark is read while the child
    lives, fifty times a second. It only rises: what is missed is growth in the last 20 ms.
    """
    peak = 0.0
    ended = threading.Event()

    def watch(pid):
        nonlocal peak
        while not ended.is_set():
            peak = max(peak, high_water_megabytes(pid))
            ended.wait(0.02)

    begin = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    watcher = threading.Thread(target=watch, args=(child.pid,))
    watcher.start()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    if child.returncode not in (0, OBJECTIVE_MISSED):
        raise Senseless(f"{' '.join(command)} ended with code {child.returncode}")
    return {
        "cpuSeconds": round(used.ru_utime + used.ru_stime, 4),
        "peakMegabytes": round(peak, 1),
        "wallSeconds": round(wall, 4),
    }


def plain(number):
    """A number without the zeros that say nothing."""
    return f"{number:.4f}".rstrip("0").rstrip(".")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in (
        ("requests", "requests in a summary.json"),
        ("messages", "messages and records in a summary.json"),
        ("queries", "queries of databases in a summary.json"),
        ("instructions", "instructions in a callgrind.out"),
        ("allocations", "allocations in a valgrind log"),
    ):
        commands.add_parser(name, help=help_text).add_argument("path")
    costs = commands.add_parser("slope", help="cost of one more request")
    for argument in ("short_count", "short_requests", "long_count", "long_requests"):
        costs.add_argument(argument, type=float)
    for name in ("check", "record"):
        against = commands.add_parser(name, help=f"{name} a figure")
        against.add_argument("path")
        against.add_argument("name")
        against.add_argument("value", type=float)
        if name == "record":
            against.add_argument("how")
    compared = commands.add_parser("agree", help="SimPy's lines on stdin against summaries of the same model")
    compared.add_argument("summaries", nargs="+")
    commands.add_parser("median", help="median of numbers").add_argument("numbers", type=float, nargs="+")
    field = commands.add_parser("field", help="a field of a JSON object on stdin")
    field.add_argument("name")
    measured = commands.add_parser("measure", help="CPU, wall time and memory of a command")
    measured.add_argument("words", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)

    if given.command == "requests":
        print(plain(requests(given.path)))
    elif given.command == "messages":
        print(plain(messages(given.path)))
    elif given.command == "queries":
        print(plain(queries(given.path)))
    elif given.command == "instructions":
        print(instructions(given.path))
    elif given.command == "allocations":
        print(allocations(given.path))
    elif given.command == "slope":
        print(plain(slope(given.short_count, given.short_requests, given.long_count, given.long_requests)))
    elif given.command == "check":
        fine, sentence = check(given.path, given.name, given.value)
        print(sentence)
        return 0 if fine else 1
    elif given.command == "record":
        record(given.path, given.name, given.value, given.how)
    elif given.command == "agree":
        lines = [theirs(line) for line in sys.stdin if line.strip()]
        fine, sentences = agree([ours(path) for path in given.summaries], lines)
        print("\n".join(sentences))
        return 0 if fine else 1
    elif given.command == "median":
        print(plain(statistics.median(given.numbers)))
    elif given.command == "field":
        try:
            print(json.load(sys.stdin)[given.name])
        except (ValueError, KeyError, TypeError) as error:
            raise Senseless(f"no field {given.name} on stdin") from error
    elif given.command == "measure":
        words = given.words[1:] if given.words[:1] == ["--"] else given.words
        if not words:
            raise Senseless("measure needs a command")
        print(json.dumps(measure(words)))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Senseless as fault:
        print(f"figures: {fault}", file=sys.stderr)
        sys.exit(2)
