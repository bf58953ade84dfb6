"""A terminal that programs run in, and pictures of what stands on it."""

import fcntl
import os
import pty
import select
import struct
import termios
import time
from html import escape

import pyte

ROW, COLUMN = 18, 8.4  # pixels, at 14 px


class Terminal:
    """A command in a terminal of so many columns and rows. The screen that is kept may be wider
    than what the command is told: then nothing wraps, and what is too wide is seen."""

    def __init__(self, command, env, folder, columns=80, rows=24, kept=None):
        self.screen = pyte.HistoryScreen(kept or columns, rows, history=1000, ratio=0.5)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(folder)
            os.execve(command[0], command, {"TERM": "xterm"} | env)

    def read(self, until, seconds=60):
        """Reads on until until(lines) is true; False where the command has ended before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not select.select([self.fd], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # it has ended
                return False
            if not data:
                return False
            self.stream.feed(data)
            if until(self.lines()):
                return True
        raise AssertionError("the command goes on and on:\n" + "\n".join(self.lines()))

    def lines(self):
        """What stands on the screen, without what is empty at its end."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip().split("\n")

    def coloured(self):
        """Whether anything on the screen has a colour."""
        return any((c.fg, c.bg) != ("default", "default") for row in self.screen.buffer.values() for c in row.values())

    def end(self):
        """Reads to the end; gives the exit status."""
        self.read(lambda lines: False)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def svg(screens, columns=80):
    """A picture of some screens, one below the other: each a list of lines."""
    rows = sum(len(s) for s in screens) + len(screens) + 1
    width, height = int(columns * COLUMN + 24), rows * ROW + 12
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14">',
        f'<rect width="{width}" height="{height}" rx="8" fill="#16181d"/>',
    ]
    y = ROW
    for lines in screens:
        y += ROW // 2
        for line in lines:
            y += ROW
            if line:
                color = "#7ec699" if line.startswith("$") else "#d5d8de"
                indent = len(line) - len(line.lstrip())
                text = line.strip()
                out.append(f'<text x="{12 + indent * COLUMN:.1f}" y="{y - 6}" fill="{color}" textLength="{len(text) * COLUMN:.1f}" xml:space="preserve">{escape(text)}</text>')
        y += ROW // 2
    return "\n".join([*out, "</svg>"]) + "\n"
