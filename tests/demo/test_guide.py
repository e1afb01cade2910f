"""The snippets of PyODPS's guide to instances, as they stand there; where one waits, our clock moves instead."""

# ruff: noqa: T201 - the guide prints

from __future__ import annotations

from typing import Any

import pytest

from odps_tui.demo import DemoServiceThread
from tests.demo.conftest import pyodps
from tests.demo.wire_client import Clock


@pytest.fixture
def o(odps: Any) -> Any:
    """The guide's name for the client."""
    return odps


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Whoever sleeps ten seconds moves the clock by one."""
    monkeypatch.setattr("time.sleep", lambda seconds: clock.advance(seconds / 10))


def test_list_get_exist_stop(o: Any, clock: Clock) -> None:
    my_instance_id = o.run_sql("select count(*) from pyodps_iris").id
    assert my_instance_id in [instance.id for instance in o.list_instances()]
    assert o.exist_instance(my_instance_id)
    o.get_instance(my_instance_id).stop()
    clock.advance(4.1)
    assert o.get_instance(my_instance_id).status.value == "Terminated"
    assert not o.get_instance(my_instance_id).is_successful()


def test_logview_address_of_sql(o: Any, capsys: pytest.CaptureFixture[str]) -> None:
    instance = o.run_sql("desc pyodps_iris")
    print(instance.get_logview_address())
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")


def test_logview_addresses_of_an_xflow(o: Any, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    instance = o.run_xflow("AppendID", "algo_public", {"inputTableName": "input_table", "outputTableName": "output_table"})
    clock.advance(4)
    for sub_inst_name, sub_inst in o.get_xflow_sub_instances(instance).items():
        print(f"{sub_inst_name}: {sub_inst.get_logview_address()}")
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["AppendID_prepare", "AppendID_run"]


def test_status_of_a_task_instance(o: Any, clock: Clock) -> None:
    instance = o.get_instance(o.run_sql("select * from pyodps_iris").id)
    assert instance.status.value == "Running"
    assert not instance.is_terminated()
    clock.advance(5)
    instance.wait_for_completion()
    assert instance.status.value == "Terminated"
    assert instance.is_terminated()
    assert instance.is_successful()
    instance.wait_for_success()


def test_task_results(fast: DemoServiceThread) -> None:
    o = pyodps(fast)
    instance = o.execute_sql("select * from pyodps_iris limit 1")
    assert instance.get_task_names() == ["AnonymousSQLTask"]
    expected = '"sepallength","sepalwidth","petallength","petalwidth","name"\n5.1,3.5,1.4,0.2,"Iris-setosa"\n'
    assert instance.get_task_result("AnonymousSQLTask") == expected
    assert dict(instance.get_task_results()) == {"AnonymousSQLTask": expected}


@pytest.mark.usefixtures("impatient")
def test_task_progress(o: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import time

    instance = o.run_sql("select count(*) from pyodps_iris")
    while not instance.is_terminated():
        for task_name in instance.get_task_names():
            print(instance.id, instance.get_task_progress(task_name).get_stage_progress_formatted_string())
        time.sleep(10)
    printed = capsys.readouterr().out
    assert "M1_job_0:1/0/1[0%]" in printed
    assert "M1_job_0:0/1/1[100%]\tR2_1_job_0:1/0/1[0%]" in printed
    assert instance.is_successful()
