#!/usr/bin/env python3
"""Writes the golden files of the edge domain's messages.

It knows the wire format of protocol buffers and the numbers of the fields, and nothing of our code: that is what makes
its bytes a witness. Run it from anywhere; it writes to src/test/resources/golden of this module.
"""

import struct
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "golden"

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def varint(number):
    """Seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def key(field, kind):
    return varint(field << 3 | kind)


def uint(field, number):
    return key(field, VARINT) + varint(number)


def flag(field):
    return uint(field, 1)


def data(field, content):
    if isinstance(content, str):
        content = content.encode("utf-8")
    return key(field, BYTES) + varint(len(content)) + content


def single(field, number):
    return key(field, FIXED32) + struct.pack("<f", number)


def double(field, number):
    return key(field, FIXED64) + struct.pack("<d", number)


def entry(field, name, value):
    """One pair of a map: a message with the key in 1 and the value in 2."""
    return data(field, data(1, name) + value)


def packed(field, numbers):
    return data(field, b"".join(varint(number) for number in numbers))


def state(name="", location="", content=b""):
    return (
        (data(1, name) if name else b"")
        + (data(2, location) if location else b"")
        + (data(3, content) if content else b"")
    )


# ---- messages that every node knows: fields of the reference only ----

REQUEST_HEAD = data(1, "clambda0") + data(2, '{"input":"\u00e8"}') + data(3, b"\x00\x01\xfe\xff") + flag(4)
REQUEST_TAIL = (
    entry(7, "s0", data(2, state(location="10.0.0.1:6473")))
    + data(8, "10.0.0.9:6480")
    + data(9, "clambda0")
    + data(9, "clambda1")
    + data(
        10,
        data(1, packed(1, [1, 2]))
        + data(1, packed(1, [3]))
        + data(1, packed(1, [3]))
        + data(2, "a")
        + data(2, "b")
        + data(2, "c")
        + data(2, "d"),
    )
    + entry(11, "s0", data(2, data(1, "clambda0") + data(1, "clambda1")))
    + uint(12, 1)
    + data(13, "9b2f1a34-0000-4000-8000-000000000001")
)
ROUTED = flag(5) + uint(6, 300)

RESPONSE_HEAD = data(1, "OK") + data(2, "out\u20ac")
RESPONSE_TAIL = (
    uint(4, 1234)
    + data(5, b"\x80\x00")
    + uint(6, 1)
    + uint(7, 50)
    + uint(8, 100)
    + uint(9, 2)
    + entry(10, "s0", data(2, state(content=b"\x05")))
    + flag(11)
)

OURS_IN_REQUEST = data(100, "10.0.0.3:6473") + flag(101) + data(102, "step 'b' (1) failed: no") + uint(103, 2)
OURS_IN_RESPONSE = data(100, "9b2f1a34-0000-4000-8000-000000000001")
UNKNOWN = uint(90, 7) + data(999, "later")

FOREIGN_ENTRY = data(1, "clambda0") + data(2, "10.0.0.1:6473") + single(3, 0.25) + flag(4)
OUR_ENTRY = (
    FOREIGN_ENTRY
    + flag(100)
    + uint(101, 3)
    + double(102, 0.0125)
    + uint(103, 1 << 40)
    + uint(104, 12)
    + data(105, "closed")
    + flag(106)
)
FOREIGN_CONTAINER = data(1, "ccontainer0") + data(2, "arm") + data(3, "clambda0") + uint(4, 4)

FILES = {
    "void": b"",
    "lambda-request": REQUEST_HEAD + ROUTED + REQUEST_TAIL,
    "lambda-request-ours": REQUEST_HEAD + ROUTED + REQUEST_TAIL + OURS_IN_REQUEST,
    # What a router makes of them: one hop more, everything else byte by byte, also what it does not know.
    "lambda-request-unrouted": REQUEST_HEAD + REQUEST_TAIL + OURS_IN_REQUEST + UNKNOWN,
    "lambda-request-unknown": REQUEST_HEAD + ROUTED + REQUEST_TAIL + OURS_IN_REQUEST + UNKNOWN,
    "lambda-request-onward": REQUEST_HEAD + REQUEST_TAIL + OURS_IN_REQUEST + UNKNOWN + flag(5) + uint(6, 301),
    "lambda-response": RESPONSE_HEAD + data(3, "10.0.0.1:6473") + RESPONSE_TAIL,
    "lambda-response-ours": RESPONSE_HEAD + data(3, "10.0.0.1:6473") + RESPONSE_TAIL + OURS_IN_RESPONSE,
    "lambda-response-nameless": RESPONSE_HEAD + RESPONSE_TAIL + OURS_IN_RESPONSE + UNKNOWN,
    "lambda-response-named": RESPONSE_HEAD + RESPONSE_TAIL + OURS_IN_RESPONSE + UNKNOWN + data(3, "10.0.0.2:6473"),
    "state": state("s0", "10.0.0.1:6473", b"\x00\xff"),
    "state-response": data(1, "OK") + data(2, state(content=b"\x00\xff")),
    "dag": data(1, packed(1, [1, 2**40])) + data(1, b"") + data(2, "a") + data(2, "b") + data(2, "c"),
    "index-list": packed(1, [0, 1, 127, 128, 2**63]),
    "function-list": data(1, "f") + data(1, "") + data(1, "g"),
    "edge-router-conf-flush": b"",
    "edge-router-conf-change": uint(1, 1)
    + data(2, "clambda0")
    + data(3, "10.0.0.1:6473")
    + single(4, 0.25)
    + flag(5),
    "edge-router-conf-ours": uint(1, 1)
    + data(2, "clambda0")
    + data(3, "10.0.0.1:6473")
    + single(4, 0.25)
    + flag(5)
    + flag(100)
    + flag(101),
    "edge-router-conf-remove": uint(1, 2) + data(2, "clambda0") + data(3, "10.0.0.1:6473"),
    "return": data(2, "Error: Invalid weight '-1.000000', must be > 0"),
    "forwarding-table": data(1, FOREIGN_ENTRY) + data(1, data(1, "clambda1") + data(2, "h:1") + single(3, 1.0)),
    "forwarding-table-ours": data(1, OUR_ENTRY),
    "table-id": uint(1, 1),
    "num-tables": uint(1, 2),
    "computer-info": data(1, "10.0.0.1:6473")
    + data(2, FOREIGN_CONTAINER)
    + data(2, data(1, "gcontainer0") + data(2, "bm2837") + data(3, "glambda0") + uint(4, 2)),
    "computer-info-ours": data(1, "10.0.0.1:6473") + data(2, FOREIGN_CONTAINER + flag(100)),
    "router-info": data(1, "10.0.0.2:6473") + data(2, "10.0.0.2:6474"),
    "utilization": entry(1, "arm", single(2, 0.75)),
}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        (FOLDER / (name + ".bin")).write_bytes(content)
    print(f"{len(FILES)} files in {FOLDER}")
