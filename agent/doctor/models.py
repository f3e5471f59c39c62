"""Models and thresholds: the right files, the limits that belong to them, members enrolled with
them and how many they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.core.consent import FILING_PERSONS, Crowd, crowd
from agent.doctor.finding import Finding, found
from agent.doctor.patient import Patient
from agent.ports import JournalTrouble
from agent.profile.schema import VisionSection
from agent.storage.database import open_database
from agent.storage.templates import embedders
from agent.storage.trouble import StorageError
from agent.vision.liveness import threshold_live
from agent.vision.models import Manifest, Model, ModelError, check_pin, load_manifest, models_folder


def check_models(patient: Patient) -> list[Finding]:
    """Read every byte of the files that the terminal loads."""
    vision = patient.profile.vision
    try:
        manifest = load_manifest()
        used = list(_used(manifest, vision))
        embedder = manifest.named(vision.embedder, "embedder")
        threshold = embedder.threshold("threshold_1toN_cosine")
        if vision.liveness:
            threshold_live(manifest)
    except ModelError as error:
        return [found("models", "unknown", str(error))]
    folder = models_folder(vision.models_dir)
    for model in used:
        report = check_pin(model.used, folder)
        if report.state != "ok":
            return [found("models", "wrong", str(report), file=model.used.file)]
    held = members(_embedders(patient), embedder.used.sha256, patient.profile.consent.warn_persons)
    if held is not None:
        return [held]
    names = ", ".join(model.name for model in used)
    return [found("models", "fine", names=names, threshold=f"{threshold:.3f}")]


def _used(manifest: Manifest, vision: VisionSection) -> Iterator[Model]:
    yield manifest.named(vision.detector, "detector")
    yield manifest.named(vision.embedder, "embedder")
    if vision.liveness:
        yield from (model for model in manifest.models if model.role == "liveness")


def members(made_by: Sequence[str], sha256: str, warn_persons: int) -> Finding | None:
    """What is to be said of the members, by the embedder of each; None: nothing."""
    if old := sum(each != sha256 for each in made_by):
        return found("models", "old_members", count=old)
    persons, limit = len(made_by), FILING_PERSONS
    match crowd(persons, warn_persons):
        case Crowd.FINE:
            return None
        case Crowd.NEAR:
            return found("models", "crowd_near", persons=persons, limit=limit)
        case Crowd.FILE:
            return found("models", "crowd_file", persons=persons, limit=limit)


def _embedders(patient: Patient) -> list[str]:
    """Empty also when there is no gallery to ask: the journal's line says so."""
    try:
        with open_database(patient.data, readonly=True) as database:
            return embedders(database)
    except (StorageError, JournalTrouble):
        return []
