"""``tracker read``: one report in, what it says out. Nothing is stored, and no word of the report is told to anybody else."""

from __future__ import annotations

import click

from tracker.commands.files import read_file, shown_name, write_out
from tracker.errors import InputError

MOST_BYTES = 20_000_000
#: A report has some thousand letters; a year of them in one file is no report.
MOST_LETTERS = 60_000
EXAMPLE = """
\b
Examples:
  tracker read report.txt
  tracker read report.pdf
  pdftotext report.pdf - | tracker read -
"""


@click.command(epilog=EXAMPLE)
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (it is printed in any case).")
def read(file: str, as_json: bool) -> int:
    """Read one radiology report.

    FILE is text in UTF-8 or a PDF with a text layer; - reads standard input. Prints as JSON (format reading/1) every
    size and uptake with its place in the text, what was measured and when, which values are of one lesion, and what is
    said of the liver in words. Contradictions in the report are told on standard error. A reading proposes; it is
    confirmed by a person.
    """
    from tracker.exchange.jsontext import write_json
    from tracker.reading.report import read_report

    text = read_text(read_file(file, MOST_BYTES), shown_name(file))
    reading = read_report(text)
    for problem in reading.problems:
        click.echo(str(problem), err=True)
    write_out(write_json(reading.to_dict()) + "\n")
    return 0


def read_text(data: bytes, name: str) -> str:
    """The text of a report. InputError with the name of the input and what would be right where there is none."""
    from tracker.exchange.pdf import read_pdf_text

    if not data.strip():
        raise InputError(f"{name}: it is empty; a report in text or PDF is read")
    if data.lstrip()[:5].startswith(b"%PDF"):
        try:
            return read_pdf_text(data)
        except InputError as refusal:
            raise InputError(f"{name}: {refusal}") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name}: the text is in UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        if b"\0" in data:
            raise InputError(f"{name}: this is no text; a report in text or PDF is read") from None
        raise InputError(f"{name}: the letter at byte {trouble.start} is not UTF-8; save the text as UTF-8") from None
    if "\0" in text or sum(not (letter.isprintable() or letter.isspace()) for letter in text) > len(text) // 50:
        raise InputError(f"{name}: this is no text; a report in text or PDF is read")
    if not any(letter.isalpha() for letter in text):
        raise InputError(f"{name}: there is no word in it; a report in text or PDF is read")
    if len(text) > MOST_LETTERS:
        raise InputError(
            f"{name}: it has {len(text)} letters, a report at most {MOST_LETTERS}; one file holds one report"
        )
    return text
