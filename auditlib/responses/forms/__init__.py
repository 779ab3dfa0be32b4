"""The forms of Jira's answers, one for each resource: checked when an answer comes, and whenever it is read from disk."""
