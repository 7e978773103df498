"""What a system costs beside what it understands: time to train, time to read a message, memory."""

from dataclasses import dataclass

from helpline.benchmark.figures import Times


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
        return Times("reading a message", self.milliseconds).at(share)
