"""The demonstration book: a made-up branch at work, the same every time from a seed."""

from recoup.demo.branch import build

__all__ = ["build"]
