"""Cases, teams, work lists and the day's run."""
