"""The tables behind the charts, in HTML with real heads."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.components.page import esc
from tracker.pictures.shapes import TextTable


def text_table_html(table: TextTable) -> str:
    """One table with its caption; the first column heads its rows."""
    head = "".join(f'<th scope="col">{esc(cell)}</th>' for cell in table.header)
    body = "".join(
        f'<tr><th scope="row">{esc(row[0])}</th>{"".join(f"<td>{esc(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table.rows
    )
    if not table.rows:
        body = f'<tr><td colspan="{len(table.header)}">nothing recorded</td></tr>'
    return (
        f'<div class="hp-scroll" tabindex="0" role="region" aria-label="{esc(table.caption)}">'
        f'<table class="hp-table hp-words"><caption>{esc(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def words_html(charts: Iterable[tuple[str, TextTable]]) -> str:
    """Charts said in words: each as its sentence and its table."""
    parts = "".join(f"<p>{esc(sentence)}</p>{text_table_html(table)}" for sentence, table in charts)
    return f'<div class="hp-in-words">{parts}</div>'
