"""What goes out before and after a meeting: PDF, slides, workbook, web page, pictures and minutes, from frozen ones."""
