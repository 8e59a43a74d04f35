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


@pytest.mark.parametrize(
    "text", ["Ana Rojas, Luis Diaz", "Ana Rojas left Lima.", "Stocks fell.", "The president signed the decree in Lima."]
)
def test_a_few_words_tell_nothing(text: str) -> None:
    assert read(text.encode(), content_type="text/plain").language is None


SHORT = {
    "ru": "Президент подписал указ о выводе войск.",
    "ar": "وقع الرئيس المرسوم أمس في العاصمة.",
    "zh": "总统昨天签署了撤军法令，外交部长随后抵达首都。",
    "ko": "대통령은 어제 철군 명령에 서명했다.",
    "he": "הנשיא חתם אתמול על הצו.",
    "es": "El presidente firmó ayer el decreto en Lima.",
    "fr": "Le président a signé hier le décret à Nairobi.",
    "de": "Der Präsident unterzeichnete gestern den Erlass in Oslo.",
    "id": "Menteri Luar Negeri tiba di Manila pada hari Selasa untuk berunding dengan rekannya.",
}


@pytest.mark.parametrize("language", SHORT)
def test_a_sentence_tells_that_it_is_not_english(language: str) -> None:
    """Read as English it would give names and governments that nobody meant."""
    found = extract(SHORT[language].encode(), content_type="text/plain; charset=utf-8")
    assert found.document.language not in (None, "en")
    assert {record.kind for record in found.records} <= {"place", "instrument"}


@pytest.mark.parametrize("language", ["ru", "zh", "ko", "he"])
def test_the_script_tells_the_language(language: str) -> None:
    assert read(SHORT[language].encode(), content_type="text/plain; charset=utf-8").language == language


@pytest.mark.parametrize(("language", "town"), [("es", "Lima"), ("fr", "Nairobi"), ("de", "Oslo")])
def test_a_town_behind_a_word_of_place_needs_no_english(language: str, town: str) -> None:
    found = extract(SHORT[language].encode(), content_type="text/plain; charset=utf-8", published="2003-05-15")
    assert [getattr(record.data, "name", None) for record in found.records] == [town]


def test_a_foreign_quotation_does_not_make_a_text_foreign() -> None:
    text = (
        "The Russian Foreign Ministry was terse. “Переговоры отложены,” its spokesman, Ivan Petrov, said on Tuesday. "
        "The Norwegian foreign minister replied in Oslo that “vi venter” and that the talks would resume in June."
    )
    found = extract(text.encode(), content_type="text/plain; charset=utf-8")
    assert found.document.language in (None, "en")
    assert "Ivan Petrov" in [getattr(r.data, "speaker_name", None) for r in found.records]


@pytest.mark.parametrize("language", [language for language in STORIES if language != "en"])
def test_other_languages_give_only_what_needs_no_english(language: str) -> None:
    """No German word is taken for somebody's name or deed; a town that is written alike is a place."""
    found = extract(STORIES[language].encode(), content_type="text/plain; charset=utf-8")
    assert {record.kind for record in found.records} <= {"place", "instrument"}
    assert found.errors == ()
    if language == "de":
        assert [getattr(record.data, "name", None) for record in found.records] == ["Oslo"]
