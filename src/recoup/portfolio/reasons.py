"""Why a file or a row is refused: sentences with blanks, so that a page can say them in the reader's language."""

from __future__ import annotations

from typing import NamedTuple


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for translation and leaves it as it is."""
    return sentence


class Reason(NamedTuple):
    """One sentence: ``template`` is what translators see, ``values`` fill its blanks."""

    template: str
    values: dict[str, str | int]

    def __str__(self) -> str:
        return self.template % self.values if self.values else self.template


def because(template: str, **values: str | int) -> Reason:
    """A reason; long values are cut so that a sentence stays one."""
    return Reason(template, {name: _short(value) for name, value in values.items()})


def _short(value: str | int) -> str | int:
    if isinstance(value, int) or len(value) <= 80:
        return value
    return value[:79] + "…"


class FileRefused(ValueError):
    """A file that cannot be read at all: nothing of it is imported."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class RowRefused(ValueError):
    """One row that cannot be kept, with the column at fault (empty: the row as a whole)."""

    def __init__(self, column: str, reason: Reason) -> None:
        super().__init__(f"{column}: {reason}" if column else str(reason))
        self.column = column
        self.reason = reason


# --- files ------------------------------------------------------------------------------------------------------------

EMPTY_FILE = gettext_noop("the file is empty")
NO_HEADER = gettext_noop("the first row is blank: it must name the columns")
NO_SUCH_FILE = gettext_noop("there is no file %(name)s")
NOT_A_TABLE = gettext_noop("the file is %(found)s, not a table: give CSV or XLSX")
MISNAMED_WORKBOOK = gettext_noop("the file holds an Excel workbook but is not named .xlsx: rename it")
NOT_A_WORKBOOK = gettext_noop("the file is named .xlsx but is no Excel workbook")
OLD_WORKBOOK = gettext_noop("the file is an Excel workbook of the old kind (.xls): save it as .xlsx or CSV")
BROKEN_WORKBOOK = gettext_noop("the Excel workbook cannot be read: %(problem)s")
LOCKED_WORKBOOK = gettext_noop("the Excel workbook is protected by a password: save it without")
NO_SHEET = gettext_noop("the workbook has no sheet %(wanted)s; it has: %(sheets)s")
EMPTY_SHEET = gettext_noop("the sheet %(sheet)s is empty")
UNPACKS_TOO_LARGE = gettext_noop("the workbook would unpack to more than %(limit)s MB: save it as CSV")
TOO_MANY_CELLS = gettext_noop("the sheet spans more than %(limit)s cells: save it as CSV")
CUT_OFF = gettext_noop("the compressed file is cut off or damaged")
UNKNOWN_ENCODING = gettext_noop("there is no encoding named %(name)s")
WRONG_ENCODING = gettext_noop("the file is not written in %(name)s (first wrong byte after %(offset)s)")
NO_ENCODING_FITS = gettext_noop("the file is not written in UTF-8, UTF-16, GB18030 or Big5: name its encoding")
ENCODING_UNCLEAR = gettext_noop("the file could be GB18030 or Big5, and it is not clear which: name its encoding")
HOLDS_NUL = gettext_noop("the file holds NUL characters: it is no text, or written in another encoding")
LINE_TOO_LONG = gettext_noop("a line is longer than %(limit)s characters")
CELL_TOO_LONG = gettext_noop("row %(row)s: a cell is longer than %(limit)s characters; is a quote left open?")
QUOTE_LEFT_OPEN = gettext_noop("row %(row)s: a quote is opened and not closed before the file ends")
BAD_QUOTES = gettext_noop("row %(row)s: the quotes cannot be understood (%(problem)s)")
COLUMN_TWICE = gettext_noop("the column %(column)s stands twice in the first row")
TOO_MANY_COLUMNS = gettext_noop("the first row has more than %(limit)s columns")
COLUMNS_MISSING = gettext_noop("columns are missing: %(columns)s")
UNKNOWN_FILE_KIND = gettext_noop("the columns fit no file that Recoup knows: a book needs due_on, a snapshot as_of")
AS_OF_MISSING = gettext_noop("a snapshot needs its date: a column as_of, or --as-of")
KIND_HAS_NO_IMPORT = gettext_noop("files of kind %(kind)s cannot be imported")

# --- rows -------------------------------------------------------------------------------------------------------------

WRONG_WIDTH = gettext_noop("the row has %(found)s cells, the first row has %(wanted)s")
LEFT_OVER = gettext_noop("the row has %(found)s cells, the first row has %(wanted)s; left over: %(cells)s")
VALUE_MISSING = gettext_noop("a value is needed")
NOT_A_DATE = gettext_noop("%(value)s is not a date (YYYY-MM-DD)")
NOT_A_DATE_AS = gettext_noop("%(value)s is not a date (%(format)s)")
DATE_OUT_OF_RANGE = gettext_noop("%(value)s lies outside the years %(first)s to %(last)s")
NOT_A_WHOLE_NUMBER = gettext_noop("%(value)s is not a whole number from 0 to %(largest)s")
NOT_A_NUMBER = gettext_noop("%(value)s is not a number")
NOT_AN_AMOUNT = gettext_noop("%(value)s is not an amount (digits, a full stop, no separators)")
TOO_MANY_DECIMALS = gettext_noop("%(value)s has more decimals than %(currency)s has (%(places)s)")
AMOUNT_TOO_LARGE = gettext_noop("%(value)s is larger than Recoup can keep")
NEGATIVE_AMOUNT = gettext_noop("%(value)s is negative")
AMOUNT_OF_NOTHING = gettext_noop("a payment of nothing")
UNKNOWN_CURRENCY = gettext_noop("%(value)s is not a currency (ISO 4217)")
UNKNOWN_VALUE = gettext_noop("%(value)s is none of %(known)s")
UNKNOWN_COUNTRY = gettext_noop("%(value)s is not a country code (ISO 3166, two letters)")
UNKNOWN_TIME_ZONE = gettext_noop("%(value)s is not a time zone (as Asia/Shanghai)")
UNKNOWN_LANGUAGE = gettext_noop("%(value)s is not a language tag (as zh-Hans)")
UNKNOWN_ROLE = gettext_noop("%(value)s is not a role: %(known)s")
TEXT_TOO_LONG = gettext_noop("the text is longer than %(limit)s characters")
CONTROL_CHARACTER = gettext_noop("the text holds a control character")
RATE_OUT_OF_RANGE = gettext_noop("%(value)s is not a yearly rate: a number from 0 to 999")
DUE_AND_SNAPSHOT = gettext_noop("the row has both a due date and a balance: a debt has a schedule or snapshots")
NEITHER_DUE_NOR_SNAPSHOT = gettext_noop("the row has neither a due date nor a balance")
NOT_A_PARTICULAR = gettext_noop("%(problem)s")
NO_TRANSLATION = gettext_noop("the mapping has no value for %(value)s")
NO_VALUE_FROM_MAPPING = gettext_noop("the mapping's expression gives no plain value here")

# --- rows against the book --------------------------------------------------------------------------------------------

OTHER_DEBTOR = gettext_noop("the debt is known as one of debtor %(known)s")
OTHER_KIND = gettext_noop("the debt is known as %(known)s")
OTHER_CURRENCY = gettext_noop("the debt is kept in %(known)s")
HAS_SCHEDULE = gettext_noop("the debt has a schedule: it cannot have snapshots as well")
HAS_SNAPSHOTS = gettext_noop("the debt has snapshots: it cannot have a schedule as well")
INSTALMENT_DIFFERS = gettext_noop("instalment %(number)s is known with other content: %(known)s")
SNAPSHOT_DIFFERS = gettext_noop("the snapshot of %(as_of)s is known with other content: %(known)s")
PAYMENT_DIFFERS = gettext_noop("the reference %(ref)s is known with other content: %(known)s")
COLLATERAL_DIFFERS = gettext_noop("this collateral is known on that day with another value: %(known)s")
UNKNOWN_CREDITOR = gettext_noop("no creditor %(creditor)s is known")
UNKNOWN_DEBT = gettext_noop("no debt %(ref)s is known")
AMBIGUOUS_DEBT = gettext_noop("several creditors have a debt %(ref)s: name the creditor")
UNKNOWN_PAYMENT = gettext_noop("no payment %(ref)s is known that could be undone")
REVERSED_TWICE = gettext_noop("the payment %(ref)s is undone already")
REVERSAL_OF_OTHER_DEBT = gettext_noop("the payment %(ref)s was made on another debt")
REVERSAL_OF_OTHER_AMOUNT = gettext_noop("the payment %(ref)s is of %(known)s")
REVERSAL_TOO_EARLY = gettext_noop("the payment %(ref)s was made later, on %(known)s")
