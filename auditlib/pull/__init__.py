"""What is asked of Jira, in which order."""
