"""A folder of real Jira issues as a world for the embedded Jira."""
