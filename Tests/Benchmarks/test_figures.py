#!/usr/bin/env python3
"""Tests of figures.py on files as the measured programs write them."""
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import figures  # noqa: E402


class Figures(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, text):
        path = os.path.join(self.folder.name, f"file{len(os.listdir(self.folder.name))}")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_requests_are_summed_over_traffic(self):
        named = {"traffic": {"a": {"requests": {"mean": 1000.5}}, "b": {"requests": {"mean": "2000"}}}}
        self.assertEqual(figures.requests(self.file(json.dumps(named))), 3000.5)
        listed = {"traffic": [{"name": "a", "requests": {"mean": 7}}]}
        self.assertEqual(figures.requests(self.file(json.dumps(listed))), 7)

    def test_a_summary_without_requests_is_refused(self):
        nothing = '{"traffic": {"a": {"requests": {"mean": 0}}}}'
        for text in ("", "{}", '{"traffic": {}}', '{"traffic": {"a": {}}}', nothing):
            with self.assertRaises(figures.Senseless, msg=text):
                figures.requests(self.file(text))
        with self.assertRaises(figures.Senseless):
            figures.requests(os.path.join(self.folder.name, "absent"))

    def test_queries_are_what_databases_executed(self):
        resources = {
            "orders": {"queries": {"mean": 120}, "transactions": {"mean": 119}, "connectionAttempts": {"mean": 3}},
            "proxy": {"queries": {"mean": 120}},
            "clerk": {"invocations": {"mean": 7}, "connectionAttempts": {"mean": 3}},
        }
        self.assertEqual(figures.queries(self.file(json.dumps({"resources": resources}))), 120)
        for text in ("{}", "[", json.dumps({"resources": {"clerk": {"invocations": {"mean": 7}}}})):
            with self.assertRaises(figures.Senseless):
                figures.queries(self.file(text))

    def test_messages_are_what_came_into_queues_and_streams(self):
        resources = {
            "jobs": {"type": "queue", "sent": {"mean": 100}, "arrivedByRedrive": {"mean": 0}, "received": {"mean": 7}},
            "dead": {"type": "queue", "sent": {"mean": 0}, "arrivedByRedrive": {"mean": 3}},
            "clicks": {"type": "stream", "incomingRecords": {"mean": 20}},
            "worker": {"type": "function", "invocations": {"mean": 50}},
        }
        self.assertEqual(figures.messages(self.file(json.dumps({"resources": resources}))), 123)
        for text in ("", "{}", '{"resources": {}}', '{"resources": {"jobs": {"sent": {"mean": 0}}}}'):
            with self.assertRaises(figures.Senseless, msg=text):
                figures.messages(self.file(text))

    def test_instructions_come_from_the_totals(self):
        whole = "events: Ir\nsummary: 12\nfn=x\n1 12\ntotals: 1234567890\n"
        self.assertEqual(figures.instructions(self.file(whole)), 1234567890)
        self.assertEqual(figures.instructions(self.file("events: Ir\nsummary: 99\n")), 99)
        with self.assertRaises(figures.Senseless):
            figures.instructions(self.file("events: Ir\n"))

    def test_allocations_come_from_the_heap_summary(self):
        log = "==1== HEAP SUMMARY:\n==1==   total heap usage: 1,234,567 allocs, 1,234,000 frees, 9 bytes allocated\n"
        self.assertEqual(figures.allocations(self.file(log)), 1234567)
        with self.assertRaises(figures.Senseless):
            figures.allocations(self.file("==1== nothing\n"))

    def test_the_slope_leaves_out_what_both_runs_share(self):
        self.assertEqual(figures.slope(5_000 + 700 * 10, 10, 5_000 + 700 * 30, 30), 700)
        with self.assertRaises(figures.Senseless):
            figures.slope(1, 30, 2, 30)

    def test_five_per_cent_above_is_the_limit(self):
        recorded = self.file('{"instructionsPerRequest": {"figure": 1000}}')
        for value, fine in ((1050, True), (1050.1, False), (900, True), (2000, False)):
            self.assertEqual(figures.check(recorded, "instructionsPerRequest", value)[0], fine, msg=value)
        self.assertIn("record it anew", figures.check(recorded, "instructionsPerRequest", 900)[1])
        with self.assertRaises(figures.Senseless):
            figures.check(recorded, "other", 1)

    def test_recording_keeps_the_other_figures(self):
        path = os.path.join(self.folder.name, "recorded.json")
        figures.record(path, "a", 1.26, "once")
        figures.record(path, "b", 2, "by hand")
        figures.record(path, "a", 3, "again")
        with open(path, encoding="utf-8") as file:
            recorded = json.load(file)
        self.assertEqual((recorded["a"]["figure"], recorded["a"]["how"], recorded["b"]["figure"]), (3, "again", 2))
        self.assertRegex(recorded["a"]["date"], r"^\d{4}-\d\d-\d\d$")
        self.assertTrue(figures.check(path, "a", 3)[0])

    def test_two_programs_agree_within_five_standard_errors(self):
        def runs(p50, cold_starts=1000):
            spread = [-1.0, 1.0] * 10
            return [dict.fromkeys(figures.COMPARED, 0.0) | {"latencyP50Ms": p50 + x, "coldStarts": cold_starts}
                    for x in spread]

        # The variance of such runs is 20/19, so a standard error of the difference is sqrt(2 / 19) = 0.324.
        self.assertTrue(figures.agree(runs(80.0), runs(81.6))[0])
        self.assertFalse(figures.agree(runs(80.0), runs(81.7))[0])
        # What has no spread must be equal.
        self.assertFalse(figures.agree(runs(80.0), runs(80.0, cold_starts=1001))[0])
        with self.assertRaises(figures.Senseless):
            figures.agree(runs(80.0)[1:], runs(80.0))

    def test_both_programs_tell_the_same_figures(self):
        summary = {
            "traffic": {"kernel": {
                "requests": {"mean": 200}, "outcomes": {"success": 100, "throttled": 50},
                "latencyMs": {"p50": {"mean": 80}, "p99": {"mean": 180}}}},
            "resources": {"worker": {"coldStarts": {"mean": 7}, "billedMilliseconds": {"mean": 9000}}},
        }
        line = {
            "requests": 200, "completed": 100, "throttles": 50, "coldStarts": 7, "latencyP50Ms": 80,
            "latencyP99Ms": 180, "billedMs": 9000}
        self.assertEqual(figures.ours(self.file(json.dumps(summary))), figures.theirs(json.dumps(line)))
        self.assertEqual(set(figures.theirs(json.dumps(line))), set(figures.COMPARED))
        with self.assertRaises(figures.Senseless):
            figures.ours(self.file("{}"))
        with self.assertRaises(figures.Senseless):
            figures.theirs("{}")

    def test_a_missed_objective_is_measured_and_a_failure_is_not(self):
        program = "import sys, time; x = bytearray(50_000_000); sum(range(10**6)); time.sleep(0.1); sys.exit(99)"
        took = figures.measure([sys.executable, "-c", program])
        self.assertGreater(took["cpuSeconds"], 0)
        self.assertGreater(took["wallSeconds"], 0.1)
        if os.path.exists("/proc/self/status"):
            self.assertGreater(took["peakMegabytes"], 47)
            self.assertLess(took["peakMegabytes"], 100)
        with self.assertRaises(figures.Senseless):
            figures.measure([sys.executable, "-c", "import sys; sys.exit(1)"])

    def test_numbers_are_printed_plainly(self):
        for number, text in ((1000.0, "1000"), (0.00004, "0"), (826.25, "826.25"), (1 / 3, "0.3333")):
            self.assertEqual(figures.plain(number), text)


if __name__ == "__main__":
    unittest.main(verbosity=0)
