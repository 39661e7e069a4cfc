"""Finds sentences in a text that give orders to a language model instead of telling its reader.

An order is a verb with what only a model has: instructions of its own, a system prompt, an answer
to the user. Words that also stand in ordinary manuals ("responda apenas", "new instructions") are
orders only beside something that makes them one: a payload, a second order, a forged role.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from rag_system import order_words as words
from rag_system.decoding import decoded_orders
from rag_system.folding import Folded, fold, without_leet
from rag_system.order_rules import ALL_RULES, HEADS, Rule
from rag_system.order_words import any_of, pattern

# Orders that follow a forged role, a delimiter or another order: so many sentences on.
_REACH = 6
_PAYLOAD_REACH = 2
_TOPIC_CHARS = 300
_BEFORE_CHARS = 100
_AFTER_CHARS = 160


class Span(NamedTuple):
    """A part of a text."""

    start: int
    end: int


class _View:
    """The rules, compiled for one way of reading a text."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._rules = [
            (translate(rule.pattern), re.compile(translate(rule.pattern)), rule)
            for rule in ALL_RULES
        ]
        self._heads = [(translate(head), re.compile(translate(head))) for head in HEADS]

    def matches(self, text: str) -> Iterator[tuple[re.Match[str], Rule]]:
        absent = tuple(head for head, compiled in self._heads if not compiled.search(text))
        for source, compiled, rule in self._rules:
            if not (absent and source.startswith(absent)):
                yield from ((match, rule) for match in compiled.finditer(text))


_PLAIN = _View(str)
_LEET = _View(lambda source: source.replace("l", "i"))

# Forged roles, delimiters and headings: what follows them is under suspicion.
_ROLE = any_of(
    r"""system|assistant|user|human|developer|tool|sistema|usuario|assistente|desenvolvedor|admin
    administrator|administrador|root|ai|ia|llm"""
)
_CONTROL = r"<\s*\|[^|<>\n]{1,40}\|\s*>|\[/?inst\]|<</?sys>>|</?(?:start|end)_of_turn>"
_CONTROL_TOKEN = re.compile(_CONTROL, re.IGNORECASE)
_MARKER = re.compile(
    pattern(
        rf"{_CONTROL}|",
        r"\{\{[#/~]*\s?system|",
        rf"(?:^|[\n\[(<*#\"'>]|\.\s)\s{{0,4}}(?:#{{1,6}} ?)?[\[<(]?\s?{_ROLE}(?: ",
        r"(?:prompt|message|note|notice|override|update|alert|instruc\w+|mensagem|command|comando|",
        r"role|log))?\s?[\]>)]?\s?[:>\]|]|(?:system|admin|administrator|developer|security|root|",
        r"sistema) (?:override\b|(?:message|prompt|note|update|instruc\w+|alert)\s?[:\]>!-])|",
        r"</?(?:system|assistant|user|instruc\w+|prompt|context\w*|documents?|sources?|passages?|",
        r"data|dados|trechos?|fontes?|documentos?|end|fim|untrusted)\b[^>\n]{0,60}>|#{2,6} ",
        r"?(?:instruc\w+|response|input)\s?:|(?:(?:^|\n)\s*|[-=#*<>\[_~]{2,} ?)(?:end|fim|begin|",
        r"start|inicio|new|nov[oa]s?|close|stop|termino|final) ?(?:of|d[aoe]s?)? ?(?:the )?(?:\w+ ",
        r"){0,2}(?:context\w*|documents?|documentos?|sources?|fontes?|data|dados|passages?|",
        r"trechos?|inputs?|entradas?|text\w*|instruc\w+|prompt|conversa\w*|section|secao|user|",
        r"system|sistema)|(?:new|updated|real|actual|hidden|secret|additional|special|novas?|",
        r"verdadeir\w+|reais|ocultas?|secretas?|adicionais|especiais|nuevas) (?:system |user ",
        r")?(?:instruc\w+|directives?|diretri\w+|orders|ordens|prompt|rules|regras|tasks?|",
        r"tarefas?) ?[:\])=-]|(?:instruc\w+|message|mensagem|nota|note|aviso|recado) (?:for|to|",
        r"para|ao?s?) (?:the |o |a |",
        rf"os |as |all |todos os )?{words.ASSISTANT}",
        r"|(?:stop|importante?|important|attention|atencao|urgent|urgente)\s?!{1,3}(?=\s)|\]\]>|",
        r"-->|\"\"\"|'''|\}\}|</\w+>\s*$",
    )
)
# By these words a forged role or end of the data shows whom it speaks to.
_SPOKEN_TO = re.compile(
    pattern(
        rf"{words.OWN_PROMPT}|",
        r"\b(?:end|fim) (?:of|d[aoe]s?) (?:the )?(?:sources?|fontes|context\w*|passages|trechos|",
        r"inputs?|prompt|instruc\w+|data|dados)\b|\b(?:system|sistema|assistants?|assistentes?|",
        r"users?|usuarios?|override|instruc\w+|prompt)\b.{0,200}\b(?:you|your|voce|sua|seu|user|",
        r"usuario|answer\w*|respon\w+|reply|instruc\w+|prompt|rules|regras|question|pergunta)\b",
    )
)
_TOLD = re.compile(
    rf"{words.CLAUSE_START}(?:{words.SPEAK}|{words.PUT}|obey|obedeca|reveal|revele|repeat|repita)\b"
)
_WEAK = re.compile(rf"{words.CLAUSE_START}(?:{words.SAY})\b")
_EARLIER = re.compile(words.EARLIER)
_MODAL = re.compile(rf"\b{words.MODAL}\b")
_NOW = re.compile(
    pattern(
        r"\b(?:now|from now on|no longer|agora|a partir de|daqui em diante|henceforth|without|sem|",
        r"free (?:of|from)|livre|nao tem)\b|\bdan\b|\w{2,}bot\b|jailb|unrestrict|uncensor",
    )
)
_IN_A_MANNER = re.compile(
    pattern(
        r"\b(?:in|em|como|like) (?:an? |uma? )?(?:rhymes?|rimas?|verses?|versos?|all caps|",
        r"uppercase|maiusculas|latin|latim|klingon|french|frances|german|alemao|russian|russo|",
        r"chinese|chines|spanish|espanhol|english|ingles|pirata?e?|emojis?|haikus?|poem|poema|",
        r"base64|codigo morse)",
    )
)
_ANSWERWARD = re.compile(
    pattern(
        r"\b(?:answers?|responses?|reply|replies|output|question|user|usuario|conversa\w*|",
        r"respostas?|pergunta|prompt|dados|data|context\w*|secret|summary|resumo)\b|[{<\[$]\w",
    )
)
_SET_ASIDE_WORD = re.compile(f"{words.FORGET}|ignorar|desconsiderar|esquecer")
_ANYBODYS = re.compile(r"(?:nao|pare de|do not|don'?t|never) \w+ (?:as )?(?:suas|your) instruc\w+$")
_MACHINE_WORD = re.compile(rf"\b{words.ASSISTANT}")
_YOURS = re.compile(r"\b(?:you|your|voce|suas?|seus?|tus?)\b")
_SPEAKS = re.compile(
    rf"\b(?:{words.SPEAK}|responder|dizer|escrever|repetir|falar|imprimir|revelar|revele)\b"
)
_SHOW_WORD = re.compile(rf"\b{words.SHOW}\b")
_SPEAK_FIRST = re.compile(rf"\W*(?:\w+ )?{words.SPEAK}\b")
_ON_AN_OCCASION = re.compile(r"\b(?:if|se|when|quando|caso|before|antes|until|ate|after|depois)\b")
_OF_SOMETHING = re.compile(r"\W*(?:que|correta|certa|that|which|of|da|do|de)\b")
_PAYLOAD = re.compile(
    pattern(
        r"[\"“«'‘][^\"”»'’\n]{2,120}[\"”»'’]|https?://|www\.|\b\S+@\S+\.\w|",
        r"(?<![\w-])[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)+(?![\w-])|",
        r"(?<!\w)(?=\w*[A-Z])(?=\w*\d)[A-Z0-9]{5,}(?!\w)|(?<!\w)[A-ZÀ-Þ]{4,}(?!\w)|`[^`\n]+`|",
        r"\w+_\w+|:\s+\S|(?<=\s)[a-z]+-[a-z]*-?\d+|\b[A-Z][a-z]+[A-Z]\w+|\b(?:word|words|palavra|",
        r"palavras|phrase|frase|token|string|palabra|codigo|code)\s+\w",
    )
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FORM_WORDS = _words(
    """
    SIM NÃO NAO YES NO TRUE FALSE VERDADEIRO FALSO CERTO ERRADO CAIXA LETRA MAIÚSCULAS IMPORTANTE
    ATENÇÃO IMPORTANT NOTE NOTA AVISO TODAS TODOS APENAS SOMENTE ONLY ALWAYS SEMPRE NUNCA NEVER
    LGPD HTTP JSON HTML
    """
)
# "o aluno que ignore ...", "attackers make the model ignore ...": nobody is told to.
_DESCRIBED = re.compile(
    pattern(
        r"(?:\b(?:nao|nunca|jamais|never|not|don'?t|do not|does not|doesn'?t|sem|without|quem|who|",
        r"which|that|que|to|se|if|can|could|may|might|would|pode|podem|poderia|eles|they|we|nos|",
        r"people|users?|alunos?|usuarios?|employees|staff|attackers?|atacantes?|students?|",
        r"clientes?|clients?|pessoas|praticantes|motoristas|iniciantes|often|sometimes|muitos|",
        r"alguns|ele|ela|he|she|it|mulheres|homens|atletas|professores|(?:the|o|um|an?) (?:model|",
        r"modelo|assistant|assistente|llm|chatbot|ai|ia|bot|system|sistema))\s)$",
    )
)
_ORDERED = re.compile(
    pattern(
        r"(?:\b(?:you|voce|task is|goal is|job is|tell you|told|tarefa e|order(?:ed)?|",
        r"instruct(?:ed)?|command(?:ed)?|want you|need you|like you|ask you|have|need|are|is|is ",
        r"going) to\s|\b(?:peco|quero|solicito|ordeno|exijo|preciso|determino|favor|gostaria|",
        r"importante|necessario|obrigatorio)(?: \w+)? que(?: voce| tu)?\s|\b(?:if|se|quando|",
        r"when)[^.!?]{3,80}[, ]\s?(?:that|que|to|nao)\s)$",
    )
)
_PEOPLE = re.compile(
    pattern(
        r"\b(?:employees|staff|drivers?|motoristas?|alunos?|students?|users?|usuarios?|workers?|",
        r"funcionarios?|players?|athletes?|atletas?|clients?|clientes?)\s(?:must|should|shall|may|",
        r"can|devem?|podem?)\s(?:\w+\s)?$",
    )
)
# "desconsidere as orientações anteriores sobre o estacionamento": said of a document.
_OF_A_DOCUMENT = re.compile(
    pattern(
        r"^\W{0,2}(?:\w+ )?(?:anterior(?:es)? |previas? |acima )?(?:sobre|about|regarding|",
        r"concerning|referentes?|relativ[oa]s?|quanto a|contidas?|constantes?|publicad[oa]s?|",
        r"enviad[oa]s?|impress[oa]s?|printed|issued|published|(?:from|in|on|of|da|do|das|dos|de|",
        r"na|no|nas|nos|del)(?: the| an?| sua| seu| old| previous| last| former| antig[oa]| ",
        r"ultim[oa])* (?:\w+ )?(?:manua(?:l|is)|fabricante|manufacturer|professor\w*|teacher|",
        r"coach|instrutor\w*|treinador\w*|formulari\w+|form|edica\w+|edition|versa\w+|version|",
        r"edital|circular|memorando|memo|aparelho|equipamento|device|box|caixa|embalagem|package|",
        r"label|rotulo|bula|section|secao|page|pagina|capitulo|chapter|figura|figure|norma|",
        r"contrato|contract|email|e-mail|carta|letter|semana|week|mes|month|receita|recipe|kit|",
        r"produto|product|gps|navegador|motorista|medico|doctor|juiz|arbitro|exercicio|exercise|",
        r"prova|exam|questao|question\b|clausula|sign|placa|old))",
    )
)
_TOPIC = re.compile(
    pattern(
        r"\b(?:ataques?|atacantes?|injec\w+|injet\w+|injection|attack\w*|adversar\w+|malicious|",
        r"malicios\w+|jailbreak\w*|vulnerab\w+|phishing|owasp|red team|hackers?|exploit\w*|",
        r"ameacas?|threats?|seguranca da informacao|moderation|moderacao|guardrails?|blocklist|",
        r"blacklist|detector|deteccao|detection|assert|regex|unit test|golpes?|engenharia social|",
        r"fraudes?)\b",
    )
)
_OTHERS_DO = re.compile(
    pattern(
        r"\b(?:attackers?|atacantes?|criminosos|hackers?|invasores|an? attack|um ataque|ataques|",
        r"attacks|malicious (?:users|documents|texts)|usuarios maliciosos|textos? ",
        r"malicios\w+)\b[^.!?:;\"“]*$",
    )
)
_LEADS_TO_EXAMPLE = re.compile(
    pattern(
        r"(?:like|such as|como|e\.g\.|tipo|called|chamad[oa]|saying|dizer|dizendo)[\s:,]*(?:o |a |",
        r"the )?$",
    )
)
_QUOTATION = re.compile(r"[\"“«'‘`][^\"”»’`\n]{3,200}[\"”»’`']")
_CODE = re.compile(
    r"==|!=|\bin \w+\.|=>|\w\(|\);|^\s*(?:#|//|assert|if|for|def|return|import|const|let|var)\b|"
    r"[{}]"
)
_DECLARATION = re.compile(
    r"^\s*(?:def|class|function|const|let|var|import|from|return)\b[^\n]*[({=]"
)
_SENTENCE = re.compile(
    pattern(
        r"(?:[^.!?\n]|[.!?](?![\s\"”')\]*_]|$)|\n(?=[ \t]*[a-zà-ÿ(,\"“]))+(?:[.!?]+[\"”')\]*_]*|",
        r"\n|$)|[.!?\n]+",
    )
)


def find_orders(text: str) -> list[Span]:
    """The sentences of a text that give orders to a language model, in order, touching none."""
    return _merged(_Search(text).orders(), text)


def has_payload(sentence: str) -> bool:
    """Whether a sentence holds something to be said or opened: a quotation, a code, an address."""
    return any(
        match[0].strip("\"'“”«»‘’ ").upper() not in _FORM_WORDS
        for match in _PAYLOAD.finditer(sentence)
    )


class _Sentence:
    """A sentence of a text, in its own letters and folded."""

    def __init__(self, text: str, span: Span) -> None:
        self.span = span
        self.text = text[span.start : span.end]

    @cached_property
    def folded(self) -> str:
        return fold(self.text).text.strip()

    @cached_property
    def is_weak(self) -> bool:
        """Whether it orders something that a person may be told too."""
        return _WEAK.search(self.folded) is not None

    @cached_property
    def has_payload(self) -> bool:
        return has_payload(self.text)

    @cached_property
    def is_marker(self) -> bool:
        return _MARKER.search("\n" + self.folded) is not None or self.is_control

    @cached_property
    def is_control(self) -> bool:
        return _CONTROL_TOKEN.search(self.text) is not None

    @property
    def is_told(self) -> bool:
        """Whether it orders something to be said, and holds what."""
        return self.has_payload and _TOLD.search(self.folded) is not None


class _Search:
    """One text being searched."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.sentences = [_Sentence(text, Span(*one.span())) for one in _SENTENCE.finditer(text)]

    def orders(self) -> list[Span]:
        views = [(self.folded, _PLAIN)]
        if leet := without_leet(self.folded):
            views.append((leet, _LEET))
        found = {
            number
            for folded, view in views
            for match, rule in view.matches(folded.text)
            for number in Match(self, match, rule, folded).judged()
        }
        for span in decoded_orders(self.text, is_order):
            found |= set(self.touched(Span(*span)))
        found |= self._following(found)
        return [self.sentences[number].span for number in sorted(found)]

    def touched(self, span: Span) -> range:
        """Numbers of the sentences that a part of the text lies in."""
        inside = [
            number
            for number, one in enumerate(self.sentences)
            if one.span.start < span.end and one.span.end > span.start
        ]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def _following(self, found: set[int]) -> set[int]:
        """Orders and payloads that go with what is under suspicion, or come soon after it."""
        reached: set[int] = set()
        for number, sentence in enumerate(self.sentences):
            suspicious = sentence.is_marker and self._leads_to_order(number)
            if number in found or sentence.is_control or suspicious:
                reached.add(number)
                for distance, later in enumerate(self.sentences[number + 1 :][:_REACH], start=1):
                    if later.is_weak or (later.has_payload and distance <= _PAYLOAD_REACH):
                        reached.add(number + distance)
        return reached

    def _leads_to_order(self, marker: int) -> bool:
        """Whether after a forged role or delimiter something is said to a model."""
        near = self.sentences[marker : marker + 3]
        if any(one.is_told for one in near):
            return True
        text = " ".join(one.folded for one in near)
        return any(one.is_weak for one in near) and _SPOKEN_TO.search(text) is not None


class Match:
    """A sign of an order at its place in a text; each need of a rule is a method."""

    def __init__(self, search: _Search, match: re.Match[str], rule: Rule, folded: Folded) -> None:
        self._search = search
        self._rule = rule
        self._folded = folded.text
        # What stands before the first word belongs to the sentence before.
        lead = len(match[0]) - len(match[0].lstrip(' .!?:;>])(*#"“-'))
        self._start, self._end = match.start() + lead, match.end()
        self._span = Span(*folded.span(self._start, self._end))
        self._touched = search.touched(self._span)
        self._said = folded.text[self._start : self._end]
        self._before = folded.text[max(0, self._start - _BEFORE_CHARS) : self._start]
        self._after = folded.text[self._end : self._end + _AFTER_CHARS]

    def judged(self) -> range:
        """The sentences that it makes orders of; none where it is a manner of speaking."""
        if self._rule.imperative and not self._is_imperative():
            return range(0)
        needed = not self._rule.needs or any(getattr(self, need)() for need in self._rule.needs)
        return self._touched if needed and not self._is_mentioned() else range(0)

    def payload(self) -> bool:
        return any(self._search.sentences[number].has_payload for number in self._touched)

    def second(self) -> bool:
        """Whether a further order stands in the rest of the sentence."""
        return _WEAK.search(self._rest_of_sentence()) is not None

    def weak(self) -> bool:
        later = range(self._touched.stop, self._touched.stop + 2)
        sentences = self._search.sentences
        return self.second() or any(sentences[n].is_weak for n in later if n < len(sentences))

    def elsewhere(self) -> bool:
        """Whether the sentences beside it tell a model what to say."""
        sentences = self._search.sentences
        beside = {self._touched.start - 1, self._touched.stop, self._touched.stop + 1}
        told = any(
            sentences[n].is_weak and sentences[n].has_payload
            for n in beside
            if 0 <= n < len(sentences)
        )
        return told or (self.second() and self.payload()) or self.to_machine()

    def earlier(self) -> bool:
        """Whether it is said of what came before, and not of a document."""
        if not _EARLIER.search(self._said + " " + self._rest_of_sentence()[:60]):
            return False
        # "o GPS pode errar: não siga suas instruções": "suas" may be anybody's.
        if _ANYBODYS.match(self._said) and not self.weak():
            return False
        return not _OF_A_DOCUMENT.match(self._after) or (self.weak() and self.payload())

    def earlier_and_more(self) -> bool:
        return self.earlier() and (self.weak() or self.payload())

    def yours(self) -> bool:
        return _YOURS.search(self._sentence()) is not None

    def shown(self) -> bool:
        return _SHOW_WORD.search(self._sentence()) is not None

    def now(self) -> bool:
        return _NOW.search(self._before[-40:] + self._said) is not None

    def told(self) -> bool:
        """Whether it or what comes next tells a model what to say."""
        near = self._search.sentences[self._touched.start : self._touched.stop + 2]
        return any(one.is_told for one in near) or self.second()

    def speaks(self) -> bool:
        """Whether the rest of the sentence, or the next one, is about saying something."""
        stop = self._touched.stop
        following = " ".join(one.folded for one in self._search.sentences[stop : stop + 1])
        return _SPEAKS.search(self._rest_of_sentence() + " " + following) is not None

    def hushed(self) -> bool:
        """Whether an order comes with one to keep it secret."""
        about_itself = re.search(r"(?:this|est[ea]s?) \w+$", self._said) is not None
        return about_itself and _WEAK.search(self._before) is not None

    def to_machine(self) -> bool:
        return _MACHINE_WORD.search(self._sentence()) is not None

    def in_a_manner(self) -> bool:
        return _IN_A_MANNER.search(self._sentence()) is not None

    def told_next(self) -> bool:
        rest = self._rest_of_sentence().strip()
        return _WEAK.search(":" + rest) is not None or (
            _MODAL.search(rest) is not None and self.payload()
        )

    def bound(self) -> bool:
        return _MODAL.search(self._sentence()) is not None

    def sets_aside(self) -> bool:
        sentence = self._sentence()
        return bool(re.search(words.ORDERS, sentence)) and bool(_SET_ASIDE_WORD.search(sentence))

    def word_to_say(self) -> bool:
        """Whether a word is given to be said, not one to be found ("the word that fits")."""
        return (
            _SPEAK_FIRST.match(self._sentence()) is not None
            and self.payload()
            and not _OF_SOMETHING.match(self._after)
            and not _ON_AN_OCCASION.search(self._rest_of_sentence())
        )

    def answerward(self) -> bool:
        return _ANSWERWARD.search(self._sentence()) is not None

    def _sentence(self) -> str:
        return " ".join(self._search.sentences[number].folded for number in self._touched)

    def _rest_of_sentence(self) -> str:
        return re.split(r"[.!?](?:\s|$)", self._after, maxsplit=1)[0]

    def _is_imperative(self) -> bool:
        if _PEOPLE.search(self._before):
            return False
        return not _DESCRIBED.search(self._before) or _ORDERED.search(self._before) is not None

    def _is_mentioned(self) -> bool:
        """Whether it is spoken of: in a text about attacks, or quoted in one or in code."""
        text = self._search.text
        nearby = text[max(0, self._span.start - _TOPIC_CHARS) : self._span.end + _TOPIC_CHARS]
        on_topic = _TOPIC.search(fold(nearby).text) is not None
        if on_topic and (
            _OTHERS_DO.search(self._before) or _LEADS_TO_EXAMPLE.search(self._before[-30:])
        ):
            return True
        start = text.rfind("\n", 0, self._span.start) + 1
        end = text.find("\n", self._span.end)
        line = text[start : end if end >= 0 else len(text)]
        if _DECLARATION.match(line) and not _QUOTATION.search(line):
            return True
        for quoted in _QUOTATION.finditer(line):
            inside = (
                start + quoted.start() < self._span.start and self._span.end <= start + quoted.end()
            )
            outside = line[: quoted.start()] + " " + line[quoted.end() :]
            in_code = _CODE.search(outside) and not _WEAK.search(fold(outside).text)
            if inside and (on_topic or in_code):
                return not has_payload(quoted[0][1:-1])
        return False


def is_order(plain: str) -> bool:
    """Whether a text that was hidden in an encoding orders anything."""
    folded = fold(plain).text
    return any(_PLAIN.matches(folded)) or _WEAK.match(folded) is not None


def _merged(spans: list[Span], text: str) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and not text[merged[-1].end : span.start].strip():
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged
