"""What is no follow-up is learned behind the subjects of answers too."""

from helpline.nlu.intent.behind_subjects import read_behind_subjects

LEAVES = ["out_of_scope"] * 6 + ["remark/story"] * 3 + ["faq/ned"]
TEXTS = [f"message {number}" for number in range(10)]
SUBJECTS = ["one subject", "another subject"]


def test_so_many_of_a_leaf_are_taken_each_behind_a_subject():
    taken = read_behind_subjects(LEAVES, TEXTS, SUBJECTS, {"out_of_scope": 4, "remark/story": 5})
    assert sorted(leaf for leaf, _ in taken) == ["out_of_scope"] * 4 + ["remark/story"] * 3
    behind = dict(zip(TEXTS, LEAVES, strict=True))
    for leaf, text in taken:
        subject, _, said = text.partition(": ")
        assert subject in SUBJECTS
        assert behind[said] == leaf


def test_the_words_alone_decide():
    taken = read_behind_subjects(LEAVES, TEXTS, SUBJECTS)
    assert taken == read_behind_subjects(LEAVES[::-1], TEXTS[::-1], SUBJECTS)
