"""shapely's side of benches/lookup.rs: answers the same points, and says how long it took.

Started with the layer and a folder that holds `points` (pairs of little-endian doubles, longitude
first). Reads one word a line: `strtree` or `prepared`; answers with seconds of
processor time. At the end it writes
`answers` (int32: the feature's number, -1 for none)."""

import json
import sys
import time

import numpy
import shapely

layer, folder = sys.argv[1], sys.argv[2]
with open(layer, encoding="utf-8") as file:
    features = json.load(file)["features"]
shapes = numpy.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in features])
shapely.prepare(shapes)
points = numpy.fromfile(folder + "/points", dtype="<f8").reshape(-1, 2)
made = shapely.points(points)
tree = shapely.STRtree(shapes)
tree.query(made[:10], predicate="intersects")


def strtree():
    """The documented way: one bulk query with a predicate."""
    return tree.query(made, predicate="intersects")


def prepared():
    """The fastest way we know: boxes by the tree, then prepared polygons on bare coordinates."""
    point, shape = tree.query(made)
    inside = shapely.contains_xy(shapes[shape], points[point, 0], points[point, 1])
    return point[inside], shape[inside]


print(shapely.__version__, "GEOS", shapely.geos_version_string, "numpy", numpy.__version__, flush=True)
for line in sys.stdin:
    start = time.process_time()
    {"strtree": strtree, "prepared": prepared}[line.strip()]()
    print(time.process_time() - start, flush=True)

answers = numpy.full(len(points), -1, dtype="<i4")
at, which = strtree()
answers[at] = which
answers.tofile(folder + "/answers")
