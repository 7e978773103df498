"""The trained model, loaded once."""

from pathlib import Path

import pytest

from helpline.nlu.trained_model import TrainedModel


@pytest.fixture(scope="session")
def model(trained_model: Path) -> TrainedModel:
    return TrainedModel(trained_model)
