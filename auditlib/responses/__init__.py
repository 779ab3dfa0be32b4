"""What came from Jira, as it came: questions, topics and the store of responses."""
