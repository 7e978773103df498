"""What stands with the topics for whoever asks on."""

from helpline.nlu.follow_ups import FollowUps

FOLLOW_UPS = FollowUps(
    {
        "utter_faq/ned": [{"metadata": {"subject": "NED, no evidence of disease"}}],
        "utter_faq/symptoms": [{"metadata": {"subject": "symptoms"}}],
        "utter_helpline": [{"metadata": {"subject": "the helpline"}}],
        "utter_faq/curable": [{}],
    }
)


def test_what_is_said_behind_a_subject_is_told_from_any_other_text():
    assert (
        FOLLOW_UPS.said_behind("NED, no evidence of disease: can anyone reach that: ever")
        == "can anyone reach that: ever"
    )
    assert FOLLOW_UPS.said_behind("can anyone reach that") is None
    assert FOLLOW_UPS.said_behind("my question: can anyone reach that") is None
    assert FOLLOW_UPS.said_behind("the helpline: who answers there") is None
