"""English given names and their short forms: Bill and Will stand for William. Names that are not in the list stand for themselves."""

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

_LIST = """
abraham abe abram
albert al bert bertie
alexander alec aleck alex sandy
alfred alf alfie fred freddie
andrew andy drew
anne ann anna annie nancy
anthony antony tony
arthur art
barbara babs barbra
benjamin ben benjie bennie
bernard bernie
catherine kate katherine kathleen cathy kathy kitty katie
charles charlie chas chuck charley
charlotte lottie
christina chris christine tina
christopher chris kit
daniel dan danny
david dave davy
deborah debbie debby
dorothy dolly dot dottie dora
edmund ed ned ted
edward ed eddie ned ted teddy edwd
eleanor ellen nell nellie nora elinor
elizabeth eliza beth bess bessie betsy betty lizzie liz elisabeth libby lizbeth
emily em emmie
emma em
ernest ernie
eugene gene
florence flo florrie flossie
frances fanny fran francie
francis frank fran francs
frederick fred freddie freddy fredk frederic
gabriel gabe
geoffrey geoff jeff jeffrey
george geo georgie
gerald gerry jerry
gertrude gertie
gilbert gil bert
gregory greg
harold hal harry
harriet hattie harriett
helen nell nellie
henry harry hal hank hy
herbert bert herb bertie
horace horry
hugh hughie
isabel isabella bella isobel belle
jacob jake
james jim jimmy jas jamie jem
jane janet jenny jean
jennifer jen jenny
jeremiah jerry jeremy
jessica jess jessie
john jack johnny jno johnnie
jonathan jon jonny
joseph joe jos joey
josephine jo josie
joshua josh
judith judy
julia julie
kenneth ken kenny
lawrence larry laurence laurie
leonard len lenny leo
leslie les
lewis lew louis lou
louisa lou louise
lucy lucie
margaret maggie meg peggy madge margery margt daisy
maria mary marie
martha mattie patty
martin marty
mary molly polly mae mamie
matilda tilly maud
matthew matt mat matthias
maurice morris
michael mick mike mickey
mildred millie
nathaniel nat nathan nate
nicholas nick nic
oliver ollie noll
pamela pam
patricia pat patty tricia
patrick pat paddy
peter pete
philip phil phillip
rachel rae
raymond ray
rebecca becky
reginald reg reggie rex
richard dick rich rick richd
robert bob rob robbie bobby bert robt
roger rodge
roland rolly rowland
ronald ron ronnie
rosemary rose rosie
rupert bert
samuel sam saml sammy
sarah sally sadie sara
sidney sid sydney syd
simon si
solomon sol
stanley stan
stephen steve steven
susan sue susannah susanna susie
terence terry
theodore ted theo
theresa tess tessa
thomas tom tommy thos
timothy tim
victor vic
victoria vicky queenie
vincent vince vin
violet vi
virginia ginny
walter wally walt
wilfred wilf fred
william bill will billy willie wm willy
winifred winnie win
zachary zach zack
"""


@cache
def _root_of() -> dict[str, str]:
    """Short forms of one name alone: Bert may be Albert or Robert, and stands for itself."""
    stands_for: dict[str, set[str]] = {}
    for line in _LIST.strip().splitlines():
        full, *short = line.split()
        for name in (full, *short):
            stands_for.setdefault(name, set()).add(full)
    return {name: min(full) for name, full in stands_for.items() if len(full) == 1}


def roots(names: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """The full form of each name, lower case, of a name that has several words of the first.

    >>> roots(pa.array(["bill", "william", "bert", None])).to_pylist()
    ['william', 'william', 'bert', None]
    """
    distinct = names.unique().to_pylist()
    found = pa.array([None if name is None else _root_of().get(name, name) for name in distinct], pa.string())
    return found.take(pc.index_in(names, value_set=names.unique()))
