"""How much liver a resection would leave, as it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class LiverVolume:
    """How much liver a resection would leave, measured on a day. Volumes in millilitres."""

    id: int
    measured_on: date
    remnant_ml: Decimal
    total_ml: Decimal | None = None
    #: How it was measured, such as "CT volumetry, tumour left out".
    method: str | None = None
    #: The operation that would leave this remnant, such as "right hepatectomy".
    resection: str | None = None

    @property
    def remnant_percent(self) -> Decimal | None:
        """The remnant in percent of the whole, one decimal; None where the whole was not measured."""
        if not self.total_ml:
            return None
        return (100 * self.remnant_ml / self.total_ml).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
