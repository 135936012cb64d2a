"""What changes the book: one use case, one function, one transaction."""

from recoup.book.operations.facts import DebtState, derive_facts, mark_for_rebuild, settle_facts, state_of, states_of
from recoup.book.operations.ledger import (
    PauseRefused,
    PostingRefused,
    TermsRefused,
    adjust_debt,
    end_pause,
    pause_ageing,
    record_payment,
    reverse_payment,
    save_ladder,
    set_terms,
)
from recoup.book.operations.lines import CHUNK, Treatment

__all__ = [
    "CHUNK",
    "DebtState",
    "PauseRefused",
    "PostingRefused",
    "TermsRefused",
    "Treatment",
    "adjust_debt",
    "derive_facts",
    "end_pause",
    "mark_for_rebuild",
    "pause_ageing",
    "record_payment",
    "reverse_payment",
    "save_ladder",
    "set_terms",
    "settle_facts",
    "state_of",
    "states_of",
]
