"""The desk's ear: stands where a speech program would, and writes down what it is given to say.

Enters: words on standard input, the file and the language as arguments. Leaves: one line a sentence.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    file, language = Path(sys.argv[1]), sys.argv[2]
    words = sys.stdin.buffer.read().decode("utf-8")
    with file.open("a", encoding="utf-8") as heard:
        heard.write(f"{language} {words}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
