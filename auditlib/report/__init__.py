"""What people read: charts, tables on screen, the cover, the spreadsheet, notebook pages."""
