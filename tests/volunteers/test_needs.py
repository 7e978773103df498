"""What a stored request needs of a volunteer."""

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from helpline.requests.request import VolunteerRequest
from helpline.volunteers.needs import SetByStaff, need_of
from helpline.volunteers.profile import Need

SINCE = datetime(2026, 11, 2, 9, tzinfo=timezone.utc)
REQUEST = VolunteerRequest(
    first_name="Grace",
    for_whom="self",
    contact_method="text",
    contact_address="+12125550100",
    diagnosis_type="recurrence",
    cancer_subtype=("her2_positive", "lobular"),
    spread_sites=("bones",),
    age_range="40-49",
    main_concern="how do I tell my two young kids",
    preferred_times="weekday evenings",
)


def test_a_request_is_read_whole():
    assert need_of(REQUEST, 7, SINCE, declined=frozenset({3})) == Need(
        id=7,
        waiting_since=SINCE,
        diagnosis="recurrence",
        subtypes=frozenset({"her2_positive", "lobular"}),
        sites=frozenset({"bones"}),
        age_range="40-49",
        concerns=frozenset({"telling_children"}),
        children="young",
        times=frozenset({"weekday_evenings"}),
        method="text",
        declined=frozenset({3}),
    )


def test_what_was_skipped_or_not_known_is_not_told():
    request = VolunteerRequest("Grace", "other", "email", "grace@example.org", diagnosis_type="unknown")
    assert need_of(request, 7, SINCE) == Need(id=7, waiting_since=SINCE, role="carer", method="email")


@pytest.mark.parametrize(
    ("concern", "times"),
    [
        ("no calls, he listens", None),
        ("scans", "text only please"),
        ("pain", "never phone"),
        ("don't call me, my husband checks the phone", None),
    ],
)
def test_a_wish_not_to_be_phoned_is_kept_wherever_it_was_said(concern, times):
    need = need_of(replace(REQUEST, main_concern=concern, preferred_times=times), 7, SINCE)
    assert need.never_by_phone


@pytest.mark.parametrize("concern", ["scans", "how to call my sister and tell her", None])
def test_others_may_be_phoned(concern):
    assert not need_of(replace(REQUEST, main_concern=concern), 7, SINCE).never_by_phone


def test_staff_can_set_what_was_read_otherwise():
    staff = SetByStaff(
        language="es",
        concerns=frozenset({"money"}),
        children="grown",
        work="retired",
        times=frozenset(),
        never_by_phone=True,
    )
    need = need_of(REQUEST, 7, SINCE, set_by_staff=staff)
    assert (need.language, need.concerns, need.children, need.work) == ("es", {"money"}, "grown", "retired")
    assert (need.times, need.never_by_phone) == (frozenset(), True)


def test_staff_can_take_a_concern_away_and_a_wish_that_was_misread():
    staff = SetByStaff(concerns=frozenset(), never_by_phone=False)
    need = need_of(replace(REQUEST, main_concern="no calls, my kids sleep"), 7, SINCE, set_by_staff=staff)
    assert (need.concerns, need.never_by_phone) == (frozenset(), False)
