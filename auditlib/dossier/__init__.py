"""The full record of single issues: what an auditor asks for of each sampled issue."""
