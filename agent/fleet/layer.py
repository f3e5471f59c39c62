"""An assignment as a layer of settings: above the profile, below the site's and the technician's.

The signed text is what counts; this file is made from it in the same step and read by the loader, so that
`hyla profile show` names it as the origin.
"""

from __future__ import annotations

import json

from agent.core.assignment import Assignment


def layer_text(assignment: Assignment) -> str:
    """TOML. The loader leads the paths over `current`, so that a link that is made anew takes the newest
    certificate; before the first one it says which file is missing."""
    lines = [
        f"# Head office's assignment {assignment.id}, shop {assignment.shop}.",
        "# Written when this terminal was claimed; changed by claiming or renewing only.",
        "[device]",
        f"id = {_text(assignment.device)}",
        "",
        "[shop]",
        f"name_zh = {_text(assignment.shop_zh)}",
        f"name_en = {_text(assignment.shop_en)}",
        f"till = {assignment.till}",
        f"currency = {_text(assignment.currency)}",
        "",
        "[cloud]",
        f"url = {_text(assignment.broker)}",
        f"clock_floor_utc_s = {assignment.issued_utc_s}",
        'ca_file = "ca.pem"',
        'certificate_file = "certificate.pem"',
        'key_file = "key.pem"',
    ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
