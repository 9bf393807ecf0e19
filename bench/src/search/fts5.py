"""SQLite FTS5 in memory: fts5.py FILE DOCS SECONDS_PER_KIND, with queries by kind as JSON on its input.

Prints how many documents a second were put, and what each query took, in milliseconds.
"""

import itertools
import json
import sqlite3
import sys
import time

DOCS_AT_ONCE = 500
SEARCH = (
    "SELECT id, rank, snippet(docs, 2, '[', ']', '', 16) FROM docs WHERE docs MATCH ? ORDER BY rank LIMIT 10"
)


def main():
    path, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, title, body)")
    # Its own order, by which it sorts before it reads what it shows. A title counts double.
    database.execute("INSERT INTO docs(docs, rank) VALUES ('rank', 'bm25(0, 2, 1)')")
    took = put(database, path, count)
    asked = json.load(sys.stdin)
    json.dump(
        {
            "version": sqlite3.sqlite_version,
            "docsPerSecond": count / took,
            "any": {kind: times(database, queries, " OR ", seconds) for kind, queries in asked.items()},
            "all": {kind: times(database, queries, " AND ", seconds) for kind, queries in asked.items()},
        },
        sys.stdout,
    )


def put(database, path, count):
    took = 0.0
    with open(path, encoding="ascii") as lines:
        rows = (line.rstrip("\n").split("\t") for line in itertools.islice(lines, count))
        while some := list(itertools.islice(rows, DOCS_AT_ONCE)):
            began = time.perf_counter()
            with database:
                database.executemany("INSERT INTO docs VALUES (?, ?, ?)", some)
            took += time.perf_counter() - began
    return took


def times(database, queries, between, seconds):
    until = time.perf_counter() + seconds
    found = []
    for query in queries:
        began = time.perf_counter()
        database.execute(SEARCH, (between.join(query.split(" ")),)).fetchall()
        ended = time.perf_counter()
        found.append((ended - began) * 1000)
        if ended > until:
            break
    return found


main()
