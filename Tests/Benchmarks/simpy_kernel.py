#!/usr/bin/env python3
"""The reference kernel in SimPy: what an experienced user of SimPy would write for the same model, and no more.

Poisson arrivals meet an account limit; past it they are throttled. A request takes the warm environment that became
idle last, or starts a cold one. Its handler reads a table behind a token bucket (a throttled read is tried again
after a fixed pause), then computes. Latency goes into a log-linear histogram, a throttled request with a latency of
zero; arrivals go into counters per minute, the handler and its initialisation into billed milliseconds.

The parameters are those of scenarios/reference-kernel.yaml, so that the outputs of both programs can be compared.
Written for speed where it costs no clarity: one generator per request, plain integers and lists instead of
simpy.Resource, log-normal values by one call of gauss. Needs SimPy 4.1:  pip install simpy==4.1.2

    python3 Tests/Benchmarks/simpy_kernel.py --duration 20 --seed 1
"""
import argparse
import collections
import json
import math
import random
import time

import simpy

# Times in seconds, a distribution as its median and 99th percentile.
ARRIVAL_RATE = 10_000.0
ACCOUNT_CONCURRENCY = 1_000
IDLE_EXPIRY = 600.0
COLD_START = (0.250, 0.450)
TABLE_CALL = (0.004, 0.016)
SERVICE = (0.080, 0.180)
TABLE_UNITS = 12_000.0
RETRY_PAUSE = 0.050

# The histogram has 128 buckets for each doubling: no value is off by more than 0.8 %.
BUCKET_BITS = 7
NORMAL_P99 = 2.3263478740408408


def log_normal(median_and_p99):
    """The two parameters of the normal distribution of the logarithm."""
    median, p99 = median_and_p99
    return math.log(median), math.log(p99 / median) / NORMAL_P99


class Kernel:
    """The state of one run; `request` is the life of one request."""

    def __init__(self, environment, generator, table_units=TABLE_UNITS):
        self.environment = environment
        # The bucket is filled at this rate a second and holds what comes in one second.
        self.table_units = table_units
        self.gauss = generator.gauss
        self.expovariate = generator.expovariate
        self.in_flight = 0
        self.idle_since = collections.deque()  # newest on the right, so the right end is the first to be taken
        self.tokens = table_units
        self.refilled = 0.0
        self.requests = self.completed = self.throttles = self.cold_starts = self.retries = self.billed_ms = 0
        self.histogram = [0] * (64 << BUCKET_BITS)
        self.per_minute = []

    def arrivals(self):
        timeout, process = self.environment.timeout, self.environment.process
        request, expovariate = self.request, self.expovariate
        while True:
            yield timeout(expovariate(ARRIVAL_RATE))
            process(request())

    def request(self):
        environment, gauss, exp = self.environment, self.gauss, math.exp
        arrived = environment.now
        self.requests += 1
        minute = int(arrived // 60)
        while len(self.per_minute) <= minute:
            self.per_minute.append(0)
        self.per_minute[minute] += 1
        if self.in_flight >= ACCOUNT_CONCURRENCY:
            self.throttles += 1
            self.histogram[0] += 1
            return
        self.in_flight += 1

        if not self.take_warm(arrived):
            self.cold_starts += 1
            mean, spread = COLD_START_LOG
            yield environment.timeout(exp(mean + spread * gauss(0.0, 1.0)))

        while not self.take_token(environment.now):
            self.retries += 1
            yield environment.timeout(RETRY_PAUSE)
        mean, spread = TABLE_CALL_LOG
        yield environment.timeout(exp(mean + spread * gauss(0.0, 1.0)))

        mean, spread = SERVICE_LOG
        yield environment.timeout(exp(mean + spread * gauss(0.0, 1.0)))

        now = environment.now
        self.idle_since.append(now)
        self.in_flight -= 1
        self.record(now - arrived)

    def take_warm(self, now):
        """Takes the environment that became idle last. The oldest stand on the left: expiry needs no timers."""
        idle_since = self.idle_since
        while idle_since and now - idle_since[0] > IDLE_EXPIRY:
            idle_since.popleft()
        if not idle_since:
            return False
        idle_since.pop()
        return True

    def take_token(self, now):
        tokens = min(self.table_units, self.tokens + (now - self.refilled) * self.table_units)
        self.refilled = now
        if tokens < 1.0:
            self.tokens = tokens
            return False
        self.tokens = tokens - 1.0
        return True

    def record(self, latency):
        """Initialisation and handler follow each other without a gap, so what is billed is the latency, rounded up."""
        self.completed += 1
        self.billed_ms += math.ceil(latency * 1e3)
        microseconds = int(latency * 1e6)
        shift = max(0, microseconds.bit_length() - BUCKET_BITS - 1)
        self.histogram[(shift << BUCKET_BITS) + (microseconds >> shift)] += 1

    def percentile_ms(self, share):
        """The latency that a share of the answers does not exceed; values count as evenly spread within a bucket."""
        rank = share * (self.completed + self.throttles)
        below = 0
        for index, count in enumerate(self.histogram):
            if count and below + count >= rank:
                shift = max(0, (index >> BUCKET_BITS) - 1)
                start = (index - (shift << BUCKET_BITS)) << shift
                return (start + (rank - below) / count * (1 << shift)) / 1e3
            below += count
        return None


COLD_START_LOG = log_normal(COLD_START)
TABLE_CALL_LOG = log_normal(TABLE_CALL)
SERVICE_LOG = log_normal(SERVICE)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--duration", type=float, default=20.0, help="simulated seconds (default 20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--table-units", type=float, default=TABLE_UNITS, help="read units a second (default 12000)")
    given = parser.parse_args()

    environment = simpy.Environment()
    kernel = Kernel(environment, random.Random(given.seed), given.table_units)
    environment.process(kernel.arrivals())
    begin = time.process_time()
    environment.run(until=given.duration)
    cpu = time.process_time() - begin

    print(json.dumps({
        "simpy": simpy.__version__,
        "seed": given.seed,
        "durationSeconds": given.duration,
        "requests": kernel.requests,
        "cpuSeconds": round(cpu, 3),
        "requestsPerCpuSecond": round(kernel.requests / cpu) if cpu > 0 else None,
        "completed": kernel.completed,
        "throttles": kernel.throttles,
        "coldStarts": kernel.cold_starts,
        "tableRetries": kernel.retries,
        "latencyP50Ms": kernel.percentile_ms(0.50),
        "latencyP99Ms": kernel.percentile_ms(0.99),
        "billedMs": kernel.billed_ms,
        "minutes": len(kernel.per_minute),
    }))


if __name__ == "__main__":
    main()
