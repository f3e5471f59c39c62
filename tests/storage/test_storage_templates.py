"""Templates at rest: sealed a person each, renewed all at once or not at all, destroyed for good."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest

from agent.core.ids import PersonId, Secret
from agent.ports import Embedding, Template
from agent.storage.database import open_database
from agent.storage.folder import DEVICE_KEY, KEY
from agent.storage.keys import DeviceKey, new_key
from agent.storage.templates import Templates, open_templates
from agent.storage.trouble import StorageError
from tests.storage.power import Disk, recording

PEOPLE = ("m-1", "m-2", "m-3")


def template(person: str, seed: int = 1) -> Template:
    embedding = np.random.default_rng(seed).normal(size=128).astype(np.float32)
    return Template(PersonId(person), "王**", Secret("4821"), "0ba9", embedding / np.linalg.norm(embedding))


def enrolled(folder: Path) -> None:
    with open_database(folder) as database:
        templates = open_templates(database)
        for number, person in enumerate(PEOPLE):
            templates.put(template(person, number))


def upside_down(embedding: Embedding) -> Embedding:
    return -embedding


def renew(templates: Templates, folder_database: object) -> None:
    database = folder_database
    renewed = templates.renewed(upside_down, new_key())
    with database.transaction() as connection:  # type: ignore[attr-defined]
        templates.replace_all(connection, renewed)
    database.fold_log()  # type: ignore[attr-defined]


# --- whose key ------------------------------------------------------------------------------------


def test_without_the_devices_key_nobody_is_recognised_and_the_technician_reads_why(folder: Path) -> None:
    enrolled(folder)
    (folder / DEVICE_KEY).unlink()
    with (
        open_database(folder) as database,
        pytest.raises(StorageError, match=r"device\.key: missing.*empty"),
    ):
        open_templates(database)


def test_a_device_key_that_others_can_read_is_refused_by_name(folder: Path) -> None:
    enrolled(folder)
    assert (folder / DEVICE_KEY).stat().st_mode & 0o777 == 0o600
    (folder / DEVICE_KEY).chmod(0o640)
    with (
        open_database(folder) as database,
        pytest.raises(StorageError, match=r"read by other users.*chmod 600"),
    ):
        open_templates(database)


def test_another_devices_key_opens_nothing(folder: Path) -> None:
    enrolled(folder)
    with open_database(folder) as database:
        with pytest.raises(StorageError, match=r"device\.key: does not open the person key of m-1"):
            Templates(database, DeviceKey(new_key())).all()
        with pytest.raises(StorageError, match="does not open the store key"):
            Templates(database, DeviceKey(new_key())).store_key()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("UPDATE templates SET sealed = (SELECT sealed FROM templates WHERE person = 'm-2')", "moved"),
        (
            "UPDATE templates SET wrapped_key = (SELECT wrapped_key FROM templates WHERE person = 'm-2')",
            "key",
        ),
        ("UPDATE templates SET model_sha256 = 'another'", "does not open"),
        ("UPDATE templates SET person = 'm-9'", "m-9"),
    ],
)
def test_a_template_given_to_somebody_else_does_not_open(folder: Path, change: str, word: str) -> None:
    """Nobody pays as another because a row was moved, nor with a template of another model."""
    enrolled(folder)
    with open_database(folder) as database:
        database.connection.execute(f"{change} WHERE person = 'm-1'")
        with pytest.raises(StorageError, match=word):
            open_templates(database).all()


def test_a_reader_of_a_store_that_never_held_a_face_needs_no_key(folder: Path) -> None:
    open_database(folder).close()
    with open_database(folder, readonly=True) as database:
        assert open_templates(database, readonly=True).all() == []
    assert not (folder / DEVICE_KEY).exists()


# --- gone -----------------------------------------------------------------------------------------


def test_of_a_destroyed_template_nothing_is_left_in_the_file_or_its_log(folder: Path) -> None:
    """Looked for in the file's own pages, decrypted: the cipher above them hides nothing from here."""
    enrolled(folder)
    with open_database(folder) as database:
        [(wrapped, sealed)] = database.rows(
            "SELECT wrapped_key, sealed FROM templates WHERE person = 'm-2'"
        )
        before = database.connection.serialize("main")
        assert wrapped in before
        assert sealed[:64] in before
        open_templates(database).remove(PersonId("m-2"))
        after = database.connection.serialize("main")
        assert wrapped not in after
        assert sealed[:64] not in after
        assert (folder / "hyla.db-wal").stat().st_size == 0
        assert [each.person for each in open_templates(database).all()] == ["m-1", "m-3"]


# --- all at once ----------------------------------------------------------------------------------


def test_renewed_templates_are_turned_under_other_keys_and_the_old_store_key_is_gone(folder: Path) -> None:
    enrolled(folder)
    with open_database(folder) as database:
        templates = open_templates(database)
        old, before = templates.store_key(), database.rows("SELECT wrapped_key, sealed FROM templates")
        renew(templates, database)
        epoch, key = templates.store_key()
        assert (epoch, key != old[1]) == (2, True)
        assert database.rows("SELECT count(*) FROM store_keys") == [(1,)]
        after = database.rows("SELECT wrapped_key, sealed FROM templates")
        assert not {blob for row in before for blob in row} & {blob for row in after for blob in row}
        for number, member in enumerate(templates.all()):
            assert np.array_equal(member.embedding, -template(member.person, number).embedding)


def test_a_power_cut_at_any_write_of_a_renewal_leaves_all_old_or_all_new(tmp_path: Path) -> None:
    day = tmp_path / "day"
    enrolled(day)
    keys = {name: (day / name).read_bytes() for name in (KEY, DEVICE_KEY)}
    with recording() as operations, open_database(day) as database:
        renew(open_templates(database), database)
    seen = set()
    for strict in (False, True):
        disk, chance = Disk(strict), Random(4711)
        for operation in operations:
            disk.take(operation)
            if disk.after_a_cut(chance).get("hyla.db"):
                seen.add(found_after(tmp_path / "cut", {**disk.after_a_cut(chance), **keys}))
    assert seen == {1, 2}, "the cuts never fell before and after the renewal"


def found_after(folder: Path, files: dict[str, bytes]) -> int:
    """The store key's epoch after the power is back; every template must open and belong to it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    with open_database(folder) as database:
        templates = open_templates(database)
        epoch, _ = templates.store_key()
        sign = {1: 1, 2: -1}[epoch]
        members = templates.all()
        assert [member.person for member in members] == list(PEOPLE)
        assert set(templates.epochs().values()) == {epoch}
        for number, member in enumerate(members):
            assert np.array_equal(member.embedding, sign * template(member.person, number).embedding)
    return epoch


# --- from an older hyla ---------------------------------------------------------------------------


def test_templates_that_an_older_hyla_kept_in_clear_are_turned_and_sealed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = in_clear(folder, monkeypatch)
    carried: list[PersonId] = []
    with open_database(folder) as database:
        templates = open_templates(database)
        assert templates.convert(upside_down, lambda _connection, person: carried.append(person)) == 1
        assert templates.convert(upside_down, lambda _connection, person: carried.append(person)) == 0
        [member] = templates.all()
        assert (member.person, member.name_masked, member.phone_last4.reveal()) == ("m-1", "王**", "4821")
        assert np.array_equal(member.embedding, -plain.embedding)
        assert carried == ["m-1"]
        assert plain.embedding.tobytes()[:16] not in database.connection.serialize("main")


def test_a_conversion_that_breaks_off_leaves_the_template_to_the_next_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_clear(folder, monkeypatch)

    def breaks_off(*_given: object) -> None:
        raise MemoryError

    with open_database(folder) as database, pytest.raises(MemoryError):
        open_templates(database).convert(upside_down, breaks_off)
    with open_database(folder) as database:
        templates = open_templates(database)
        assert templates.all() == []
        assert templates.convert(upside_down, lambda *_given: None) == 1


def in_clear(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Template:
    """A store of the first hyla with one member."""
    member = template("m-1")
    put: Callable[..., object]
    monkeypatch.setattr("agent.storage.database.VERSION", 1)
    monkeypatch.setattr("agent.storage.database.check_tail", lambda *_: None)
    with open_database(folder) as database:
        put = database.connection.execute
        row = (member.person, member.name_masked, "4821", "0ba9", member.embedding.tobytes())
        put("INSERT INTO templates VALUES (?, ?, ?, ?, ?)", row)
    monkeypatch.undo()
    return member
