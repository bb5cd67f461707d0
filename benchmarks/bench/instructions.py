"""Instructions, user and kernel, by `perf stat`, on machines whose CPU counters can be had."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.failure import Absent

_EVENT = "instructions"


@dataclass
class InstructionCount:
    """Filled in when the counting ends."""

    total: int = 0


def parse_count(output: str) -> int:
    """Read the count from `perf stat -x ,`; machines with two kinds of cores have a line for each.

    Raises:
        Absent: perf did not count; the text is its own word for the reason.
    """
    counts = []
    for line in output.splitlines():
        fields = line.split(",")
        if len(fields) < 3 or _EVENT not in fields[2]:
            continue
        if fields[0].isdigit():
            counts.append(int(fields[0]))
        else:
            raise Absent(f"perf: instructions {fields[0].strip('<>')} on this machine")
    if not counts:
        raise Absent(f"perf: {output.strip()[:200] or 'it wrote nothing'}")
    return sum(counts)


class InstructionCounter:
    """Counts the instructions of processes while a block runs."""

    def __init__(self) -> None:
        """Try `perf` out.

        Raises:
            Absent: It is not installed, or does not count here.
        """
        perf = shutil.which("perf")
        if perf is None:
            raise Absent("perf is not installed (`apt-get install linux-perf`)")
        self._command = [perf, "stat", "-x", ",", "-e", _EVENT]
        trial = subprocess.run(
            [*self._command, "true"], capture_output=True, text=True, check=False
        )
        parse_count(trial.stderr)

    @contextlib.contextmanager
    def counting(self, processes: Iterable[int]) -> Iterator[InstructionCount]:
        """Count what the processes execute until the block ends."""
        count = InstructionCount()
        listed = ",".join(str(process) for process in processes)
        commands_end, commands = os.pipe()
        acknowledgements, acknowledgements_end = os.pipe()
        control = f"--control=fd:{commands_end},{acknowledgements_end}"
        perf = subprocess.Popen(
            [*self._command, "--delay=-1", control, "-p", listed],
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=(commands_end, acknowledgements_end),
        )
        os.close(commands_end)
        os.close(acknowledgements_end)
        try:
            # Nothing of the load may pass before perf is attached: it says when it counts.
            with contextlib.suppress(BrokenPipeError):  # it ended: its output says why
                os.write(commands, b"enable\n")
                os.read(acknowledgements, 16)
            yield count
        finally:
            perf.send_signal(signal.SIGINT)
            _, output = perf.communicate()
            os.close(commands)
            os.close(acknowledgements)
        count.total = parse_count(output)
