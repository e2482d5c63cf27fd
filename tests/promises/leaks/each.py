#!/usr/bin/env python3
"""each.py JAGA FROM [TO]: `jaga strip` into TO, or without TO `jaga inspect`, which decodes too, for
every file of a folder, a process each, with what it cost.

Writes one line of JSON for each: {"file", "exit", "out", "cpu_s", "peak_mb", "wall_s"}; time and
memory are of the process and of the children that it waited for. Two at a time; a process that runs
for a minute is ended, and its exit is null."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LONGEST_S = 60


def run(jaga, file, to):
    env = {key: value for key, value in os.environ.items() if not key.startswith("JAGA_")}
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        child = subprocess.Popen(
            [jaga, "strip" if to else "inspect", "--json", file, *([to / file.name] if to else [])],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, env=env, start_new_session=True,
        )
        ender = threading.Timer(LONGEST_S, lambda: os.killpg(child.pid, signal.SIGKILL))
        ender.start()
        _, status, cost = os.wait4(child.pid, 0)
        ender.cancel()
        child.returncode = 0
        out.seek(0)
        return {
            "file": file.name,
            "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "out": out.read().decode("utf8", "replace").strip(),
            "cpu_s": round(cost.ru_utime + cost.ru_stime, 3),
            "peak_mb": round(cost.ru_maxrss / 1024, 1),
            "wall_s": round(time.monotonic() - start, 3),
        }


def main():
    jaga, folder, *to = sys.argv[1], *map(Path, sys.argv[2:])
    to = to[0] if to else None
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".tsv", ".txt"))
    with ThreadPoolExecutor(2) as pool:
        for one in pool.map(lambda file: run(jaga, file, to), files):
            print(json.dumps(one))


if __name__ == "__main__":
    main()
