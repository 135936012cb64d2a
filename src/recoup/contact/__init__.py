"""Stops of contact and the append-only record of every attempt to reach a debtor."""
