"""The price list: what loads, and what whoever keeps it is told."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.profile.goods import GoodsError, GoodsRow, load_goods
from agent.profile.gtin import check_digit, gtin

HEAD = "gtin,name_zh,name_en,price_minor"
WATER = "6901000000011,矿泉水,Water,200"

PriceList = Callable[..., Path]


@pytest.fixture
def price_list(tmp_path: Path) -> PriceList:
    def write(*rows: str, head: str = HEAD, encoding: str = "utf-8", end: str = "\n") -> Path:
        path = tmp_path / "goods.csv"
        path.write_bytes((end.join([head, *rows]) + end).encode(encoding))
        return path

    return write


def refused(path: Path) -> str:
    """What is said of this list; `goods.csv` stands for its path."""
    with pytest.raises(GoodsError) as caught:
        load_goods(path)
    return str(caught.value).replace(str(path), "goods.csv")


def test_goods_are_found_by_their_number(price_list: PriceList) -> None:
    goods = load_goods(price_list(WATER, "96385074,口香糖,Gum,350"))
    assert goods == {
        "6901000000011": GoodsRow("6901000000011", "矿泉水", "Water", 200),
        "96385074": GoodsRow("96385074", "口香糖", "Gum", 350),
    }


def test_a_upc_a_is_kept_as_the_scanner_gives_it(price_list: PriceList) -> None:
    assert list(load_goods(price_list("036000291452,纸巾,Tissues,990"))) == ["0036000291452"]


def test_what_a_spreadsheet_writes_is_read(price_list: PriceList) -> None:
    path = price_list(
        '200,"Water, 550 ml",矿泉水,6901000000011,A3',
        "",
        head="price_minor,name_en,name_zh,gtin,shelf",
        encoding="utf-8-sig",
        end="\r\n",
    )
    assert load_goods(path) == {"6901000000011": GoodsRow("6901000000011", "矿泉水", "Water, 550 ml", 200)}


def test_a_wrong_check_digit_says_the_right_one(price_list: PriceList) -> None:
    assert refused(price_list(WATER, "6901000000029,饭团,Rice ball,680")) == (
        "goods.csv:3: gtin = 6901000000029 "
        "(wrong check digit: expected 6901000000028, if the other digits are right)"
    )


@pytest.mark.parametrize(
    "number", ["", "6.901E+12", "36000291452", "69010000000112", "６９０１０００００００１１"]
)
def test_a_number_that_is_none_says_how_long_one_is(price_list: PriceList, number: str) -> None:
    said = refused(price_list(f"{number},水,Water,200"))
    assert said.startswith(
        f'goods.csv:2: gtin = "{number}" (expected 8, 12 or 13 digits; a spreadsheet drops'
    )


def test_a_number_that_stands_twice_names_both_lines(price_list: PriceList) -> None:
    rows = ("036000291452,纸巾,Tissues,990", WATER, "0036000291452,纸巾,Tissues,890")
    assert refused(price_list(*rows)) == (
        "goods.csv:4: gtin 0036000291452 stands already on line 2 (expected each number once)"
    )


@pytest.mark.parametrize("price", ["", "2.00", "-200", "¥2", "2e2", "²", "20000000000"])
def test_a_price_that_is_no_whole_number_is_refused(price_list: PriceList, price: str) -> None:
    assert refused(price_list(f"6901000000011,水,Water,{price}")) == (
        f'goods.csv:2: price_minor = "{price}" '
        "(expected a whole number in minor units, as 680 for 6.80 yuan)"
    )


def test_a_row_that_ends_early_is_refused(price_list: PriceList) -> None:
    said = refused(price_list("6901000000011,水")).splitlines()
    assert said[0] == "goods.csv:2: name_en is empty (expected text)"
    assert said[1].startswith('goods.csv:2: price_minor = ""')


def test_a_missing_column_is_named(price_list: PriceList) -> None:
    said = refused(price_list(head="gtin,name_zh,price_minor"))
    assert said.startswith(
        "goods.csv:1: no column name_en (expected the columns gtin, name_zh, name_en, price_"
    )
    assert refused(price_list(head="gtin;name_zh;name_en;price_minor")).endswith(
        "with commas between them)"
    )


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.touch()
    assert refused(path).startswith("goods.csv:1: no column gtin, name_zh, name_en, price_minor")


def test_other_encodings_and_missing_files_are_refused(price_list: PriceList, tmp_path: Path) -> None:
    assert refused(price_list(WATER, encoding="gb18030")) == (
        "goods.csv:2: not UTF-8 (expected a price list: CSV, UTF-8; save it as UTF-8)"
    )
    absent = tmp_path / "absent" / "goods.csv"
    assert refused(absent) == "goods.csv: no such file (expected a price list: CSV, UTF-8)"


def test_a_quote_that_is_never_closed_is_refused(price_list: PriceList) -> None:
    assert "(expected CSV with commas)" in refused(price_list('6901000000011,"水,Water,200'))


def test_all_wrong_lines_are_told_up_to_twenty(price_list: PriceList) -> None:
    said = refused(price_list(*["1,水,Water,200"] * 25)).splitlines()
    assert len(said) == 21
    assert said[-1] == "goods.csv: and 5 more"


@given(st.text() | st.text("0123456789", max_size=14))
def test_any_text_is_a_gtin_or_not(text: str) -> None:
    kept = gtin(text)
    assert kept is None or (len(kept) in (8, 13) and gtin(kept) == kept)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_one_changed_digit_is_always_seen(base: str, place: int, step: int) -> None:
    good = f"{base}{check_digit(base)}"
    changed = str((int(good[place]) + step) % 10)
    assert gtin(good) == good
    assert gtin(good[:place] + changed + good[place + 1 :]) is None


@given(st.binary(max_size=200))
def test_any_file_loads_or_is_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "goods.csv"
    path.write_bytes(HEAD.encode() + b"\n" + data)
    with contextlib.suppress(GoodsError):
        assert all(row.price_minor >= 0 for row in load_goods(path).values())
