import json
import re
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from xingke.simulate import world_hash
from xingke.simulate.city.actions import KINDS
from xingke.simulate.score import FIGURES
from xingke_web.cli.commands.world import command
from xingke_web.cli.exits import Exit

ROOT = Path(__file__).parents[3]


def answer(result):
    assert result.returncode == Exit.OK, result.stderr
    return json.loads(result.stdout)


def error(result):
    assert "Traceback" not in result.stderr
    return json.loads(result.stdout)["error"]


@pytest.fixture(scope="module")
def made(run_cli, tmp_path_factory):
    """What making a world of size xs said."""
    out = tmp_path_factory.mktemp("worlds") / "xs"
    return answer(run_cli("world", "make", "--size", "xs", "--seed", "7", "--out", out, "--json"))


@pytest.fixture(scope="module")
def world(made):
    return made["world"]


@pytest.fixture(scope="module")
def step(run_cli, world):
    """A function that runs a week of that world from the end of its history, or from a state."""

    def run(out, *, week=30, state=None, actions=None, of=world):
        options = [*(("--state", state) if state else ()), *(("--actions", "-") if actions is not None else ())]
        return run_cli("world", "step", "--world", of, "--week", week, *options, "--out", out, "--json", given=actions)

    return run


@pytest.fixture(scope="module")
def first_step(step, world, tmp_path_factory):
    """The week behind the end of history, with twenty visits."""
    visits = json.dumps([{"kind": "visit", "outlet_ids": buyers(world)[:20]}])
    return answer(step(tmp_path_factory.mktemp("steps") / "week", actions=visits))


def observed(place, table):
    return pq.read_table(sorted(place.glob(f"observed/{table}/part-*.parquet")), partitioning=None)


def buyers(world):
    """Outlets that ordered in the last week: they are in business."""
    lines = observed(Path(world), "order_line").select(["customer_id", "ordered_on"])
    last = pc.max(lines["ordered_on"]).as_py()
    return sorted(pc.unique(lines.filter(pc.field("ordered_on") > last - timedelta(days=5))["customer_id"]).to_pylist())


def closed_outlet(world):
    """An outlet that the register says is closed."""
    register = observed(Path(world), "outlet")
    return register.filter(pc.is_valid(pc.field("closed_on")))["outlet_id"][0].as_py()


def test_making_says_what_the_world_is_and_holds(made):
    assert {name: made[name] for name in ("kind", "size", "scenario", "seed", "weeks", "is_clean")} == {
        "kind": "city", "size": "xs", "scenario": "baseline", "seed": 7, "weeks": 30, "is_clean": False,
    }  # fmt: skip
    assert made["rows"]["outlet"] >= 300
    assert sum(made["rows"].values()) == made["rows_total"]
    assert made["seconds"] > 0
    assert made["peak_mb"] > 50
    assert made["hash"] == world_hash(Path(made["world"]))


def test_the_same_seed_gives_the_same_hash_and_another_does_not(run_cli, made, tmp_path):
    again = answer(run_cli("world", "make", "--size", "xs", "--seed", "7", "--out", tmp_path / "again", "--json"))
    other = answer(run_cli("world", "make", "--size", "xs", "--seed", "8", "--out", tmp_path / "other", "--json"))
    assert again["hash"] == made["hash"]
    assert other["hash"] != made["hash"]


def test_making_reads_well_in_both_languages(run_cli, tmp_path):
    english = run_cli("world", "make", "--size", "xs", "--kind", "cafe", "--out", tmp_path / "one")
    chinese = run_cli("world", "make", "--size", "xs", "--kind", "cafe", "--clean", "--out", tmp_path / "two", XINGKE_LANGUAGE="zh-hans")
    assert re.search(r"Made .*cafe xs, scenario baseline, seed 7\n", english.stdout)
    assert re.search(r"已生成 .*情景 baseline，种子 7（无脏数据）", chinese.stdout)
    assert re.search(r"member +1,200", english.stdout)


@pytest.mark.parametrize(
    ("option", "name", "meant"), [("--size", "xll", "xl"), ("--scenario", "no_efect", "no_effect"), ("--kind", "caffe", "cafe")]
)
def test_an_unknown_name_is_refused_with_the_closest_one_and_leaves_nothing(run_cli, tmp_path, option, name, meant):
    result = run_cli("world", "make", option, name, "--out", tmp_path / "w", "--json")
    assert result.returncode == Exit.DATA
    assert error(result)["type"] == "UnknownName"
    assert f"did you mean '{meant}'?" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_not_written_to(run_cli, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = run_cli("world", "make", "--size", "xs", "--out", tmp_path, "--json")
    assert result.returncode == Exit.CONFIGURATION
    assert error(result)["type"] == "WorldExists"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_place_that_cannot_be_written_is_one_clear_message(run_cli, tmp_path):
    (tmp_path / "file").write_text("")
    result = run_cli("world", "make", "--size", "xs", "--out", tmp_path / "file" / "w", "--json")
    assert result.returncode == Exit.CONFIGURATION
    assert error(result)["type"] == "WorldNotWritten"


def test_the_reference_page_names_every_command_of_a_world():
    text = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `xingke world ([\w-]+)", text, re.MULTILINE)) == set(command.commands)
    assert set(KINDS) <= set(re.findall(r"`(\w+)`", text))


def test_sizes_and_scenarios_are_told_in_words(run_cli):
    told = answer(run_cli("world", "scenarios", "--json"))
    assert set(told["sizes"]) == {"xs", "m", "l", "xl"}
    assert len(told["scenarios"]) == 12
    assert told["scenarios"]["no_effect"]["words"]["en"] == "effects of all actions and messages x 0"
    assert "2,000 户零售户" in run_cli("world", "scenarios", XINGKE_LANGUAGE="zh-hans").stdout


def test_a_week_is_written_as_observed_tables_with_a_closed_state_beside_them(run_cli, first_step, world, tmp_path):
    out, state = Path(first_step["out"]), Path(first_step["state"])
    assert (first_step["next_week"], first_step["actions"]) == (31, 1)
    assert first_step["rows"]["order_line"] == observed(out, "order_line").num_rows > 0
    assert observed(out, "order_line").schema.names == observed(Path(world), "order_line").schema.names
    assert state.name == "week-031.state"
    assert (state.parent / "TRUTH").is_file()
    loading = run_cli("world", "score", "--world", world, "--answers", state.parent, "--json")
    assert error(loading)["type"] == "TruthIsClosed"


def test_the_same_week_from_the_same_state_gives_the_same_bytes_and_the_world_stays_as_it_was(step, first_step, made, tmp_path):
    for name in ("one", "two"):
        answer(step(tmp_path / name, week=31, state=first_step["state"]))
    assert world_hash(tmp_path / "one") == world_hash(tmp_path / "two")
    assert world_hash(Path(made["world"])) == made["hash"]


def test_visits_of_an_action_are_seen_in_the_week_and_nothing_else_moves(step, first_step, tmp_path):
    without = answer(step(tmp_path / "w"))
    assert first_step["rows"]["visit"] > without["rows"]["visit"]
    assert observed(Path(first_step["out"]), "order_line").equals(observed(tmp_path / "w", "order_line"))


def test_a_week_out_of_order_is_refused(step, first_step, tmp_path):
    early, late = step(tmp_path / "w", week=31), step(tmp_path / "w", week=30, state=first_step["state"])
    assert (early.returncode, late.returncode) == (Exit.DATA, Exit.DATA)
    assert error(early)["type"] == error(late)["type"] == "WeekOutOfOrder"
    assert "the next is week 30" in early.stderr
    assert list(tmp_path.iterdir()) == []


def test_actions_on_outlets_that_are_unknown_or_closed_are_refused(step, world, tmp_path):
    def refused(outlet):
        return error(step(tmp_path / "w", actions=json.dumps([{"kind": "visit", "outlet_ids": [outlet]}])))["type"]

    assert refused(10**9) == "NoSuchOutlet"
    assert refused(closed_outlet(world)) == "OutletClosed"
    assert list(tmp_path.iterdir()) == []


def test_bad_actions_are_refused_by_their_place_and_the_week_is_not_run(step, tmp_path):
    result = step(tmp_path / "w", actions='[{"kind": "visit", "outlet_ids": [1]}, {"kind": "visit", "outlet_ids": "2"}]')
    assert result.returncode == Exit.DATA
    assert error(result)["type"] == "BadActions"
    assert "action 2: outlet_ids" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_state_of_another_world_or_of_none_is_refused(step, first_step, world, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(world, other)
    described = json.loads((other / "world.json").read_text())
    (other / "world.json").write_text(json.dumps({**described, "scenario": "no_effect"}))
    torn = tmp_path / "torn.state"
    torn.write_bytes(Path(first_step["state"]).read_bytes()[:5_000])
    for place, state in ((other, first_step["state"]), (world, torn), (world, other / "world.json")):
        result = step(tmp_path / "w", week=31, state=state, of=place)
        assert result.returncode == Exit.DATA
        assert error(result)["type"] == "NotAState"
    assert not (tmp_path / "w").exists()


def test_the_baselines_score_as_answers_with_flat_names(run_cli, world):
    scored = answer(run_cli("world", "score", "--world", world, "--baselines", "--resamples", "20", "--json"))
    assert {"churn_auc", "forecast_city_week_accuracy", "tier_precision_festival", "effect_coverage_randomised"} <= set(scored["metrics"])
    assert set(scored["metrics"]) <= set(FIGURES)
    assert all(re.sub("_(baseline|ceiling|known|informed)$", "", name) in FIGURES for name in scored["baselines"])
    assert all(isinstance(value, float) for value in (*scored["metrics"].values(), *scored["baselines"].values()))


def test_a_score_reads_as_a_table_with_baseline_and_ceiling(run_cli, world):
    told = run_cli("world", "score", "--world", world, "--resamples", "20").stdout
    assert re.search(r"figure +answer +baseline +informed +known +ceiling\n", told)
    assert re.search(r"churn_auc +\d\.\d+ \[.*\] +\d\.\d+ \[", told)


def test_answers_and_baselines_exclude_each_other(run_cli, world, tmp_path):
    result = run_cli("world", "score", "--world", world, "--answers", tmp_path, "--baselines")
    assert result.returncode == Exit.USAGE
    assert "exclude each other" in result.stderr


def test_a_city_in_order_passes_its_own_checks_and_a_broken_one_does_not(run_cli, world, tmp_path):
    checked = answer(run_cli("world", "check", "--world", world, "--json"))
    assert checked["ok"]
    assert len(checked["checks"]) > 15
    broken = tmp_path / "broken"
    shutil.copytree(world, broken)
    orphans = next((broken / "observed" / "licence").glob("part-*.parquet"))
    pq.write_table(pq.read_table(orphans, partitioning=None).slice(0, 0), orphans)
    result = run_cli("world", "check", "--world", broken)
    assert result.returncode == Exit.UNHEALTHY
    assert re.search(r"✗ outlets_without_licence", result.stdout)


def test_what_only_a_city_can_do_is_refused_elsewhere(run_cli, step, tmp_path):
    answer(run_cli("world", "make", "--size", "xs", "--kind", "leads", "--out", tmp_path / "leads", "--json"))
    check = run_cli("world", "check", "--world", tmp_path / "leads", "--json")
    week = step(tmp_path / "w", of=tmp_path / "leads")
    reveal = run_cli("world", "reveal", "--world", tmp_path / "leads", "--json")
    assert [error(each)["type"] for each in (check, week, reveal)] == ["NotACity"] * 3
    assert [each.returncode for each in (check, week, reveal)] == [Exit.CONFIGURATION] * 3
    scored = answer(run_cli("world", "score", "--world", tmp_path / "leads", "--resamples", "5", "--json"))
    assert scored["baselines"]["channel_error_points_baseline"] > 0
    assert error(run_cli("world", "check", "--world", tmp_path, "--json"))["type"] == "NotAWorld"


def interrupted(start_cli, out, size, week):
    """Make a world and press Ctrl+C once it is past a week; what it said on standard error."""
    process = start_cli("world", "make", "--size", size, "--seed", "7", "--out", out)
    said = []
    for line in process.stderr:
        said.append(line)
        found = re.search(r"(\d+)/\d+", line)
        if found and int(found[1]) >= week:
            break
    process.send_signal(signal.SIGINT)
    said.append(process.communicate(timeout=60)[1])
    assert process.returncode == Exit.INTERRUPTED
    return "".join(said)


def test_an_interrupted_world_is_not_there_and_says_how_to_go_on(start_cli, tmp_path):
    said = interrupted(start_cli, tmp_path / "m", "m", 2)
    assert "run the same command again, it goes on" in said
    assert not (tmp_path / "m").exists()


@pytest.mark.slow
def test_a_city_of_2000_outlets_interrupted_is_the_same_as_one_made_at_once(run_cli, start_cli, tmp_path):
    whole = answer(run_cli("world", "make", "--size", "m", "--seed", "7", "--out", tmp_path / "whole" / "m", "--json"))
    out = tmp_path / "cut" / "m"
    out.parent.mkdir()
    interrupted(start_cli, out, "m", 30)
    again = run_cli("world", "make", "--size", "m", "--seed", "7", "--out", out, "--json")
    assert list(out.parent.iterdir()) == [out]
    assert answer(again)["hash"] == whole["hash"]
    # Whole blocks of 13 weeks are not made again; how many there are depends on when the interruption arrived.
    assert int(re.search(r"(\d+) weeks are done", again.stderr)[1]) in (26, 39, 52, 65)


def test_the_bench_of_a_world_reports_beside_the_bare_writing(run_cli):
    result = answer(run_cli("bench", "world", "--size", "xs", "--json"))
    metrics, baselines = result["metrics"], result["baselines"]
    assert result["name"] == "world"
    assert metrics["lines_per_second"] == pytest.approx(metrics["order_lines"] / metrics["seconds"], rel=0.01)
    assert metrics["peak_mb"] > 50
    assert baselines["write_lines_per_second"] > metrics["lines_per_second"]
    assert metrics["times_write"] > 1
