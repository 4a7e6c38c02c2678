"""What does importing the package cost a web process? No Django, no heavy part of SciPy, no pyarrow."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HEAVY = ("django", "scipy.optimize", "scipy.stats", "scipy.integrate", "scipy.interpolate", "pyarrow", "pandas")
PROGRAM = """
import sys
from ratings import pipeline, slices, incremental, predictions, diagnostics, influence, alignment, features, fit_command
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_nothing_heavy_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *HEAVY],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("\n", "")


def test_the_package_is_usable_without_the_site() -> None:
    """It names no module of the site, so that `ratings/` can be copied out and used alone."""
    sources = [path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "ratings").glob("*.py"))]

    assert len(sources) > 30
    assert not [
        line for source in sources for line in source.splitlines() if line.startswith(("from arena", "import arena"))
    ]
    assert not [line for source in sources for line in source.splitlines() if "import django" in line]
