"""businesstimedelta's side of benches/arithmetic.rs: answers the same questions, and says how long it took.

Started with a folder that holds `holidays` (a date a line) and `questions` (pairs of little-endian
int64: start in seconds since 1970, working seconds to add). Reads one word a line, `add`; answers with
seconds of processor time. At the end it writes `answers` (int64)."""

import array
import datetime
import sys
import time

import businesstimedelta as bt
import pytz

folder = sys.argv[1]
zone = pytz.timezone("Asia/Jakarta")
clock = datetime.time
with open(folder + "/holidays", encoding="utf-8") as file:
    holidays = {datetime.date.fromisoformat(line.strip()): "holiday" for line in file}
rules = bt.Rules(
    [
        bt.WorkDayRule(clock(8), clock(16), [0, 1, 2, 3, 4], tz=zone),
        bt.HolidayRule(holidays, tz=zone),
    ]
)
numbers = array.array("q")
with open(folder + "/questions", "rb") as file:
    numbers.frombytes(file.read())
questions = [
    (datetime.datetime.fromtimestamp(start, zone), bt.BusinessTimeDelta(rules, seconds=work))
    for start, work in zip(numbers[::2], numbers[1::2])
]

print(sys.version.split()[0], flush=True)
answers = []
for line in sys.stdin:
    begun = time.process_time()
    answers = [start + work for start, work in questions]
    print(time.process_time() - begun, flush=True)

with open(folder + "/answers", "wb") as file:
    array.array("q", [int(answer.timestamp()) for answer in answers]).tofile(file)
