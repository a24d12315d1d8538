"""How long the Jupyter kernel takes to its first result, and for a trivial cell after that; how much memory many cells take.

Needs jupyter_client, and the kernel installed (docs/kernel.md):

    python3 tests/Benchmarks/kernel_start.py [KERNEL [TIMES [CELLS]]]
"""
import statistics
import sys
import time

from jupyter_client.manager import start_new_kernel


def run(client, code):
    """Seconds until the reply to a cell that must succeed."""
    start = time.perf_counter()
    reply = client.execute_interactive(code, timeout=120, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"]
    return time.perf_counter() - start


def measure(kernel):
    start = time.perf_counter()
    manager, client = start_new_kernel(kernel_name=kernel, startup_timeout=120)
    try:
        run(client, "1 + 1")
        first = time.perf_counter() - start
        return first, statistics.median(run(client, f"1 + {n}") for n in range(5))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def grow(kernel, cells):
    """Prints the kernel's memory (Linux) and the time of a cell, in the course of trivial cells."""
    manager, client = start_new_kernel(kernel_name=kernel, startup_timeout=120)
    try:
        seconds = []
        for number in range(1, cells + 1):
            seconds.append(run(client, f"1 + {number}"))
            if number in (1, 10) or number % 100 == 0 or number == cells:
                with open(f"/proc/{manager.provisioner.process.pid}/status") as status:
                    memory = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
                print(f"{number} cells: {memory:.0f} MB; a cell: median {1000 * statistics.median(seconds[-100:]):.1f} ms", flush=True)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


kernel = sys.argv[1] if len(sys.argv) > 1 else "workbook-csharp"
times = int(sys.argv[2]) if len(sys.argv) > 2 else 5
results = [measure(kernel) for _ in range(times)]
for title, seconds in zip(("start to the first result", "a trivial cell after that"), zip(*results)):
    print(f"{title}: median {statistics.median(seconds):.3f} s, {min(seconds):.3f} to {max(seconds):.3f} s, {times} times")
if len(sys.argv) > 3:
    grow(kernel, int(sys.argv[3]))
