"""What a command says on a terminal whose locale is no UTF-8."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import pytest

from agent.cli import main
from agent.core.figures import day_text
from simulator import desk, sim
from simulator.gateway import command as cloud

DESK = Path(__file__).resolve().parents[2] / "device_profiles" / "desk.toml"


@contextmanager
def latin() -> Iterator[io.BytesIO]:
    """Standard output as a shell of ISO-8859-1 gives it; what was written."""
    written = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(written, "latin-1", write_through=True)):
        yield written


@pytest.mark.parametrize(
    "command", [main, sim.main, desk.main, cloud.main], ids=["hyla", "sim", "desk", "cloud"]
)
def test_a_sign_that_the_locale_does_not_have_is_its_number(command) -> None:
    with latin() as written:
        with pytest.raises(SystemExit, match="0"):
            command(["--help"])
        print("好 ¥8.80")
        assert written.getvalue().endswith(b"\\u597d \xa58.80\n")


def test_a_paper_comes_out_as_it_was_written(tmp_path: Path) -> None:
    paper = "\N{BYTE ORDER MARK}row,next_step\ndifference,请联系技术支持\n"
    (tmp_path / "days").mkdir()
    (tmp_path / "days" / f"{day_text(20_000)}.csv").write_text(paper, "utf-8")
    words = ["day", "export", "--day", day_text(20_000), "--profile", str(DESK)]
    with latin() as written:
        assert main([*words, "--set", f"device.data_dir={tmp_path}"]) == 0
        assert written.getvalue() == paper.encode()
