"""Rules: each a control test that looks at one issue."""
