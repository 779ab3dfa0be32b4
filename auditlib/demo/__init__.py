"""The embedded Jira: a stand-in on loopback that speaks both dialects, for the demo and the tests."""
