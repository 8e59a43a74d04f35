"""What ids and classes say of an element: a story's body, or something that stands around it. Vocabulary, no rules.

Names are read as words ("articleBody", "article-body" and "article_body" are the same two), so that one row serves all.
Origin: names that news systems and their themes share; a name of one site has no place here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from extractors.pages.boilerplate import table

# Word pairs that name a story's body, best first; then the places a page has for its main part.
BODY_NAMES: tuple[frozenset[str], ...] = (
    frozenset(
        table(
            """
    article body | article text | article content | article copy | article main | article paragraphs | body article
    content article | story body | story text | story content | story copy | body content | body copy | body text
    news text | news body | news content | entry content | entry body | entry text | post content | post body
    post text | post entry | post article | blog content | content body | main content body | single content
    single post | text body | field body | detail content | detail text | articlebody | articletext | articlecontent
    storybody | storytext | storycontent | postcontent | postbody | entrycontent | newstext | bodytext
    maincontent body | paragraph wrapper | rich text | wysiwyg | instapaper body | zoom me | zoomme | wsw
    """
        )
    ),
    frozenset(
        table(
            """
    article | story | post | entry | hentry | content main | main content | maincontent | page content | the content
    news item
    """
        )
    ),
    frozenset(
        table(
            """
    content | main | body | text | container
    """
        )
    ),
)

# Words that name what stands around a story.
NOISE = frozenset(
    table(
        """
    share | sharing | sharer | shares | sharebar | sharetools | sharedaddy | social | socials | socialmedia
    addthis | addtoany | related | relateds | recommended | recommendation | recommendations | recirc
    recirculation | newsletter | newsletters | subscribe | subscription | signup | promo | promos | promotion
    promoted | comment | comments | commenting | disqus | livefyre | byline | bylines | tags | taglist | breadcrumb
    breadcrumbs | nav | navigation | navbar | menu | sidebar | advert | adverts | ad | ads | adslot | adunit
    advertisement | advertising | dfp | banner | sponsored | sponsor | sponsors | outbrain | taboola | zergnet
    revcontent | popular | mostpopular | mostread | trending | footer | credit | credits | caption | captions
    timestamp | toolbar | login | paywall | cookie | cookies | consent | gdpr | popup | modal | overlay | lightbox
    teaser | teasers | toc | pagination | pager | skip | breaking | ticker | authorbox | bio | biography | dateline
    pubdate | syndication | playlist | carousel | slideshow | rating | ratings | feedback | survey | poll | quiz
    donate | donation | correction | disclaimer | copyright | yarpp | crosshead-link | nocontent | noprint
    screenreader
    """
    )
)
NOISE_PAIRS = frozenset(
    table(
        """
    read more | more stories | more news | see also | also read | read next | up next | author info | author bio
    about author | author box | article meta | post meta | entry meta | story meta | article info | article tools
    story tools | article footer | entry footer | post footer | article tags | post tags | author meta | print only
    sr only | visually hidden | screen reader | follow us | most read | most viewed | image credit | photo credit
    pull quote | media caption | image caption | wp caption | key points | email signup | related posts
    post navigation | article header | entry header | post header | story header | article date | post date
    entry date | published date | publish date | article author | post author | entry author | article byline
    tag list | tag cloud | news header
    """
    )
)

# Names of the box that has a story's first paragraph, where the rest is in another.
LEADS = frozenset(
    table(
        """
    lead | lede | leadin | standfirst | perex | ingress | chapo | chapeau | sapo | vorspann | anons | entradilla
    bajada | intro | article lead | article intro | article perex | intro text | lead text | lead paragraph
    first paragraph
    """
    )
)

# A word in a name. "relatedContent-box2" gives related, Content, box2.
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_MAX_NAME = 400
_SHORT = 3


@lru_cache(maxsize=20_000)
def vocabulary(name: str) -> frozenset[str]:
    """The words of an element's name and each two that follow one another within one id or class."""
    found: set[str] = set()
    for part in name[:_MAX_NAME].split():
        parts = [word.lower() for word in _WORD.findall(part)]
        # Short words count between dashes only: generated names ("hJpRRP") have any two letters somewhere.
        found.update(word for word in parts if len(word) > _SHORT)
        found.update(re.split(r"[-_]+", part.lower()))
        found.update(f"{a} {b}" for a, b in pairwise(parts))
    return frozenset(found)


@lru_cache(maxsize=20_000)
def body_rank(name: str) -> int | None:
    """How well the name names a story's body: 0 is best, None not at all."""
    if is_noise(name):
        return None
    said = vocabulary(name)
    return next((rank for rank, names in enumerate(BODY_NAMES) if not names.isdisjoint(said)), None)


@lru_cache(maxsize=20_000)
def is_lead(name: str) -> bool:
    """Whether the name names a story's first paragraph."""
    return not LEADS.isdisjoint(vocabulary(name)) and not is_noise(name)


@lru_cache(maxsize=20_000)
def is_noise(name: str) -> bool:
    """Whether the name names something around a story."""
    said = vocabulary(name)
    return not (NOISE.isdisjoint(said) and NOISE_PAIRS.isdisjoint(said))
