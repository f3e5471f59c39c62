"""`hyla profile`: what the settings are, what they mean, where they come from, and one of them changed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from agent.profile.describe import sections
from agent.profile.explain import shown, veiled
from agent.profile.layers import layer_faults, remove_local_setting, write_local_setting
from agent.profile.loader import LOCAL_LAYERS, Loaded, ProfileError, folder_of, load_layers, value_of
from agent.profile.manual import Page, near, pages
from agent.profile.sources import read_source

INSTALLED = Path("/etc/hyla/profile.toml")
DONE, NOT_RIGHT, BAD_INPUT = 0, 1, 2
EXAMPLES = """examples:
  hyla profile check device_profiles
  hyla profile explain camera.fps
  hyla profile show --profile device_profiles/desk.toml
  hyla profile set scanner.baud 115200
  hyla profile unset scanner.baud
"""
Run = Callable[[argparse.Namespace], int]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla profile`."""
    group = commands.add_parser(
        "profile",
        description="Settings of a terminal: profile, site.toml, technician.toml; the later wins.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = _action(actions, "check", "name everything that is wrong", "device_profiles", _check)
    check.add_argument(
        "path", type=Path, metavar="FILE|DIR", help="a profile, a layer, or a folder of them"
    )
    check.add_argument("--json", action="store_true", help="one JSON list, for programs")
    explain = _action(
        actions, "explain", "what a key is for, its range and default", "camera.fps", _explain
    )
    explain.add_argument("key", metavar="KEY", help="section.key, key, or section")
    explain.add_argument("--json", action="store_true", help="one JSON list, for programs")
    show = _action(actions, "show", "every value, and who said it", "--json", _show)
    show.add_argument("--json", action="store_true", help="one JSON object, for programs")
    change = _action(actions, "set", "change one setting of this terminal", "scanner.baud 115200", _set)
    change.add_argument("key", metavar="KEY", help="section.key")
    change.add_argument("value", metavar="VALUE", help="as in TOML; text needs no quotes")
    back = _action(actions, "unset", "take one such change back", "scanner.baud", _unset)
    back.add_argument("key", metavar="KEY", help="section.key")
    for command in (show, change, back):
        command.add_argument(
            "--profile",
            type=Path,
            default=INSTALLED,
            metavar="FILE",
            help=f"device profile (default: {INSTALLED})",
        )
        command.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    line: str,
    example: str,
    run: Run,
) -> argparse.ArgumentParser:
    command = actions.add_parser(
        name,
        help=line,
        description=f"{line[:1].upper()}{line[1:]}.",
        epilog=f"example:\n  hyla profile {name} {example}\n\n"
        "exit codes: 0 done, 1 something is not right, 2 wrong use or unreadable\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


# --- check ------------------------------------------------------------------------------------------


def _check(args: argparse.Namespace) -> int:
    """Every problem of every file. Exit code 0 when there is none."""
    path: Path = args.path
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        return _refuse(f"{path}: no *.toml in this folder (expected device profiles)")
    if not path.exists():
        return _refuse(f"{path}: no such file (expected a device profile in TOML, or a folder of them)")
    found = {str(file): list(_problems(file)) for file in files}
    if args.json:
        report = [{"file": file, "problems": problems} for file, problems in found.items()]
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        for file, problems in found.items():
            print("\n".join(problems) or f"{file}: fine")
    return NOT_RIGHT if any(found.values()) else DONE


def _problems(file: Path) -> Iterator[str]:
    """A layer is judged by itself; a profile with the layers of its data folder, as it would run."""
    layer = next((name for name, known in LOCAL_LAYERS.items() if Path(known).name == file.name), "")
    try:
        if layer:
            yield from layer_faults(read_source(layer, file, "settings in TOML"))
        else:
            load_layers(file)
    except ProfileError as error:
        yield from str(error).splitlines()


# --- explain ----------------------------------------------------------------------------------------


def _explain(args: argparse.Namespace) -> int:
    found = pages(args.key)
    if not found:
        known = ", ".join(near(args.key)) or ", ".join(name for name, _ in sections())
        return _refuse(f"{args.key}: no such key (did you mean {known}?)")
    if args.json:
        print(json.dumps([asdict(page) for page in found], ensure_ascii=False, indent=1))
    else:
        print("\n\n".join("\n".join(_page(page)) for page in found))
    return DONE


def _page(page: Page) -> Iterator[str]:
    yield f"{page.key}: {page.sentence}"
    yield f"  value    {page.value}"
    if page.unit:
        yield f"  unit     {page.unit}"
    yield f"  default  {page.default or 'none: it must be set'}"
    yield f"  example  {page.example}"


# --- show -------------------------------------------------------------------------------------------


def _show(args: argparse.Namespace) -> int:
    try:
        loaded = load_layers(args.profile, args.set)
    except ProfileError as error:
        return _refuse(error)
    rows = list(_rows(loaded))
    if args.json:
        values = {key: {"value": value, "layer": layer, "from": said} for key, value, layer, said in rows}
        print(json.dumps(values, ensure_ascii=False, indent=1))
        return DONE
    texts = [(key, _short(value), said) for key, value, _, said in rows]
    wide = [max(len(row[column]) for row in texts) for column in (0, 1)]
    for key, value, said in texts:
        print(f"{key:{wide[0]}}  {value:{wide[1]}}  {said}")
    return DONE


def _rows(loaded: Loaded) -> Iterator[tuple[str, object, str, str]]:
    """Key, value, layer, file and line; a list of tables is one value."""
    for section, part in loaded.profile.model_dump().items():
        table = {f"{section}.{key}": value for key, value in part.items()} if isinstance(part, dict) else {}
        for key, value in (table or {section: part}).items():
            origin = loaded.origin(key)
            yield key, veiled(key, value), origin.layer, str(origin)


def _short(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} rows"
    return "unset" if value is None else shown(value)


# --- set, unset -------------------------------------------------------------------------------------


def _set(args: argparse.Namespace) -> int:
    section, _, key = args.key.partition(".")
    try:
        folder = _folder(args.profile, args.set)
        value = value_of(section, key, args.value)
        file = write_local_setting(folder, args.key, value, args.profile, args.set)
    except ProfileError as error:
        return _refuse(error)
    told = shown(veiled(args.key, value))
    print(f"{args.key} = {told} in {file}; it counts from the next start of the terminal")
    return DONE


def _unset(args: argparse.Namespace) -> int:
    try:
        folder = _folder(args.profile, args.set)
        remove_local_setting(folder, args.key, args.profile, args.set)
        loaded = load_layers(args.profile, args.set)
    except ProfileError as error:
        return _refuse(error)
    value = next(value for key, value, _, _ in _rows(loaded) if key == args.key)
    print(f"{args.key} = {_short(value)} again ({loaded.origin(args.key)}), from the next start")
    return DONE


def _folder(profile: Path, overrides: Sequence[str]) -> Path:
    """The terminal's data folder, also while another setting is wrong and is about to be mended."""
    folder = folder_of(profile, overrides)
    if folder is None:
        raise ProfileError(
            f"{profile}: device.data_dir: missing (expected the folder of the terminal's data)"
        )
    return folder


def _refuse(said: object) -> int:
    print(said, file=sys.stderr)
    return BAD_INPUT
