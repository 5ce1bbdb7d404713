"""What can be taken away: pictures as SVG and PNG, tables as CSV and XLSX, each with the strip that says what it is.

Everything is made from results that a viewer was given; nothing here asks for more. The same input gives the same
bytes.
"""
