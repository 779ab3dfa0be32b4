"""The check of the workbook by itself: faults planted in a made-up company and in a package, and whether each is found."""
