import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.importers.rasa import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.featurizer import SentenceEncoderFeaturizer
from helpline.nlu.intent.intent_classifier import LeafIntentClassifier

DATA = """
version: "3.1"
nlu:
  - intent: faq/ned
    examples: |
      - what is NED
      - what does no evidence of disease mean
      - my scan is clear what does that mean
      - does NED mean I am cured
  - intent: faq/stable_disease
    examples: |
      - what is stable disease
      - they said stable
      - my cancer is not growing
      - is stable good
  - intent: greet
    examples: |
      - hello
      - hi
      - good morning
      - hey there
  - intent: out_of_scope
    examples: |
      - what is the weather
      - who won the game
      - tell me a joke
      - how tall is the eiffel tower
responses:
  utter_faq/ned:
    - text: NED means no evidence of disease.
  utter_faq/stable_disease:
    - text: Stable means not growing.
"""
# As many folds as there are examples of an intent.
CONFIG = {"min_df": 1, "svd_components": 8, "cv_folds": 4, "fallback_threshold": 0.4}


def context():
    return ExecutionContext(graph_schema=None, node_name="classifier")


def featurized(messages):
    featurizer = SentenceEncoderFeaturizer.create(SentenceEncoderFeaturizer.get_default_config(), None, None, context())
    return featurizer.process(messages)


@pytest.fixture(scope="module")
def training_data(tmp_path_factory) -> TrainingData:
    path = tmp_path_factory.mktemp("data") / "nlu.yml"
    path.write_text(DATA)
    data = TrainingDataImporter.load_from_dict(training_data_paths=[str(path)]).get_nlu_data()
    featurized(data.training_examples)
    return data


def trained(training_data, path, **config):
    storage = LocalModelStorage.create(path)
    resource = Resource("classifier")
    LeafIntentClassifier.create({**CONFIG, **config}, storage, resource, context()).train(training_data)
    return LeafIntentClassifier.load({**CONFIG, **config}, storage, resource, context())


@pytest.fixture(scope="module")
def classifier(training_data, tmp_path_factory):
    return trained(training_data, tmp_path_factory.mktemp("model"))


def read(classifier, text):
    (message,) = classifier.process(featurized([Message.build(text=text)]))
    return message


def test_topic_fills_intent_selection_and_entity(classifier):
    message = read(classifier, "what does NED mean")
    assert message.get("intent")["name"] == "faq"
    chosen = message.get("response_selector")["faq"]["response"]
    assert chosen["intent_response_key"] == "faq/ned"
    assert chosen["utter_action"] == "utter_faq/ned"
    assert chosen["responses"] == [{"text": "NED means no evidence of disease."}]
    assert message.get("response_selector")["all_retrieval_intents"] == ["faq"]
    assert [(e["entity"], e["value"]) for e in message.get("entities")] == [("topic", "ned")]


def test_plain_intent_keeps_the_topic(classifier):
    message = read(classifier, "hello")
    assert message.get("intent")["name"] == "greet"
    assert not message.get("entities")


def test_out_of_scope_leaves_the_topic(classifier):
    message = read(classifier, "tell me a joke please")
    assert message.get("intent")["name"] == "out_of_scope"
    assert [(e["entity"], e["value"]) for e in message.get("entities")] == [("topic", "none")]


def test_rankings_are_sorted_and_name_each_intent_once(classifier):
    message = read(classifier, "what is stable disease")
    ranking = message.get("intent_ranking")
    assert ranking[0] == message.get("intent")
    assert len({entry["name"] for entry in ranking}) == len(ranking) == 3
    confidences = [entry["confidence"] for entry in message.get("response_selector")["faq"]["ranking"]]
    assert confidences == sorted(confidences, reverse=True)


def test_unsure_falls_back_and_still_ranks_topics(training_data, tmp_path):
    message = read(trained(training_data, tmp_path, fallback_threshold=1.1), "is that good")
    assert message.get("intent")["name"] == "nlu_fallback"
    assert message.get("intent_ranking")[0]["name"] == "nlu_fallback"
    assert len(message.get("response_selector")["faq"]["ranking"]) == 2
    assert not message.get("entities")


def test_two_trainings_agree_bit_for_bit_whatever_the_order(training_data, classifier, tmp_path):
    shuffled = TrainingData(training_data.training_examples[::-1], responses=training_data.responses)
    again = trained(shuffled, tmp_path)
    for text in ("is my scan stable", "hi what is NED", "weather"):
        assert read(classifier, text).get("intent_ranking") == read(again, text).get("intent_ranking")


def test_message_without_text_is_left_alone(classifier):
    (message,) = classifier.process([Message(data={"intent": {"name": "greet"}})])
    assert message.get("intent") == {"name": "greet"}


def test_nothing_to_learn_from_is_no_error(tmp_path):
    classifier = trained(TrainingData([]), tmp_path)
    assert read(classifier, "hello").get("intent") is None


def test_featurizer_adds_one_dense_sentence_vector():
    (message,) = featurized([Message.build(text="what is NED")])
    sequence, sentence = message.get_dense_features(TEXT)
    assert sequence is None
    assert sentence.features.shape == (1, 384)
    assert np.linalg.norm(sentence.features) == pytest.approx(1, abs=1e-5)


def test_two_trainings_give_the_same_predictions_bit_for_bit(training_data, tmp_path_factory):
    shuffled = TrainingData(training_data.training_examples[::-1], responses=training_data.responses)
    one, other = (trained(data, tmp_path_factory.mktemp("model")) for data in (training_data, shuffled))
    for text in ("is it gone", "my scan is stable", "what a game", "hello what is ned"):
        first, second = read(one, text), read(other, text)
        assert first.get("intent_ranking") == second.get("intent_ranking")
        assert first.get("response_selector") == second.get("response_selector")
        assert first.get("danger_margins") == second.get("danger_margins")
