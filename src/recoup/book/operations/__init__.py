"""What changes the book: one use case, one function, one transaction."""

from recoup.book.operations.facts import (
    DebtState,
    charges_of,
    derive_facts,
    mark_for_rebuild,
    set_basis,
    settle_facts,
    state_of,
    states_of,
    states_when_charged,
)
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
from recoup.book.queries.rules import Treatment
from recoup.book.rows import CHUNK

__all__ = [
    "CHUNK",
    "DebtState",
    "PauseRefused",
    "PostingRefused",
    "TermsRefused",
    "Treatment",
    "adjust_debt",
    "charges_of",
    "derive_facts",
    "end_pause",
    "mark_for_rebuild",
    "pause_ageing",
    "record_payment",
    "reverse_payment",
    "save_ladder",
    "set_basis",
    "set_terms",
    "settle_facts",
    "state_of",
    "states_of",
    "states_when_charged",
]
