"""Faults planted in the made-up company, one at a time, for the check of the workbook by itself."""
