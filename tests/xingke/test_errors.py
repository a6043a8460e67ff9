"""What an error says."""

from xingke.errors import UnknownName
from xingke.words import both


def test_an_unknown_name_is_told_the_nearest_else_which_there_are():
    kind = both("工作区", "workspace")
    assert str(UnknownName(kind=kind, name="iow", known=["iowa", "shop"])) == "there is no workspace 'iow'; did you mean 'iowa'?"
    assert str(UnknownName(kind=kind, name="wrong", known=iter(["shop", "iowa"]))) == "there is no workspace 'wrong'; there are: iowa, shop"
    assert UnknownName(kind=kind, name="错", known=["iowa"]).words["zh"] == "没有名为「错」的工作区；现有：iowa"
    assert str(UnknownName(kind=kind, name="wrong", known=[])) == "there is no workspace 'wrong'"
