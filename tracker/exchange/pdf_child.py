"""The part of reading a PDF that runs in a process of its own: bytes on standard input, JSON on standard output.

A PDF of some kilobytes may unpack to gigabytes. So it runs here, under a ceiling on memory and time. It imports nothing
of the tracker.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any


def read_pages(data: bytes, most_pages: int, most_letters: int) -> dict[str, Any]:
    """The text layer of all pages, page by page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as trouble:
        locked = "password" in str(trouble).lower()
        return {"problem": "the PDF is protected by a password" if locked else "the PDF is damaged and cannot be read"}
    with document:
        if len(document) > most_pages:
            return {"problem": f"the PDF has more than {most_pages} pages; a report has a few"}
        pages: list[str] = []
        for page in document:
            text = page.get_textpage().get_text_range()
            pages.append(text.replace("\r\n", "\n").replace("\r", "\n"))
            if sum(map(len, pages)) > most_letters:
                return {"problem": f"the PDF holds more than {most_letters} letters; a report has some thousand"}
    return {"pages": pages}


def main(most_pages: int, most_letters: int, memory: int, seconds: int) -> None:
    """Set the ceilings, read, answer."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(read_pages(sys.stdin.buffer.read(), most_pages, most_letters), sys.stdout)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:5]))
