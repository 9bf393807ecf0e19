"""Asks SQLite for the neighbors of anyone, inside its own process: sqlite.py TABLE NODES SECONDS SEED.

Prints how many queries a second it answers at one hop and at two.
"""

import random
import sqlite3
import sys
import time

ONE_HOP = "SELECT target, kind, weight FROM edges WHERE source = ? ORDER BY weight DESC LIMIT 100"
TWO_HOPS = """
WITH RECURSIVE near(node, hops) AS (
  VALUES (?, 0)
  UNION SELECT e.target, near.hops + 1 FROM near JOIN edges e ON e.source = near.node WHERE near.hops < 2
) SELECT node, min(hops) FROM near GROUP BY node LIMIT 128
"""


def main():
    table, nodes, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    random.seed(int(sys.argv[4]))
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE edges (source INTEGER, target INTEGER, kind TEXT, weight REAL)")
    with open(table, encoding="ascii") as lines:
        rows = (line.split("\t") for line in lines)
        database.executemany("INSERT INTO edges VALUES (?, ?, ?, ?)", rows)
    database.execute("CREATE INDEX by_source ON edges (source, target, kind, weight)")
    print(*(rate(database, query, nodes, seconds) for query in (ONE_HOP, TWO_HOPS)))


def rate(database, query, nodes, seconds):
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        database.execute(query, (random.randrange(nodes),)).fetchall()
        count += 1
    return count / (time.perf_counter() - began)


main()
