"""XFlows and the instances that are their steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odps_tui.demo.world.births import Draft, Midwife
from odps_tui.demo.world.instance import Instance, Kind, Outcome
from odps_tui.demo.world.jobs import SubmittedXFlow
from odps_tui.demo.world.xflows import Action, Step, XFlow, recipe_of


def family_of(parent: Instance, steps: tuple[Step, ...], source: SubmittedXFlow, midwife: Midwife) -> list[XFlow]:
    """Return `parent` as an XFlow, and after it every SubWorkflow below it, with the sub-instances they are to start."""
    actions = [Action("Local", "start")]
    below: list[XFlow] = []
    for step, instance in _sub_instances(parent, steps, midwife):
        actions.append(Action("SubWorkflow" if step.steps else "Instance", step.name, instance))
        if step.steps:
            below += family_of(instance, step.steps, source, midwife)
    return [XFlow(parent, source, tuple(actions)), *below]


def family_by_kind(instance: Instance, midwife: Midwife, project: str) -> list[XFlow]:
    """The family of an XFlow that nobody wrote a story for; an empty list for another kind."""
    if instance.kind is not Kind.XFLOW:
        return []
    recipe = recipe_of(instance.seed)
    return family_of(instance, recipe.steps, recipe.source(project), midwife)


def members(family: Iterable[XFlow]) -> list[Instance]:
    """Every sub-instance of a family, all levels."""
    return [action.instance for xflow in family for action in xflow.actions if action.instance is not None]


def _sub_instances(parent: Instance, steps: tuple[Step, ...], midwife: Midwife) -> Iterator[tuple[Step, Instance]]:
    """Lay the steps over the parent's working time; when the parent fails, so does its last step."""
    whole = parent.end - parent.admitted
    for step in steps:
        start, end = parent.admitted + whole * step.begin, parent.admitted + whole * step.end
        draft = Draft(
            kind=Kind.XFLOW if step.steps else Kind.ALGO,
            owner=parent.owner,
            quota=parent.quota,
            priority=parent.priority,
            job_name=f"{parent.job_name}_{step.name}".lstrip("_"),
            outcome=parent.outcome if step is steps[-1] else Outcome.SUCCESS,
            failure=parent.failure if step is steps[-1] else None,
        )
        # A sub-instance does not queue: its parent has the quota already.
        yield step, midwife.place(draft, start, start, end)
