"""Pages that must stay true: the glossary, the decisions, the list of libraries, the changelog."""

from __future__ import annotations

import re
import tomllib

from tests.architecture.source_tree import ROOT, name, pages

DECISIONS = ROOT / "docs" / "decisions"
HEADINGS = ["## Context", "## Options", "## Decision", "## Consequences"]
SENTENCE = re.compile(r"[^.]+(\.\w[^.]*)*\.")  # a full stop inside a name is none
TERM = re.compile(r"^\*\*(?P<term>[^*]+)\*\* — (?P<sentence>.+)$")


def glossary() -> list[tuple[str, str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    entries = [TERM.match(line) for line in lines if line.startswith("**")]
    assert all(entries), "an entry is `**term** — one sentence.`"
    return [(entry["term"], entry["sentence"]) for entry in entries if entry]


def test_the_glossary_is_in_alphabetical_order_without_repeats() -> None:
    terms = [term.casefold() for term, _ in glossary()]

    assert terms == sorted(set(terms))


def test_a_glossary_entry_is_one_sentence() -> None:
    assert [term for term, sentence in glossary() if not SENTENCE.fullmatch(sentence)] == []


def test_every_decision_has_the_four_headings_and_its_own_number() -> None:
    records = sorted(DECISIONS.glob("[0-9]*.md"))
    numbers = [record.name[:4] for record in records]

    assert numbers == [f"{number:04d}" for number in range(len(records))]
    for record in records:
        headings = re.findall(r"^## .+$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == HEADINGS, record.name


def test_the_decision_on_dependencies_lists_what_pyproject_pins() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    rows = re.findall(
        r"^\| `([^`]+)` \| (terminal|desk|developer|fuzz) \| \S.* \|$",
        (DECISIONS / "0004-dependencies.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    groups = {
        "terminal": project["dependencies"],
        "desk": extras["desk"],
        "developer": extras["dev"],
        "fuzz": extras["fuzz"],
    }

    for group, pins in groups.items():
        assert sorted(pin for pin, where in rows if where == group) == sorted(pins), group


def test_every_pin_is_exact() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    pins = [*project["dependencies"], *(pin for extra in extras for pin in extra)]
    constraints = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins += [line for line in constraints if not line.startswith("#")]

    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_the_changelog_begins_with_what_is_not_released_yet() -> None:
    headings = re.findall(r"^## .+$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert headings[0] == "## Unreleased"


LINK = re.compile(r"""\]\((?P<link>[^)#\s]+)[^)]*\)|src="(?P<picture>[^"]+)\"""")


def test_every_link_and_picture_of_a_page_is_there() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {place}"
        for page in pages()
        for found in LINK.finditer(page.read_text(encoding="utf-8"))
        if (place := found["link"] or found["picture"])
        and "://" not in place
        and not (page.parent / place).exists()
    ]

    assert missing == []


NAMED = re.compile(r"`((?:agent|ui|simulator|tests|docs|models|device_profiles|\.ci)/[\w./-]+)`")
TO_RUN = re.compile(r"python -m ((?:agent|ui|simulator|tests)[\w.]*)")


def test_every_file_that_a_page_names_is_there() -> None:
    gone = [
        f"{name(page)}: {place}"
        for page in pages()
        for place in NAMED.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / place).exists()
    ]

    assert gone == []


def test_every_module_that_a_page_says_to_run_is_there() -> None:
    gone = [
        f"{name(page)}: {module}"
        for page in pages()
        for module in TO_RUN.findall(page.read_text(encoding="utf-8"))
        if not (path := ROOT / module.replace(".", "/")).with_suffix(".py").exists()
        and not (path / "__main__.py").exists()
    ]

    assert gone == []


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_list_of_folders_names_every_part_of_the_agent() -> None:
    table = "".join(line.split("|")[1] for line in ARCHITECTURE.splitlines() if line.startswith("| `"))
    listed = {place.strip("/").removeprefix("agent/") for place in re.findall(r"`([\w./]+)`", table)}
    parts = {
        path.name for path in (ROOT / "agent").iterdir() if not path.name.startswith(("_", "py.typed"))
    }

    assert parts - listed == set()


def test_the_layers_on_the_page_are_those_that_are_kept() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    kept = next(one["layers"] for one in contracts["contracts"] if one["id"] == "layers")
    shown = re.search(r"`(__main__ > cli[^`]*)`", ARCHITECTURE)
    assert shown is not None

    assert " ".join(shown[1].split()) == " > ".join(kept)
