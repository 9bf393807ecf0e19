"""SQLite FTS5 in memory. Reads documents, an empty line and queries; prints how many a second of processor time took."""

import json
import sqlite3
import sys
import time

SECONDS_PER_KIND = 5

db = sqlite3.connect(":memory:")
db.execute("CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, title, body)")

spent = 0.0
count = 0


def put(rows):
    global spent, count
    started = time.process_time()
    with db:
        db.executemany("INSERT INTO docs VALUES (?, ?, ?)", rows)
    spent += time.process_time() - started
    count += len(rows)


rows = []
for line in sys.stdin:
    if line == "\n":
        break
    rows.append(line.rstrip("\n").split("\t"))
    if len(rows) == 500:
        put(rows)
        rows = []
put(rows)

SEARCH = (
    "SELECT id, bm25(docs, 0, 2, 1), snippet(docs, 2, '[', ']', '', 16) FROM docs"
    " WHERE docs MATCH ? ORDER BY bm25(docs, 0, 2, 1) LIMIT 10"
)


def per_second(queries, between):
    started = time.process_time()
    done = 0
    for q in queries:
        db.execute(SEARCH, (between.join(q.split(" ")),)).fetchall()
        done += 1
        if time.process_time() - started > SECONDS_PER_KIND:
            break
    return done / (time.process_time() - started)


asked = json.loads(sys.stdin.readline())
json.dump(
    {
        "version": sqlite3.sqlite_version,
        "docsPerSecond": count / spent,
        "any": {name: per_second(queries, " OR ") for name, queries in asked.items()},
        "all": {name: per_second(queries, " AND ") for name, queries in asked.items()},
    },
    sys.stdout,
)
