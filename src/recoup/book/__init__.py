"""The book: creditors, debtors, debts, postings, pauses, and the facts that follow from them."""
