"""Everything that reads what somebody else wrote, by name: what a fuzzer feeds, and for how long.

In: bytes. Out: nothing, or an exception, which is a find. The corpus beside this file is what earlier runs
found worth keeping, one input a line, as Python writes bytes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hypothesis import strategies as st

from tests.fuzz import office, scanners, words

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Target:
    """One reader. `share` is its part of the time: the framers, which hear a wire that anybody may touch,
    get most of it. `longest` bounds an input, so that a run tries many; `tokens` is what a fuzzer would
    guess too late."""

    play: Callable[[bytes], None]
    share: int
    longest: int
    tokens: tuple[bytes, ...]


CODES = (b"6901000000011", b"134567890123456789", b"M000123", b"\r", b"\n", b"\r\n", b"\t", b"]E0", b"S:")
ACTS = (b"\xf8\x02", b"\xf8\x40", b"\xf9", b"\xfa\x01", b"\xfa\x80")
SPOKEN = {
    "lines": ("会员七号".encode(), "会员".encode("gb18030"), b"\x02", b"\xff"),
    "honeywell": (b"CBRENA1", b"MENUDF", b"PAPHHF", b"\x06", b"\x05", b"\x15", b".", b"!", b","),
    "newland": (b"\x02\x010000", b"@C11ENA1\x06", b";\x03", b"\x02", b"\x01", b"\x15"),
    "ssi": (
        scanners.packet(scanners.DECODED, b"\x0b6901000000011", source=0),
        scanners.packet(scanners.DECODED, b"\x0b6901000000011", status=1, source=0),
        scanners.packet(scanners.TAKEN, source=0),
        scanners.packet(0xD1, b"\x01", source=0),
        b"\x05\xd1\x00\x00",
        b"\x14\xf3\x00\x00",
    ),
    "hid": tuple(
        bytes([key, value, 2]) for key in (2, 7, 10, 11, 15, 28, 29, 42, 56, 100) for value in (0, 1)
    ),
}
TEXTS = (b"13", b"M", b"C-", "会员".encode(), b"012345678905", b"desk-01-7f3a-000012", b"4006381333931")
JSON = (
    b'{"payment_key":"desk-01-7f3a-000001-1"',
    b'{"refund_key":"desk-01-7f3a-000001-R1"',
    b',"points_earned":8,"points_balance":108}',
    b',"reason":"funds"}',
    b'{"ids":["a","b"],"highest_contiguous_seq":2,"refused":[{"id":"c","why":"d"}]}',
    b'{"version":2,"marked_at":"2026-09-21T10:00:00.000Z","currency":"CNY","members":[',
    b'{"person":"li","limit_minor":2000,"until":"2026-10-21T10:00:00.000Z"}',
    b'],"settled":["desk-01-7f3a-000001"]}',
    b"}",
    b"-9007199254740991",
    b"1e400",
    b'"\\ud800"',
)
TAPS = (
    b'{"type":"tap","screen":"cashier","view_id":1,"intent":"charge","value":"1"}',
    b'{"type":"tap","screen":"customer","view_id":1,"intent":"give_digits","value":"4711"}',
    b'{"type":"hello","version":1}',
    b'{"type":"shown","screen":"customer","view_id":1}',
    b'{"type":"goodbye","reason":""}',
    b'"find_order"',
    b'"give_amount"',
    b'"value":"',
)
TOML = (
    b"[scanner]\n",
    b"[camera]\n",
    b"[device]\n",
    b"[[codes]]\n",
    b'port = "/dev/x"\n',
    b"baud = 9600\n",
    b"fps = 1e400\n",
    b"= 2026-09-21T10:00:00Z\n",
    b"data_dir = ",
    b"a.b.c = ",
    b"[" * 40,
    b'"""',
)
CLAIMS = (
    b'{"typ":"hyla-assignment","v":1,"jti":"6f9619ff-8b86-4d11","iat":1790000000,"exp":1790600000',
    b',"serial":"FROG8-000123","device":"frog8-000123","merchant":"M-100","till":2,"currency":"CNY"',
    b',"shop":{"id":"S-17","name_zh":"\xe5\xba\x97","name_en":"Shop"}',
    b',"broker":"mqtts://cloud.example:8883","ca":"' + b"0" * 64 + b'"}',
    b'{"typ":"hyla-settings","v":1,"device":"desk-01","version":3,"iat":1790000000,"settings":{',
    b'"shop":{"name_zh":"\xe5\xba\x97","name_en":"Shop"}',
    b'"screens":{"face_wait_ms":12000}',
    b'"codes":[{"prefix":"13","network":"wechat"}]',
    b"}}",
    b',"goods":"gtin,name_zh,name_en,price_minor\\n6901234567892,a,b,100\\n"}',
    b'{"typ":"hyla-command","v":1,"device":"desk-01","jti":"c-00000001","iat":1,"exp":1790000000',
    b',"command":"message","words":{"zh":"\xe4\xbb\x8a","en":"today"}}',
    b',"command":"bundle","words":{"key":"' + b"A" * 43 + b'"}}',
    b"HYLA1:",
    b"eyJhbGciOiJFZERTQSIsImtpZCI6I",
)
GOODS = (
    b"gtin,name_zh,name_en,price_minor\n",
    b"6901234567892,\xe6\xb0\xb4,Water,200\n",
    b"012345678905,a,b,1\n",
    b'"', b",", b"\r\n", b"\xef\xbb\xbf", b"99999999999", b"-1", b"\0",
)  # fmt: skip
DOWN = (
    *JSON,
    b'{"version":2,"currency":"CNY","levels":[{"level":"gold","name_zh":"a","name_en":"b"}]}',
    b'{"version":1,"items":[{"id":"p","title_zh":"a","title_en":"b","detail_zh":"","detail_en":""',
    b',"since":"2026-09-21T10:00:00Z","until":"2026-10-21T10:00:00Z"}]}',
    b'{"bundle":"c-0000000000000001","have":8192,"whole":true}',
    b'{"bundle":"c-0000000000000001","word":"unknown_bundle"}',
    b'{"signed":"eyJ"}',
    b'{"code":"7K2MX9QD","expires_utc_ms":1790000000000,"request_sha256":""}',
    b'{"assignment":"eyJ"}',
    b'{"chain_pem":"-----BEGIN CERTIFICATE-----\\n',
    b'\\n-----END CERTIFICATE-----\\n","ca_pem":""}',
    b'{"word":"revoked","why":"no"}',
)
PICTURES = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    b"\xff\xc0\x00\x11\x08",
    b"\xff\xd9",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF",
)


def _scanner(name: str) -> Target:
    return Target(partial(scanners.play, dialect=name), 12, 600, (*SPOKEN[name], *CODES, *ACTS))


TARGETS = {
    **{name: _scanner(name) for name in scanners.DIALECT_NAMES},
    "classifier": Target(words.classifier, 3, 200, (*TEXTS, *CODES)),
    "short_code": Target(words.short_code, 3, 60, (b"-", b"0", b"O", b"I", b"Z")),
    "message": Target(words.message, 10, 600, JSON),
    "screens_line": Target(words.screens_line, 8, 400, TAPS),
    "settings_file": Target(words.settings_file, 8, 600, TOML),
    "activation": Target(office.activation, 6, 900, CLAIMS),
    "wish": Target(office.wish, 10, 900, CLAIMS),
    "price_list": Target(office.price_list, 3, 400, GOODS),
    "downward": Target(office.downward, 10, 600, DOWN),
    "claim_answer": Target(office.claim_answer, 5, 900, DOWN),
    "picture": Target(office.picture, 3, 600, PICTURES),
}


def strategy(target: Target) -> st.SearchStrategy[bytes]:
    """For hypothesis: what the target's wire carries, in pieces, with rubbish between."""
    piece = st.sampled_from(target.tokens) | st.binary(max_size=12)
    return st.builds(
        lambda head, pieces: head + b"".join(pieces),
        st.binary(min_size=3, max_size=3),
        st.lists(piece, max_size=25),
    )


def kept(name: str) -> list[bytes]:
    """The corpus of one target."""
    file = CORPUS / f"{name}.txt"
    lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
    return [ast.literal_eval(line) for line in lines]


def keep(name: str, inputs: Iterable[bytes]) -> None:
    """Write the corpus anew, shortest first."""
    CORPUS.mkdir(exist_ok=True)
    lines = [ascii(data) for data in sorted(set(inputs), key=lambda data: (len(data), data))]
    (CORPUS / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
