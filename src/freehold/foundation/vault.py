"""Encrypts what must be kept and used again: providers' credentials, recordings of voices.

AES-256-GCM (NIST SP 800-38D), bound to a name.

Other keys of this installation are derived from the vault's.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from freehold.contracts.errors import SetupError

KEY_BYTES, NONCE_BYTES = 32, 12


class Vault:
    """Holds the key; `seal` and `open` know what a secret belongs to, so that none can be moved elsewhere."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(key)

    @classmethod
    def at(cls, file: Path, given: str = "") -> "Vault":
        """The vault of a given passphrase, or else of a key file, made the first time. Raises `SetupError`."""
        if given:
            return cls(hashlib.sha256(given.encode()).digest())
        if not file.exists():
            _make_key(file)
        key = file.read_bytes()
        if len(key) != KEY_BYTES:
            raise SetupError(
                f"{file} is no key.", hint="Restore it from a backup, or remove it and enter credentials anew."
            )
        return cls(key)

    def derive(self, purpose: str) -> bytes:
        """Another key of 32 bytes, for one purpose, that tells nothing of this one (HKDF, RFC 5869)."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(self._key)

    def seal(self, secret: str, name: str) -> bytes:
        """The secret, encrypted for what is called `name`."""
        return self.seal_bytes(secret.encode(), name)

    def seal_bytes(self, content: bytes, name: str) -> bytes:
        """The same for what is no text: a recording."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, sealed: bytes, name: str) -> str:
        """The secret again. Raises `SetupError` when the key is another one."""
        return self.open_bytes(sealed, name).decode()

    def open_bytes(self, sealed: bytes, name: str) -> bytes:
        """What `seal_bytes` was given. Raises `SetupError` when the key is another one."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
        except InvalidTag:
            text = f"The credential of '{name}' cannot be decrypted with this key."
            hint = "Restore secret.key or gateway.secret_key, or enter the credential again."
            raise SetupError(text, hint=hint) from None


def _make_key(file: Path) -> None:
    """Write a fresh key as a whole; where another process was quicker, its key stays."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=file.name) as made:  # readable by its owner alone
            made.write(os.urandom(KEY_BYTES))
            made.flush()
            os.fsync(made.fileno())
            with suppress(FileExistsError):
                os.link(made.name, file)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}.") from error
