"""Rivals of the index: a line with a code goes in, one with milliseconds and a count comes out."""

import os
import subprocess
import sys
import time

REACH = 31


def faiss_flat(file):
    import faiss
    import numpy

    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryFlat(256)
    index.add(numpy.fromfile(file, dtype=numpy.uint8).reshape(-1, 32))

    def ask(code):
        query = numpy.frombuffer(code, dtype=numpy.uint8).reshape(1, 32)
        start = time.process_time()
        # Below the radius, not up to it.
        limits, _, _ = index.range_search(query, REACH + 1)
        return (time.process_time() - start) * 1e3, int(limits[1])

    return ask


def postgres(file):
    url = os.environ.get("JAGA_BENCH_PG_URL")
    if not url:
        raise RuntimeError("JAGA_BENCH_PG_URL is not set")
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url]
    name = f"bench_{os.getpid()}"
    table = f"create unlogged table {name} (pdq bit(256)); copy {name} from stdin"
    copy = subprocess.Popen(command + ["-c", table.split(";")[0], "-c", table.split("; ")[1]], stdin=subprocess.PIPE)
    with open(file, "rb") as codes:
        while code := codes.read(32):
            copy.stdin.write(b"x" + code.hex().encode() + b"\n")
    copy.stdin.close()
    if copy.wait() != 0:
        raise RuntimeError("the table can't be filled")
    subprocess.run(command + ["-c", f"analyze {name}"], check=True)

    def ask(code):
        sql = f"select count(*) from {name} where bit_count(pdq # x'{code.hex()}') <= {REACH}"
        start = time.monotonic()
        done = subprocess.run(command + ["-c", sql], check=True, capture_output=True, text=True)
        return (time.monotonic() - start) * 1e3, int(done.stdout)

    return ask


def main():
    name, file = sys.argv[1:]
    try:
        ask = {"faiss": faiss_flat, "postgres": postgres}[name](file)
    except Exception as error:  # whatever is missing, the others are measured
        print(" ".join(str(error).split()) or type(error).__name__, flush=True)
        return
    print("ready", flush=True)
    for line in sys.stdin:
        ms, count = ask(bytes.fromhex(line.strip()))
        print(f"{ms:.4f} {count}", flush=True)


main()
