"""The patterns as the product reads them, and the trained model."""

from pathlib import Path

import pytest

from helpline.nlu.trained_model import TrainedModel
from helpline.safety.detector import PatternDetector


@pytest.fixture(scope="session")
def detector() -> PatternDetector:
    return PatternDetector()


@pytest.fixture(scope="session")
def model(trained_model: Path) -> TrainedModel:
    return TrainedModel(trained_model)
