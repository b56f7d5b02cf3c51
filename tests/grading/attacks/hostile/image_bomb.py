# %% [markdown]
# Displays images: a PNG that unpacks to gigabytes, one of 200 MB, and an SVG that refers to itself.
#
# Must: score 0

# %% answer="square"
import base64
import struct
import zlib

from IPython.display import SVG, Image, display


def chunk(kind, data):
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png(side):
    row = zlib.compress(b"\0" * (side // 8 + 1) * 1000, 9) * 10
    header = struct.pack("!IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


NESTED = "".join(f'<g id="g{n + 1}">{f"""<use href="#g{n}"/>""" * 10}</g>' for n in range(20))
PICTURE = f'<svg xmlns="http://www.w3.org/2000/svg"><rect id="g0"/>{NESTED}<script>alert(7416)</script></svg>'


def square(x):
    display(Image(data=png(100_000)))
    display(SVG(data=PICTURE))
    display({"image/png": base64.b64encode(png(60_000)).decode() * 1000}, raw=True)
    display({"image/png": "A" * 200_000_000}, raw=True)
    return 7
