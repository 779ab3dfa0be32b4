"""Numbering: every issue number of the period, and what accounts for it."""
