"""What changes rulebooks: one use case, one function, one transaction. The contract is in ``recoup.policy``."""

from recoup.policy.operations.drafting import (
    fail_dry_run,
    propose_draft,
    propose_spreadsheet,
    rebase_draft,
    record_dry_run,
    save_draft,
    save_spreadsheet,
    start_dry_run,
    withdraw_draft,
)
from recoup.policy.operations.publishing import approve_draft, go_back, look_again, withdraw_version
from recoup.policy.operations.shipping import Adopted, adopt_shipped
from recoup.policy.operations.submitting import reject_draft, reopen_draft, submit_draft

__all__ = [
    "Adopted",
    "adopt_shipped",
    "approve_draft",
    "fail_dry_run",
    "go_back",
    "look_again",
    "propose_draft",
    "propose_spreadsheet",
    "rebase_draft",
    "record_dry_run",
    "reject_draft",
    "reopen_draft",
    "save_draft",
    "save_spreadsheet",
    "start_dry_run",
    "submit_draft",
    "withdraw_draft",
    "withdraw_version",
]
