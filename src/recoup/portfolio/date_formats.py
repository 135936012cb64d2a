"""Dates as lenders write them: ``YYYY/MM/DD``, ``D.M.YYYY``, ``YYYY年M月D日``, Taiwan's ``ROC/MM/DD``."""

from __future__ import annotations

import re
from datetime import date

from recoup.portfolio.fields import BadValue, needed, read_date
from recoup.portfolio.reasons import NOT_A_DATE_AS, because

_PARTS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "ROC": r"(?P<roc>[0-9]{2,3})",  # years since 1911, as Taiwan counts them
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
}
_PART = re.compile("YYYY|ROC|MM|M|DD|D")
_ROC_EPOCH = 1911


class DateFormatError(ValueError):
    """A date format without a year, a month or a day."""


class DateFormat:
    """Reads dates of one format, and ISO dates as well: a workbook's own dates arrive so."""

    def __init__(self, written: str) -> None:
        """Raises DateFormatError unless year, month and day stand in it once each."""
        self.written = written
        parts = _PART.findall(written)
        if sorted({"ROC": "Y", "YYYY": "Y"}.get(part, part[0]) for part in parts) != ["D", "M", "Y"]:
            raise DateFormatError(f"{written!r} must hold YYYY (or ROC), MM and DD once each")
        pattern, end = "", 0
        for found in _PART.finditer(written):
            pattern += re.escape(written[end : found.start()]) + _PARTS[found.group()]
            end = found.end()
        self._pattern = re.compile(pattern + re.escape(written[end:]))

    def read(self, text: str) -> date:
        """The day written so. Raises BadValue when it is not, or when there is no such day."""
        written = needed(text)
        found = self._pattern.fullmatch(written)
        if found is None:
            return self._iso(written)
        parts = found.groupdict()
        year = int(parts["year"]) if parts.get("year") else int(parts["roc"]) + _ROC_EPOCH
        try:
            day = date(year, int(parts["month"]), int(parts["day"]))
        except ValueError:
            raise BadValue(because(NOT_A_DATE_AS, value=written, format=self.written)) from None
        return read_date(day.isoformat())

    def _iso(self, written: str) -> date:
        try:
            return read_date(written)
        except BadValue:
            raise BadValue(because(NOT_A_DATE_AS, value=written, format=self.written)) from None
