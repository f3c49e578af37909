"""Write what the recorder knows of secret names, from the one list in `playhead.core.secret_names`.

Usage   python scripts/secret_names.py   writes ts/recorder/src/privacy/names.ts
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from playhead.core import secret_names as known  # noqa: E402

FILE = ROOT / "ts/recorder/src/privacy/names.ts"
TEMPLATE = """\
/** Made by scripts/secret_names.py of src/playhead/core/secret_names.py: change it there. */

/** Anywhere in the name of an address's parameter. */
export const PRIVATE_PARAMETER =
  /{parameter}/i;

/** Anywhere in the name of a member, field or header, in lower case and without its separators. */
export const SECRET_PART =
  /{part}/;

/** Words of such a name. */
export const SECRET_WORDS =
  "{words}";
"""


def names_ts() -> str:
    """Return the file's text."""
    anywhere = known.shortest({*known.CREDENTIALS, *known.PERSONAL, *known.IN_ADDRESSES} - known.INSIDE_WORDS)
    several = [name for name in [*known.CREDENTIALS, *known.PERSONAL] if "_" in name]
    parts = known.shortest([*several, *(name for name in known.CREDENTIALS if len(name) >= known.MIN_ANYWHERE)])
    words = [name for name in [*known.CREDENTIALS, *known.PERSONAL] if "_" not in name]
    ends = "|".join(sorted(known.INSIDE_WORDS))
    return TEMPLATE.format(
        parameter=f"{'|'.join(anywhere)}|(?:{ends})(?![a-z])".replace("_", "[_-]?"),
        part="|".join(parts).replace("_", ""),
        words=" ".join(sorted(words)),
    )


if __name__ == "__main__":
    FILE.write_text(names_ts())
