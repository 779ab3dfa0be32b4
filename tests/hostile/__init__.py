"""Servers, answers and texts of somebody who wants the workbook to fall."""
