"""How the embedded Jira answers."""
