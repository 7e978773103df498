"""What earlier versions kept in clear goes with the first start of this one."""

import pytest

from helpline.cli.migrate import remove_former_store


def test_conversations_that_were_kept_in_clear_are_removed_with_a_word(tmp_path, capsys) -> None:
    former = tmp_path / "conversations.db"
    for name in ("conversations.db", "conversations.db-wal", "conversations.db-shm", "helpline.db"):
        (tmp_path / name).write_bytes(b"words of a person")
    remove_former_store(former)
    assert [path.name for path in tmp_path.iterdir()] == ["helpline.db"]
    said = capsys.readouterr().err
    assert "conversations.db is removed: it held conversations in clear" in " ".join(said.split())


@pytest.mark.parametrize("left", ["conversations.db-wal", "conversations.db-shm"])
def test_what_is_left_of_them_goes_too_and_nothing_is_said_of_nothing(tmp_path, capsys, left: str) -> None:
    (tmp_path / left).write_bytes(b"words of a person")
    remove_former_store(tmp_path / "conversations.db")
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err
    remove_former_store(tmp_path / "conversations.db")
    assert capsys.readouterr().err == ""
