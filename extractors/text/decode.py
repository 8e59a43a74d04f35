"""The first step of reading: bytes and the HTTP header become text in one normal form, or are named as no text at all.

Takes a snapshot's bytes, gives a `Decoded`. Standing under all page families, it knows encodings and characters, and
nothing of articles.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from extractors.text.mojibake import repaired

MAX_BYTES = 4 * 1024 * 1024
"""What is read of one page, so that a trap costs no more than a second or two: the rest is not looked at."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text and the encoding that gave it; `encoding` is None where the bytes are no text: `reason` says what."""

    text: str
    encoding: str | None
    reason: str


def decode(content: bytes, content_type: str | None = None) -> Decoded:
    """The text of the bytes: by byte-order mark, else UTF-8 where valid, else as declared, else windows-1252."""
    content = content[:MAX_BYTES]
    marked = _by_mark(content)
    if marked is None and (seen := _not_text(content)):
        return Decoded("", None, seen)
    encoding, reason = marked or _without_mark(content, content_type)
    text = _decoded(content, encoding)
    right = repaired(text)
    return Decoded(normalised(right), encoding, reason if right == text else f"{reason}; stored as UTF-8 read wrongly")


def normalised(text: str) -> str:
    """The text with line feeds for all line ends, without control and invisible characters, in Unicode's form NFC."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub(lambda found: _CHARACTERS[ord(found[0])] or "", text))


def fold(text: str) -> str:
    """The text on one line: normalised, each run of white space one blank (no-break space too), none at the ends."""
    line = " ".join(text.split())
    if line.isprintable() and _SEPARATORS.isdisjoint(text) and unicodedata.is_normalized("NFC", line):
        return line  # as nearly every line of a page is: four times faster
    return " ".join(normalised(text).split())


_SEPARATORS = frozenset("\x1c\x1d\x1e\x1f\x85")  # white space to str.split, but nothing or an ellipsis to us


def _characters() -> dict[int, str | None]:
    drop = [*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F]
    # Soft hyphen, zero-width space, word joiner, mark, direction marks; U+200C and U+200D stay: Persian needs them.
    drop += [0xAD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    table: dict[int, str | None] = dict.fromkeys(drop)
    # C1 controls are windows-1252 read as Latin-1, or a reference such as &#146;: so maps them the HTML Standard.
    table |= {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
    return table | {0x0C: "\n", 0x2028: "\n", 0x2029: "\n\n"}


_CHARACTERS = _characters()
# One of them, one class; str.translate with this table is ten times slower on a page that has none.
# yes: "\u200b"  "\x00"     no: "a"  "\n"
_UNWANTED = re.compile("[" + "".join(re.escape(chr(code)) for code in _CHARACTERS) + "]")

# Byte-order marks; UTF-32 first, as its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# First bytes of what servers hand out in place of a page (WHATWG MIME Sniffing, section 6; file(1) for the rest).
SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG image"),
    (0, b"\xff\xd8\xff", "JPEG image"),
    (0, b"GIF87a", "GIF image"),
    (0, b"GIF89a", "GIF image"),
    (8, b"WEBPVP", "WebP image"),
    (0, b"II*\x00", "TIFF image"),
    (0, b"MM\x00*", "TIFF image"),
    (0, b"\x00\x00\x01\x00", "icon"),
    (0, b"%PDF-", "PDF"),
    (0, b"%!PS-Adobe", "PostScript"),
    (0, b"{\\rtf", "RTF document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office document (OLE)"),
    (0, b"PK\x03\x04", "ZIP archive or Office document"),
    (0, b"\x1f\x8b\x08", "gzip data"),
    (0, b"(\xb5/\xfd", "Zstandard data"),
    (0, b"BZh", "bzip2 data"),
    (0, b"Rar!\x1a\x07", "RAR archive"),
    (0, b"7z\xbc\xaf'\x1c", "7-Zip archive"),
    (0, b"ID3", "MP3 audio"),
    (0, b"OggS\x00", "Ogg audio or video"),
    (0, b"fLaC", "FLAC audio"),
    (8, b"WAVEfmt", "WAVE audio"),
    (4, b"ftyp", "MP4 audio or video"),
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM video"),
    (0, b"FLV\x01", "Flash video"),
    (0, b"wOF2", "web font"),
    (0, b"wOFF", "web font"),
    (0, b"\x7fELF", "program"),
    (0, b"SQLite format 3\x00", "SQLite database"),
)

_SAMPLE = 65_536
_CONTROL = bytes({*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F})
_MAX_CONTROL_SHARE = 0.05  # compressed or random bytes have .11, pages with stray NULs far below .01
_MIN_CONTROLS = 4


def _by_mark(content: bytes) -> tuple[str, str] | None:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding, "byte-order mark"
    return _wide_without_mark(content[:1024])


def _wide_without_mark(head: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark, which shows in ASCII markup as a NUL in every second place and none in the others."""
    if len(head) < 16:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) and even == 0:
        return "utf-16-le", "a NUL in every second byte"
    if even > 0.4 * len(head) and odd == 0:
        return "utf-16-be", "a NUL in every second byte"
    return None


def _not_text(content: bytes) -> str | None:
    """What the bytes are, where they are no text."""
    for offset, signature, name in SIGNATURES:
        if content.startswith(signature, offset):
            return name
    sample = content[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    if controls >= _MIN_CONTROLS and controls > _MAX_CONTROL_SHARE * len(sample):
        return f"binary: {controls / len(sample):.0%} control bytes".replace("%", " %")
    return None


# charset=… in a Content-Type header, in <meta charset>, <meta http-equiv content> and the XML declaration's encoding.
# yes: `text/html; charset="utf-8"`   `<meta charset=koi8-r>`   `<?xml version="1.0" encoding='latin1'?>`
# no:  `charset of the ship`          Bounded: a name has at most 40 characters.
CHARSET = re.compile(
    r"""(?: charset | encoding) \s{0,8} = \s{0,8} ["']? (?P<name> [a-z0-9][a-z0-9_:.-]{0,39} )""", re.I | re.VERBOSE
)

# Labels whose common use is wider than their standard: WHATWG Encoding, section 4.2.
WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_META_WINDOW = 4096
_ESCAPING = ("iso2022", "hz")  # encodings whose bytes are all ASCII, so that they pass for UTF-8


def _without_mark(content: bytes, content_type: str | None) -> tuple[str, str]:
    head = content[:_META_WINDOW].decode("latin-1")
    declared = [
        (name, why)
        for text, why in ((content_type or "", "HTTP header"), (head, "declared in the page"))
        if (name := _charset(text))
    ]
    for name, why in declared:
        if name.startswith(_ESCAPING) and (b"\x1b" in content or b"~{" in content):
            return name, why
    if _fits(content, "utf-8"):
        return "utf-8", "valid UTF-8"
    for name, why in declared:
        if _fits(content, name):
            return name, why
    if _mostly_utf8(content):
        return "utf-8", "UTF-8 but for a few bytes"
    return (declared[0][0], f"{declared[0][1]}, with faults") if declared else ("cp1252", "nothing declared")


def _charset(text: str) -> str | None:
    """The Python name of the first declared character set that Python knows as a text encoding of bytes."""
    if not (found := CHARSET.search(text)):
        return None
    try:
        codec = codecs.lookup(found["name"])
        b"a".decode(codec.name)
    except (LookupError, ValueError):  # unknown, or one of Python's own such as "hex" or "idna"
        return None
    # A page that could be searched for its own declaration is not UTF-16 (WHATWG HTML, prescan).
    return None if codec.name.startswith(("utf-16", "utf-32")) else WIDER.get(codec.name, codec.name)


def _fits(content: bytes, encoding: str) -> bool:
    """Whether the bytes are valid in the encoding; a last character cut in two is."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(content)
    except ValueError:
        return False
    return True


def _mostly_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", "replace")
    return text.count("\ufffd") * 3 < sum(1 for c in text if c > "\x7f")


def _decoded(content: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)("windows-1252-byte").decode(content)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """A byte that breaks its encoding, read as windows-1252: nearly always a pasted curly quote or dash."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252-byte", _as_windows_1252)
