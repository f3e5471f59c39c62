"""A day of sales on a whole terminal, by face and by code: nothing of the face and no digit is left on its
disk, in its log, or in what it sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from agent.storage.database import open_database
from agent.storage.templates import open_templates
from agent.vision.stills import embed_picture, read_picture
from simulator.people import PERSONAS, ensure_people
from simulator.privacy import Sought, findings, places_of
from tests.desk.till import Till, words

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@contextmanager
def overheard(till: Till) -> Iterator[dict[str, bytes]]:
    """Everything that is said on the broker meanwhile, by topic."""
    said: dict[str, bytes] = {}
    url, ready = urlsplit(till.counter.broker.url), threading.Event()
    client = Client(CallbackAPIVersion.VERSION2, "eavesdropper", protocol=MQTTProtocolVersion.MQTTv5)
    client.on_connect = lambda client, *_: client.subscribe("hyla/#", qos=1)
    client.on_subscribe = lambda *_: ready.set()

    def keep(_client: object, _user: object, message: object) -> None:
        topic = f"the message on {message.topic}"  # type: ignore[attr-defined]
        said[topic] = said.get(topic, b"") + message.payload + b"\n"  # type: ignore[attr-defined]

    client.on_message = keep
    client.connect(url.hostname or "", url.port or 0)
    client.loop_start()
    assert ready.wait(10)
    yield said
    client.disconnect()
    client.loop_stop()


def sought(till: Till) -> Sought:
    photo = ensure_people() / PERSONAS["member"].enrolled_from
    raw, _ = embed_picture(photo)
    with open_database(till.counter.data, readonly=True) as database:
        [kept] = open_templates(database, readonly=True).all()
    pictures = [read_picture(path) for path in Path(photo.parent).glob("obama*.jpg")]
    embeddings = {"the embedding": raw, "the transformed embedding": kept.embedding}
    return Sought(embeddings, {"the phone digits": till.digits}, pictures)


def test_a_day_of_sales_leaves_no_face_and_no_digit_anywhere(till: Till) -> None:
    with overheard(till) as said:
        till.sells()
        amount = till.charge()
        till.to_confirm()
        till.confirm()
        till.paid(amount)
        till.at_rest()
        till.charge()
        till.step_up("print of member")
        till.touch("customer", "pay_by_face")
        till.reads(customer=[words("nobody.headline")])
        till.touch("cashier", "cancel")
        till.all_recorded()
    places = places_of(till.counter.data, till.counter.log_file)
    assert any("/q/charge" in place for place in said), sorted(said)
    assert any("/e/sale" in place for place in said), sorted(said)
    nothing = sought(till)
    with_codes = replace(nothing, words={**nothing.words, **codes(till)})
    assert findings(places, with_codes) == []
    assert findings(said, nothing) == []  # a charge carries the code that is to be charged
    leak = nothing.embeddings["the embedding"].tobytes()
    assert findings({"planted": leak}, nothing) == ["the embedding (<f4) stands in planted"]


def codes(till: Till) -> dict[str, str]:
    return {f"payment code {number}": code for number, code in enumerate(till.codes)}
