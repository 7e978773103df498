"""Times, memory and cost as they are measured and told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Times of one way, in milliseconds."""

    way: str
    milliseconds: list[float]

    def at(self, share: float) -> float:
        """Return the time below which a share (0 to 1) of all lies."""
        ordered = sorted(self.milliseconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass(frozen=True)
class Cost:
    """What a system costs beside what it understands.

    Attributes:
        training: Processor seconds of the training; None where it was not measured here.
        milliseconds: Time of reading each message, one after the other, without a server.
        megabytes: Memory of the process after reading, in MB (10^6 bytes).
    """

    training: float | None
    milliseconds: list[float]
    megabytes: float

    def at(self, share: float) -> float:
        """Return the time in milliseconds below which a share (0 to 1) of all lies."""
        return Times("reading a message", self.milliseconds).at(share)


def resident_megabytes(process: int | str = "self") -> float:
    """Return the memory that a process holds, in MB (10^6 bytes). Linux only."""
    with open(f"/proc/{process}/status") as status:
        kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return round(kilobytes * 1.024 / 1000, 1)
