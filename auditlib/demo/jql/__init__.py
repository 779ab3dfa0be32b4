"""JQL, as the embedded Jira understands it."""
