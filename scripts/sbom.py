"""Writes what the product is made of, and under which licences: ``var/release/`` (`make sbom`).

``sbom.json`` and ``sbom-widget.json`` are CycloneDX bills of materials of the Python packages and of the website chat,
``licenses.md`` is the list of licences. It fails where a package has a licence that nobody has looked at.

    python scripts/sbom.py PYTHON      an environment with the product's packages alone
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "release"
BESIDE = Path(sys.executable).parent
# Permissive licences, and those that ask only for their own files to stay open.
ALLOWED = re.compile(
    r"MIT|BSD|Apache|ISC|Python Software Foundation|PSF|Mozilla Public License|MPL|Unlicense|0BSD|HPND|Zlib",
    re.IGNORECASE,
)
# Of these the licence does not say it in such words. Each was read.
LOOKED_AT = {
    "mbc-helpline": "our own: Apache-2.0",
    "psycopg2-binary": "LGPL with exceptions; used as it is, as a library",
}


def main(python: str) -> int:
    """Write the files; return the exit status."""
    OUT.mkdir(parents=True, exist_ok=True)
    _run(
        [str(BESIDE / "cyclonedx-py"), "environment", python, "--pyproject", "pyproject.toml"],
        ["--output-reproducible", "--of", "JSON", "-o", str(OUT / "sbom.json")],
    )
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not on this machine, so there is no list of the website chat's packages.", file=sys.stderr)
        return 1
    widget = [npm, "--prefix", "widget", "sbom", "--package-lock-only", "--omit", "dev", "--sbom-format", "cyclonedx"]
    (OUT / "sbom-widget.json").write_text(_run(widget))
    licenses = json.loads(_run([str(BESIDE / "pip-licenses"), f"--python={python}", "--format=json", "--with-urls"]))
    (OUT / "licenses.md").write_text(as_table(licenses, json.loads((OUT / "sbom-widget.json").read_text())))
    unknown = not_looked_at(licenses)
    for name in unknown:
        print(f"Nobody has looked at the licence of {name}: read it, and note it in scripts/sbom.py.", file=sys.stderr)
    print(f"{len(licenses)} Python packages; the lists are in {OUT.relative_to(ROOT)}/.")
    return 1 if unknown else 0


def not_looked_at(licenses: list[dict[str, str]]) -> list[str]:
    """Return the packages whose licence is neither permissive nor was looked at."""
    return [each["Name"] for each in licenses if each["Name"] not in LOOKED_AT and not ALLOWED.search(each["License"])]


def as_table(licenses: list[dict[str, str]], widget: dict[str, list[dict[str, object]]]) -> str:
    """Return the list of licences as Markdown."""
    rows = [(each["Name"], each["Version"], each["License"], each["URL"]) for each in licenses]
    for each in widget["components"]:
        named = [one["license"] for one in each.get("licenses", [])]  # type: ignore[attr-defined]
        rows.append((str(each["name"]), str(each["version"]), ", ".join(one.get("id", "?") for one in named), "npm"))
    lines = [f"| {' | '.join(row)} |" for row in sorted(rows, key=lambda row: row[0].lower())]
    return "\n".join(["# Licences", "", "| package | version | licence | where |", "|---|---|---|---|", *lines, ""])


def _run(*parts: list[str]) -> str:
    command = [word for part in parts for word in part]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
