"""Reading files that other programs own and write; what they hold is never quoted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from odps_tui.errors import NoCredentials

_MOST_BYTES = 4_000_000


def text_of(path: Path, name: str) -> str:
    """Return the text of a file, a byte order mark taken off. Raises NoCredentials that calls the file `name`."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise NoCredentials(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:
        raise NoCredentials(f"{name} is not a text in UTF-8") from None


def json_object(path: Path, name: str) -> dict[str, Any]:
    """Return the JSON object in a file. Raises NoCredentials, for a file that is being written, too."""
    return parsed_object(text_of(path, name), f"{name} is not an account file: it")


def parsed_object(text: str, name: str) -> dict[str, Any]:
    """Return the JSON object that a text is. Raises NoCredentials."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise NoCredentials(f"{name} holds no JSON object", remedy="Was it only half written?")
    return document
