"""A stranger joins on a whole terminal and comes back; nothing of face or phone is left anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.storage.database import open_database
from agent.storage.templates import open_templates
from agent.vision.stills import embed_picture, read_picture
from simulator.counter import Counter
from simulator.people import PERSONAS, ensure_people
from simulator.privacy import Sought, findings, places_of
from tests.desk.scenarios import played

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def sought(shop: Counter) -> Sought:
    """Both persons' faces and numbers, and the templates as the store keeps them."""
    embeddings, pictures, words = {}, [], {}
    for name, persona in PERSONAS.items():
        photo = ensure_people() / persona.pictures[0]
        embeddings[f"the face of the {name}"] = embed_picture(photo)[0]
        pictures.append(read_picture(photo))
        phone = shop.people[name].phone
        words |= {f"the phone of the {name}": phone, f"the last digits of the {name}": phone[-4:]}
    with open_database(shop.data, readonly=True) as database:
        for template in open_templates(database, readonly=True).all():
            embeddings[f"the template of {template.person}"] = template.embedding
    return Sought(embeddings, words, pictures)


def test_a_stranger_joins_comes_back_and_leaves_nothing_of_the_face(tmp_path: Path) -> None:
    done = played("join", tmp_path, "--seed", "3")
    assert done.code == 0, done.said
    [shop] = done.counters
    told = {f"the record {r.id}": r.body for r in shop.cloud.records()}
    assert sum("member_joined" in body.decode() for body in told.values()) == 1
    assert sorted(member.person for member in shop.cloud.members())[1].startswith("M-desk-01-")
    export = shop.hyla("consent", "export", "--format", "csv").stdout
    assert sum(",face_pay," in row and "M-desk-01-" in row for row in export.splitlines()) == 1, export
    places = places_of(shop.data, shop.log_file)
    assert findings(places | told, sought(shop)) == []
