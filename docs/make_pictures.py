"""Draw the README's picture: cells of the demonstration lesson, run here and photographed by Chromium.

Run it from anywhere: `python docs/make_pictures.py`. It needs `chromium` on the path.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops

from gradmagic import course

PICTURES = Path(__file__).parent / "pictures"
CELLS = ("record", "recording-shown", "differentiate", "train")
WIDTH = 860
# Chromium's own numbers for the reader's preference.
SCHEMES = {"dark": 0, "light": 1}


def main() -> None:
    """Run the lesson, keep four cells, and take one picture for each colour scheme."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed for the picture: apt-get install chromium")
    notebook = course.demo_notebook()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        course.run_notebook(notebook, folder=folder)
        notebook.cells = [cell for cell in notebook.cells if cell.id in CELLS]
        page = course.write_page(notebook, folder / "page.html")
        for scheme, number in SCHEMES.items():
            shot = folder / f"{scheme}.png"
            subprocess.run(
                [
                    chromium,
                    "--headless",
                    "--no-sandbox",
                    "--hide-scrollbars",
                    "--force-device-scale-factor=2",
                    f"--window-size={WIDTH},1400",
                    f"--blink-settings=preferredColorScheme={number}",
                    f"--screenshot={shot}",
                    page.as_uri(),
                ],
                check=True,
                capture_output=True,
            )
            trim(Image.open(shot).convert("RGB")).save(PICTURES / f"cells-{scheme}.png", optimize=True)


def trim(picture: Image.Image, margin: int = 32) -> Image.Image:
    """Cut off the empty paper around the cells, but for a margin."""
    paper = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    left, top, right, bottom = ImageChops.difference(picture, paper).getbbox()
    box = (left - margin, top - margin, right + margin, bottom + margin)
    return picture.crop(
        (max(box[0], 0), max(box[1], 0), min(box[2], picture.width), min(box[3], picture.height))
    )


if __name__ == "__main__":
    main()
