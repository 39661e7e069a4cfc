"""Passages that say the same: copies of a document, its next edition, a page filed twice."""

# Passages whose distinct words are the same to this share (Jaccard index), and whose numbers are
# all the same, say the same.
SAME = 0.95


class Repeats:
    """Remembers texts, and which earlier one a text repeats."""

    def __init__(self) -> None:
        self._seen: list[frozenset[str]] = []

    def find(self, text: str) -> int | None:
        """The number, from 0, of the text that this one repeats; else it is remembered."""
        words = frozenset(text.lower().split())
        for number, others in enumerate(self._seen):
            shorter, longer = sorted((len(words), len(others)))
            if shorter < SAME * longer:
                continue
            shared = len(words & others)
            alike = shared >= SAME * (len(words) + len(others) - shared)
            if alike and not any(map(_holds_digit, words ^ others)):
                return number
        self._seen.append(words)
        return None


def _holds_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
