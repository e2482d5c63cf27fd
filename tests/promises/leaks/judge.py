#!/usr/bin/env python3
"""judge.py EXIFTOOL PAIRS: judges stripped photos without any code of Jaga's.

PAIRS holds lines of `original TAB stripped TAB method`; the method is `lossless`, `still` (lossless, but
of several frames only the first) or `reencoded`. Writes one line of JSON for each:
{"original", "wrong": [what is wrong, never with text of a file], "pixels"}.

Three detectors that must all find nothing, and the pixels:
 tags    ExifTool's dump of everything it understands, against a list of names that say how a
         picture is coded and no more; where a name could hold words, also against what it may say
 bytes   the marker in the file, plain and as the usual wrappings hide it
 twin    values of the original that identify: they may not be found in the stripped file
 pixels  upright views by Pillow: equal where nothing was encoded again, near where it was"""
import base64
import io
import json
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy
from PIL import Image, ImageCms, ImageOps

try:
    import pillow_heif

    pillow_heif.register_heif_opener()
except ImportError:
    pass

MARKER = b"SECRET-9d2b"
# Below this, in dB, a picture that was encoded again is another picture.
NEAR = 28.0

# Group, then the names that may stand in it.
ALLOWED = {
    "ExifTool": r"ExifToolVersion|Warning",
    "System": r".*",
    "Composite": r"ImageSize|Megapixels|Rotation",
    "File": r"FileType|FileTypeExtension|MIMEType|ImageWidth|ImageHeight|EncodingProcess|BitsPerSample"
    r"|ColorComponents|YCbCrSubSampling|ExifByteOrder",
    "JFIF": r"JFIFVersion|ResolutionUnit|XResolution|YResolution",
    "IFD0": r"Orientation",
    "APP14": r"DCTEncodeVersion|APP14Flags[01]|ColorTransform",
    "Adobe": r"DCTEncodeVersion|APP14Flags[01]|ColorTransform",
    "PNG-cHRM": r"(White|Red|Green|Blue)(Point)?[XY]",
    "PNG-cICP": r"ColorPrimaries|TransferCharacteristics|MatrixCoefficients|VideoFullRangeFlag",
    "RIFF": r"VP8Version|HorizontalScale|VerticalScale|ImageWidth|ImageHeight|WebP_Flags|AlphaIsUsed"
    r"|BackgroundColor|AnimationLoopCount|FrameCount|Duration|Alpha(Preprocessing|Filtering|Compression)",
    "GIF": r"GIFVersion|ImageWidth|ImageHeight|HasColorMap|ColorResolutionDepth|BitsPerPixel"
    r"|BackgroundColor|PixelAspectRatio|AnimationIterations|FrameCount|Duration|TransparentColor|DelayTime",
}
# Numbers of a table, which ExifTool puts into words of its own.
NUMBER_IN_WORDS = r"[^\x00-\x1f]{1,60}"
BINARY = r"\(Binary data \d+ bytes, use -b option to extract\)"
# Group, then the names that may stand in it, each with all that it may say.
SAID = {
    # Any text of a PNG may call itself one of these.
    "PNG": {
        "Image(Width|Height)|BitDepth|AnimationFrames": r"\d+",
        "ColorType": r"(RGB|Grayscale)( with Alpha)?|Palette",
        "Compression": r"Deflate/Inflate",
        "Filter": r"Adaptive",
        "Interlace": r"Noninterlaced|Adam7 Interlace",
        "Gamma|WhitePoint[XY]|(Red|Green|Blue)[XY]": r"[\d.]+",
        "SRGBRendering": r"Perceptual|Saturation|(Absolute|Relative) Colorimetric",
        "Palette|Transparency": rf"\d+( \d+)*|{BINARY}",
        "SignificantBits": r"\d+( \d+)*",
        "AnimationPlays": r"\d+|inf",
        "ProfileName": r"icc",
    },
    "QuickTime": {
        "MajorBrand": r"AV1 Image File Format \(\.AVIF\)",
        "MinorVersion": r"0\.0\.0",
        "CompatibleBrands": r"\['avif', 'mif1', 'miaf'\]",
        "HandlerType": r"Picture",
        "ImageSpatialExtent": r"\d+x\d+",
        "ImagePixelDepth": r"\d+( \d+)*",
        "AV1ConfigurationVersion": r"1",
        "Seq(Profile|LevelIdx0|Tier0)": r"\d+",
        "HighBitDepth|TwelveBit": r"[01]",
        "ChromaFormat": r"YUV 4:\d:\d|Monochrome 4:0:0",
        "ChromaSamplePosition": NUMBER_IN_WORDS,
        "InitialDelaySamples": r"\d+",
        "ColorProfiles": r"nclx|prof",
        "ColorPrimaries|TransferCharacteristics|MatrixCoefficients": NUMBER_IN_WORDS,
        "VideoFullRangeFlag": r"Full|Limited",
        "CleanAperture|PixelAspectRatio": r"[\d :./-]+",
        "Rotation": r"Rotate (90|270) CW|Rotate 180|Horizontal \(normal\)",
        "Mirroring": r"Horizontal|Vertical",
        "AuxiliaryImageType": r"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
        "MediaData(Size|Offset)": r"\d+",
        # The coded pixels.
        "MediaData": BINARY,
    },
    "Meta": {"PrimaryItemReference": r"\d+"},
}
ICC_NUMBERS = r"Profile(CMMType|Version|Class|ConnectionSpace|FileSignature|ID|DateTime|Creator)|ColorSpaceData|PrimaryPlatform" \
    r"|CMMFlags|Device(Manufacturer|Model|Attributes)|RenderingIntent|ConnectionSpaceIlluminant|MediaWhitePoint" \
    r"|(Red|Green|Blue)(MatrixColumn|TRC)|GrayTRC|ChromaticAdaptation|ProfileDescription.*|ProfileCopyright"
# Every word a colour profile may say; dates and ids are zero or absent.
ICC_WORDS = re.compile(r"|None|none|Generic|0000:00:00 00:00:00|0|\0*")
ICC_TEXTS = r"Profile(CMMType|ID|DateTime|Creator|Description.*|Copyright)|Device(Manufacturer|Model)"


def names(dump):
    """Group, name and value of every tag; of those that stand there more than once, each."""
    for key, value in dump.items():
        group, *_, name = key.split(":")
        yield key, group, name, value


def told(group, name, value):
    """Whether a tag is on the lists, and says what it may."""
    if group.startswith("ICC"):
        if name == "AToB0":
            return re.fullmatch(BINARY, str(value))
        words = isinstance(value, (str, int)) and re.fullmatch(ICC_TEXTS, name)
        return re.fullmatch(ICC_NUMBERS, name) and (not words or ICC_WORDS.fullmatch(str(value).strip()))
    for known, may_say in SAID.get(group, {}).items():
        if re.fullmatch(known, name):
            return re.fullmatch(may_say, str(value))
    return re.fullmatch(ALLOWED.get(group, "(?!)"), name)


def tags_wrong(dump):
    return [f"tag {key}" for key, group, name, value in names(dump) if not told(group, name, value)]


def profile_wrong(profile):
    """ExifTool shows curves and tables as so many bytes, whatever they are: they must be some."""
    kinds = {b"A2B0": (b"mft1", b"mft2", b"mAB ")}
    kinds.update({name: (b"curv", b"para") for name in (b"rTRC", b"gTRC", b"bTRC", b"kTRC")})
    for name, at, _ in struct.iter_unpack(">4sII", profile[132 : 132 + 12 * int.from_bytes(profile[128:132])]):
        if name in kinds and profile[at : at + 4] not in kinds[name]:
            return ["profile: no curve, no table"]
    return []


def wrappings(secret):
    """The secret as it may stand in a file."""
    text = secret.decode()
    yield "plain", secret
    yield "utf-16-le", text.encode("utf-16-le")
    yield "utf-16-be", text.encode("utf-16-be")
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for shift in range(3):
        # What of the encoding does not depend on the neighbours.
        whole = base64.b64encode(bytes(shift) + secret)
        yield "base64", whole[4 if shift else 0 : -4]
    yield "reversed", secret[::-1]


def bytes_wrong(data, depth=0):
    wrong = [f"marker, {how}" for how, form in wrappings(MARKER) if form in data]
    if depth < 2:
        # Compressed text starts like this; pixels do too, and are looked through as well.
        for hit in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
            inflate = zlib.decompressobj()
            try:
                inner = inflate.decompress(data[hit.start() :], 1 << 22)
            except zlib.error:
                continue
            wrong += [f"{what}, deflated" for what in bytes_wrong(inner, depth + 1)]
    return sorted(set(wrong))


def twin_wrong(before, data):
    """Texts and numbers of the original's tags that say who, where, when or with what."""
    identifies = r"(Make|Model|Artist|.*Serial.*|.*GPS.*|.*Date.*|.*Comment.*|Software|Copyright|UserComment)"
    wrong = []
    for key, group, name, value in names(before):
        if group in ("System", "ExifTool", "File", "Composite") or group.startswith("ICC"):
            continue
        if re.fullmatch(identifies, name) and isinstance(value, str) and len(value) >= 8:
            if value.encode() in data or value.encode("utf-16-le") in data:
                wrong.append(f"value of {key}")
    return wrong


def view(path):
    """Every frame as people see it: upright, 8 bits of red, green, blue and alpha, or 16 of grey."""
    # From memory: a file that Pillow maps it turns wrong (uncompressed TIFF, palette or grey).
    data = Path(path).read_bytes()
    try:
        return frames(data, None)
    except Exception:
        # Two decoders may claim an AVIF, and the first that does may not be able to.
        return frames(data, ["AVIF"])


def frames(data, formats):
    found = []
    with Image.open(io.BytesIO(data), formats=formats) as image:
        # What else lies in these is not the picture, nor need it stand first.
        several = image.format not in ("MPO", "HEIF")
        for number in range(getattr(image, "n_frames", 1) if several else 1):
            if several:
                image.seek(number)
            frame = ImageOps.exif_transpose(image)
            deep = frame.mode.startswith("I")
            found.append(numpy.asarray(frame if deep else frame.convert("RGBA")))
        return found, image.info.get("icc_profile")


def on_page(frames, profile):
    """The first frame in sRGB without alpha, as an encoder that knows neither must write it."""
    frame = frames[0]
    if frame.ndim == 2:
        frame = (frame >> 8).astype("uint8")
        return numpy.stack([frame] * 3, -1).astype(float)
    image = Image.fromarray(frame, "RGBA")
    page = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    if profile:
        srgb = ImageCms.createProfile("sRGB")
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() == "RGB":
            page = ImageCms.profileToProfile(page, source, srgb)
    return numpy.asarray(page).astype(float)


def pixels(original, stripped, method):
    """What is wrong with the pixels, and a figure."""
    try:
        after, target = view(stripped)
        wrong = profile_wrong(target) if target else []
    except Exception as error:
        after, wrong = None, [f"pixels: undecodable ({type(error).__name__})"]
    try:
        before, source = view(original)
    except Exception:
        return wrong if after else [], "original undecodable"
    if wrong:
        return wrong, "wrong"
    if method == "still":
        if len(after) != 1:
            return [f"pixels: {len(after)} frames stayed"], "frames"
        before = before[:1]
    if method != "reencoded":
        if len(before) != len(after):
            return [f"pixels: {len(before)} frames became {len(after)}"], "frames"
        same = all(a.shape == b.shape and (a == b).all() for a, b in zip(before, after))
        return ([], "same") if same else (["pixels: changed, or turned"], "changed")
    first, second = on_page(before, source), on_page(after, target)
    if first.shape != second.shape:
        return ["pixels: another size, or turned"], "size"
    error = ((first - second) ** 2).mean()
    near = 99.0 if error == 0 else 10 * numpy.log10(255 * 255 / error)
    return ([] if near >= NEAR else [f"pixels: {near:.1f} dB"]), f"{near:.1f} dB"


def dumps(exiftool, paths):
    """ExifTool's view of many files at once, by path."""
    ran = subprocess.run(
        [exiftool, "-charset", "filename=utf8", "-j", "-G1:4", "-a", "-u", "-ee", "-@", "-"],
        input="\n".join(paths).encode(),
        capture_output=True,
    )
    return {one.pop("SourceFile"): one for one in json.loads(ran.stdout)}


def main():
    exiftool, pairs = sys.argv[1:3]
    pairs = [line.split("\t") for line in Path(pairs).read_text().splitlines()]
    seen = dumps(exiftool, [path for pair in pairs for path in pair[:2]])
    for original, stripped, method in pairs:
        data = Path(stripped).read_bytes()
        wrong = tags_wrong(seen[stripped]) + bytes_wrong(data) + twin_wrong(seen[original], data)
        more, figure = pixels(original, stripped, method)
        # An original without a find would judge nothing.
        planted = bool(bytes_wrong(Path(original).read_bytes()))
        print(json.dumps({"original": original, "wrong": wrong + more, "pixels": figure, "planted": planted}))


if __name__ == "__main__":
    main()
