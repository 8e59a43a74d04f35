"""Languages: what a story is in, and that what reads English only leaves the others alone."""

from __future__ import annotations

import pytest

from extractors import extract, read

STORIES = {
    "en": "The foreign ministers of Chile and Peru met in Lima on Monday and agreed to open the border. They said that "
    "the talks would go on in the spring, and that both countries would reduce their troops along the river.",
    "de": "Die Außenminister von Norwegen und Finnland trafen sich am Montag in Oslo und einigten sich darauf, die "
    "Grenze zu öffnen. Sie sagten, dass die Gespräche im Frühjahr fortgesetzt werden und beide Länder ihre Truppen "
    "abziehen.",
    "es": "Los ministros de Asuntos Exteriores de Chile y Perú se reunieron el lunes en Lima y acordaron abrir la "
    "frontera. Dijeron que las conversaciones continuarán en primavera y que los dos países reducirán sus tropas.",
    "ru": "Министры иностранных дел Норвегии и Финляндии встретились в понедельник в Осло и договорились открыть "
    "границу. Они заявили, что переговоры продолжатся весной и что обе страны сократят свои войска вдоль реки.",
}


@pytest.mark.parametrize("language", STORIES)
def test_the_words_tell_the_language(language: str) -> None:
    assert read(STORIES[language].encode(), content_type="text/plain; charset=utf-8").language == language


def test_the_words_are_believed_before_the_template() -> None:
    """Sites state the language of their English template on every page."""
    story = f"<h1>Treffen</h1><p>{STORIES['de']}</p><p>{STORIES['de']}</p>"
    page = f"<html lang=en><body><article>{story}</article></body></html>"
    assert read(page.encode(), content_type="text/html; charset=utf-8").language == "de"


def test_a_quotation_in_english_does_not_make_a_story_english() -> None:
    """Scripts without spaces have few words to weigh against it."""
    story = (
        "智利和秘鲁的外交部长星期一在利马会晤，同意重新开放边界。双方表示，会谈将于春季继续举行，两国将减少沿河驻军。"
        * 3
    )
    said = "“The two sides have agreed to open the border by the end of the year,” the spokesman said."
    assert read(f"{story}{said}".encode(), content_type="text/plain; charset=utf-8").language != "en"


def test_a_few_words_tell_nothing() -> None:
    assert read(b"Ana Rojas, Luis Diaz", content_type="text/plain").language is None


@pytest.mark.parametrize("language", [language for language in STORIES if language != "en"])
def test_other_languages_give_only_what_needs_no_english(language: str) -> None:
    """No German word is taken for somebody's name or deed; a town that is written alike is a place."""
    found = extract(STORIES[language].encode(), content_type="text/plain; charset=utf-8")
    assert {record.kind for record in found.records} <= {"place", "instrument"}
    assert found.errors == ()
    if language == "de":
        assert [getattr(record.data, "name", None) for record in found.records] == ["Oslo"]
