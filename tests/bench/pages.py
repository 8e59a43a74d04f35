"""What the page scorer calls: one page's clean text, title and day, as the pipeline would have them."""

from __future__ import annotations

from extractors.pages import read_page


def clean(html: str, url: str | None) -> dict[str, str | None]:
    """The text, title and best stated day of the page."""
    page = read_page(html.encode("utf-8", "replace"), url=url, content_type="text/html; charset=utf-8")
    day = page.clues[0].start.isoformat() if page.clues else None
    return {"text": "\n\n".join(page.paragraphs), "title": page.title, "date": day}
