"""Makes the pictures of the documentation: docs/pictures/report.png is the report of the demo account,
run.svg an export of it, as a terminal shows it, docs/pictures/gephi.png its GraphML as Gephi draws it where the file
places it, beside the colours of families.

    make build && .cache/venv/bin/python e2e/pictures.py"""

import os
import tempfile
from pathlib import Path

import networkx
import pypdfium2
from browser import chromium, opened
from PIL import Image, ImageChops, ImageDraw, ImageFont
from program import BINARY, DEMO_INVENTORY, NOW, ROOT, environment, export, run, simulate
from readers import java
from snapshot import graphml_file
from terminal import Terminal, svg

WIDTH, HEIGHT = 1000, 720


PICTURES = ROOT / "docs" / "pictures"


def picture_of_a_run(folder):
    """An export while it reads, and when it has ended; the API is slow enough to look at."""
    command = [str(BINARY), "export", "--region", "us-east-1", "--region", "eu-west-1", "--concurrency", "4"]
    with simulate(DEMO_INVENTORY, folder, "--delay", "150ms", "--scale", "12") as url:
        t = Terminal(command, environment(folder, url), folder)
        halfway = lambda lines: any(" left or more" in line for line in lines) and len(lines) > 9
        assert t.read(halfway), t.lines()
        reading = t.lines()
        assert t.end() == 0, t.lines()
    prompt = "$ " + " ".join(["sgexport", *command[1:]])
    return svg([[prompt, *reading], t.lines()])


def report(browser, folder, env, out):
    done = run("report", folder / "snapshot", "--out", folder / "report.html", env=env)
    assert done.returncode == 0, done.stderr
    with opened(browser, folder / "report.html", width=WIDTH, height=HEIGHT) as page:
        page.screenshot(path=out)


def gephi(folder, out):
    """Gephi draws on a PDF; its own PNG needs a screen."""
    graph, pdf = graphml_file(folder / "snapshot"), folder / "graph.pdf"
    code, said = java("Gephi.java", graph, pdf, 0)
    assert code == 0, said[-3000:]
    drawn = pypdfium2.PdfDocument(pdf)[0].render(scale=1.65).to_pil().convert("RGB")
    drawn = drawn.crop(ImageChops.difference(drawn, Image.new("RGB", drawn.size, "white")).getbbox())
    families = {}
    for _, a in networkx.read_graphml(graph).nodes(data=True):
        families.setdefault(a["family"], [(a["r"], a["g"], a["b"]), 0])[1] += 1
    font = ImageFont.load_default(14)
    line, left = 25, drawn.width + 30
    picture = Image.new("RGB", (left + 250, max(drawn.height, line * len(families)) + 20), "white")
    picture.paste(drawn, (10, 10))
    draw = ImageDraw.Draw(picture)
    top = (picture.height - line * len(families)) // 2
    for i, (name, (color, n)) in enumerate(sorted(families.items())):
        y = top + i * line
        draw.ellipse((left, y + 3, left + 14, y + 17), fill=color)
        draw.text((left + 24, y), f"{name} ({n})", fill="black", font=font)
    picture.quantize(palette=palette([color for color, _ in families.values()]), dither=Image.Dither.NONE).save(out, optimize=True)


def palette(colors):
    """The colours with lighter ones of each, so that each family keeps its own in a small file."""
    parts = [tuple(round(255 - (255 - c) * share) for c in color) for color in [*colors, (0, 0, 0)] for share in (1, 0.6, 0.35, 0.15)]
    image = Image.new("P", (1, 1))
    image.putpalette([c for color in [(255, 255, 255), *parts] for c in color])
    return image


def main():
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        folder = Path(folder)
        env = environment(folder, credentials=False)
        export(folder / "snapshot", "--demo", "--now", NOW, env=env)
        (folder / "run").mkdir()
        (PICTURES / "run.svg").write_text(picture_of_a_run(folder / "run"))
        report(browser, folder, env, PICTURES / "report.png")
        gephi(folder, PICTURES / "gephi.png")
    for name in ("run.svg", "report.png", "gephi.png"):
        print(f"{os.path.relpath(PICTURES / name)}: {(PICTURES / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
