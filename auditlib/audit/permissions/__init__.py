"""Permissions: who may do what in each project, and through what."""
