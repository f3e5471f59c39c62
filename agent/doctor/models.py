"""Models and thresholds: the right files, the limits that belong to them, members enrolled with them."""

from __future__ import annotations

from collections.abc import Iterator

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
    old = _members_of_another_model(patient, embedder.used.sha256)
    if old:
        return [found("models", "old_members", count=old)]
    names = ", ".join(model.name for model in used)
    return [found("models", "fine", names=names, threshold=f"{threshold:.3f}")]


def _used(manifest: Manifest, vision: VisionSection) -> Iterator[Model]:
    yield manifest.named(vision.detector, "detector")
    yield manifest.named(vision.embedder, "embedder")
    if vision.liveness:
        yield from (model for model in manifest.models if model.role == "liveness")


def _members_of_another_model(patient: Patient, sha256: str) -> int:
    """0 also when there is no gallery to ask: the journal's line says so."""
    try:
        with open_database(patient.data, readonly=True) as database:
            return sum(made_by != sha256 for made_by in embedders(database))
    except (StorageError, JournalTrouble):
        return 0
