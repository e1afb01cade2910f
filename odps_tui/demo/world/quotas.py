"""The computing quotas that instances queue for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Quota:
    """A quota by nickname; `share` is its part of the arriving instances, `cores` its size."""

    name: str
    share: float
    cores: int


DEFAULT = Quota("os_PayAsYouGoQuota", 0.326, 4000)
ETL = Quota("etl_prod", 0.32, 3200)
BI = Quota("bi_adhoc", 0.22, 1200)
PAI = Quota("pai_train", 0.13, 1600)
BATCH_LOW = Quota("batch_low", 0.004, 200)
"""A narrow quota: whoever asks for it waits long. The waiting story lives here."""

INTERACTIVE = Quota("interactive", 0.0, 400)
"""For what is submitted to the demo: it never waits behind the others."""

QUOTAS = (DEFAULT, ETL, BI, PAI, BATCH_LOW)
