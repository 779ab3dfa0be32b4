"""Statuses: how the population stands at the end of the period, and how issues were closed."""
