"""The check of a generated answer: every number names a source, every quotation stands in one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rag_system.chunking import split_sentences
from rag_system.language import TextLanguage

NO_SOURCE: dict[TextLanguage, str] = {
    "pt": "(sem fonte)",
    "en": "(no source)",
    "es": "(sin fuente)",
}
NOT_QUOTED: dict[TextLanguage, str] = {
    "pt": "(citação não encontrada nas fontes)",
    "en": "(quotation not found in the sources)",
    "es": "(cita no encontrada en las fuentes)",
}

_MARKER = re.compile(
    r"[\[【](?:\^|(?:fontes?|sources?|fuentes?|trechos?|"
    r"ref\.?)\s*)?(?P<numbers>\d{1,3}(?:\s*(?:[,;–-]|e|and|y)\s*(?:(?:fontes?|sources?|"
    r"fuentes?)\s*)?\d{1,3})*)(?:†[^\]】]*)?[\]】](?!\()",
    re.IGNORECASE,
)
_CITED = re.compile(r"\[\d{1,3}\]")
_TRAILING_MARKERS = re.compile(r"^(?:\s*\[\d{1,3}\])+[.!?]?")
_SPACE_BEFORE_STOP = re.compile(r"[ \t]+([.,;:!?])")
_QUOTATION = re.compile(r"“([^”\n]{8,600})”|\"([^\"\n]{8,600})\"|«([^»\n]{8,600})»")
_MIN_QUOTED_WORDS = 3
_WORD = re.compile(r"\w+")
_MIN_WORDS = 4
_MAX_RANGE = 20
_STOP = re.compile(r"[.!…]*[\s*_]*$")
_LIST_ITEM = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")
_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^[\s|:*_-]+$")
# Sentences about the sources or the answer itself state nothing that a source could bear out.
_ABOUT_ITSELF = re.compile(
    r"\b(?:as fontes|os materiais|os trechos|the sources|the materials|the passages|the (?:given|"
    r"provided) \w+|las fuentes)\b.{0,60}\b(?:não|nao|not|no|n't)\b|"
    r"\b(?:não (?:há|encontrei|consta)|there is no|i (?:did not|could not) find|no "
    r"hay)\b.{0,80}\b(?:fontes?|materia\w+|trechos?|sources?|passages?|fuentes?|informa\w+)\b|"
    r"^\W*(?:espero|i hope|let me know|se (?:quiser|precisar|tiver)|if you (?:want|need|have)|aqui "
    r"(?:está|estão)|here (?:is|are)|claro|sure|certainly|com base n|based on|"
    r"de acordo com as fontes|according to the sources|em resumo\W*$|in short\W*$|veja|see )",
    re.IGNORECASE,
)


@dataclass
class Checked:
    """An answer after the check; `text` carries visible marks where something failed."""

    text: str
    cited: list[int] = field(default_factory=list)
    unknown_citations: list[int] = field(default_factory=list)
    unsupported_sentences: list[str] = field(default_factory=list)
    unfound_quotes: list[str] = field(default_factory=list)


def check(
    answer: str, sources: Mapping[int, str], language: TextLanguage, question: str = ""
) -> Checked:
    """Check an answer against the texts of the sources that it was made from, by number.

    A number without a source is taken out. A quotation that stands in no source, nor in the
    question, and a statement without a number are marked in the answer's language.
    """
    checked = Checked("")
    text = _with_known_markers(answer, sources, checked)
    text = _with_marked_quotes(text, [*sources.values(), question], language, checked)
    checked.text = "".join(_with_marked_sentences(text, language, checked)).strip()
    checked.cited = sorted({int(marker[0][1:-1]) for marker in _CITED.finditer(checked.text)})
    return checked


def _with_known_markers(text: str, sources: Mapping[int, str], checked: Checked) -> str:
    def known(marker: re.Match[str]) -> str:
        numbers = list(_numbers(marker["numbers"]))
        checked.unknown_citations += [number for number in numbers if number not in sources]
        return "".join(f"[{number}]" for number in numbers if number in sources)

    return _SPACE_BEFORE_STOP.sub(r"\1", _MARKER.sub(known, text))


def _numbers(listed: str) -> Iterator[int]:
    for part in re.split(r"\s*(?:[,;]|\be\b|\band\b|\by\b)\s*", listed):
        ends = [int(digits) for digits in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 < ends[1] - ends[0] < _MAX_RANGE:
            yield from range(ends[0], ends[1] + 1)
        else:
            yield from ends


def _with_marked_quotes(
    text: str, allowed: list[str], language: TextLanguage, checked: Checked
) -> str:
    plain = [_plain(one) for one in allowed]

    def marked(quotation: re.Match[str]) -> str:
        quote = next(filter(None, quotation.groups()))
        wanted = [
            _plain(part) for part in re.split(r"\[?(?:\.\.\.|…)\]?|\[\d+\]", quote) if part.strip()
        ]
        long_enough = len(_WORD.findall(quote)) >= _MIN_QUOTED_WORDS
        if not long_enough or any(all(part in one for part in wanted) for one in plain):
            return quotation[0]
        checked.unfound_quotes.append(quote)
        return f"{quotation[0]} {NOT_QUOTED[language]}"

    return _QUOTATION.sub(marked, text)


def _plain(text: str) -> str:
    """Letters and digits in order: quotations may differ in case, spacing and punctuation."""
    return " ".join(_WORD.findall(text.casefold()))


def _with_marked_sentences(text: str, language: TextLanguage, checked: Checked) -> Iterator[str]:
    """The lines of the answer, with a mark on each statement that cites nothing."""
    in_code = False
    introduced = False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        is_fence = line.lstrip().startswith("```")
        in_code ^= is_fence
        item = _LIST_ITEM.match(line) is not None
        if not item and line.strip():
            introduced = False
        bare = (
            in_code
            or is_fence
            or _RULE.match(line)
            or line.lstrip().startswith("#")
            or _is_header(lines, number)
        )
        if bare or (item and introduced):
            yield line
        else:
            yield _marked_line(line, language, checked)
        if line.rstrip(" *_").endswith(":") and _CITED.search(line):
            introduced = True  # "Segundo o manual [1]:" speaks for the list below it
        if number < len(lines) - 1:
            yield "\n"


def _is_header(lines: list[str], number: int) -> bool:
    below = lines[number + 1] if number + 1 < len(lines) else ""
    return (
        _TABLE_ROW.match(lines[number]) is not None
        and "-" in below
        and _RULE.match(below) is not None
    )


def _marked_line(line: str, language: TextLanguage, checked: Checked) -> str:
    if _TABLE_ROW.match(line):
        if _states_without_source(line.replace("|", " ")):
            checked.unsupported_sentences.append(line.strip())
            return f"{line.rstrip().removesuffix('|').rstrip()} {NO_SOURCE[language]} |"
        return line
    marked: list[str] = []
    rest = line
    sentences = split_sentences(line)
    for position, sentence in enumerate(sentences):
        start = rest.find(sentence)
        lead, rest = rest[:start], rest[start + len(sentence) :]
        if position and not marked[-1].strip():
            lead = ""
        # "... por dia. [1] Outra frase": the number belongs to the sentence before it.
        own = _TRAILING_MARKERS.match(sentence) if position else None
        own_text = own[0] if own else ""
        following = sentences[position + 1] if position + 1 < len(sentences) else ""
        body = sentence[len(own_text) :]
        followed = _TRAILING_MARKERS.match(following) or _TRAILING_MARKERS.match(rest)
        if body.strip() and not followed and _states_without_source(body):
            checked.unsupported_sentences.append(_LIST_ITEM.sub("", body).strip())
            body = _mark(body, NO_SOURCE[language])
        marked.append(lead + own_text + body)
    return "".join(marked) + rest


def _states_without_source(sentence: str) -> bool:
    text = sentence.strip(" *_>-\t")
    if (
        _CITED.search(sentence)
        or text.endswith(("?", ":"))
        or len(_WORD.findall(text)) < _MIN_WORDS
    ):
        return False
    return not _ABOUT_ITSELF.search(text)


def _mark(sentence: str, mark: str) -> str:
    stop = _STOP.search(sentence)
    end = stop.start() if stop else len(sentence)
    return f"{sentence[:end].rstrip()} {mark}{sentence[end:]}"
