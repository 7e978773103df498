"""Keys of the helpline store: encrypts contact details field by field and makes keyed digests.

Which columns are encrypted is said in ``tables``. Keys come from the setting ``encryption_key`` (newest
first, comma between), else from a key file that is made once and that only its owner can read.
"""

import hashlib
import hmac
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from helpline.errors import EncryptionKeyError
from helpline.secrets import secret_file
from helpline.settings import VAR

KEY_FILE = VAR / "helpline.key"


class Cipher:
    """Encrypts with the newest key, decrypts with any of them.

    Digests use the oldest key, so that they stay the same when a newer key is put before it; keep the oldest key in the
    list until the keys are rotated (``key_rotation``). After that they use keys of their own, which the store keeps
    encrypted: each rotation adds one, with which the digests of before are digested again.
    """

    def __init__(self, keys: list[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise EncryptionKeyError(
                "HELPLINE_ENCRYPTION_KEY must be one or more Fernet keys (44 characters each), comma between."
            ) from None
        self.newest_digest_key = _digest_key_of(keys[0])
        self.digest_keys: tuple[bytes, ...] = (_digest_key_of(keys[-1]),)

    def encrypt(self, text: str) -> str:
        """Encrypt a text; the same text gives another token every time."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Decrypt a token of ``encrypt``.

        Raises:
            EncryptionKeyError: None of the keys fits.
        """
        return self.decrypt_bytes(token.encode()).decode()

    def encrypt_bytes(self, content: bytes) -> bytes:
        """Encrypt bytes, as ``encrypt`` does text."""
        return self._fernet.encrypt(content)

    def decrypt_bytes(self, token: bytes) -> bytes:
        """Decrypt what ``encrypt_bytes`` gave.

        Raises:
            EncryptionKeyError: None of the keys fits.
        """
        try:
            return self._fernet.decrypt(bytes(token))
        except InvalidToken:
            raise EncryptionKeyError("The stored details were written with a key that is not in the list.") from None

    @property
    def key_id(self) -> str:
        """Name the keys that digests are made with, without telling anything of them (16 hex digits)."""
        return self.digest("key id")[:16]

    def rotate(self, token: str) -> str:
        """Encrypt a token anew with the newest key.

        Raises:
            EncryptionKeyError: None of the keys fits.
        """
        return self.encrypt(self.decrypt(token))

    def digest(self, *parts: str) -> str:
        """Make a keyed digest (64 hex digits) by which equal parts are found again without being stored."""
        made = "\x1f".join(parts)
        for key in self.digest_keys:
            made = digest_again(made, key)
        return made


def digest_again(text: str, key: bytes) -> str:
    """Make the keyed digest of a text, or of a digest that was made with another key (64 hex digits)."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _digest_key_of(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"helpline digest").derive(key.encode())


def load_cipher(encryption_key: str | None, key_file: Path = KEY_FILE) -> Cipher:
    """Make the cipher of the given keys or, without any, of the key file, which is made when missing.

    Raises:
        EncryptionKeyError: A key is malformed.
        SecretFileError: The key file is empty, or can be read by others than its owner.
    """
    if encryption_key:
        return Cipher([key.strip() for key in encryption_key.split(",") if key.strip()])
    return Cipher(secret_file(key_file.name, key_file.parent, make=lambda: Fernet.generate_key().decode()).split())
