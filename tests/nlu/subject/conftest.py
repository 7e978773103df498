"""The project's own names of other subjects."""

import pytest

from helpline.nlu.subject.subject_vocabulary import SubjectVocabulary, read_subjects
from helpline.settings import ROOT


@pytest.fixture(scope="session")
def vocabulary() -> SubjectVocabulary:
    return read_subjects(ROOT / "content" / "subjects.yml")
