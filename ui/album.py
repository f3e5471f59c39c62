"""One HTML page to leaf through the gallery: filters, arrow keys, nothing fetched from anywhere.

Enters: the names of the pictures in a folder. Leaves: the page as text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Hyla: every page of both screens</title>
<style>
 body { font: 15px sans-serif; margin: 0; background: #eceae4; color: #1a1a1a }
 header { position: sticky; top: 0; background: #fff; padding: 10px 16px; border-bottom: 1px solid #ccc }
 select, input { font: inherit; margin-right: 10px; padding: 4px }
 main { display: flex; flex-wrap: wrap; gap: 16px; padding: 16px }
 figure { margin: 0; cursor: zoom-in } figcaption { padding: 4px 0; font-size: 13px }
 img { display: block; height: 320px; box-shadow: 0 1px 4px #0004; background: #fff }
 dialog { padding: 0; border: 0; max-width: 98vw; max-height: 98vh }
 dialog img { height: auto; max-height: 92vh; max-width: 96vw }
 dialog p { margin: 6px 12px } dialog::backdrop { background: #000b }
</style>
<header><span id="filters"></span><input id="word" placeholder="page"> <b id="count"></b>
 pictures; click one, then ← and → leaf</header>
<main></main><dialog><p></p><img alt=""></dialog>
<script>
const names = NAMES, parts = ["screen", "arrangement", "language", "text"];
const rows = names.map(name => { const [screen, arrangement, language, text, ...page] = name.split("-");
  return {name, screen, arrangement, language, text, page: page.join("-")}; });
const main = document.querySelector("main"), dialog = document.querySelector("dialog");
const word = document.getElementById("word"), chosen = {};
let shown = rows, at = 0;
for (const part of parts) {
  const select = document.createElement("select");
  for (const value of ["every " + part, ...new Set(rows.map(row => row[part]))])
    select.add(new Option(value, value.startsWith("every ") ? "" : value));
  select.onchange = () => { chosen[part] = select.value; draw(); };
  document.getElementById("filters").append(select);
}
function draw() {
  shown = rows.filter(row => parts.every(part => !chosen[part] || row[part] === chosen[part])
    && row.page.includes(word.value));
  document.getElementById("count").textContent = shown.length;
  main.replaceChildren(...shown.map((row, n) => {
    const [figure, text] = ["figure", "figcaption"].map(kind => document.createElement(kind));
    const image = new Image();
    image.loading = "lazy"; image.src = row.name + ".png";
    image.alt = text.textContent = row.name;
    figure.append(image, text); figure.onclick = () => open(n); return figure;
  }));
}
function open(n) {
  at = (n + shown.length) % shown.length;
  dialog.querySelector("img").src = shown[at].name + ".png";
  dialog.querySelector("p").textContent = `${at + 1} of ${shown.length}: ${shown[at].name}`;
  if (!dialog.open) dialog.showModal();
}
dialog.onclick = () => dialog.close();
word.oninput = draw;
document.onkeydown = event => { if (dialog.open && event.key === "ArrowRight") open(at + 1);
  if (dialog.open && event.key === "ArrowLeft") open(at - 1); };
draw();
</script></html>
"""


def album(names: Sequence[str]) -> str:
    """The page for pictures `<name>.png` beside it."""
    return PAGE.replace("NAMES", json.dumps(list(names)))
