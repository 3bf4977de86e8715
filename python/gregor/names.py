"""Words that a user may misspell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gregor import _gregor
from gregor.errors import UnknownName


MOST_SHOWN = 24


def known(word: str, words: Iterable[str], what: str) -> str:
    """The word if it is one of them. Raises UnknownName with the nearest one."""
    allowed = list(words)
    if isinstance(word, str) and word in allowed:
        return word
    shown = ", ".join(allowed[:MOST_SHOWN])
    if len(allowed) > MOST_SHOWN:
        shown += f" and {len(allowed) - MOST_SHOWN} more"
    nearest = _gregor.nearest_word(word, allowed) if isinstance(word, str) else ""
    hint = f" (did you mean {nearest}?)" if nearest else ""
    raise UnknownName(f"{what}: found {word!r}, allowed {shown or 'none'}{hint}")


def snake_case(word: str) -> str:
    """'IsrShrinkRequested' as 'isr_shrink_requested'."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).lower()
