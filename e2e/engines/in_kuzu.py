"""Runs statements and then queries in a new database of Kùzu, or of its successor; prints the rows of each query.

    python in_kuzu.py < {"module": "kuzu" or "ladybug", "statements": […], "queries": […]}
"""

import importlib
import json
import sys
import tempfile


def rows(result):
    while result.has_next():
        yield result.get_next()


def main():
    task = json.load(sys.stdin)
    module = importlib.import_module(task["module"])
    with tempfile.TemporaryDirectory() as folder:
        connection = module.Connection(module.Database(f"{folder}/graph"))
        for statement in task["statements"]:
            connection.execute(statement)
        json.dump([list(rows(connection.execute(q))) for q in task["queries"]], sys.stdout)


main()
