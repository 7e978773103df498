"""What a transcript keeps of what was understood: names of intents, never words of a visitor."""

import json

from helpline.rasa.understood import understood

PARSED = {
    "text": "is ned a guy",
    "intent": {"name": "nlu_fallback", "confidence": 0.4},
    "intent_ranking": [
        {"name": "nlu_fallback", "confidence": 0.4},
        {"name": "faq", "confidence": 0.3},
        {"name": "greet", "confidence": 0.1},
    ],
    "response_selector": {
        "all_retrieval_intents": ["faq"],
        "faq": {
            "ranking": [
                {"intent_response_key": "faq/ned", "confidence": 0.3},
                {"intent_response_key": "faq/stable_disease", "confidence": 0.2},
            ]
        },
    },
    "also_feels": "distress/fear",
}


def reply(response: str, *payloads: str) -> dict:
    return {"response": response, "text": "…", "buttons": [{"title": "t", "payload": one} for one in payloads]}


def test_the_leaf_intents_of_a_group_are_kept_the_likeliest_first():
    kept = understood(PARSED)
    assert kept["alternatives"] == [
        ["nlu_fallback", 0.4],
        ["faq/ned", 0.3],
        ["faq/stable_disease", 0.2],
        ["greet", 0.1],
    ]
    assert kept["also_feels"] == "distress/fear"
    assert "asked_back" not in kept


def test_what_was_asked_back_is_kept():
    asking = reply("utter_did_you_mean", '/ask_topic{"topic": "ned"}', "/talk_to_person")
    assert understood(PARSED, [reply("utter_faq/ned", "/greet"), asking])["asked_back"] == ["faq/ned", "talk_to_person"]
    assert understood(PARSED, [reply("utter_which_one")])["asked_back"] == []


def test_a_likely_answer_beside_a_question_back_is_kept():
    answered = reply("utter_faq/ned", '/ask_topic{"topic": "stable_disease"}', "/talk_to_person")
    kept = understood({**PARSED, "likely": "faq/ned"}, [answered])
    assert kept["likely"] == "faq/ned"
    assert kept["asked_back"] == ["faq/stable_disease", "talk_to_person"]
    assert "likely" not in understood({**PARSED, "likely": "faq/ned"}, [reply("utter_did_you_mean")])


def test_an_answer_in_words_is_not_kept():
    kept = understood(PARSED, [reply("utter_which_one", "my sister Wilhelmina", '/inform{"name": "Wilhelmina"}')])
    assert kept["asked_back"] == ["inform"]
    assert "Wilhelmina" not in json.dumps(kept)
    assert "guy" not in json.dumps(kept)


def test_a_button_was_weighed_against_nothing():
    assert understood({}) == {"alternatives": []}
