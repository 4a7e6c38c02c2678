"""When does a web process that a benchmark started answer, and what does it use?"""

import os
import time
from pathlib import Path

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


def cpu_s(pid: int) -> float:
    """Of a process so far: what others do on the machine does not count."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
