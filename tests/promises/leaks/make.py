#!/usr/bin/env python3
"""make.py INTO: photos with secrets in them, of every format and mode, by other people's writers
(Pillow with libjpeg, libpng, libwebp and libtiff; pillow-heif with libheif; piexif).

Each file carries the marker wherever its format takes text or bytes, a position and a time. What the
writer at hand can't make is left out with a line on standard error. Same files at every run."""
import io
import struct
import sys
import zlib
from pathlib import Path

import numpy
import piexif
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

SECRET = b"SECRET-9d2b"
TEXT = SECRET.decode()
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r a="{TEXT}" exif:GPSLatitude="6,10.5S"/></x:xmpmeta>'.encode()
SIZE = (72, 56)


def picture(mode, size=SIZE, shift=0):
    """A picture with structure in every direction, so that a wrong turn or a lost plane shows."""
    width, height = size
    x = numpy.linspace(0, 1, width)[None, :] + shift / 10
    y = numpy.linspace(0, 1, height)[:, None]
    planes = [
        127 + 90 * numpy.sin(5 * x + 2 * y * y),
        127 + 90 * numpy.sin(2 * x + 7 * y),
        250 * numpy.clip(x, 0, 1) * y,
    ]
    rgb = numpy.stack([numpy.broadcast_to(p, (height, width)) for p in planes], -1)
    rgb = Image.fromarray(rgb.clip(0, 255).astype("uint8"), "RGB")
    if mode == "I;16":
        deep = numpy.array(rgb.convert("L")).astype("uint16") * 257
        return Image.fromarray(deep)
    if mode in ("RGBA", "LA"):
        alpha = Image.fromarray((255 * (x * 0 + y)).clip(0, 255).astype("uint8"))
        whole = rgb.convert(mode)
        whole.putalpha(alpha)
        return whole
    return rgb.convert(mode)


def exif(orientation=6, thumbnail=True):
    """EXIF as a phone writes it: position, time, serial, maker note, comment, thumbnail."""
    small = io.BytesIO()
    picture("RGB", (24, 16)).save(small, "JPEG", comment=SECRET)
    rational = [(6, 1), (10, 1), (313320, 10000)], [(106, 1), (49, 1), (417720, 10000)]
    told = {
        "0th": {
            piexif.ImageIFD.Make: SECRET,
            piexif.ImageIFD.Model: SECRET,
            piexif.ImageIFD.Artist: SECRET,
            piexif.ImageIFD.XPComment: TEXT.encode("utf-16-le"),
            piexif.ImageIFD.Orientation: orientation,
        },
        "Exif": {
            piexif.ExifIFD.DateTimeOriginal: b"2026:05:14 08:30:05",
            piexif.ExifIFD.BodySerialNumber: SECRET,
            piexif.ExifIFD.MakerNote: b"Apple iOS\0" + SECRET * 3,
            piexif.ExifIFD.UserComment: b"ASCII\0\0\0" + SECRET,
        },
        "GPS": {
            piexif.GPSIFD.GPSLatitudeRef: b"S",
            piexif.GPSIFD.GPSLatitude: rational[0],
            piexif.GPSIFD.GPSLongitudeRef: b"E",
            piexif.GPSIFD.GPSLongitude: rational[1],
            piexif.GPSIFD.GPSProcessingMethod: b"ASCII\0\0\0" + SECRET,
        },
    }
    if thumbnail:
        told["1st"] = {piexif.ImageIFD.Make: SECRET}
        told["thumbnail"] = small.getvalue()
    return piexif.dump(told)


def profile(wide=False):
    """sRGB; or a profile that changes colours, with the secret in its texts."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if not wide:
        return plain
    data = bytearray(plain)
    for name, xyz in ((b"rXYZ", (0.515, 0.241, -0.001)), (b"gXYZ", (0.292, 0.692, 0.042)), (b"bXYZ", (0.157, 0.067, 0.784))):
        at = data.find(name)
        offset = struct.unpack(">I", data[at + 4 : at + 8])[0]
        data[offset + 8 : offset + 20] = b"".join(struct.pack(">i", round(v * 65536)) for v in xyz)
    # The copyright text gives way to the secret; it is long enough.
    at = data.find(b"cprt")
    offset, length = struct.unpack(">II", data[at + 4 : at + 12])
    words = (TEXT.encode("utf-16-be") * 9)[: (length - 28) // 2 * 2]
    data[offset + 28 : offset + 28 + len(words)] = words
    data[48:52] = SECRET[:4]
    data[84:100] = (SECRET * 2)[:16]
    return bytes(data)


def jpegs():
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", 5 + len(SECRET)) + b"\x1c\x02\x78\0" + bytes([len(SECRET)]) + SECRET
    every = dict(exif=exif(), comment=SECRET, xmp=XMP, icc_profile=profile())
    for name, mode, options in (
        ("baseline", "RGB", {}),
        ("progressive", "RGB", dict(progressive=True)),
        ("optimised", "RGB", dict(optimize=True)),
        ("best-444", "RGB", dict(quality=97, subsampling=0)),
        ("sub-422", "RGB", dict(subsampling=1)),
        ("sub-420", "RGB", dict(subsampling=2, quality=40)),
        ("keep-rgb", "RGB", dict(keep_rgb=True)),
        ("restart-blocks", "RGB", dict(restart_marker_blocks=3)),
        ("restart-rows-progressive", "RGB", dict(restart_marker_rows=1, progressive=True)),
        ("grey", "L", {}),
        ("grey-progressive", "L", dict(progressive=True)),
        ("cmyk", "CMYK", {}),
        ("wide", "RGB", dict(icc_profile=profile(wide=True))),
        ("tables-custom", "RGB", dict(qtables=[[7] * 64, [19] * 64])),
        ("no-meta", "RGB", dict(exif=b"", comment=None, xmp=b"", icc_profile=None)),
        ("iptc", "RGB", dict(extra=b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc)),
        ("icc-in-pieces", "RGB", dict(icc_profile=profile(wide=True) + b"\0" * 70000)),
    ):
        yield f"jpeg-{name}.jpg", mode, "JPEG", {**every, **options}
    for turn in range(1, 9):
        yield f"jpeg-turned-{turn}.jpg", "RGB", "JPEG", dict(exif=exif(turn))
    yield "jpeg-mpo.jpg", "RGB", "MPO", dict(exif=exif(), save_all=True, append_images=[picture("RGB", shift=3)])


def pngs():
    def info():
        told = PngImagePlugin.PngInfo()
        told.add_text("Comment", TEXT)
        told.add_text("parameters", TEXT * 5, zip=True)
        told.add_itxt("XML:com.adobe.xmp", XMP.decode())
        told.add_itxt("Author", TEXT, "id", TEXT, zip=True)
        raw = b"\nexif\n%8d\n" % len(exif()) + exif().hex().encode() + b"\n"
        told.add(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw))
        told.add(b"tIME", struct.pack(">HBBBBB", 2026, 5, 14, 8, 30, 5))
        told.add(b"prVt", SECRET)
        told.add(b"quXx", SECRET, after_idat=True)
        told.add(b"pHYs", struct.pack(">IIB", 0x53454352, 0x4554_2D39, 1))
        return told

    every = dict(exif=exif()[6:], icc_profile=profile(wide=True))
    for name, mode, options in (
        ("rgb", "RGB", {}),
        ("rgba", "RGBA", dict(optimize=True)),
        ("grey", "L", dict(icc_profile=None)),
        ("grey-alpha", "LA", dict(icc_profile=None)),
        ("bilevel", "1", dict(icc_profile=None)),
        ("deep", "I;16", dict(icc_profile=None)),
        ("palette", "P", {}),
        ("palette-4-bit", "P", dict(bits=4)),
        ("palette-clear", "P", dict(transparency=3)),
        ("stored", "RGB", dict(compress_level=0)),
        ("animated", "RGBA", dict(save_all=True, duration=[40, 90, 60], loop=2)),
        ("animated-hidden-first", "RGB", dict(save_all=True, default_image=True)),
    ):
        more = {**every, **options, "pnginfo": info()}
        if more.get("save_all"):
            more["append_images"] = [picture(mode, shift=n) for n in (2, 4)]
        yield f"png-{name}.png", mode, "PNG", more


def webps():
    every = dict(exif=exif(), xmp=XMP, icc_profile=profile(wide=True))
    for name, mode, options in (
        ("lossy", "RGB", {}),
        ("lossy-alpha", "RGBA", dict(quality=60, alpha_quality=50)),
        ("lossless", "RGB", dict(lossless=True)),
        ("lossless-alpha", "RGBA", dict(lossless=True, exact=True)),
        ("no-meta", "RGB", dict(exif=b"", xmp=b"", icc_profile=None)),
        ("bare-exif", "RGB", dict(exif=exif()[6:])),
        ("animated", "RGBA", dict(save_all=True, duration=[50, 80, 60], loop=3)),
        ("animated-lossless", "RGB", dict(save_all=True, lossless=True, minimize_size=True)),
    ):
        more = {**every, **options}
        if more.get("save_all"):
            more["append_images"] = [picture(mode, shift=n) for n in (2, 4)]
        yield f"webp-{name}.webp", mode, "WEBP", more


def others():
    frames = [picture("P", shift=n) for n in (2, 4)]
    yield "gif-still.gif", "P", "GIF", dict(comment=SECRET)
    yield "gif-grey-interlaced.gif", "L", "GIF", dict(comment=SECRET, interlace=1)
    yield "gif-clear.gif", "P", "GIF", dict(comment=SECRET, transparency=0)
    yield "gif-animated.gif", "P", "GIF", dict(comment=SECRET, save_all=True, append_images=frames, loop=0, duration=70)
    yield "gif-animated-twice.gif", "P", "GIF", dict(comment=SECRET, save_all=True, append_images=frames, loop=2, disposal=2)

    tags = TiffImagePlugin.ImageFileDirectory_v2()
    for tag in (270, 271, 272, 305, 315, 33432):
        tags[tag] = TEXT
    tags[274] = 6
    tags[700] = XMP
    tags.tagtype[700] = 1
    for name, mode, options in (
        ("rgb", "RGB", {}),
        ("lzw", "RGB", dict(compression="tiff_lzw")),
        ("deflate-alpha", "RGBA", dict(compression="tiff_adobe_deflate")),
        ("jpeg", "RGB", dict(compression="jpeg", quality=92)),
        ("grey-packbits", "L", dict(compression="packbits")),
        ("bilevel", "1", dict(compression="group4")),
        ("palette", "P", {}),
        ("pages", "RGB", dict(save_all=True, append_images=[picture("RGB", shift=2)])),
    ):
        yield f"tiff-{name}.tif", mode, "TIFF", dict(tiffinfo=tags, **options)

    for kind in ("AVIF", "HEIF"):
        low = kind.lower()
        every = dict(exif=exif(1), xmp=XMP, quality=90)
        yield f"{low}-rgb.{low}", "RGB", kind, every
        yield f"{low}-turned.{low}", "RGB", kind, {**every, "exif": exif(6)}
        yield f"{low}-alpha.{low}", "RGBA", kind, every
        yield f"{low}-grey.{low}", "L", kind, every
        yield f"{low}-no-meta.{low}", "RGB", kind, dict(quality=90)
        yield f"{low}-444.{low}", "RGB", kind, {**every, "subsampling": "4:4:4", "chroma": 444}
    yield "avif-animated.avif", "RGB", "AVIF", dict(exif=exif(1), xmp=XMP, save_all=True, append_images=[picture("RGB", shift=2)], duration=90)
    yield "bmp-rgb.bmp", "RGB", "BMP", {}


def interlaced():
    """Pillow writes no interlaced PNG; pypng does."""
    import png

    for name, mode, depth in (("interlaced", "RGB", 8), ("interlaced-grey", "L", 8)):
        out = io.BytesIO()
        flat = picture(mode)
        writer = png.Writer(*SIZE, greyscale=mode == "L", interlace=True, bitdepth=depth)
        writer.write_array(out, flat.tobytes())
        text = b"tEXtComment\0" + SECRET
        chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
        data = out.getvalue()
        yield f"png-{name}.png", data[:33] + chunk + data[33:]


def wrap(name, data):
    """More carriers than writers offer: bytes after the end, as phones and messengers leave them."""
    trailer = b"MotionPhoto_Data" + struct.pack(">I", 24) + b"ftypmp42" + SECRET
    if name.startswith(("jpeg", "png", "gif", "webp", "bmp")):
        return data + trailer
    if name.startswith(("avif", "heif")):
        for kind, body in ((b"free", SECRET), (b"uuid", bytes(16) + XMP), (b"mpvd", trailer)):
            data += struct.pack(">I", 8 + len(body)) + kind + body
    return data


def main():
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    try:
        import pillow_heif

        pillow_heif.register_heif_opener()
    except ImportError:
        print("left out: HEIF, pillow-heif is not installed", file=sys.stderr)
    made = 0
    for name, mode, kind, options in [*jpegs(), *pngs(), *webps(), *others()]:
        out = io.BytesIO()
        try:
            picture(mode).save(out, kind, **options)
        except (KeyError, OSError, ValueError, RuntimeError) as error:
            print(f"left out: {name}: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        (into / name).write_bytes(wrap(name, out.getvalue()))
        made += 1
    for name, data in interlaced():
        (into / name).write_bytes(wrap(name, data))
        made += 1
    print(made)


if __name__ == "__main__":
    main()
