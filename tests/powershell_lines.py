"""The few lines of PowerShell that `docs/windows.md` puts around our commands, done without a PowerShell.

Not the language: a line that is none of these forms is refused, so that the page can't say what no test tries.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

from doc_blocks import Machine


def do(line: str, machine: Machine) -> subprocess.CompletedProcess[str] | None:
    """Do one line on a machine; return what a command of ours did."""
    if ours := re.fullmatch(r"\.venv\\Scripts\\auditlib (.+)", line):
        command = ours[1].replace("\\", "/")
        words = [
            "auditlib",
            *shlex.split(machine.put(command)),
        ]  # PowerShell's quotes, of which none is inside of another
        return subprocess.run(
            words,
            cwd=machine.folder,
            env=machine.environment,
            capture_output=True,
            text=True,
            check=False,
            executable=machine.folder / ".venv" / "bin" / "auditlib",
        )
    if text := re.fullmatch(r"\$env:(\w+) = '([^']*)'", line):
        machine.variables[text[1]] = machine.put(text[2])
    elif asked := re.fullmatch(r"\$env:(\w+) = .*\(Read-Host '\w+' -AsSecureString\)\)\.Password", line):
        machine.variables[asked[1]] = machine.typed.strip()
    elif gone := re.fullmatch(r"Remove-Item Env:(\w+)", line):
        del machine.variables[gone[1]]
    elif copied := re.fullmatch(r"Copy-Item (\S+) (\S+)", line):
        source, target = (machine.folder / word.replace("\\", "/") for word in copied.groups())
        shutil.copyfile(source, target)
        machine.write(str(target.relative_to(machine.folder)), target.read_text(encoding="utf-8"))
    else:
        raise ValueError(f"no line that is known here: {line}")
    return None
