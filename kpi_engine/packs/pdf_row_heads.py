"""The first cell of each table's row, marked as the row's head, which the typesetter cannot do by itself so far."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Dictionary, Name


def with_row_heads(content: bytes) -> bytes:
    """The same pages, with the name of each row as a header cell of scope Row (ISO 32000-1, 14.8.5.7).

    A screen reader then says the row's name with each figure, as it says the column's.
    """
    with pikepdf.open(io.BytesIO(content)) as opened:
        for each in opened.objects:
            if isinstance(each, Dictionary) and each.get("/S") == Name.TR:
                _mark(each)
        written = io.BytesIO()
        opened.save(
            written,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return written.getvalue()


def _mark(row: Dictionary) -> None:
    kids = row.get("/K")
    first = kids[0] if isinstance(kids, pikepdf.Array) and len(kids) else kids
    if isinstance(first, Dictionary) and first.get("/S") == Name.TD:
        first.S = Name.TH
        held = first.get("/A")
        listed = list(held) if isinstance(held, pikepdf.Array) else [] if held is None else [held]
        own = next((each for each in listed if each.get("/O") == Name.Table), None)
        if own is None:
            first.A = pikepdf.Array([*listed, Dictionary(O=Name.Table, Scope=Name.Row)])
        else:
            own.Scope = Name.Row
