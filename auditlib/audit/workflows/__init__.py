"""Workflows of the listed projects: the versions in force, what changed in them in the period, what could not be read. Pure."""
