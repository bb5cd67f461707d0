"""Programs that need an interpreter of their own, as those that look at what is imported."""

import subprocess
import sys


def run_program(source: str) -> str:
    """Run a program in a fresh interpreter and return what it prints.

    Raises:
        subprocess.CalledProcessError: It ended with an exception; its traceback goes to our stderr.
    """
    answer = subprocess.run(
        [sys.executable, "-c", source], stdout=subprocess.PIPE, text=True, check=True
    )
    return answer.stdout


def modules_after(source: str) -> list[str]:
    """Run a program in a fresh interpreter and return the names of the modules it has imported."""
    return run_program(f"{source}\nimport sys; print(*sys.modules)").split()
