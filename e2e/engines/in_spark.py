"""Runs in the Python of a Spark: reads tables, and writes what is in them as JSON lines.

    SPARK/bin/python in_spark.py < TASKS

TASKS is a JSON list of {"format": "parquet" or "json", "path", "out"} with "options" of the reader and a "schema" where
there are some, and "where" and "select" for what is taken of the rows. The first line of OUT is {column: type}, each other a row without its nulls; or {"error": text} alone.
"""

import json
import os
import sys
import time
from datetime import datetime

os.environ["TZ"] = "UTC"  # Rows have timestamps in the time zone of the process
time.tzset()

from pyspark.sql import SparkSession  # noqa: E402


def session():
    builder = SparkSession.builder.master("local[2]")
    for key, value in {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.maxPlanStringLength": "1000",
        "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
        "spark.sql.files.openCostInBytes": "1024",
        "spark.sql.parquet.columnarReaderBatchSize": "64",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def plain(value):
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def rows(spark, task):
    reader = spark.read.format(task["format"]).options(**task.get("options", {}))
    if "schema" in task:
        reader = reader.schema(task["schema"])
    table = reader.load(task["path"])
    yield dict(table.dtypes)
    if "where" in task:
        table = table.where(task["where"])
    if "select" in task:
        table = table.select(task["select"])
    for row in table.collect():
        yield {k: plain(v) for k, v in zip(table.columns, row, strict=True) if v is not None}


def main():
    spark = session()
    for task in json.load(sys.stdin):
        with open(task["out"], "w") as out:
            try:
                for row in rows(spark, task):
                    print(json.dumps(row), file=out)
            except Exception as e:
                out.seek(0)
                out.truncate()
                print(json.dumps({"error": str(e)}), file=out)
    spark.stop()


main()
