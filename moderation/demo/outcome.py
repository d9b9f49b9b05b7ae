"""One sample and what became of it."""

from dataclasses import dataclass
from typing import Any

from moderation.samples import Sample


@dataclass(frozen=True, slots=True)
class Outcome:
    """``decision`` is the webhook's; ``milliseconds`` from sending the item to hearing of it."""

    sample: Sample
    decision: dict[str, Any]
    milliseconds: float

    @property
    def name(self) -> str:
        """The sample's own id."""
        return str(self.sample.item["id"])

    @property
    def known(self) -> bool:
        """Tell whether the sample says that the shipped model misses it."""
        return self.sample.expect.known_miss is not None

    def differences(self) -> list[str]:
        """Name what is not as the sample expects."""
        return [f"{self.name}: {fault}" for fault in self.sample.expect.faults(self.decision)]
