"""What the embedded Jira holds."""
