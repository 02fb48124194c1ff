"""Asks whether what requirements.txt pins has known vulnerabilities; exit 1 if so.

The answers come from a service on the internet: where it cannot be reached within a minute, the program says so and
exits 0, so that a machine without network can still lint.
"""

import json
import subprocess
import sys

COMMAND = ["--format", "json", "--progress-spinner", "off", "--timeout", "10", "--require-hashes", "--disable-pip"]
PATIENCE_SECONDS = 60


def main() -> int:
    """Run pip-audit and say in one line what it found."""
    try:
        audit = subprocess.run(  # noqa: S603  # our own interpreter and constant arguments
            [sys.executable, "-m", "pip_audit", *COMMAND, "-r", "requirements.txt"],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        packages = json.loads(audit.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        print("not checked: the service cannot be reached from here")
        return 0
    checked = [package for package in packages if "vulns" in package]
    vulnerable = [package for package in checked if package["vulns"]]
    for package in vulnerable:
        for found in package["vulns"]:
            fixes = ", ".join(found["fix_versions"]) or "none yet"
            print(f"{package['name']} {package['version']}: {found['id']}, mended in {fixes}")
    if not checked:
        print("not checked: the service knows none of these packages, or cannot be reached from here")
    elif not vulnerable:
        print(f"none known in the {len(checked)} packages that the service knows, of {len(packages)}")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
