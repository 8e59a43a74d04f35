"""UTF-8 that was read as windows-1252 or windows-1251 before it was stored, put right where that is certain.

Certain means: what stands there is nonsense in every language, its bytes are valid UTF-8, and it comes more than once
or is a mark of punctuation that nobody could type so.
"""

from __future__ import annotations

import re


def _characters(codec: str, first: int, last: int) -> str:
    """The characters that the codec gives for these bytes, those that it does not know as Latin-1 has them."""
    found = (bytes([code]).decode(codec, "ignore") or chr(code) for code in range(first, last + 1))
    return re.escape("".join(found))


# A character of UTF-8 in two to four characters of windows-1252. Bounded classes.
# yes: "â€™"  "Ã©"     no: "é"  "À la"
WESTERN = re.compile(f"[{_characters('cp1252', 0xC2, 0xF4)}][{_characters('cp1252', 0x80, 0xBF)}]{{1,3}}")
# A character of UTF-8 in two characters of windows-1251. Bounded classes.
# yes: "Рѕ"     no: "Россия" (its letters are followed by letters, not by signs)
CYRILLIC = re.compile(f"[{_characters('cp1251', 0xD0, 0xD1)}][{_characters('cp1251', 0x80, 0xBF)}]")
SIGNS = ("Ã", "â€", "Â", "Å", "Ð", "Ñ", "Ø", "Ù")
LEAST_WESTERN = 2
"""Broken characters from which their repair is certain; of Cyrillic, as Russian has such pairs by chance."""
LEAST_CYRILLIC = 10
# A letter of Cyrillic. One class.
# yes: "ж"     no: "z"
_LETTER = re.compile("[Ѐ-ӿ]")


def repaired(text: str) -> str:
    """The text with its broken characters put right; as it is where there are none or where it is not certain."""
    if any(sign in text for sign in SIGNS):
        text = _western(text)
    if "Рѕ" in text or "Р°" in text:
        text = _cyrillic(text)
    return text


def _western(text: str) -> str:
    whole = [found[0] for found in WESTERN.finditer(text)]
    right = [piece for piece in whole if _meant(piece, "cp1252")]
    certain = len(right) >= LEAST_WESTERN or any(piece.startswith("â€") for piece in right)
    if not certain or len(right) * 2 < len(whole):
        return text
    return WESTERN.sub(lambda found: _meant(found[0], "cp1252") or found[0], text)


def _cyrillic(text: str) -> str:
    """Russian has such pairs by chance now and then: so most of the letters must be of them."""
    pairs = CYRILLIC.findall(text)
    letters = len(_LETTER.findall(text))
    if len(pairs) < LEAST_CYRILLIC or len(pairs) * 2 < letters:
        return text
    return CYRILLIC.sub(lambda found: _meant(found[0], "cp1251") or found[0], text)


def _meant(piece: str, codec: str) -> str | None:
    """What the characters were before they were read in this codec; a character or two too many stay behind it."""
    raw = b"".join(_byte(character, codec) for character in piece)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if not error.start:
            return None
        return raw[: error.start].decode("utf-8") + piece[error.start :]


def _byte(character: str, codec: str) -> bytes:
    try:
        return character.encode(codec)
    except UnicodeEncodeError:
        return character.encode("latin-1", "replace")
