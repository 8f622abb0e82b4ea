"""Start the demo of an installed wheel, away from the checkout, and wait until it says that it is ready."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

PORT = 8599


def main(tracker: str, folder: str) -> int:
    began = time.monotonic()
    demo = subprocess.Popen([tracker, "demo", "--no-browser", "--port", str(PORT)], cwd=folder)
    try:
        while time.monotonic() - began < 60:
            if demo.poll() is not None:
                print(f"the demo ended by itself with exit code {demo.returncode}")
                return 1
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        print(f"the demo of the wheel answered /readyz after {time.monotonic() - began:.1f} s")
                        return 0
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        print("the demo did not answer /readyz within 60 s")
        return 1
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=20)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
