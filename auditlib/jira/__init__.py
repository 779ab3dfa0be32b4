"""Everything that speaks to Jira, and only reads."""
