"""What is drawn, decided once: frozen Pictures from domain objects, for the screen and for paper alike.

A Picture knows lines, marks, placed labels, the sentence that says the same, and the table behind it. It knows no
colour and no drawing library: those who draw it (plotly on the pages, SVG on the sheet) only follow.
"""
