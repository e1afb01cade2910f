"""The instances that every world has from its start, by the name of what each one shows.

The living ones live for about an hour of world time and more (`ending_soon` for 25 seconds), so that a test, a picture or a
visitor finds them as described.
"""

from __future__ import annotations

from dataclasses import dataclass

from odps_tui.demo.world import accounts, failures, quotas
from odps_tui.demo.world.accounts import Owner
from odps_tui.demo.world.births import Draft, Midwife
from odps_tui.demo.world.failures import Failure
from odps_tui.demo.world.families import family_of
from odps_tui.demo.world.instance import Instance, Kind, Outcome, Trait
from odps_tui.demo.world.quotas import Quota
from odps_tui.demo.world.xflows import SAMPLING, TRAINING, Recipe, XFlow

FEWEST = 30
"""A world of fewer instances than this has no stories."""

_MINUTE = 60.0
_HOUR = 3600.0
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Plot:
    """A story before it has a place in time. Seconds of world time: it began `ago`, queued for `wait`, works for `length`."""

    name: str
    ago: float
    length: float
    wait: float = 2.0
    kind: Kind = Kind.SQL
    owner: Owner = accounts.CALLER
    quota: Quota = quotas.ETL
    priority: int = 9
    job_name: str = ""
    outcome: Outcome = Outcome.SUCCESS
    trait: Trait = Trait.NONE
    failure: Failure | None = None
    recipe: Recipe | None = None


_HOSTILE_JOB = "\x1b]0;owned\x07\x1b[31m[/y][@click=app.quit()]x[/]\u202egnp\u2069\u200b数据🔥\x9b2J"

PLOTS = (
    # Alive for long.
    Plot(
        "running", 35 * _MINUTE, 2 * _HOUR, trait=Trait.TYPICAL, owner=accounts.ETL_BOT, job_name="dws_trade_shop_1d", priority=1
    ),
    Plot("skewed", 14 * _MINUTE, 3 * _HOUR, trait=Trait.SKEWED, job_name="ads_gmv_report_1d", priority=1),
    Plot("wide", 40 * _MINUTE, 2 * _HOUR, trait=Trait.WIDE, owner=accounts.BI_READER, quota=quotas.DEFAULT, priority=3),
    Plot("multi_task", 25 * _MINUTE, 3 * _HOUR, kind=Kind.MULTI_TASK, owner=accounts.REPORT_DAILY, job_name="report_nightly"),
    Plot("cupid", 40 * _MINUTE, 4 * _HOUR, kind=Kind.CUPID, owner=accounts.ETL_BOT, job_name="spark_session_join", priority=5),
    Plot("session", 3 * _DAY, 30 * _DAY, kind=Kind.SESSION, owner=accounts.BI_READER, quota=quotas.BI, job_name="public.default"),
    Plot(
        "hostile",
        50 * _MINUTE,
        4 * _HOUR,
        owner=accounts.HOSTILE,
        job_name=_HOSTILE_JOB,
        trait=Trait.HOSTILE,
        quota=quotas.BI,
    ),
    Plot("forbidden", 45 * _MINUTE, 3 * _HOUR, owner=accounts.AUDIT_VAULT, job_name="audit_trail_export", quota=quotas.DEFAULT),
    Plot("not_ours", 65 * _MINUTE, 3 * _HOUR, owner=accounts.RISK_PLATFORM, job_name="ads_risk_score_1h", priority=0),
    Plot(
        "xflow",
        40 * _MINUTE,
        3 * _HOUR,
        kind=Kind.XFLOW,
        owner=accounts.PAI_PROD,
        quota=quotas.PAI,
        job_name="churn_lr_v1",
        recipe=TRAINING,
        priority=1,
    ),
    # In the narrow queue, first come, first served.
    Plot(
        "queue_1",
        9 * _MINUTE,
        12 * _MINUTE,
        wait=17 * _MINUTE,
        owner=accounts.ODS_SYNC,
        quota=quotas.BATCH_LOW,
        job_name="sync_1",
    ),
    Plot(
        "queue_2",
        8 * _MINUTE,
        12 * _MINUTE,
        wait=26 * _MINUTE,
        owner=accounts.ODS_SYNC,
        quota=quotas.BATCH_LOW,
        job_name="sync_2",
    ),
    Plot("queue_3", 7 * _MINUTE, 12 * _MINUTE, wait=37 * _MINUTE, owner=accounts.BI_READER, quota=quotas.BATCH_LOW),
    Plot("waiting", 6 * _MINUTE, 1 * _HOUR, wait=51 * _MINUTE, quota=quotas.BATCH_LOW, job_name="backfill_orders"),
    Plot(
        "suspended",
        5 * _MINUTE,
        1 * _HOUR,
        wait=65 * _MINUTE,
        quota=quotas.BATCH_LOW,
        trait=Trait.SUSPENDED,
        owner=accounts.ETL_BOT,
    ),
    # About to end.
    Plot("ending_soon", 2 * _MINUTE, 2 * _MINUTE + 23, owner=accounts.CALLER, quota=quotas.BI, job_name="ads_channel_funnel_1d"),
    # Ended.
    Plot("succeeded", 50 * _MINUTE, 7 * _MINUTE, job_name="dwd_trade_order_wide_di"),
    Plot("ddl", 20 * _MINUTE, 1.4, wait=0.5, kind=Kind.DDL, owner=accounts.ETL_BOT, quota=quotas.DEFAULT),
    Plot(
        "failed",
        30 * _MINUTE,
        3 * _MINUTE,
        outcome=Outcome.FAILED,
        failure=failures.UDF_EXCEPTION,
        job_name="ads_coupon_roi_1d",
    ),
    Plot("failed_table", 28 * _MINUTE, 1.2, outcome=Outcome.FAILED, failure=failures.TABLE_NOT_FOUND, quota=quotas.BI),
    Plot(
        "hostile_failed",
        26 * _MINUTE,
        _MINUTE,
        outcome=Outcome.FAILED,
        failure=failures.HOSTILE,
        owner=accounts.HOSTILE,
        job_name=_HOSTILE_JOB,
        quota=quotas.BI,
    ),
    Plot("cancelled", 35 * _MINUTE, 90.0, outcome=Outcome.CANCELLED, owner=accounts.BI_READER, quota=quotas.BI),
    Plot(
        "xflow_ended",
        70 * _MINUTE,
        9 * _MINUTE,
        kind=Kind.XFLOW,
        owner=accounts.PAI_PROD,
        quota=quotas.PAI,
        job_name="sample_orders",
        recipe=SAMPLING,
    ),
)


LIVING = sum(1 for plot in PLOTS if plot.wait + plot.length > plot.ago) + 2
"""How many of them live when the world opens, with the two living sub-instances of the training XFlow."""

ALL = len(PLOTS) + 5
"""How many there are when the world opens, with the five sub-instances that have begun."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The stories' instances by story, and the families of those that are XFlows."""

    instances: dict[str, Instance]
    families: list[list[XFlow]]


def cast(opened: float, speed: float, midwife: Midwife, project: str) -> Cast:
    """Bring the stories to life around `opened` (epoch s); `speed` divides every duration."""
    instances = {plot.name: _placed(plot, opened, speed, midwife) for plot in PLOTS}
    families = [
        family_of(instances[plot.name], plot.recipe.steps, plot.recipe.source(project), midwife)
        for plot in PLOTS
        if plot.recipe is not None
    ]
    return Cast(instances, families)


def ids(told: Cast) -> dict[str, str]:
    """Ids by story. Two sub-instances of the training XFlow are stories too: the nested XFlow, and the step of it that runs."""
    steps = {action.name: action.instance for xflow in told.families[0] for action in xflow.actions}
    instances = told.instances | {
        story: instance
        for story, step in (("sub_xflow", "train"), ("sub_instance", "iteration_2"))
        if (instance := steps[step]) is not None
    }
    return {story: instance.id for story, instance in instances.items()}


def queue_is_held_until(opened: float, speed: float) -> float:
    """The last admission among the stories that wait in the narrow queue."""
    return opened + max(plot.wait - plot.ago for plot in PLOTS if plot.quota is quotas.BATCH_LOW) / speed


def _placed(plot: Plot, opened: float, speed: float, midwife: Midwife) -> Instance:
    draft = Draft(
        plot.kind, plot.owner, plot.quota, plot.priority, plot.job_name, plot.length, plot.wait, plot.outcome, plot.trait,
        plot.failure,
    )  # fmt: skip
    start = opened - plot.ago / speed
    admitted = start + plot.wait / speed
    return midwife.place(draft, start, admitted, admitted + plot.length / speed)
