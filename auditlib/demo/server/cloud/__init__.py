"""Jira Cloud, REST v3: its operations, and those that Data Center lacks."""
