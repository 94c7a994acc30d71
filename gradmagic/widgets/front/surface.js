// The loss over a plane: bands and contours of what was evaluated, and the paths of the racers over them.

const GROUND = [91, 127, 163];

// Where a contour crosses the cells of the grid: pairs of points, in columns and rows (marching squares).
function contour(grid, columns, rows, level) {
  const parts = [];
  for (let row = 0; row + 1 < rows; row += 1) {
    for (let column = 0; column + 1 < columns; column += 1) {
      const corner = (right, up) => grid[(row + up) * columns + column + right];
      const sides = [
        [corner(0, 0), corner(1, 0), (share) => [column + share, row]],
        [corner(1, 0), corner(1, 1), (share) => [column + 1, row + share]],
        [corner(0, 1), corner(1, 1), (share) => [column + share, row + 1]],
        [corner(0, 0), corner(0, 1), (share) => [column, row + share]],
      ];
      const crossed = sides
        .filter(([from, to]) => Number.isFinite(from) && Number.isFinite(to) && from < level !== to < level)
        .map(([from, to, place]) => place((level - from) / (to - from)));
      for (let pair = 0; pair + 1 < crossed.length; pair += 2) parts.push([crossed[pair], crossed[pair + 1]]);
    }
  }
  return parts;
}

// One picture point for each point of the screen; between four evaluated ones it is their mean by distance.
function bands({ grid, columns, rows, levels }, width, height) {
  const image = new ImageData(width, height);
  for (let down = 0; down < height; down += 1) {
    const v = (1 - (down + 0.5) / height) * (rows - 1);
    const row = Math.min(rows - 2, Math.floor(v));
    for (let across = 0; across < width; across += 1) {
      const u = ((across + 0.5) / width) * (columns - 1);
      const column = Math.min(columns - 2, Math.floor(u));
      const at = row * columns + column;
      const [right, up] = [u - column, v - row];
      const value =
        (1 - up) * ((1 - right) * grid[at] + right * grid[at + 1]) +
        up * ((1 - right) * grid[at + columns] + right * grid[at + columns + 1]);
      const place = 4 * (down * width + across);
      if (!Number.isFinite(value)) continue;
      let band = 0;
      while (band < levels.length && value >= levels[band]) band += 1;
      const share = 1 - band / Math.max(1, levels.length);
      image.data.set(GROUND, place);
      image.data[place + 3] = 255 * (0.02 + 0.56 * share ** 1.2);
    }
  }
  return image;
}

class SurfaceChart {
  constructor({ label, reading, surface, racers }) {
    Object.assign(this, { surface, racers, words: reading });
    this.figure = element("figure", "gm-surface");
    this.caption = element("figcaption");
    this.reading = element("span", "gm-reading");
    this.caption.append(element("span", "", label), this.reading);
    this.canvas = element("canvas");
    this.canvas.setAttribute("role", "img");
    this.figure.append(this.caption, this.canvas);
    this.at = 0;
    this.canvas.addEventListener("pointermove", (event) => this.read(event.offsetX, event.offsetY));
    this.canvas.addEventListener("pointerleave", () => {
      this.reading.textContent = "";
    });
  }

  room() {
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const plot = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
    const { x, y } = this.surface;
    const across = (value) => MARGIN.left + ((value - x[0]) / (x[1] - x[0])) * plot.width;
    const down = (value) => MARGIN.top + (1 - (value - y[0]) / (y[1] - y[0])) * plot.height;
    return { width, height, plot, across, down };
  }

  // The evaluated point nearest to the pointer.
  read(left, top) {
    const { plot } = this.room();
    const { x, y, columns, rows, grid } = this.surface;
    const column = Math.round(((left - MARGIN.left) / plot.width) * (columns - 1));
    const row = Math.round((1 - (top - MARGIN.top) / plot.height) * (rows - 1));
    if (column < 0 || row < 0 || column >= columns || row >= rows) return;
    const place = (ends, share) => written(ends[0] + (ends[1] - ends[0]) * share, 3);
    const where = `(${place(x, column / (columns - 1))}, ${place(y, row / (rows - 1))})`;
    this.reading.textContent = `${this.words} ${where}: ${written(grid[row * columns + column], 4)}`;
  }

  draw() {
    const { width, height, plot, across, down } = this.room();
    if (!width) return;
    const pen = sharp(this.canvas, width, height);
    const style = getComputedStyle(this.figure);
    const ink = style.color;
    const paper = style.getPropertyValue("--gm-paper").trim();
    this.drawGround(pen, { plot, ink });
    this.drawAxes(pen, { width, height, plot, across, down, ink });
    pen.save();
    pen.beginPath();
    pen.rect(MARGIN.left, MARGIN.top, plot.width, plot.height);
    pen.clip();
    this.racers.forEach((racer) => this.drawPath(pen, racer, { across, down, paper }, style));
    this.drawStart(pen, { across, down, ink, paper });
    this.racers.forEach((racer) => this.drawRacer(pen, racer, { across, down, paper }, style));
    pen.restore();
  }

  drawGround(pen, { plot, ink }) {
    const scale = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(plot.width * scale), Math.round(plot.height * scale)];
    const key = `${wide} ${high} ${ink}`;
    if (this.ground?.key !== key) {
      const canvas = element("canvas");
      [canvas.width, canvas.height] = [wide, high];
      const under = canvas.getContext("2d");
      under.putImageData(bands(this.surface, wide, high), 0, 0);
      under.strokeStyle = ink;
      under.globalAlpha = 0.34;
      under.lineWidth = 0.8 * scale;
      const { grid, columns, rows, levels } = this.surface;
      for (const level of levels) {
        under.beginPath();
        for (const [from, to] of contour(grid, columns, rows, level)) {
          under.moveTo((from[0] / (columns - 1)) * wide, (1 - from[1] / (rows - 1)) * high);
          under.lineTo((to[0] / (columns - 1)) * wide, (1 - to[1] / (rows - 1)) * high);
        }
        under.stroke();
      }
      this.ground = { key, canvas };
    }
    pen.drawImage(this.ground.canvas, MARGIN.left, MARGIN.top, plot.width, plot.height);
  }

  drawAxes(pen, { width, height, plot, across, down, ink }) {
    const { x, y, labels } = this.surface;
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = ink;
    pen.strokeStyle = ink;
    pen.globalAlpha = 0.85;
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const tick of ticksBetween(x[0], x[1], Math.max(2, plot.width / 55))) {
      pen.fillText(written(tick, 3), across(tick), MARGIN.top + plot.height + 5);
    }
    pen.fillText(labels[0], MARGIN.left + plot.width / 2, height - 13);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const tick of ticksBetween(y[0], y[1], Math.max(2, plot.height / 38))) {
      pen.fillText(written(tick, 3), MARGIN.left - 7, down(tick));
    }
    pen.save();
    pen.translate(9, MARGIN.top + plot.height / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "center";
    pen.fillText(labels[1], 0, 0);
    pen.restore();
    pen.globalAlpha = 0.35;
    pen.strokeRect(MARGIN.left + 0.5, MARGIN.top + 0.5, plot.width - 1, plot.height - 1);
    pen.globalAlpha = 1;
  }

  drawPath(pen, { x, y, colour, dash }, { across, down, paper }, style) {
    const stroke = (upTo, ink, wide, alpha, pattern) => {
      pen.beginPath();
      for (let place = 0; place <= upTo; place += 1) {
        if (place) pen.lineTo(across(x[place]), down(y[place]));
        else pen.moveTo(across(x[0]), down(y[0]));
      }
      pen.setLineDash(pattern);
      pen.strokeStyle = ink;
      pen.lineWidth = wide;
      pen.globalAlpha = alpha;
      pen.stroke();
    };
    pen.lineJoin = "round";
    const hue = style.getPropertyValue(colour).trim();
    const at = Math.min(this.at, x.length - 1);
    stroke(x.length - 1, hue, 1.2, 0.28, []);
    stroke(at, paper, 4.2, 0.75, []);
    stroke(at, hue, 2.1, 1, dash);
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  drawStart(pen, { across, down, ink, paper }) {
    const [{ x, y }] = this.racers;
    pen.beginPath();
    pen.arc(across(x[0]), down(y[0]), 4.5, 0, 2 * Math.PI);
    pen.fillStyle = paper;
    pen.strokeStyle = ink;
    pen.lineWidth = 1.5;
    pen.fill();
    pen.stroke();
  }

  drawRacer(pen, racer, { across, down, paper }, style) {
    const { x, y, colour, mark } = racer;
    const at = Math.min(this.at, x.length - 1);
    const over = isOver(racer, at);
    pen.lineWidth = 2;
    drawMark(pen, over ? 4 : mark, across(x[at]), down(y[at]), style.getPropertyValue(colour).trim(), paper);
  }
}

// Whether a racer has diverged by this place of the slider.
function isOver({ diverged, last }, at) {
  return diverged && last[at] === last[last.length - 1];
}

// A circle, a square, a triangle, a diamond; a cross for what diverged.
function drawMark(pen, mark, x, y, colour, paper, size = 6) {
  pen.beginPath();
  if (mark === 0) pen.arc(x, y, size, 0, 2 * Math.PI);
  else if (mark === 1) pen.rect(x - 0.87 * size, y - 0.87 * size, 1.74 * size, 1.74 * size);
  else if (mark === 4) {
    for (const side of [-1, 1]) {
      pen.moveTo(x - size, y - side * size);
      pen.lineTo(x + size, y + side * size);
    }
    pen.strokeStyle = colour;
    pen.lineWidth = 3;
    pen.stroke();
    return;
  } else {
    const corners = mark === 2 ? [[0, -1.2], [1.1, 0.85], [-1.1, 0.85]] : [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]];
    for (const [right, up] of corners) pen.lineTo(x + right * size, y + up * size);
    pen.closePath();
  }
  pen.fillStyle = colour;
  pen.strokeStyle = paper;
  pen.fill();
  pen.stroke();
}
