"""The signs of an order to a language model, each with what must stand beside it."""

from typing import NamedTuple

from rag_system import order_words as words
from rag_system.order_words import any_of, pattern, run


class Rule(NamedTuple):
    """A sign of an order, and what must stand beside it: one of `needs`, or nothing.

    payload: something to be said or opened, in the same sentence. weak: a further order, in it or
    soon after. The other needs are the methods of `rag_system.injections.Match` by these names.
    """

    pattern: str
    needs: tuple[str, ...] = ()
    imperative: bool = False


_FILLERS, _ORDERS, _RULES = words.FILLERS, words.ORDERS, words.RULES
_MATERIAL = (
    r"(?:documents?|documentos?|sources?|fontes?|passages?|trechos?|materia(?:l|is)|contexto?)"
)
_SET_ASIDE = (
    Rule(run(words.FORGET, _FILLERS + _ORDERS), ("earlier",), imperative=True),
    Rule(run(words.FORGET, _FILLERS + _RULES), ("earlier_and_more",), imperative=True),
    Rule(
        run(words.FORGET, rf"(?:all )?(?:of )?(?:your|suas?|seus?|tus) {_RULES}"),
        ("earlier",),
        imperative=True,
    ),
    Rule(
        pattern(
            rf"(?:{words.DROP}|(?:do not|don'?t|nao|never|nunca) (?:use|cite|consult\w*|trust|",
            rf"confie em)|pule)(?: all)?(?: the| as| os| n[ao]s)? {_MATERIAL}\b(?! (?:of|de)\b)",
        ),
        ("told",),
        imperative=True,
    ),
    Rule(
        pattern(
            r"\buse (?:only )?(?:this|the following|est[ea]|a seguinte|apenas esta) (?:answer|",
            r"response|reply|resposta)\b",
        )
    ),
    Rule(
        pattern(
            r"(?:message|mensagem|orders?|ordem|update|note|nota|comunicado) (?:from|d[oae]s?) ",
            r"(?:the |your |seus? |teus? )?(?:creators?|developers?|criador\w*|desenvolvedor\w*|",
            r"openai|anthropic|google)|(?:as|como) (?:your|seu|teu) (?:developer|creator|",
            r"administrator|owner|desenvolvedor|criador|administrador|dono)",
        ),
        ("weak", "speaks"),
    ),
    Rule(
        pattern(
            r"(?:you have been|you were|you've been|voce foi|voce esta sendo) ",
            r"(?:re)?(?:programmed|configured|updated|hacked|jailbroken|programad[oa]|",
            r"configurad[oa]|hackead[oa]|invadid[oa]|liberad[oa])",
        ),
        ("weak", "speaks"),
    ),
    Rule(
        r"(?:authori[sz]ed|allowed|instructed|autorizou|instruiu|permitiu) (?:you|voce) (?:to|a)\b",
        ("weak",),
    ),
    Rule(
        pattern(
            r"(?:hide|conceal|esconda|oculte)[^.!?]{0,20}\b(?:fact|que|",
            r"that)\b[^.!?]{0,20}\b(?:you|voce|leu|read)\b",
        ),
        ("weak",),
    ),
    Rule(
        run(words.DROP, f"{_FILLERS}(?:{_ORDERS}|{_RULES})"), ("earlier_and_more",), imperative=True
    ),
    Rule(run(words.FORGET, words.ALL_BEFORE), imperative=True),
    Rule(
        run(words.FORGET, rf"(?:everything|tudo|all|(?:the|as|os|o)? ?{_MATERIAL})\b"),
        ("weak",),
        imperative=True,
    ),
    Rule(
        run(
            words.FORGET,
            pattern(
                r"(?:as |os |the )?(?:(?:all |any )?other|outr[ao]s|demais|rest of the|previous|",
                rf"conflicting) {_MATERIAL}(?: anteriores| acima)?\b(?! (?:of|de)\b)",
            ),
        ),
        imperative=True,
    ),
    Rule(
        run(words.FORGET, rf"(?:as |os )?{_MATERIAL} (?:anteriores|acima|above)"),
        ("weak",),
        imperative=True,
    ),
    Rule(
        pattern(
            r"(?:previous|prior|earlier|above|your|safety|system|anteriores|acima|suas)[\w ",
            rf"]{{0,30}}?(?:{_ORDERS}|{_RULES})?[^.!?]{{0,30}}\b(?:are|is|have been|have|were|",
            r"estao|sao|foram|nao|ja nao)(?: now| agora| hereby| mais)? (?:void|null|cancel\w*|",
            r"revoked|suspended|lifted|disabled|overridden|superseded|changed|invalid\w*|",
            r"revogad\w*|suspens\w*|anulad\w*|desativad\w*|nulas?|val(?:em|idas)|mudaram)",
        ),
        ("told",),
    ),
    Rule(
        pattern(
            r"(?:stop|pare|cease|interrompa)(?: tudo| com)? ?(?:o que|what|whatever|",
            r"everything)(?: you are| you're| voce)? ?(?:esta|doing|are doing)",
        ),
        ("weak",),
    ),
    Rule(
        pattern(
            r"(?:do not|don'?t|nao) (?:answer|respond to|responda)(?: a| as| the| to| this)*(?: ",
            r"user'?s?)? (?:question|pergunta)s?(?: d[oe] usuario)?[.,;: ]{1,3}(?:instead|rather|",
            r"em vez disso|ao inves disso|just|simply|apenas|mas)",
        )
    ),
    Rule(
        pattern(
            r"(?:disable|deactivate|turn off|switch off|remove|lift|drop|desative|desligue|remova|",
            r"desabilite)(?: all)?(?: of)? (?:your|suas?|seus?|tus?) (?:\w+ )?(?:filters?|safety|",
            r"restric\w+|guardrails?|filtros?|seguranca|protections?|protec\w+|moderation|",
            r"censor\w*)",
        )
    ),
)
_TELL_SECRETS = (
    Rule(rf"\b(?:your|suas?|seus?|tus?) {words.OWN_PROMPT}"),
    Rule(run(words.SHOW, _FILLERS + words.OWN_PROMPT), imperative=True),
    Rule(rf"\b{words.SHOW}\b[^.!?]{{0,60}}\b{words.OWN_PROMPT}", ("yours",), imperative=True),
    Rule(run(words.SHOW, _FILLERS + words.OWN_RULES), ("elsewhere",), imperative=True),
    Rule(
        pattern(
            rf"\b{words.SHOW}\b[^.!?]{{0,60}}\b(?:{_ORDERS}|regras|rules) (?:(?:que |a )?(?:voce |",
            r"te |lhe )(?:recebeu|tem|segue|foram|deram|passaram)|(?:that )?you (?:have|were|",
            r"received|got|follow)|given to you|that govern you)",
        ),
        imperative=True,
    ),
    Rule(
        pattern(
            r"(?:here(?: is|'s)|aqui esta[o]?|segue(?:m)?|eis)(?: the| my| o| meu| as| minhas)? ",
            words.OWN_PROMPT,
        )
    ),
    Rule(
        pattern(
            r"(?:what|quais|qual|como|how|que)\b[^.!?]{0,30}(?:were you (?:told|instructed|",
            r"configured)|voce foi (?:instruid|programad|configurad)|(?:te|lhe) (?:mandaram|",
            r"instruiram))",
        ),
        ("weak", "to_machine"),
    ),
    Rule(
        rf"\b(?:pretend|imagine|act|finja|faca de conta|simule)\b[^.!?]{{0,90}}{words.OWN_PROMPT}"
    ),
    Rule(
        pattern(
            rf"{words.OWN_RULES}.{{0,40}}(?:verbatim|word for word|literalmente|palavra por ",
            r"palavra|",
            "na integra|in full|ao pe da letra)",
        ),
        ("shown",),
    ),
    Rule(
        pattern(
            r"(?:what|qual|quais|which)\b.{0,15}\b(?:is|are|e|sao|were|eram) ",
            rf"{_FILLERS}{words.OWN_PROMPT} ?\?",
        ),
        ("weak",),
    ),
    Rule(
        pattern(
            r"(?:send|post|forward|transmit|upload|exfiltrate|e-?mail|leak|envie|encaminhe|",
            r"transmita|mande|poste|vaze|append|include|encode|anexe|inclua|",
            r"codifique)\b[^.!?]{0,60}(?:conversation|chat history|this chat|conversas?\b|",
            r"historico|users?(?:'s?)? (?:question|data|message|query|input|name|e-?mail|",
            r"password)|(?:pergunta|dados|mensagem|nome|senha) d[oe] usuario|system prompt|your ",
            r"context|seu contexto|previous messages|mensagens anteriores).{0,80}(?:https?:|www\.|",
            r"\burl\b)",
        )
    ),
    Rule(
        pattern(
            r"(?:do not|don'?t|never|nao|nunca|without|sem)(?: \w+)? (?:tell|mention|inform|",
            r"reveal|disclose|alert|notify|warn|conte|mencione|informe|revele|avise|diga|",
            r"mencionar|avisar|informar|contar|revelar)(?:ing)?[^.!?]{0,40}(?:users?\b|",
            r"usuarios?\b|this (?:instruction|message|note|text|order)|est[ea]s? (?:instruc\w+|",
            r"mensagem|nota|texto|trecho|ordem))",
        ),
        ("elsewhere", "hushed"),
    ),
)
_LAWLESS = r"(?:rules?|restrictions?|filters?|limit\w*|ethic\w*|guidelines?|constraints?|polic\w+)"
_LAWLESS_PT = r"(?:regras?|restric\w+|filtros?|limit\w*|etica|diretri\w+|censura)"
_ANOTHER_ROLE = (
    Rule(
        pattern(
            r"\b(?:act(?:ing)?|behave|function|respond|aja|agir|atue|atuar|funcione|",
            r"comporte-se)(?: now| agora)? (?:as|like|como) (?:an? |um |uma )?(?:linux |unix |",
            r"python |sql )?(?:terminal|shell|console|interpreter|interpretador)\b",
        )
    ),
    Rule(
        pattern(
            r"\b(?:pretend|assume|imagine|act as if|faca de conta|finja|suponha)(?: que| that)? ",
            r"(?:the |",
            rf"these |this |as |os |estas? |estes? ){_MATERIAL}\b",
        )
    ),
    Rule(
        pattern(
            r"\b(?:you are|you're|you will be|you shall be|you must be|act|behave|pretend|respond|",
            r"role-?play|simulate|consider yourself)(?: now| no longer| not| henceforth| from now ",
            r"on)*(?: as| to be| like| that you are| being| you are)?(?: an?| the| my)?(?: ",
            r"\w+,?){0,3} ?(?:\bdan\b|unrestricted|unfiltered|uncensored|unaligned|jailbroken|",
            r"jailbreak|chatbot|\w{2,}bot\b|\bai\b|\bllm\b|language model|\broot\b|superuser|",
            r"\bevil\b|amoral|malicious|\bpirate\b|hacker|opposite of|(?:without|free (?:from|of)|",
            r"bound by|no)",
            rf"(?: any| all| no| your)* {_LAWLESS})",
        ),
        ("now", "weak"),
    ),
    Rule(
        pattern(
            r"\b(?:voce (?:agora )?(?:e|sera|passa a ser|virou|se chama)(?: agora)?|aja|atue|",
            r"finja|comporte-se|responda|simule|considere-se|faca de conta|transforme-se|eres ",
            r"ahora)(?: agora)?(?: como| ser| que e| que voce e| que voce| em)?(?: uma?| o| a| ",
            r"minha?)?(?: \w+,?){0,3} ?(?:\bdan\b|chatbot|\w{2,}bot\b|\brobo\b|\bia\b|modelo de ",
            r"linguagem|hacker|\bpirata\b|malvad\w+|malicios\w+|superusuario|\broot\b|(?:sem|",
            r"livre de|nao tem)",
            rf"(?: quaisquer| qualquer| todas as| nenhuma?| as| suas)* {_LAWLESS_PT})",
        ),
        ("now", "weak"),
    ),
    Rule(
        pattern(
            r"\b(?:you(?: are|'re) (?:now )?in|enter|switch to|activate|enable|entre|ative|ligue|",
            r"mude|assuma|inicie|habilite)(?: \w+){0,2}? (?:modo (?:de )?)?(?:dan|developer|debug|",
            r"god|jailbreak|admin\w*|maintenance|unrestricted|root|desenvolvedor|depuracao|deus|",
            r"sem restricoes|manutencao|irrestrito)\b(?: mode)?",
        ),
        ("weak", "payload"),
    ),
    Rule(
        pattern(
            r"do anything now|jailbreak (?:mode|activated|ativado)|\bmodo dan\b|\bdan mode\b|",
            r"(?:unrestricted|god) mode (?:on|enabled|activated)",
        ),
        ("weak", "payload"),
    ),
    Rule(
        pattern(
            r"(?:from now on|from this (?:point|moment)(?: on)?|henceforth|de agora em diante|a ",
            r"partir de(?:ste)? (?:agora|momento)|daqui em diante|doravante)[, ]{1,3}(?:you ",
            r"(?:will|must|shall|are to|should)|voce (?:deve(?:ra)?|vai|so))?[, ]{0,2}(?:always |",
            r"only |sempre |",
            rf"apenas |so |somente )?(?:{words.SPEAK}|responder|dizer|falar|obey|obedeca|obedecer|",
            r"speak|talk|call|chame)",
        ),
        ("payload", "second", "to_machine", "in_a_manner"),
    ),
    Rule(
        pattern(
            r"\b(?:your|sua|seu|tu) (?:new|only|real|true|actual|sole|primary|nova|novo|unic[ao]|",
            r"verdadeir[ao]|nueva) (?:task|goal|job|role|purpose|function|objective|mission|",
            r"instructions?|identity|name|tarefa|objetivo|funcao|papel|missao|instruc\w+|",
            r"identidade|nome|tarea)",
        ),
        ("weak", "speaks"),
    ),
)
_READS = any_of(
    pattern(
        r"reading|processing|summari[sz]ing|analy[sz]ing|parsing|(?:that |who |which )?reads?|",
        r"lendo|que (?:ler|leia|le|lerem|leem|process\w+|estiver\w* lendo|esta\w* lendo|",
        r"analisar\w*|resumir\w*)|ao ler|processando|analisando",
    )
)
_SAID_TO_A_MACHINE = (
    Rule(
        pattern(
            r"\b(?:attention|atencao|notes?|nota|notice|aviso|message|mensagem|hey|ei|hello|ola|",
            r"dear|car[oa]s?|prezad[oa]s?|p\.? ?s\.?|recado|instruc\w+|orders?)(?: ",
            r"\w+)?\W{1,3}(?:to |for |para |ao? )?(?:the |all |any |o |a |os |todos os )?",
            rf"{words.MACHINE}(?: (?:models?|assistants?|systems?|agents?|reading this))?\s?[:,!]",
        )
    ),
    Rule(
        pattern(
            r"(?:^|[.!?:;>\])(*#\"“-]\s*)(?:(?:attention|atencao|note|nota|notice|aviso|message|",
            r"mensagem|important|importante|urgent\w*|instruc\w+|nota interna|internal note|hey|",
            r"ei|ola|hello|dear|caros?|caras?|prezad[oa]s?|oi|psst|recado|lembrete|reminder|",
            r"please|hi)\W{0,3}(?:for|to|para|ao?s?|de)? ?(?:the |any |all |o |a |os |as |todos ",
            r"os |qualquer )?){0,3}(?:the |any |all |qualquer |",
            rf"todos os )?{words.ASSISTANT}[^.!?\n]{{0,30}}?[,:;!\])-]",
        ),
        ("told_next",),
    ),
    Rule(
        pattern(
            r"\b(?:if|se|caso|since|as|como|because|porque|ja que|sendo|being)(?: you are| you're|",
            r" voce (?:e|for|seja)| you happen to be| eres)? ?(?:an?|uma?|the|o|a)? ?",
            rf"(?:{words.MACHINE}|(?<=you are an )assistant|(?<=voce e um )assistente)",
        ),
        ("told_next",),
    ),
    Rule(
        pattern(
            rf"{words.ASSISTANT}(?: \w+){{0,3}}? {_READS}(?: \w+)? ?",
            r"(?:this|these|isto|isso|est[ea]s?|ess[ea]s?|o texto|the text)",
        ),
        ("weak", "bound"),
    ),
    Rule(
        pattern(
            rf"{words.ASSISTANT}(?: \w+){{0,2}}? {words.MODAL}(?: (?:always|only|never|now|also|",
            r"instead|sempre|apenas|nunca|agora|tambem|so|somente|immediately|",
            r"imediatamente)){0,2} (?:say|respond|reply|answer|state|claim|recommend|output|",
            r"reveal|tell|ignore|disregard|forget|include|print|write|obey|append|end|begin|",
            r"mention|dizer|responder|afirmar|recomendar|revelar|informar|declarar|ignorar|",
            r"incluir|desconsiderar|esquecer|escrever|imprimir|obedecer|terminar|comecar|",
            r"mencionar)",
        ),
        ("payload", "sets_aside"),
    ),
)
_NOTHING_ELSE = r"(?:nothing (?:else|more)|e nada mais|nada alem)"
_WORD_TO_SAY = pattern(
    r"(?:the (?:exact |following |single )*(?:words?|phrase|string|text|token|code|sentence|",
    r"secret)|(?:exatamente )?(?:a |o |as )(?:seguinte |exata )?(?:palavras?|frase|texto|codigo|",
    r"senha|token|sequencia)|la palabra)",
)
_SHAPE_THE_ANSWER = (
    Rule(
        pattern(
            rf"\b{words.SPEAK}{words.GAP}(?:back |to (?:every|all|any|this|the)[\w ]{{0,20}}|a ",
            rf"(?:todas|qualquer|est[ea])[\w ]{{0,20}}|em )?{words.ONLY}\b{words.NOT_OF_FORMS}",
        ),
        ("payload",),
    ),
    Rule(rf"\b{words.ONLY}{words.GAP}{words.SPEAK}\b{words.NOT_OF_FORMS}", ("payload",)),
    Rule(rf"\b{words.SPEAK}\b[^.!?]{{0,20}}\b{_WORD_TO_SAY}\b", ("word_to_say",)),
    Rule(rf"\b{words.SPEAK}\b[^.!?]{{0,60}}\b{_NOTHING_ELSE}\b"),
    Rule(rf"\b{words.PUT}\b[^.!?]{{0,80}}{words.EVERY_ANSWER}", ("payload",)),
    Rule(
        rf"{words.EVERY_ANSWER}[^.!?]{{0,60}}(?:{words.PUT}|{words.SPEAK}|must|should|deve)",
        ("payload",),
    ),
    Rule(
        pattern(
            rf"\b{words.SPEAK}\b[^.!?]{{0,25}}{words.EVERY_ANSWER}[^.!?]{{0,20}}",
            r"\b(?:with|com|que|that|saying|dizendo)\b",
        ),
        ("payload",),
    ),
    Rule(rf"\b{words.PUT}\b[^.!?]{{0,80}}{words.YOUR_ANSWER}", ("payload",)),
    Rule(rf"{words.YOUR_ANSWER}[^.!?]{{0,40}}\b(?:{words.PUT}|must|should|deve)", ("payload",)),
    Rule(
        pattern(
            rf"{words.WHEN_ANSWERING}[^.!?]{{0,60}}?[, ](?:{words.SAY}|always|sempre|you must|",
            "voce deve)",
        ),
        ("payload",),
    ),
    Rule(
        pattern(
            r"(?:sempre que (?:for |te |lhe )?|whenever (?:you're |you are )?|quando (?:te|lhe) )",
            rf"(?:perguntad\w+|perguntar\w*|asked)[^.!?]{{0,60}}?[, ]{words.SPEAK}(?: que| that| ",
            r"ao?| the)",
        )
    ),
    Rule(
        pattern(
            r"(?:perguntar\w*|pedir\w*|disser\w*|asks?|requests?|says?|",
            r"wants?)[^.!?]{0,12}(?:qualquer coisa|anything|whatever|o que for)",
        ),
        ("weak",),
    ),
    Rule(
        pattern(
            rf"\b(?:{words.SPEAK}|agree|concorde)\b[^.!?]{{0,40}}\b(?:everything|anything|",
            r"whatever|tudo)(?: that| o que| que)? (?:the |o )?(?:user|usuario) (?:asks?|says?|",
            r"wants?|perguntar|pedir|disser|quiser)",
        )
    ),
    Rule(
        pattern(
            rf"\b(?:you|voce) {words.MODAL}(?: {words.ONLY})?",
            r" (?:say|respond|reply|answer|output|write|print|return|responder|dizer|escrever|",
            r"imprimir)(?: (?:only|always|apenas|sempre|somente))? ?(?:with|that|as|in|que|com|em|",
            r":)",
        ),
        ("payload", "in_a_manner"),
    ),
    Rule(
        pattern(
            r"(?:regardless of|independente(?:mente)? d[aeo]s?|no matter|whatever|nao importa|",
            r"seja qual for|irrespective of)[^.!?]{0,40}(?:questions?|perguntas?|users?|usuarios?|",
            r"asked|asks|perguntad\w*|perguntar\w*|quer(?:y|ies))",
        ),
        ("weak",),
    ),
    Rule(
        pattern(
            r"positive reviews? only|only (?:a )?positive (?:reviews?|feedback)|(?:apenas|",
            r"somente) (?:uma )?(?:avaliac\w+|criticas?|resenhas?) positivas?",
        )
    ),
    Rule(
        pattern(
            r"(?:rank|rate|classify|score|recommend|classifique|avalie|recomende|",
            r"pontue)[^.!?]{0,40}\b(?:this|est[ea]|ess[ea]) (?:candidat[eoa]|resume|cv|curriculo|",
            r"product|produto|paper|artigo)[^.!?]{0,60}\b(?:best|top|first|highest|perfect|ideal|",
            r"melhor|primeir[oa]|maxim[oa]|perfeit[oa]|hire|contrat\w+)",
        )
    ),
    Rule(
        pattern(
            r"(?:render|display|load|show|include|insert|embed|add|output|exiba|carregue|inclua|",
            r"insira|mostre|adicione|coloque|renderize)\b[^.!?]{0,50}\b(?:image|imagem|markdown|",
            r"pixel|img|figure|figura|link|badge)\b.{0,120}(?:https?:|//\w|www\.)",
        ),
        ("answerward",),
    ),
    Rule(
        pattern(
            r"(?:decode|decodifique|decifre|descodifique|unscramble|decrypt|descriptografe|",
            r"inverta|reverse|desembaralhe|base64|rot13)\b.{0,100}?\b(?:follow|execute|obey|do ",
            r"what|act on|comply|carry out|siga|obedeca|cumpra|faca o que|execute)\b",
        )
    ),
    Rule(
        pattern(
            r"(?:follow|obey|execute|siga|obedeca|cumpra|execute)(?: only| apenas| somente)? ",
            r"(?:these|this|my|the following|the|estas?|essas?|minhas|as seguintes|os seguintes|",
            r"as)(?: new| novas| novos)? (?:instruc\w+|rules|orders|commands?|regras|ordens|",
            r"comandos?)[^.!?]{0,30}(?:instead|em vez|no lugar|rather than|ao inves)",
        )
    ),
)
ALL_RULES = (*_SET_ASIDE, *_TELL_SECRETS, *_ANOTHER_ROLE, *_SAID_TO_A_MACHINE, *_SHAPE_THE_ANSWER)
# Most rules begin with one of these; where it is not in a text, they need no look.
HEADS = (
    words.FORGET,
    words.DROP,
    words.SHOW,
    rf"\b{words.SHOW}\b",
    words.ASSISTANT,
    rf"\b{words.SPEAK}\b{words.PUT}\b",
    words.EVERY_ANSWER,
    words.YOUR_ANSWER,
    words.WHEN_ANSWERING,
    words.OWN_RULES,
)
