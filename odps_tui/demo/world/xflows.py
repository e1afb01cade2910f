"""XFlows: instances whose steps are instances (Protocol §7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.jobs import SubmittedXFlow


@dataclass(frozen=True, slots=True)
class Action:
    """One step of an XFlow: `Local` (no instance), `Instance` or `SubWorkflow` (an XFlow again)."""

    node_type: str
    name: str
    instance: Instance | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step as planned: from and to are parts (0 … 1) of its parent's working time; `steps` make it a SubWorkflow."""

    name: str
    begin: float
    end: float
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class XFlow:
    """An instance that is an XFlow: what it was asked to run, and its actions in order."""

    instance: Instance
    source: SubmittedXFlow
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """An algorithm of a project, with parameters, and the steps that it takes."""

    project: str
    name: str
    parameters: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]

    def source(self, project: str) -> SubmittedXFlow:
        """What somebody in `project` must have submitted to get this."""
        filled = tuple((key, value.replace("{project}", project)) for key, value in self.parameters)
        return SubmittedXFlow(self.project, self.name, filled)


TRAINING = Recipe(
    "algo_public",
    "LogisticRegression",
    (
        ("inputTableName", "{project}.dws_user_train_set"),
        ("modelName", "{project}/offlinemodels/churn_lr_v1"),
        ("labelColName", "is_churn"),
        ("maxIter", "100"),
    ),
    (
        Step("split", 0.01, 0.06),
        Step("train", 0.06, 0.9, (Step("iteration_1", 0.01, 0.1), Step("iteration_2", 0.1, 0.99))),
        Step("evaluate", 0.9, 1.0),
    ),
)
SAMPLING = Recipe(
    "algo_public",
    "RandomSample",
    (("inputTableName", "{project}.dwd_trade_order_di"), ("sampleRatio", "0.05")),
    (Step("sample", 0.05, 1.0),),
)
RECIPES = (TRAINING, SAMPLING, SAMPLING)


def submitted_steps(algorithm: str) -> tuple[Step, ...]:
    """The steps of an XFlow that somebody submits, whatever its algorithm."""
    return (Step(f"{algorithm}_prepare", 0.05, 0.4), Step(f"{algorithm}_run", 0.4, 1.0))


def recipe_of(seed: int) -> Recipe:
    """The recipe that an arriving XFlow of this seed follows."""
    return Random(seed ^ 0x5F10).choice(RECIPES)
