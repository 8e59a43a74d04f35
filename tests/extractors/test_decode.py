"""Bytes and a header become text in one normal form, or are named as no text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.text.decode import MAX_BYTES, decode, fold, normalised

RUSSIAN = "Переговоры в Москве"
QUOTED = "“Yes” – he said"

READ = {
    "valid UTF-8 wins over a wrong header": (QUOTED.encode(), "text/html; charset=iso-8859-1", QUOTED, "utf-8"),
    "header, where the bytes are not UTF-8": (RUSSIAN.encode("koi8-r"), "text/html; charset=KOI8-R", RUSSIAN, "koi8-r"),
    "header in quotes": (RUSSIAN.encode("cp1251"), 'text/html; charset="windows-1251"', RUSSIAN, "cp1251"),
    "Latin-1 means windows-1252": (QUOTED.encode("cp1252"), "text/html; charset=latin1", QUOTED, "cp1252"),
    "windows-1252 where nothing is declared": (QUOTED.encode("cp1252"), None, QUOTED, "cp1252"),
    "UTF-16 by its mark": (RUSSIAN.encode("utf-16"), None, RUSSIAN, "utf-16"),
    "UTF-8 by its mark": (b"\xef\xbb\xbf" + QUOTED.encode(), "text/html; charset=koi8-r", QUOTED, "utf-8-sig"),
    "UTF-16 without a mark": ("<html><p>plain</p>".encode("utf-16-le"), None, "<html><p>plain</p>", "utf-16-le"),
    "escapes that pass for ASCII": (
        "日本".encode("iso2022_jp"),
        "text/html; charset=iso-2022-jp",
        "日本",
        "iso2022_jp",
    ),
    "unknown name": (b"plain", "text/html; charset=x-unknown", "plain", "utf-8"),
    "a Python codec that is no encoding": (b"706c", "text/html; charset=hex", "706c", "utf-8"),
    "a character cut in two at the end": ("été à é".encode()[:-1], None, "été à ", "utf-8"),
}


@pytest.mark.parametrize("name", READ)
def test_encoding_is_found(name: str) -> None:
    content, content_type, text, encoding = READ[name]
    decoded = decode(content, content_type)
    assert decoded.encoding == encoding
    assert decoded.text == text


@pytest.mark.parametrize(
    "head",
    ['<meta charset="windows-1251">', "<meta charset=cp1251>", '<?xml version="1.0" encoding="windows-1251"?>'],
)
def test_declaration_in_the_page_counts(head: str) -> None:
    assert decode((head + RUSSIAN).encode("cp1251")).text == head + RUSSIAN


def test_page_that_declares_utf16_in_ascii_is_not_utf16() -> None:
    assert decode(b"<meta charset=utf-16><p>caf\xe9</p>").text == "<meta charset=utf-16><p>café</p>"


def test_few_broken_bytes_do_not_spoil_utf8() -> None:
    content = ("Заявление министра " * 5).encode() + b"\x93quoted\x94"
    assert decode(content).text == "Заявление министра " * 5 + "“quoted”"


NOT_TEXT = {
    "PNG image": b"\x89PNG\r\n\x1a\n\x00\x00",
    "JPEG image": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "GIF image": b"GIF89a\x01\x00",
    "WebP image": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "PDF": b"%PDF-1.4",
    "ZIP archive or Office document": b"PK\x03\x04\x14\x00",
    "gzip data": b"\x1f\x8b\x08\x00",
    "MP3 audio": b"ID3\x04\x00",
    "MP4 audio or video": b"\x00\x00\x00\x18ftypmp42",
    "binary: 50 % control bytes": b"\x01a" * 500,
}


@pytest.mark.parametrize("name", NOT_TEXT)
def test_what_is_no_text_is_named(name: str) -> None:
    decoded = decode(NOT_TEXT[name], "text/html")
    assert (decoded.encoding, decoded.text, decoded.reason) == (None, "", name)


def test_stray_nulls_and_controls_are_dropped_and_line_ends_are_one_kind() -> None:
    assert decode(b"a\x00b\x07\r\nc\rd\x0ce").text == "ab\nc\nd\ne"


def test_c1_controls_are_read_as_windows_1252() -> None:
    assert normalised("it\x92s") == "it’s"


def test_fold_leaves_one_blank_for_any_white_space() -> None:
    assert fold("\u00a0 a\u2009\n\tb\u200b \u00adc ") == "a b c"


def test_no_more_than_the_limit_is_read() -> None:
    assert len(decode(b"a" * (MAX_BYTES + 10)).text) == MAX_BYTES


@given(
    st.binary(max_size=500), st.sampled_from([None, "text/html; charset=utf-8", "text/html; charset=big5", "charset="])
)
def test_any_bytes_give_text_in_normal_form(content: bytes, content_type: str | None) -> None:
    text = decode(content, content_type).text
    assert text == normalised(text)
    assert unicodedata.is_normalized("NFC", text)
    assert not {"\x00", "\r"} & set(text)


@given(st.text(max_size=300))
def test_what_utf8_holds_comes_back(text: str) -> None:
    content = text.encode("utf-8", "replace")
    decoded = decode(content, "text/html; charset=utf-8")
    if decoded.reason == "valid UTF-8":
        assert decoded.text == normalised(content.decode())


@given(st.text(max_size=300))
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


BROKEN = {
    "a quotation": "“It isn’t over,” she said – again.",
    "French": "Le ministère a déclaré que l’été sera très chaud à Nîmes.",
    "Russian": "Министр заявил, что переговоры будут продолжены осенью в Москве.",
    "Turkish": "Dışişleri Bakanı, Üsküp'te görüştü; gündemde güvenlik vardı.",
    "Arabic": "قال وزير الخارجية إن المحادثات ستستمر",
}


@pytest.mark.parametrize(("name", "codec"), [*((name, "cp1252") for name in BROKEN), ("Russian", "cp1251")])
def test_utf8_that_was_read_wrongly_and_stored_is_put_right(name: str, codec: str) -> None:
    """Both ways in which servers of the West and the East did it."""
    text = BROKEN[name]
    stored = "".join(bytes([b]).decode(codec, "ignore") or chr(b) for b in text.encode())
    decoded = decode(stored.encode(), "text/html; charset=utf-8")
    assert decoded.text == text
    assert decoded.reason.endswith("stored as UTF-8 read wrongly")


@pytest.mark.parametrize(
    "text",
    [
        *BROKEN.values(),
        "À la carte, ça va: Ångström, Éé, Ñandú",
        "São Paulo – NÃO",
        "РОССИЯ И США",
        "Â »",
        "Ã",
        "C’est l’Île",
    ],
)
def test_right_text_is_left_alone(text: str) -> None:
    assert decode(text.encode()).text == text
