// A function and its derivatives, a point to drag, its tangent, and the steps that were made from it.

const DASHES = [[], [9, 5], [10, 4, 2, 4], [2, 4], [10, 3, 2, 3, 2, 3]];

class PlotChart {
  constructor(spec, dragged, settled) {
    this.spec = spec;
    this.places = floats(spec.places);
    this.lines = spec.lines.map((line) => ({ ...line, value: floats(line.value) }));
    this.figure = element("figure", "gm-plot");
    this.canvas = element("canvas");
    this.canvas.setAttribute("role", "img");
    this.figure.append(this.canvas);
    this.frame = null;
    const move = (event) => {
      const { plot } = this.room();
      const share = Math.min(1, Math.max(0, (event.offsetX - MARGIN.left) / plot.width));
      const [low, high] = spec.x;
      // A pixel is as fine as a hand can be.
      const digits = Math.max(1, Math.ceil(Math.log10((Math.max(Math.abs(low), Math.abs(high)) / (high - low)) * plot.width)) + 1);
      dragged(Number((low + share * (high - low)).toPrecision(Math.min(12, digits))));
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (this.canvas.hasPointerCapture(event.pointerId)) move(event);
    });
    this.canvas.addEventListener("pointerup", settled);
  }

  room() {
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const plot = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
    const { x, y } = this.spec;
    const across = (value) => MARGIN.left + ((value - x[0]) / (x[1] - x[0])) * plot.width;
    const down = (value) => MARGIN.top + (1 - (value - y[0]) / (y[1] - y[0])) * plot.height;
    return { width, height, plot, across, down };
  }

  show(frame) {
    this.frame = frame;
    this.canvas.setAttribute("aria-label", frame.description);
    this.draw();
  }

  draw() {
    const { width, height, plot, across, down } = this.room();
    if (!width || !this.frame) return;
    const pen = sharp(this.canvas, width, height);
    const style = getComputedStyle(this.figure);
    const named = (name) => style.getPropertyValue(name).trim();
    const colours = { ink: style.color, paper: named("--gm-paper"), tangent: named("--gm-tangent") };
    this.drawAxes(pen, { width, height, plot, across, down }, colours);
    pen.save();
    pen.beginPath();
    pen.rect(MARGIN.left, MARGIN.top, plot.width, plot.height);
    pen.clip();
    this.lines.forEach((line, order) => this.drawLine(pen, line, order, { across, down }, named));
    this.drawTangent(pen, { across, down }, colours);
    this.drawTrail(pen, { across, down }, colours);
    pen.restore();
    this.drawPoint(pen, { across, down, plot }, colours);
  }

  drawAxes(pen, { width, height, plot, across, down }, { ink }) {
    const { x, y } = this.spec;
    pen.font = "12px system-ui, sans-serif";
    pen.lineWidth = 1;
    pen.fillStyle = ink;
    pen.strokeStyle = ink;
    const line = (from, to, alpha) => {
      pen.globalAlpha = alpha;
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
      pen.globalAlpha = 0.85;
    };
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const tick of ticksBetween(y[0], y[1], Math.max(2, plot.height / 60))) {
      const at = Math.round(down(tick)) + 0.5;
      line([MARGIN.left, at], [width - MARGIN.right, at], tick === 0 ? 0.55 : 0.13);
      pen.fillText(written(tick), MARGIN.left - 8, at);
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const tick of ticksBetween(x[0], x[1], Math.max(2, plot.width / 90))) {
      const at = Math.round(across(tick)) + 0.5;
      line([at, MARGIN.top], [at, MARGIN.top + plot.height], 0.09);
      pen.fillText(written(tick), at, MARGIN.top + plot.height + 5);
    }
    pen.fillText("x", MARGIN.left + plot.width / 2, height - 14);
    pen.globalAlpha = 1;
  }

  drawLine(pen, { value }, order, { across, down }, named) {
    pen.strokeStyle = named(`--gm-racer-${order % 5}`);
    pen.setLineDash(DASHES[order % DASHES.length]);
    pen.lineWidth = order ? 1.6 : 2.6;
    pen.globalAlpha = order ? 0.75 : 1;
    pen.lineJoin = "round";
    pen.beginPath();
    let drawn = false;
    value.forEach((number, place) => {
      if (Number.isFinite(number)) {
        if (drawn) pen.lineTo(across(this.places[place]), down(number));
        else pen.moveTo(across(this.places[place]), down(number));
      }
      drawn = Number.isFinite(number);
    });
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  drawTangent(pen, { across, down }, { tangent }) {
    const { x, value, slope, curvature } = this.frame;
    if (value === null || slope === null) return;
    const [low, high] = this.spec.x;
    const reach = high - low;
    pen.strokeStyle = tangent;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(across(x - 2 * reach), down(value - 2 * reach * slope));
    pen.lineTo(across(x + 2 * reach), down(value + 2 * reach * slope));
    pen.stroke();
    if (!curvature) return;
    pen.lineWidth = 1.5;
    pen.globalAlpha = 0.8;
    pen.setLineDash([4, 4]);
    pen.beginPath();
    for (let place = 0; place <= 160; place += 1) {
      const at = low + (reach * place) / 160;
      const height = value + slope * (at - x) + 0.5 * curvature * (at - x) ** 2;
      if (place) pen.lineTo(across(at), down(height));
      else pen.moveTo(across(at), down(height));
    }
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  drawTrail(pen, { across, down }, { ink, paper }) {
    const { trail, x, value } = this.frame;
    const places = [...trail, [x, value]];
    pen.strokeStyle = ink;
    pen.lineWidth = 1.2;
    pen.globalAlpha = 0.6;
    pen.beginPath();
    places.forEach(([at, height], place) => {
      if (place) pen.lineTo(across(at), down(height));
      else pen.moveTo(across(at), down(height));
    });
    pen.stroke();
    pen.globalAlpha = 1;
    pen.lineWidth = 1.5;
    for (const [at, height] of trail) {
      pen.beginPath();
      pen.arc(across(at), down(height), 4, 0, 2 * Math.PI);
      pen.fillStyle = paper;
      pen.fill();
      pen.stroke();
    }
  }

  drawPoint(pen, { across, down, plot }, { tangent, paper }) {
    const { x, value } = this.frame;
    if (value === null) return;
    const inside = (at, from, size) => Math.min(from + size, Math.max(from, at));
    const [left, top] = [inside(across(x), MARGIN.left, plot.width), inside(down(value), MARGIN.top, plot.height)];
    pen.beginPath();
    pen.arc(left, top, 8, 0, 2 * Math.PI);
    pen.fillStyle = tangent;
    pen.strokeStyle = paper;
    pen.lineWidth = 2.5;
    pen.fill();
    pen.stroke();
  }
}

function makeNames(lines, words) {
  const list = element("div", "gm-names");
  const rows = [
    ...lines.map(({ label }, order) => ({ label, colour: `--gm-racer-${order % 5}`, dash: DASHES[order % DASHES.length] })),
    { label: words.tangent, colour: "--gm-tangent", dash: [] },
    { label: words.parabola, colour: "--gm-tangent", dash: [4, 4] },
  ].map((row) => {
    const name = element("span", "gm-named");
    const swatch = element("canvas");
    name.append(swatch, document.createTextNode(row.label));
    list.append(name);
    return { ...row, swatch };
  });
  function paint() {
    const style = getComputedStyle(list);
    for (const { swatch, colour, dash } of rows) {
      if (!swatch.clientWidth) continue;
      const pen = sharp(swatch, swatch.clientWidth, swatch.clientHeight);
      pen.strokeStyle = style.getPropertyValue(colour).trim();
      pen.lineWidth = 2.2;
      pen.setLineDash(dash);
      pen.beginPath();
      pen.moveTo(0, 8);
      pen.lineTo(34, 8);
      pen.stroke();
    }
  }
  return { list, paint };
}

function render({ model, el }) {
  const spec = model.get("spec");
  const root = makeRoot(spec.title);
  const moved = mover(model, root);
  const knobs = Object.fromEntries(
    spec.knobs.map((knob) => [knob.name, makeKnob({ ...knob, value: model.get("values")[knob.name] }, moved, () => {})]),
  );
  const chart = new PlotChart(
    spec,
    (x) => {
      knobs.x.put(x);
      moved("x", x);
    },
    () => {},
  );
  const names = makeNames(spec.lines, spec.words);
  const facts = makeFacts("gm-facts");
  const note = element("p", "gm-note");
  note.setAttribute("role", "status");
  const bar = element("div", "gm-bar");
  bar.append(...spec.buttons.map((button) => makeButton(button, (name) => model.send({ do: name }))), facts.list);
  const sliders = element("div", "gm-knobs");
  sliders.setAttribute("role", "group");
  sliders.setAttribute("aria-label", spec.words.knobs);
  sliders.append(...Object.values(knobs).map((knob) => knob.row));
  root.append(bar, names.list, chart.figure, sliders, note);
  el.append(root);

  const show = () => {
    const frame = model.get("frame");
    chart.show(frame);
    facts.show(frame.facts);
    if (note.textContent !== frame.note) note.textContent = frame.note;
    knobs.x.row.querySelector("input").setAttribute("aria-valuetext", frame.description);
    root.dataset.drawn = frame.asked;
    root.dataset.x = frame.x;
    root.dataset.steps = frame.trail.length;
  };
  const placed = () => {
    const values = model.get("values");
    for (const [name, knob] of Object.entries(knobs)) knob.put(values[name]);
  };
  model.on("change:frame", show);
  model.on("change:values_from_kernel", placed);
  const size = new ResizeObserver(() => {
    chart.draw();
    names.paint();
  });
  size.observe(chart.canvas);
  show();
  keepFocus(root);
  return () => {
    size.disconnect();
    model.off("change:frame", show);
    model.off("change:values_from_kernel", placed);
  };
}

export default { render };
