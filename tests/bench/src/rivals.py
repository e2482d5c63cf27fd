"""Others' ways to do a photo worker's job, for the benchmark: one photo per line of input.

Each answers with the processor time of that photo alone, in milliseconds: imports and start are
not counted, as in a worker that runs for months. Arguments: NAME ("tuned" or "typical").
"""

import hashlib
import io
import resource
import sys

import imagehash
import numpy
import pdqhash
import piexif
from PIL import Image, ImageOps


def exif(data):
    try:
        return piexif.load(data)
    except Exception:  # as workers do: a photo without readable EXIF is a photo all the same
        return None


def saved(picture):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def stripped(data):
    out = io.BytesIO()
    piexif.remove(data, out)
    return out.getvalue()


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def tuned(path):
    """Scaled decoding, turning only what is small, PDQ on 512 pixels."""
    data = open(path, "rb").read()
    tags = exif(data)
    hashlib.sha256(data).hexdigest()
    clean = stripped(data)
    picture = Image.open(io.BytesIO(data))
    picture.draft("RGB", (1600, 1600))
    picture.thumbnail((1600, 1600), Image.Resampling.BICUBIC)
    turn = TURNS.get(tags["0th"].get(piexif.ImageIFD.Orientation) if tags else None)
    if turn is not None:
        picture = picture.transpose(turn)
    large = saved(picture)
    picture.thumbnail((320, 320), Image.Resampling.BICUBIC)
    small = saved(picture)
    square = Image.open(io.BytesIO(large))
    square.draft("RGB", (512, 512))
    pdqhash.compute(numpy.asarray(square.convert("RGB").resize((512, 512))))
    return clean, large, small


def typical(path):
    """What most workers do: decode all of it, turn all of it, then make it small."""
    data = open(path, "rb").read()
    exif(data)
    hashlib.sha256(data).hexdigest()
    clean = stripped(data)
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    imagehash.phash(picture)
    out = []
    for side in (1600, 320):
        copy = picture.copy()
        copy.thumbnail((side, side))
        out.append(saved(copy))
    return clean, *out


def spent():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (usage.ru_utime + usage.ru_stime)


work = {"tuned": tuned, "typical": typical}[sys.argv[1]]
for line in sys.stdin:
    before = spent()
    work(line.rstrip("\n"))
    print(spent() - before, flush=True)
