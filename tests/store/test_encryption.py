import stat

import pytest
from cryptography.fernet import Fernet

from helpline.errors import EncryptionKeyError, SecretFileError
from helpline.store.encryption import Cipher, load_cipher

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "var" / "helpline.key"
    token = load_cipher(None, path).encrypt("Grace")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_cipher(None, path).decrypt(token) == "Grace"


def test_a_key_file_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "helpline.key"
    load_cipher(None, path)
    path.chmod(0o644)
    with pytest.raises(SecretFileError, match="chmod 600"):
        load_cipher(None, path)


def test_an_empty_key_file_is_never_replaced_by_a_new_key(tmp_path):
    path = tmp_path / "helpline.key"
    path.touch(mode=0o600)
    with pytest.raises(SecretFileError, match="backup"):
        load_cipher(None, path)


def test_a_key_of_the_environment_leaves_no_file(tmp_path):
    load_cipher(OLD, tmp_path / "helpline.key")
    assert not (tmp_path / "helpline.key").exists()


def test_a_malformed_key_is_named_but_not_shown(tmp_path):
    with pytest.raises(EncryptionKeyError, match="HELPLINE_ENCRYPTION_KEY") as caught:
        load_cipher("not-a-key", tmp_path / "helpline.key")
    assert "not-a-key" not in str(caught.value)


def test_a_newer_key_is_used_and_the_older_still_reads(tmp_path):
    token = Cipher([OLD]).encrypt("Grace")
    both = load_cipher(f"{NEW}, {OLD}", tmp_path / "helpline.key")
    assert both.decrypt(token) == "Grace"
    assert Cipher([NEW]).decrypt(both.encrypt("Grace")) == "Grace"
    assert Cipher([NEW]).decrypt(both.rotate(token)) == "Grace"


def test_another_key_does_not_read():
    with pytest.raises(EncryptionKeyError):
        Cipher([NEW]).decrypt(Cipher([OLD]).encrypt("Grace"))


def test_digests_outlive_a_new_key_and_keep_parts_apart():
    assert Cipher([OLD]).digest("a", "b") == Cipher([NEW, OLD]).digest("a", "b")
    assert Cipher([OLD]).digest("a", "b") != Cipher([OLD]).digest("ab", "")
    assert Cipher([OLD]).digest("a") != Cipher([NEW]).digest("a")
