"""Names of shops: labelled cases."""

import pytest

from xingke.identity.chinese import folded, shop
from xingke.identity.chinese.shops import Shop


def parts(text: str) -> Shop:
    found = shop(folded(text))
    assert found is not None
    return found


CORES = [
    ("利民副食店", "利民", "副食店"),
    ("利民副食", "利民", "副食"),
    ("利民商店", "利民", "商店"),
    ("利民商行", "利民", "商行"),
    ("利民超市", "利民", "超市"),
    ("利民小超市", "利民", "小超市"),
    ("利民便利店", "利民", "便利店"),
    ("利民烟酒店", "利民", "烟酒店"),
    ("利民烟酒商行", "利民", "烟酒商行"),
    ("利民名烟名酒", "利民", "名烟名酒"),
    ("利民购物中心", "利民", "购物中心"),
    ("利民批发部", "利民", "批发部"),
    ("利民生活超市", "利民", "生活超市"),
    ("利民有限责任公司", "利民", "有限责任公司"),
    ("利民", "利民", ""),
    ("李记", "李记", ""),
    ("李记小卖部", "李记", "小卖部"),
    ("老地方食杂店", "老地方", "食杂店"),
    ("便民便利店", "便民", "便利店"),
    ("百货超市", "百货", "超市"),
    ("车站食杂店", "车站", "食杂店"),
    ("桥头经营部", "桥头", "经营部"),
    ("新世纪购物广场", "新世纪", "购物广场"),
    ("天天农家乐", "天天", "农家乐"),
    ("康乐大药房", "康乐", "大药房"),
    ("鑫源煙酒店", "鑫源", "烟酒店"),
    ("東升商店", "东升", "商店"),
    ("興隆雜貨店", "兴隆", "杂货店"),
    ("永興鎮菸酒行", "永兴镇", "烟酒行"),
    ("囍臨便利店", "喜临", "便利店"),
    ("顺发 超市", "顺发", "超市"),
    ("ＡＢＣ超市", "abc", "超市"),
]


@pytest.mark.parametrize(("text", "core", "suffix"), CORES)
def test_core_and_ending_are_told_apart(text: str, core: str, suffix: str) -> None:
    found = parts(text)
    assert (found.core, found.suffix) == (core, suffix)


BRANCHES = [
    ("好邻居便利店(古柳店)", "好邻居", "古柳"),
    ("好邻居便利店（人民路店）", "好邻居", "人民路"),
    ("好邻居便利店[东门分店]", "好邻居", "东门"),
    ("好邻居便利店二店", "好邻居", "2"),
    ("好邻居便利店2店", "好邻居", "2"),
    ("好邻居便利店第十二店", "好邻居", "12"),
    ("好邻居超市古柳分店", "好邻居", "古柳"),
    ("好邻居便利店", "好邻居", ""),
]


@pytest.mark.parametrize(("text", "core", "branch"), BRANCHES)
def test_branches_of_a_brand_keep_their_place(text: str, core: str, branch: str) -> None:
    found = parts(text)
    assert (found.core, found.branch) == (core, branch)


FORMER = [
    ("鑫源超市(原利民副食店)", "鑫源", "利民副食店"),
    ("鑫源超市(曾用名:利民副食店)", "鑫源", "利民副食店"),
    ("利民副食店(现鑫源超市)", "鑫源", "利民副食店"),
    ("原李记副食店", "李记", ""),
]


@pytest.mark.parametrize(("text", "core", "former"), FORMER)
def test_former_names_stand_apart(text: str, core: str, former: str) -> None:
    found = parts(text)
    assert (found.core, found.former) == (core, former)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("星湖区利民副食店", "星湖区"),
        ("浏阳市利民副食店", ""),
        ("长沙市岳麓区利民副食店", "长沙市岳麓区"),
        ("阳光小区超市", ""),
        ("利民副食店", ""),
    ],
)
def test_a_district_in_front_is_taken_off(text: str, district: str) -> None:
    assert parts(text).district == district


@pytest.mark.parametrize("text", ["", "()", "  ", "（原）"])
def test_a_name_of_nothing_is_none(text: str) -> None:
    assert shop(folded(text)) is None


def test_the_core_keeps_two_characters() -> None:
    assert parts("烟酒店").core == "烟酒"
    assert parts("超市").core == "超市"
