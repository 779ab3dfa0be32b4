"""Jira's records as rows. Pure: no network, disk, clock or chance."""
