"""What each thing that both sides told weighs in a match, as set in the settings."""

from dataclasses import dataclass, fields

from helpline.matching_settings import MatchingSettings


@dataclass(frozen=True)
class Weights:
    """The settings ``HELPLINE_MATCH_...``, whose help says what each is (`helpline.matching_settings`).

    Attributes:
        same_role: Whether roles must be the same; then ``role`` weighs nothing.
        treatment_months: Months since the end of treatment, for whose cancer is not metastatic.
        wait: By how much somebody counts more in a plan for each four weeks of waiting.
        rarity: By how much somebody counts more whom no volunteer fits well.
        keep: What a pair that was proposed before is worth.
    """

    stage: float
    subtype: float
    kind: float
    diagnosis: float
    sites: float
    age: float
    concerns: float
    children: float
    work: float
    times: float
    role: float
    same_role: bool
    treatment_months: int
    wait: float
    rarity: float
    keep: float

    @classmethod
    def of(cls, settings: MatchingSettings) -> "Weights":
        """Return the weights of the settings."""
        plain = ("same_role", "treatment_months")
        names = {each.name: each.name if each.name in plain else f"weight_{each.name}" for each in fields(cls)}
        return cls(**{name: getattr(settings, f"match_{of}") for name, of in names.items()})


DEFAULT_WEIGHTS = Weights.of(MatchingSettings.construct())
