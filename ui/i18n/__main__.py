"""`python -m ui.i18n`: make the .qm files of all languages."""

import sys

from ui import i18n


def main() -> int:
    try:
        for language in i18n.LANGUAGES:
            sys.stdout.write(f"{i18n.compile_catalogue(language)}\n")
    except i18n.CatalogueError as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
