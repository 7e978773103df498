"""What a system costs beside what it understands: time to train, time to read a message, memory."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What was measured.

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
        ordered = sorted(self.milliseconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def resident_megabytes(process: int | str = "self") -> float:
    """Return the memory that a process holds, in MB (10^6 bytes). Linux only."""
    with open(f"/proc/{process}/status") as status:
        kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return round(kilobytes * 1.024 / 1000, 1)
