"""Xapian with a database in a temporary folder: xapian_peer.py FILE DOCS SECONDS_PER_KIND, queries by kind as JSON on its input.

Prints how many documents a second were put, and what each query took, in milliseconds.
"""

import itertools
import json
import os
import sys
import tempfile
import time

# Documents between two writes to the disk. It is read when the module is loaded.
os.environ["XAPIAN_FLUSH_THRESHOLD"] = "100000"
import xapian  # noqa: E402

SNIPPET_LENGTH = 160


def main():
    path, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        took = put(folder, path, count)
        database = xapian.Database(folder)
        ask = {"any": xapian.Query.OP_OR, "all": xapian.Query.OP_AND}
        json.dump(
            {
                "version": xapian.version_string(),
                "docsPerSecond": count / took,
                **{
                    name: {kind: times(database, queries, op, seconds) for kind, queries in asked.items()}
                    for name, op in ask.items()
                },
            },
            sys.stdout,
        )


def put(folder, path, count):
    took = 0.0
    flags = xapian.DB_CREATE_OR_OVERWRITE | xapian.DB_NO_SYNC
    database = xapian.WritableDatabase(folder, flags)
    generator = xapian.TermGenerator()
    with open(path, encoding="ascii") as lines:
        rows = [line.rstrip("\n").split("\t") for line in itertools.islice(lines, count)]
    began = time.perf_counter()
    for name, title, body in rows:
        document = xapian.Document()
        generator.set_document(document)
        # A title counts double.
        generator.index_text(title, 2)
        generator.increase_termpos()
        generator.index_text(body)
        document.set_data(f"{name}\t{body}")
        database.add_document(document)
    database.commit()
    took = time.perf_counter() - began
    database.close()
    return took


def times(database, queries, op, seconds):
    until = time.perf_counter() + seconds
    enquire = xapian.Enquire(database)
    found = []
    for query in queries:
        began = time.perf_counter()
        enquire.set_query(xapian.Query(op, query.split(" ")))
        best = enquire.get_mset(0, 10)
        for match in best:
            name, body = match.document.get_data().decode().split("\t")
            best.snippet(body, SNIPPET_LENGTH)
        ended = time.perf_counter()
        found.append((ended - began) * 1000)
        if ended > until:
            break
    return found


main()
