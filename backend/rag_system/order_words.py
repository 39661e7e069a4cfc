"""What orders to a language model are made of: verbs, objects and addressees, as patterns.

All are in folded letters (`rag_system.folding`): small, without accents, one space between words.
Portuguese and English in full, the commonest words of Spanish, French, German and Italian.
"""

import re

# Between two words of an order; words written with their letters apart touch each other.
GAP = r"[\s,:;\"'“”«»()\[\]<>/-]{0,3}"


def pattern(*lines: str) -> str:
    """A pattern written over several lines; line ends and indentation are no part of it."""
    return re.sub(r"\n\s*", "", "".join(lines))


def any_of(words: str) -> str:
    """An alternative of patterns that are parted by bars or line ends."""
    parts = (part.strip() for line in words.split("\n") for part in _at_bars(line))
    return "(?:" + "|".join(part for part in parts if part) + ")"


def run(*parts: str) -> str:
    return GAP.join(parts)


def _at_bars(line: str) -> list[str]:
    """Parts between bars that stand in no brackets."""
    parts, depth = [""], 0
    for letter in line:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


FILLERS = (
    "(?:"
    + any_of(
        """all|any|every|each|of|the|these|those|this|that|your|my|our|its|their|previous|previously
        prior|earlier|preceding|above|former|past|existing|original|initial|other|system|developer
        safety|given|internal|current|foregoing|aforementioned|security|default|set of|list of|me|us
        full|complete|entire|exact|exactly|hidden|secret|confidential|whole|own|contents? of|text of
        copy of|to me|verbatim|everything in|literally|whatever
        todas?|todos?|as|os|a|o|suas?|seus?|essas?|esses?|estas?|estes?|aquelas?|quaisquer|qualquer
        outras?|de|das|dos|da|do|que|anterior(?:es)?|previas?|previos?|acima|antigas?|iniciais|inicial
        originais|original|existentes|atuais|demais|sistema|seguranca|internas?|minhas?|nossas?
        recebidas|completo|completa|inteiro|inteira|conteudo|texto|na integra|oculto|secreto|exato
        exatas|proprias?|proprio|aqui|me|nos|literalmente|integralmente|exatamente
        palavra por palavra
        las|los|el|la|tus?|sus?|toutes|tous|les|vos|tes|alle|vorherigen|bisherigen
        deine|ihre
        tutte|le|precedenti"""
    )
    + GAP
    + "){0,8}"
)
FORGET = any_of(
    r"""ignore(?!d\b|s\b|r)|disregard(?!ed|ing|s\b)|forget(?!s\b|t)|overrule|override
    pay no (?:attention|heed|mind) to|(?:do not|don'?t|never) (?:follow|obey|comply with|adhere to)
    stop (?:following|obeying)|cease (?:to follow|following)|(?:set|put) aside|look past
    ignora(?!d|r|n|m|v)|ignorem|desconsidere(?!m-)|desconsidera(?!d|r|n|m|v)|esqueca|esquece(?!r|u|nd)
    despreze|desobedeca|nao (?:siga|obedeca|cumpra|considere)|pare de (?:seguir|obedecer)
    deixe de (?:lado|seguir|obedecer)|olvida(?!d|r|n)|olvide|haz caso omiso de|no sigas|omite(?!d)
    nao leve em (?:conta|consideracao)
    (?:do not|don'?t) (?:take into account|consider|heed|listen to)
    nao de (?:ouvidos|atencao) a|passe por cima d|leave aside|deixe para tras
    ignorez|oubliez|ignoriere|vergiss|missachte|dimentica"""
)
DROP = any_of(
    """bypass|discard|dismiss|drop|abandon|supersede|erase|delete|clear|reset|replace|neglect
    circumvent|break|overlook|omit|skip|cancel|void|nullify|remove|remova|omita|pule|elimine|descarte|abandone|anule|revogue|sobrescreva|substitua|apague|limpe|cancele
    contorne|burle|viole|quebre|ignor(?:ing|ar|ando)|disregarding|forgetting|desconsidera(?:r|ndo)
    esquec(?:er|endo)|descarta(?!d|r|n)"""
)
ORDERS = any_of(
    r"""instruc\w*|instrukt\w*|guidance|istruzion\w*|anweisung\w*|consignes?|prompts?(?! de comando)
    diretri\w+|directi[vo]\w*|directives?|guidelines?|guardrails?|programming|programacao"""
)
RULES = any_of(
    r"""rules?|regras?|reglas?|regles?|regeln|regole|commands?|comandos?|orders?|ordens|orientac\w+
    restric\w+|constraints?|limitac\w+|limitations?|context\w*|polic(?:y|ies)|politicas?|filtros?
    filters?|messages?|mensage(?:m|ns)|directions|conversas?|conversations?|safeguards?|salvaguardas?
    protocol\w*"""
)
# What came before the passage, or belongs to the model.
EARLIER = pattern(
    r"""previous|prior|earlier|preceding|above|former|past|original|initial|your|system|developer|
    safety|all|any|every|anterior|previa|acima|antes|inicia|origina|suas?|seus?|sistema|
    tod[oa]s|quaisquer|qualquer|recebe|recebid|tus?\b|vorherig|bisherig|precedent|
    you (?:were|have|got|received)|given to you|que (?:voce|te|lhe)|ate agora|so far"""
)
ALL_BEFORE = any_of(
    pattern(
        r"(?:everything|anything|all|whatever|what)(?: that)?(?: was| is| came| has been| you(?: ",
        r"were| have been)?)?(?: said| told| written| stated)?(?: to you)? (?:above(?! (?:the|a|",
        r"an|your) (?!line|sentence|text))|before|previously|so far|until now|prior)|(?:the ",
        r")?users?'?s? (?:questions?|quer(?:y|ies)|requests?|inputs?|messages?)|(?:as? ",
        r")?(?:perguntas?|solicitac\w+|mensage(?:m|ns)) d[oe]s? usuarios?|what(?:ever)? (?:the ",
        r")?users? (?:ask|sa(?:y|id)|want|wr(?:ite|ote))\w*|o que (?:o |a )?usuari[oa] (?:pergunt|",
        r"ped|diss|escrev|quer|quis)\w*|(?:everything|all|what) you (?:were|have been) (?:told|",
        r"taught|instructed)|(?:the |all )?above(?= ?(?:and|text|then|[.,;:!]|$))|(?:o ",
        r")?(?:exposto |que esta )?acima(?= e |[.,;:!])|tudo (?:o )?(?:que )?(?:esta |foi |veio |",
        r"vem |leu |lhe )?(?:dito |disseram |escrito )?(?:acima|antes|anteriormente|ate agora|ate ",
        r"aqui)|(?:tudo )?o que (?:lhe |te )?(?:foi|veio|esta|disseram)(?: dito| escrito)? ",
        r"(?:antes|acima|anteriormente)|(?:the|o) (?:text|texto|conteudo|content) (?:acima|above|",
        r"anterior)|todo lo anterior",
    )
)
SHOW = any_of(
    """reveal|show|print|repeat|output|display|tell|give|share|dump|leak|disclose|expose|recite|send
    write|copy|paste|state|list|return|include|quote|translate|summari[sz]e|encode|describe|provide
    spell out|transcribe|revele|mostre|imprima|repita|exiba|divulgue|diga|informe|escreva|copie|cole
    forneca|conte|transcreva|traduza|envie|vaze|publique|liste|cite|apresente|compartilhe|inclua
    resuma|codifique|descreva|reproduza|entregue|exponha|muestra|revela|repite|imprime|comparte
    escribe"""
)
OWN_PROMPT = any_of(
    pattern(
        r"(?:system|initial|hidden|secret|developer|internal|original) ?(?:prompts?|messages?|",
        r"instructions?|rules)|prompts? ?(?:de |do |del |da )?(?:sistema(?! operacional)|system|",
        r"inicia\w+|origina\w+|ocult\w+|intern\w+|secret\w+)|instruc\w+ (?:de |do |del |da ",
        r")?(?:sistema(?! operacional)|iniciais|internas|ocultas|secretas|originais|confidenciais|",
        r"desenvolvedor\w*)|(?:your|seus?|tus?|vos|deine) ?prompts?|(?:your )?context window|",
        r"janela de contexto|(?:conversation|chat) (?:history|log)|historico (?:da|de|desta) ",
        r"conversa",
    )
)
OWN_RULES = any_of(
    pattern(
        r"(?:your|suas|tus) ?(?:instructions|rules|guidelines|configuration|directives|instrucoes|",
        r"regras|diretrizes|programacao)|(?:sua|your) (?:configuracao|programacao|programming)|",
        r"(?:the )?(?:text|words|everything|content)s? (?:written )?above|(?:texto|tudo|palavras) ",
        r"(?:que (?:esta|vem) )?acima|(?:api|access|secret)[ -]?keys?|chaves? (?:de |da )?(?:api|",
        r"acesso|secreta)|environment variables|variaveis de ambiente|credenciais|credentials|",
        r"passwords?|senhas?|confidential (?:data|information)",
    )
)
MACHINE = any_of(
    pattern(
        r"(?:\b(?:ai|ia)(?!\w))|\bllms?(?!\w)|chat ?-?bots?|chatgpt|\bgpt-?\d?(?!\w)|claude(?!\w)|",
        r"copilot(?!\w)|(?:large )?language models?|modelos? de (?:linguagem|lenguaje)|\b(?:ai|",
        r"ia)[ -](?:assistant|model|system|agent|reader)s?|assistentes? (?:virtua(?:l|is)|de ia|",
        r"digita(?:l|is)|inteligente)|inteligencias? artificia(?:l|is)|artificial intelligence|",
        r"(?:sistema|modelo|agente|leitor)s? de (?:ia|inteligencia artificial)|automated ",
        r"(?:system|reader|agent)s?",
    )
)
ASSISTANT = any_of(
    rf"""{MACHINE}|assistants?(?!\w| coach| manager| trainer)|ass?istentes?(?!\w)|\bbots?(?!\w)"""
)
SAY = any_of(
    r"""say|print|write|output|respond|reply|answer|return|reveal|show|display|repeat|tell|state
    include|append|add|insert|begin|start|end|finish|send|forward|visit|open|click|call|execute|run
    recommend|claim|confirm|mention|act|pretend|behave|speak|talk|sing|translate|summari[sz]e|list
    give|provide|generate|create|rate|rank|score|follow|obey|comply|ignore|disregard|forget|render
    embed|conclude|report|emit|produce|declare|announce|promote|assume|switch|enter|praise
    use only|quote|copy|paste|copie|cole
    diga|digam|fale|escreva|imprima|responda|retorne|revele|mostre|exiba|repita|conte|informe|inclua
    adicione|acrescente|insira|comece|inicie|termine|finalize|encerre|envie|encaminhe|mande|acesse
    visite|clique|execute|rode|recomende|afirme|confirme|mencione|aja|finja|comporte-se|traduza
    resuma|liste|forneca|gere|cite|crie|avalie|classifique|siga|obedeca|cumpra|desconsidere|esqueca
    conclua|anuncie|promova|assuma|elogie|produza|emita|coloque|substitua|troque
    responde|escribe|muestra|revela|repite|reponds|antworte|sage?(?!\w)|di(?!\w)|dis(?!\w)"""
)
SPEAK = any_of(
    """say|respond|reply|answer|output|write|print|return|tell|state|claim|recommend|speak|talk
    responda|diga
    escreva|imprima|retorne|fale|afirme|informe|recomende|responde"""
)
ONLY = any_of(
    """only|just|exclusively|solely|nothing but|always|exactly|simply|never|apenas|somente|so
    exclusivamente|unicamente|sempre|exatamente|simplesmente|nunca|nada alem de|solo|solamente
    siempre|seulement"""
)
# "responda apenas sim ou não", "reply only to the sender": said to people.
NOT_OF_FORMS = pattern(
    rf"(?!{GAP}(?:sim|nao|yes|no|true|false|verdadeiro|falso|certo|errado|se|as|aos?|if|when|to|",
    r"quando|on|o que|what|questions?|quest\w+|the (?:odd|even|first|last)|in (?:blue|black|",
    r"ink))\b)",
)
PUT = any_of(
    """begin|start|end|finish|close|append|include|add|insert|embed|put|place|mention|prepend|sign
    render|display|load|link|comece|inicie|termine|finalize|encerre|inclua|adicione|acrescente|insira
    coloque|mencione|cite|anexe|assine|exiba|carregue|mostre"""
)
EVERY_ANSWER = any_of(
    pattern(
        r"(?:every|all|each|any|future|subsequent)(?: of your| future| subsequent| single| ",
        r"other)* ?(?:answers?|responses?|repl(?:y|ies)|outputs?|messages?|questions?|quer(?:y|",
        r"ies)|summar(?:y|ies))|(?:toda|cada|qualquer|todas|futuras?)(?: a| as| e qualquer)?(?: ",
        r"suas?)?(?: proximas?)? (?:respostas?|perguntas?|mensage(?:m|ns)|consultas?|saidas?|",
        r"resumos?)",
    )
)
YOUR_ANSWER = any_of(
    pattern(
        r"(?:in|to|at the (?:end|start|beginning) of|with) (?:your|the|all|any)(?: final| next)? ",
        r"(?:answers?|responses?|reply|outputs?|summary)|(?:in|to|at) the (?:(?:very )?(?:end|",
        r"start|beginning) of )(?:the|your|every|each|any) (?:answers?|responses?|reply|outputs?|",
        r"summary)|your (?:final |next )?(?:answer|response|reply|output)|(?:a|the) (?:resposta|",
        r"answer|response|reply) (?:com|with|by)\b|(?:n[ao]|d[ao]|em|a|com)? ?(?:sua|suas|",
        r"(?:final|fim|inicio|comeco) d[ae])(?: sua)? (?:respostas?|resumos?|saidas?)",
    )
)
WHEN_ANSWERING = any_of(
    pattern(
        r"(?:when(?:ever)?|before|after|while|if) (?:you (?:are )?)?(?:answer|respond|reply|",
        r"summari[sz])\w*|(?:ao|antes de|depois de|apos|quando(?: for| voce)?|sempre que(?: for| ",
        r"voce)?) (?:responder|resumir|gerar (?:a|uma) resposta)|(?:when|if)(?:ever)? (?:you are |",
        r"you're )?asked|quando (?:voce )?for perguntado|se (?:te|lhe) perguntarem|(?:sempre que|",
        r"whenever) (?:for |voce for |you(?:'re| are) )?(?:perguntad[oa]|asked)|(?:when|if|",
        r"whenever) (?:the |a |any )?users? (?:asks?|requests?|says?|writes?)",
    )
)
CLAUSE_START = pattern(
    r"(?:^|[.!?:;,>}\])\"“'–—-]\s*|(?:\b(?:and|then|instead|now|please|just|must|should|will|",
    r"shall|always|only|never|to|you|e|entao|agora|por favor|apenas|somente|deve|devem|devera|vai|",
    r"sempre|nunca|ou|or|y|et|und)\s+))",
)
MODAL = pattern(
    r"(?:must|should|shall|will|has to|have to|needs? to|is (?:required|instructed|ordered|told|",
    r"to)|deve(?:m|ra|rao)?|debe(?:n|ra|ran)?|precisam?|tem (?:que|de)|vai|esta (?:instruid|",
    r"obrigad)[oa]s? a)",
)
