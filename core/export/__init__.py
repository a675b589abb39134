"""Lists as files: a plain table of cells, written as CSV or as a workbook, and never as a formula."""
