// A chart of curves against the step, on a canvas: the present one, ghosts of earlier ones, marks of changes.

const MARGIN = { left: 62, right: 14, top: 12, bottom: 34 };
const GHOSTS = [0.5, 0.38, 0.3, 0.24, 0.2, 0.17, 0.15, 0.13];

function floats(view) {
  // A DataView's bytes may begin anywhere: they are copied to where floats can.
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function unpacked(curve) {
  return { step: floats(curve.step), value: floats(curve.value) };
}

// A canvas with as many points as the screen has there; measured in the page's pixels.
function sharp(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

// Round numbers inside an interval.
function ticksBetween(from, to, count) {
  const step = niceStep(to - from, count);
  const ticks = [];
  for (let place = Math.ceil(from / step - 1e-9); place * step <= to + step * 1e-9; place += 1) {
    ticks.push(place === 0 ? 0 : place * step);
  }
  return ticks;
}

function extent(lines) {
  let [low, high, positive] = [Infinity, -Infinity, true];
  for (const { value } of lines) {
    for (const number of value) {
      if (!Number.isFinite(number)) continue;
      if (number < low) low = number;
      if (number > high) high = number;
      if (number <= 0) positive = false;
    }
  }
  return low <= high ? { low, high, positive } : { low: 0, high: 1, positive: false };
}

function niceStep(span, count) {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
}

// Whole decades and round numbers: the axis stands still while a curve moves a little.
function verticalAxis(lines) {
  const { low, high, positive } = extent(lines);
  if (positive && high / low > 10) {
    const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
    const every = Math.ceil((to - from) / 5);
    const ticks = [];
    for (let power = from; power <= to; power += every) ticks.push(10 ** power);
    return { map: (value) => (Math.log10(value) - from) / (to - from), ticks, log: true, digits: 3 };
  }
  const span = high - low || Math.abs(high) || 1;
  const step = niceStep(span, 4);
  const [from, to] = [Math.floor(low / step) * step, Math.ceil((high + 1e-9 * span) / step) * step || step];
  const ticks = [];
  for (let place = 0; from + place * step <= to + step / 1e3; place += 1) ticks.push(from + place * step);
  // As many digits as tell two neighbours apart.
  const digits = Math.max(2, Math.ceil(Math.log10(Math.max(Math.abs(from), Math.abs(to)) / step)) + 1);
  return { map: (value) => (value - from) / (to - from), ticks, log: false, digits };
}

function stepTicks(total, width) {
  const step = Math.max(1, niceStep(total, Math.max(2, Math.floor(width / 90))));
  const ticks = [];
  for (let place = 0; place <= total * (1 + 1e-9); place += step) ticks.push(place);
  return ticks;
}

class Chart {
  constructor({ label, stepLabel, colour, ghostColour }) {
    Object.assign(this, { label, stepLabel, colour, ghostColour });
    this.figure = document.createElement("figure");
    this.caption = document.createElement("figcaption");
    this.name = document.createElement("span");
    this.name.textContent = label;
    this.reading = document.createElement("span");
    this.reading.className = "gm-reading";
    this.caption.append(this.name, this.reading);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.figure.append(this.caption, this.canvas);
    this.state = { current: null, ghosts: [], marks: [], total: 1, diverged: false };
    this.pointer = null;
    this.canvas.addEventListener("pointermove", (event) => this.read(event.offsetX));
    this.canvas.addEventListener("pointerleave", () => this.read(null));
  }

  show(state) {
    Object.assign(this.state, state);
    this.draw();
  }

  read(place) {
    this.pointer = place;
    this.draw();
  }

  colours() {
    const style = getComputedStyle(this.figure);
    const named = (name) => style.getPropertyValue(name).trim();
    return { ink: style.color, line: named(this.colour), ghost: named(this.ghostColour) };
  }

  // Make room and draw the axes for these lines; null while the chart has no size.
  begin(lines) {
    const { canvas, state } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return null;
    const pen = sharp(canvas, width, height);
    const axis = verticalAxis(lines);
    const total = Math.max(1, state.total);
    const plot = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
    const x = (step) => MARGIN.left + (step / total) * plot.width;
    const y = (value) => MARGIN.top + (1 - axis.map(value)) * plot.height;
    const colours = this.colours();
    this.drawAxes(pen, { axis, total, plot, x, y, width, height }, colours);
    return { pen, x, y, plot, total, width, colours };
  }

  draw() {
    const { state } = this;
    const room = this.begin([...state.ghosts, ...(state.current ? [state.current] : [])]);
    if (!room) return;
    const { pen, x, y, plot, total, width, colours } = room;
    state.ghosts.forEach((line, place) => {
      const age = state.ghosts.length - 1 - place;
      this.drawLine(pen, line, { x, y }, colours.ghost, 1.25, GHOSTS[Math.min(age, GHOSTS.length - 1)]);
    });
    this.drawMarks(pen, { x, plot, width }, colours);
    if (state.current) {
      this.drawLine(pen, state.current, { x, y }, colours.line, 2, 1);
      this.drawEnd(pen, state.current, { x, y }, colours);
    }
    this.drawReading(pen, { x, y, plot, total }, colours);
  }

  drawAxes(pen, { axis, total, plot, x, y, width, height }, { ink }) {
    pen.font = "12px system-ui, sans-serif";
    pen.lineWidth = 1;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    for (const tick of axis.ticks) {
      const at = Math.round(y(tick)) + 0.5;
      pen.globalAlpha = 0.14;
      pen.strokeStyle = ink;
      pen.beginPath();
      pen.moveTo(MARGIN.left, at);
      pen.lineTo(width - MARGIN.right, at);
      pen.stroke();
      pen.globalAlpha = 0.85;
      pen.fillStyle = ink;
      const power = Math.round(Math.log10(tick));
      const text = axis.log && (power < -2 || power > 3) ? `1e${power}`.replace("-", "−") : written(tick, axis.digits);
      pen.fillText(text, MARGIN.left - 8, at);
    }
    pen.textBaseline = "top";
    pen.textAlign = "center";
    const bottom = MARGIN.top + plot.height;
    for (const tick of stepTicks(total, plot.width)) {
      pen.globalAlpha = 0.85;
      pen.fillText(written(tick), Math.min(x(tick), width - 22), bottom + 5);
    }
    pen.globalAlpha = 0.5;
    pen.beginPath();
    pen.moveTo(MARGIN.left, bottom + 0.5);
    pen.lineTo(width - MARGIN.right, bottom + 0.5);
    pen.stroke();
    pen.globalAlpha = 0.85;
    pen.fillText(this.stepLabel, MARGIN.left + plot.width / 2, height - 13);
    pen.globalAlpha = 1;
  }

  drawLine(pen, { step, value }, { x, y }, colour, width, alpha) {
    pen.globalAlpha = alpha;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineJoin = "round";
    pen.beginPath();
    let down = false;
    for (let place = 0; place < value.length; place += 1) {
      const at = y(value[place]);
      if (Number.isFinite(at)) {
        if (down) pen.lineTo(x(step[place]), at);
        else pen.moveTo(x(step[place]), at);
      }
      down = Number.isFinite(at);
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  drawEnd(pen, { step, value }, { x, y }, { line }) {
    let last = value.length - 1;
    while (last >= 0 && !Number.isFinite(y(value[last]))) last -= 1;
    if (last < 0) return;
    const [across, down] = [x(step[last]), y(value[last])];
    pen.fillStyle = line;
    pen.strokeStyle = line;
    pen.lineWidth = 2.5;
    pen.beginPath();
    if (this.state.diverged) {
      for (const side of [-1, 1]) {
        pen.moveTo(across - 5, down - 5 * side);
        pen.lineTo(across + 5, down + 5 * side);
      }
      pen.stroke();
    } else {
      pen.arc(across, down, 3.5, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  drawMarks(pen, { x, plot, width }, { ink }) {
    pen.font = "11px system-ui, sans-serif";
    pen.textBaseline = "top";
    const rows = [];
    for (const { step, text } of this.state.marks) {
      const at = Math.round(x(step)) + 0.5;
      pen.globalAlpha = 0.55;
      pen.strokeStyle = ink;
      pen.lineWidth = 1;
      pen.setLineDash([3, 3]);
      pen.beginPath();
      pen.moveTo(at, MARGIN.top);
      pen.lineTo(at, MARGIN.top + plot.height);
      pen.stroke();
      pen.setLineDash([]);
      const wide = pen.measureText(text).width;
      const left = at + 4 + wide > width ? at - 4 - wide : at + 4;
      // Down a row where another mark's words are in the way.
      let row = rows.findIndex((end) => end < left);
      if (row < 0) row = rows.length;
      rows[row] = left + wide + 8;
      pen.globalAlpha = 0.9;
      pen.fillStyle = ink;
      pen.textAlign = "left";
      if (row < 5) pen.fillText(text, left, MARGIN.top + 1 + 14 * row);
    }
    pen.globalAlpha = 1;
  }

  drawReading(pen, { x, y, plot, total }, { ink, line }) {
    const { current } = this.state;
    this.reading.textContent = "";
    if (this.pointer === null || !current || !current.step.length) return;
    const wanted = ((this.pointer - MARGIN.left) / plot.width) * total;
    let best = 0;
    current.step.forEach((step, place) => {
      if (Math.abs(step - wanted) < Math.abs(current.step[best] - wanted)) best = place;
    });
    const [step, value] = [current.step[best], current.value[best]];
    this.reading.textContent = `${this.stepLabel} ${written(step, 8)}: ${written(value, 5)}`;
    if (!Number.isFinite(y(value))) return;
    pen.globalAlpha = 0.4;
    pen.strokeStyle = ink;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x(step), MARGIN.top);
    pen.lineTo(x(step), MARGIN.top + plot.height);
    pen.stroke();
    pen.globalAlpha = 1;
    pen.fillStyle = line;
    pen.beginPath();
    pen.arc(x(step), y(value), 4, 0, 2 * Math.PI);
    pen.fill();
  }
}
