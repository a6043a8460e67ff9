"""Charts as data: the drawing and the table say the same."""

import json

import pytest

from xingke_web.ui import styleguide
from xingke_web.ui.charts import Flow, Node, Series, Tile, bar_chart, histogram, line_chart, sankey_chart, tile_grid


def test_a_line_chart_gives_its_numbers_and_its_band_as_a_table():
    chart = line_chart(
        ["W1", "W2"],
        [Series("Actual", [10, None]), Series("Forecast", [None, 12.5], style="forecast", band=[None, (11, 14)])],
        axis_label="Week", summary="rising", today="W1",
    )  # fmt: skip
    assert list(chart.columns) == ["Week", "Actual", "Forecast", "Forecast ↓", "Forecast ↑"]
    assert [list(row) for row in chart.rows] == [["W1", 10, None, None, None], ["W2", None, 12.5, 11, 14]]
    assert chart.options["series"][1]["band"] == [None, [11, 14]]
    assert chart.text_rows[0] == ["W1", "10", "—", "—", "—"]


def test_every_chart_is_plain_json_without_colours():
    for chart in styleguide._charts().values():
        text = json.dumps(chart.options)
        assert "#" not in text.replace('"url": "#"', "")
        assert chart.summary


def test_sankey_shares_are_of_the_source_and_add_up():
    nodes = [Node("a", "A"), Node("b", "B")]
    chart = sankey_chart(
        nodes, [Flow("a", "a", 3), Flow("a", "b", 1), Flow("b", "a", 0)], columns=("from", "to", "n", "share"), summary="s"
    )
    assert [row[3] for row in chart.rows] == [0.75, 0.25]
    assert [node["before"] for node in chart.options["nodes"]] == [4, 0]
    assert [node["after"] for node in chart.options["nodes"]] == [3, 1]


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="names a node"):
        sankey_chart([Node("a", "A")], [Flow("a", "x", 1)], columns=("", "", "", ""), summary="s")
    with pytest.raises(ValueError, match="share one place"):
        tile_grid([Tile("a", 0, 0, 1), Tile("b", 0, 0, 1)], low=0, high=1, columns=("", ""), summary="s")
    with pytest.raises(ValueError, match="edges"):
        histogram([0, 1], [1, 2], columns=("", ""), summary="s")
    with pytest.raises(ValueError, match="one value for each"):
        bar_chart(["a", "b"], [Series("s", [1])], summary="s")
    with pytest.raises(ValueError, match="no format"):
        bar_chart(["a"], [Series("s", [1])], fmt="dollars", summary="s")


def test_a_chart_without_values_is_empty():
    assert line_chart([], [Series("s", [])], summary="s").is_empty
    assert line_chart(["a"], [Series("s", [None])], summary="s").is_empty
    assert not line_chart(["a"], [Series("s", [0])], summary="s").is_empty
