"""Settings of the matching of peer volunteers: what each thing that both sides told weighs, and how a plan is made.

They are part of `helpline.settings.Settings`; docs/matching.md explains them for coordinators.
"""

from pydantic import BaseSettings, Field


def _weight(default: float, of: str) -> float:
    return Field(default, ge=0, le=10, description=f"Matching: weight of {of}; 0 for none.")


class MatchingSettings(BaseSettings):
    """How volunteers are matched. A weight counts by what it is of the sum of all that both sides told."""

    match_weight_stage: float = _weight(3, "a volunteer's own cancer being metastatic too")
    match_weight_subtype: float = _weight(
        4, "the same receptors (hormone receptor-positive, HER2-positive, triple-negative)"
    )
    match_weight_kind: float = _weight(6, "the same rarer kind (inflammatory, lobular)")
    match_weight_diagnosis: float = _weight(2, "the same kind of diagnosis (from the start, or come back)")
    match_weight_sites: float = _weight(2, "the same places that it spread to")
    match_weight_age: float = _weight(3, "about the same age")
    match_weight_concerns: float = _weight(4, "having lived through what the visitor worries about")
    match_weight_children: float = _weight(2, "having children too, or none")
    match_weight_work: float = _weight(1, "the same situation at work")
    match_weight_times: float = _weight(2, "a time at which both can talk")
    match_weight_role: float = _weight(3, "being a patient too, or a carer too, where the roles may differ")
    match_same_role: bool = Field(
        True, description="Matching: whether a carer is matched with carers alone, and a patient with patients."
    )
    match_treatment_months: int = Field(
        12,
        ge=0,
        le=120,
        description="Matching: months since the end of treatment for a volunteer whose cancer is not metastatic.",
    )
    match_weight_wait: float = Field(
        1.0, ge=0, le=10, description="Matching: by how much four weeks of waiting make somebody count more in a plan."
    )
    match_weight_rarity: float = Field(
        1.0, ge=0, le=10, description="Matching: by how much somebody counts more whom no volunteer fits well."
    )
    match_weight_keep: float = Field(
        0.02, ge=0, le=1, description="Matching: what it takes for a plan to change what was proposed before."
    )
    match_answer_days: int = Field(
        3, ge=1, le=30, description="Matching: days that a volunteer who was asked by e-mail has for an answer."
    )
    match_choice_days: int = Field(
        5, ge=1, le=30, description="Matching: days that a visitor has to choose among volunteers."
    )
    match_outcome_weeks: int = Field(
        6, ge=1, le=10, description="Matching: weeks after which both sides of a match are asked by e-mail how it went."
    )
    match_seconds: float = Field(
        30.0, gt=0, le=600, description="Matching: how long making a plan for all who wait may take, in seconds."
    )
