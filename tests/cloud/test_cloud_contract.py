"""docs/asyncapi.yaml and the code say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from agent.cloud import (
    bundle_messages,
    claim_messages,
    contract,
    messages,
    office_messages,
    promotion_messages,
    schema,
    topics,
)
from agent.cloud.member_messages import read_membership

FILE = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.yaml"
DOCUMENT = yaml.safe_load(FILE.read_text("utf-8"))
MESSAGES = DOCUMENT["components"]["messages"]
EXAMPLES = [
    pytest.param(name, example["payload"], id=f"{name}-{example['name']}")
    for name, message in MESSAGES.items()
    for example in message["examples"]
]


def read_reply(body: bytes) -> object:
    """As the link does: service `bundle` is no answer about money."""
    if b"hyla.bundle." in body:
        return bundle_messages.read_taken(body)
    return messages.read_reply(body)


READERS = {
    "asks": messages.read_ask,
    "replies": read_reply,
    "records": messages.read_record,
    "acknowledgements": messages.read_acknowledged,
    "presence": messages.read_presence,
    "marks": messages.read_marks,
    "promotions": promotion_messages.read_promotions,
    "pictures": promotion_messages.read_picture,
    "membership": read_membership,
    "desired": office_messages.read_signed,
    "commands": office_messages.read_signed,
    "reported": office_messages.read_reported,
    "telemetry": office_messages.read_health,
    "pieces": bundle_messages.read_piece,
    "claims": claim_messages.read_up,
    "claim_replies": claim_messages.read_down,
}


def walk(value: Any) -> Iterator[Any]:
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from walk(child)


def resolve(ref: str) -> Any:
    value = DOCUMENT
    for step in ref.removeprefix("#/").split("/"):
        value = value[step]
    return value


def channel_of(message: str) -> str:
    (channel,) = [name for name, c in DOCUMENT["channels"].items() if message in c["messages"]]
    return channel


def test_the_schemas_in_the_file_are_those_of_the_code():
    text = FILE.read_text("utf-8")
    assert text == contract.renewed(text), "run `python -m agent.cloud.contract docs/asyncapi.yaml`"


def test_a_file_without_the_mark_is_not_overwritten():
    with pytest.raises(ValueError, match="below which the schemas stand"):
        contract.renewed("asyncapi: 3.0.0\n")


def test_it_is_asyncapi_3_and_every_reference_leads_somewhere():
    assert DOCUMENT["asyncapi"].startswith("3.0")
    refs = [value["$ref"] for value in walk(DOCUMENT) if isinstance(value, dict) and "$ref" in value]
    assert len(refs) > 40
    for ref in refs:
        assert resolve(ref) is not None


def test_every_topic_of_the_code_is_a_channel_and_the_other_way_round():
    assert {n: c["address"] for n, c in DOCUMENT["channels"].items()} == topics.CHANNELS
    for channel in DOCUMENT["channels"].values():
        assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel["parameters"])
    services = DOCUMENT["components"]["parameters"]["service"]["enum"]
    asked = ["charge", "query", "void", "refund", "refund_query", "statement", "member"]
    assert services == [*asked, "bundle"]


def test_every_message_type_of_the_code_is_described_and_used():
    assert {m["name"] for m in MESSAGES.values()} == set(schema.DATA_TYPES)
    for message in MESSAGES.values():
        data = message["payload"]["allOf"][1]["properties"]["data"]["$ref"]
        assert data == f"#/components/schemas/{schema.DATA_TYPES[message['name']].__name__}"
    used = {ref for c in DOCUMENT["channels"].values() for ref in c["messages"]}
    assert used == set(MESSAGES)
    operated = {op["channel"]["$ref"].split("/")[-1] for op in DOCUMENT["operations"].values()}
    assert operated == set(topics.CHANNELS)


@pytest.mark.parametrize(("message", "payload"), EXAMPLES)
def test_every_example_is_read_by_the_code_and_fits_its_schema(message, payload):
    READERS[channel_of(message)](json.dumps(payload).encode())
    whole = {**MESSAGES[message]["payload"], "components": DOCUMENT["components"]}
    jsonschema_rs.validator_for(whole).validate(payload)


@pytest.mark.parametrize(("message", "payload"), EXAMPLES)
def test_an_example_under_another_type_does_not_fit(message, payload):
    whole = {**MESSAGES[message]["payload"], "components": DOCUMENT["components"]}
    assert not jsonschema_rs.validator_for(whole).is_valid({**payload, "type": "hyla.other.v1"})
