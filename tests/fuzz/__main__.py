"""A long run with atheris: `make fuzz SECONDS=…`. All targets, led by what each input reaches, until the first surprise.

It begins from the samples, and from what `FOLDER` of an earlier run holds. What it stops at is left there as `crash-…`; give that
file as an argument to see it again.
"""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit(
        "make fuzz needs atheris, which has no wheel for this Python here; the same targets run under hypothesis in `make test`."
    )

FOLDER = Path(".fuzz")

with atheris.instrument_imports(include=["odps_tui"]):
    from tests.fuzz.mutations import damaged
    from tests.fuzz.targets import TARGETS

NAMES = sorted(TARGETS)


def one_input(data: bytes) -> None:
    """The first byte chooses the target; of odd ones the second to fifth damage a sample in a way that knows its structure."""
    if len(data) < 6:
        return
    target = TARGETS[NAMES[data[0] % len(NAMES)]]
    if data[1] % 4 == 0:
        target.try_with(damaged(data[6:], int.from_bytes(data[2:6])))
    else:
        target.try_with(data[6:])


def main() -> None:
    """Write the samples down as a beginning, and run."""
    FOLDER.mkdir(exist_ok=True)
    for number, name in enumerate(NAMES):
        for which, sample in enumerate(TARGETS[name].samples):
            for kind in (0, 1):
                (FOLDER / f"{number:02}-{which}-{kind}").write_bytes(bytes([number, kind, 0, 0, 0, which]) + sample)
    files = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    limits = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=40000", f"-artifact_prefix={FOLDER}/"]
    atheris.Setup([sys.argv[0], *limits, *options, *(files or [str(FOLDER)])], one_input)
    atheris.Fuzz()


main()
