"""Runs the shards of a sweep on Spark: a Spark task a shard, which calls the same verb as every other scheduler.

spark_shards.py PROGRAM PLAN FOLDER SHARDS [MASTER]

A task that Spark repeats finds its shard complete, or goes on behind its last finished point.
"""

import os
import shutil
import subprocess
import sys

from pyspark.sql import SparkSession

program, plan, folder, shards = sys.argv[1:5]
# Executors work in folders of their own.
program, plan, folder = shutil.which(program) or program, os.path.abspath(plan), os.path.abspath(folder)
master = sys.argv[5] if len(sys.argv) > 5 else "local-cluster[2,1,1024]"


def run(shard):
    command = [program, "sweep", "run", "--plan", plan, "--out", folder]
    command += ["--shard", str(shard), "--shards", shards, "--jobs", "1", "--quiet"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"shard {shard} ended with {done.returncode}: {done.stderr}")
    return shard


spark = SparkSession.builder.master(master).appName("windtunnel sweep").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
count = int(shards)
finished = spark.sparkContext.parallelize(range(count), count).map(run).collect()
spark.stop()
if finished != list(range(count)):
    sys.exit(f"Spark answered for {finished}")
print(f"{count} shards on {master}")
