"""Who owns the demo's instances, and what the demo's own caller may do to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Owner:
    """An account as a list's `<Owner>` names it, and the caller's rights on its instances.

    `share` is its part of the arriving instances (any unit). `readable` covers source, result and logs; status and task
    status are always told (protocol §11, Permissions).
    """

    name: str
    share: int
    stoppable: bool = True
    readable: bool = True


CALLER = Owner("ALIYUN$demo_admin@example.com", 14)
"""The identity whose access key the demo gives out."""

RISK_PLATFORM = Owner("ALIYUN$risk_platform@example.com", 6, stoppable=False)
AUDIT_VAULT = Owner("ALIYUN$audit_vault@example.com", 0, stoppable=False, readable=False)

ETL_BOT = Owner("RAM$demo_admin@example.com:etl_bot", 30)
BI_READER = Owner("RAM$demo_admin@example.com:bi_reader", 16)
PAI_PROD = Owner("RAM$demo_admin@example.com:pai_prod", 8)
ODS_SYNC = Owner("RAM$demo_admin@example.com:ods_sync", 14)
REPORT_DAILY = Owner("RAM$demo_admin@example.com:report_daily", 12)

# A right-to-left override turns the rest of the line round; \x9b and \x9d are one-character CSI and OSC. XML 1.0 allows all
# of them; ESC itself it does not (it appears in JSON only). U+0085 and wide characters whose UTF-8 holds 0x85 are left out:
# this text is also an HTTP header, and Python's header parser takes that byte for a line end.
HOSTILE = Owner("ALIYUN$\x9b31m[/y][@click=app.quit()]x[/]\u202egnp.\u2066\u200b数据🔥@example.com", 0)

OWNERS = (CALLER, ETL_BOT, BI_READER, ODS_SYNC, REPORT_DAILY, PAI_PROD, RISK_PLATFORM)
"""The accounts that arriving instances belong to."""
