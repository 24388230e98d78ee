"""The browser of the tests: Chromium or Chrome, and `certutil`, which has it trust an authority.

`python -m tests.conformance.clients.browser` installs them where that needs no questions: for root
on Debian and its kin.  https://chromium.googlesource.com/chromium/src/+/main/docs/linux/cert_management.md
"""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "libnss3-tools")
ADVICE = f"no browser to test with: install the packages {' and '.join(PACKAGES)}"


def installed_browser() -> str | None:
    """Its path; None without a browser, or without what has it trust an authority."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    return browser if shutil.which("certutil") else None


def new_home(home: Path, trusted: Path | None) -> None:
    """A home directory whose browser believes what an authority signed, beside the world's own."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil = ["certutil", "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    if trusted is not None:
        add = ["-A", "-t", "C,,", "-n", "authority", "-i", str(trusted)]
        subprocess.run([*certutil, *add], check=True)


def main() -> None:
    if installed_browser():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Some tests are left out, for there is {ADVICE}.")
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", "--quiet", *arguments], env=environment, check=False)


if __name__ == "__main__":
    main()
