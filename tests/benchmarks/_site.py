"""When does a web process that a benchmark started answer?"""

import time

import httpx2

ATTEMPTS, PAUSE_S = 300, 0.1


def wait_for(base: str) -> None:
    """Raises RuntimeError if it does not come."""
    for _ in range(ATTEMPTS):
        try:
            if httpx2.get(f"{base}/healthz", trust_env=False).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(PAUSE_S)
    raise RuntimeError("the web process did not start")
