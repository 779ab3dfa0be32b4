"""Jira evidence for SOC 2: helper package of the audit workbook."""

__version__ = "0.1.0"
