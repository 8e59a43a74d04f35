"""JSON-LD as pages have it: scripts in, the nodes out, mended where a page's own wrapping broke them.

Published JSON-LD stands in CDATA marks, in comments, under a line of JavaScript, with commas and escapes that JSON
does not know. What a small mending gives is read; a script that needs more is passed over.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from extractors.lexicon import table
from extractors.text.decode import fold

Node = Mapping[str, object]

BODIES = frozenset(table("page_fields")["type"]["body"])
"""Types of nodes that are a company, a paper or a party, and no person."""
MAX_JSON_LD = 1_000_000
MAX_NODES = 2_000
MAX_OBJECTS = 50
MAX_AUTHORS = 40
NESTED = ("@graph", "mainEntity", "mainEntityOfPage")

# What may stand outside of strings in a script and is no JSON, and the strings, which are left as they are. Each
# alternative takes all that it can and gives nothing back, so that a script is read once. The marks of a wrapper count
# also behind the slashes that hide them from JavaScript, as the object may stand on the same line.
# yes: `//<![CDATA[`  `-->`  `// the site's own words`  `/* ]]> */`   no: `"https://x.example/"`, which is a string
FOREIGN = re.compile(
    r"""(?P<string> " [^"\\]*+ (?: \\ .?+ [^"\\]*+ )*+ (?: " | \Z ) )
        | (?: // [ \t]*+ )? (?: <!\[CDATA\[ | \]\]> | <!-- | --!?> )
        | // [^\r\n]*+
        | /\* [^*]*+ (?: \* (?! / ) [^*]*+ )*+ (?: \*/ | \Z )""",
    re.DOTALL | re.VERBOSE,
)
# A comma after the last member. yes: `"a": 1, }`   no: `"a, }"`
LAST_COMMA = re.compile(
    r"""(?P<string> " [^"\\]*+ (?: \\ .?+ [^"\\]*+ )*+ (?: " | \Z ) ) | , (?= \s*+ [}\]] )""", re.DOTALL | re.VERBOSE
)
# A backslash and what it escapes. JSON's own escapes stay, of any other the backslash goes.
# yes (goes): `\'`  `\-`  `\u12`   no: `\n`  `\u00e9`  `\\`
ESCAPE = re.compile(
    r"""\\ (?: (?P<known> ["\\/bfnrt] | u [0-9a-fA-F]{4} ) | (?P<other> . ) )""", re.DOTALL | re.VERBOSE
)
OPENING = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder(strict=False)


def linked_nodes(scripts: Iterable[tuple[str, str]]) -> list[Node]:
    """All nodes that the scripts (type, body) state, in order."""
    bodies = (body for kind, body in scripts if "ld+json" in kind.lower() and len(body) <= MAX_JSON_LD)
    return [node for body in bodies for data in _objects(body) for node in _nodes(data)]


def types_of(node: Node) -> list[str]:
    """The node's types, without the vocabulary that they are of."""
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return [each.rsplit("/", 1)[-1] for each in kinds if isinstance(each, str)]


def authors_of(article: Node, nodes: Iterable[Node]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the article's authors, and of those among them that are said to be bodies and no people.

    An author may be told by its @id alone, and described in a node of its own.
    """
    known = {name: node for node in nodes if isinstance(name := node.get("@id"), str) and node.get("name")}
    author = article.get("author")
    authors = [_described(each, known) for each in (author if isinstance(author, list) else [author])[:MAX_AUTHORS]]
    people = chain.from_iterable(_names(each) for each in authors if not _is_body(each))
    bodies = chain.from_iterable(_names(each) for each in authors if _is_body(each))
    return tuple(dict.fromkeys(people)), tuple(dict.fromkeys(bodies))


def _objects(body: str) -> list[object]:
    """The objects that the script holds: as it stands, else mended and read as far as it goes."""
    try:
        return [json.loads(body.strip().removesuffix(";"), strict=False)]
    except (ValueError, RecursionError):  # RecursionError: "[[[[…" nested to harm
        return list(_decoded(_mended(body)))


def _mended(body: str) -> str:
    """The script without comments, marks of wrappers, commas too many, and escapes that JSON does not have."""
    return LAST_COMMA.sub(lambda found: found["string"] or "", FOREIGN.sub(_escaped, body))


def _escaped(found: re.Match[str]) -> str:
    """A string with escapes that JSON knows; a blank for what is no JSON."""
    return ESCAPE.sub(_known_escape, found["string"]) if found["string"] else " "


def _known_escape(found: re.Match[str]) -> str:
    return found[0] if found["known"] else found["other"]


def _decoded(text: str) -> Iterator[object]:
    """One object after the other, up to the first that cannot be read."""
    start = OPENING.search(text)
    for _ in range(MAX_OBJECTS):
        if start is None:
            return
        try:
            data, end = _DECODER.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            return
        yield data
        start = OPENING.search(text, end)


def _nodes(data: object) -> Iterator[Node]:
    """The objects at the top and in @graph, not what is nested in an article (a claim has a date of its own)."""
    pending = deque([data])
    for _ in range(MAX_NODES):
        if not pending:
            return
        node = pending.popleft()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            yield node
            pending.extend(node[name] for name in NESTED if isinstance(node.get(name), dict | list))


def _described(author: object, known: Mapping[str, Node]) -> object:
    """The author, or the node that describes it where it is told by its @id alone."""
    if isinstance(author, str):
        return known.get(author, author)
    if isinstance(author, dict) and not author.get("name") and isinstance(name := author.get("@id"), str):
        return known.get(name, author)
    return author


def _is_body(author: object) -> bool:
    return isinstance(author, dict) and not BODIES.isdisjoint(types_of(author))


def _names(author: object) -> Iterator[str]:
    named = author.get("name") if isinstance(author, dict) else author
    for name in named if isinstance(named, list) else [named]:
        if isinstance(name, str) and (said := fold(name)) and not said.startswith("http"):
            yield said
