"""OpenCV's ORB and RANSAC: a line with two files of brightness goes in, milliseconds and a count come out."""

import sys
import time

# As many as Jaga describes a picture by.
CORNERS = 1200


def aligned(pictures, area):
    import cv2

    sized = []
    for picture in pictures:
        by = min((area / picture.size) ** 0.5, 1.0)
        size = (round(picture.shape[1] * by), round(picture.shape[0] * by))
        sized.append(cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if by < 1 else picture)
    orb = cv2.ORB_create(CORNERS)
    (at_a, seen_a), (at_b, seen_b) = (orb.detectAndCompute(it, None) for it in sized)
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(seen_a, seen_b)
    if len(pairs) < 4:
        return 0
    import numpy

    source = numpy.float32([at_a[it.queryIdx].pt for it in pairs])
    target = numpy.float32([at_b[it.trainIdx].pt for it in pairs])
    _, mask = cv2.findHomography(source, target, cv2.RANSAC, 3.0)
    return 0 if mask is None else int(mask.sum())


def main():
    try:
        import cv2
        import numpy
    except ImportError as error:
        print(" ".join(str(error).split()), flush=True)
        return
    cv2.setNumThreads(1)
    print("ready", flush=True)
    for line in sys.stdin:
        one, other, width, area = line.rstrip("\n").split("\t")
        pictures = [numpy.fromfile(it, dtype=numpy.uint8).reshape(-1, int(width)) for it in (one, other)]
        start = time.process_time()
        count = aligned(pictures, int(area))
        print(f"{(time.process_time() - start) * 1e3:.2f} {count}", flush=True)


main()
