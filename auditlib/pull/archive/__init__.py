"""What an archive asks of Jira, and adds to its folder."""
