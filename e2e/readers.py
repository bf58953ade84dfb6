"""Runs readers of GraphML that are written in Java: Gephi, TinkerPop and JGraphT."""

import os
import subprocess
from pathlib import Path

from database import find_java

HERE = Path(__file__).resolve().parent
JARS = HERE.parent / ".cache" / "graphml"

# What each program of e2e/graphml needs.
PROGRAMS = {"Gephi.java": ["gephi-0.10.1"], "Readers.java": ["tinkerpop-3.8.1", "jgrapht-1.5.3"]}


def java(program, *args, options=()):
    """Runs a program of e2e/graphml to its end; gives (exit code, what it said)."""
    folders = [JARS / name / "lib" for name in PROGRAMS[program]]
    for lib in folders:
        if not any(lib.glob("*.jar")):
            raise RuntimeError(f"{lib} has no jars: run make -C e2e setup")
    command = [find_java(17), "-Xmx1g", "-XX:+UseSerialGC", "-Djava.awt.headless=true", *options]
    command += ["-cp", os.pathsep.join(f"{lib}/*" for lib in folders), HERE / "graphml" / program, *args]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def lines(path):
    """The lines that such a program has written, as lists of fields."""
    for line in Path(path).read_text(encoding="utf-8").split("\n")[:-1]:
        fields = []
        for f in line.split("\t"):
            parts = f.split("\\\\")
            fields.append("\\".join(p.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r") for p in parts))
        yield fields


def elements(path):
    """Nodes and edges, each as (fields, values): a value is the fields after the name, by name."""
    nodes, edges = [], []
    for kind, *fields in lines(path):
        if kind in ("node", "edge"):
            values = {}
            (nodes if kind == "node" else edges).append((fields, values))
        elif kind == "value":
            name, *value = fields
            assert name not in values, f"{name} is there twice"
            values[name] = value
    return nodes, edges
