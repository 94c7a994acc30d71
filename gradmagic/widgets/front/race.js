// A race: the paths over the surface, all losses, and one slider that goes through the steps.

// Seconds that a race takes when it is played.
const PLAYED = 9;

class RaceChart extends Chart {
  constructor(options, racers) {
    super(options);
    this.racers = racers;
    this.at = 0;
    this.step = 0;
  }

  // Draw no further than this, and not above the axes: what diverged leaves them.
  within(pen, right, plot) {
    pen.save();
    pen.beginPath();
    pen.rect(0, MARGIN.top, right + 1, plot.height + 1);
    pen.clip();
  }

  read() {} // the slider says which step is meant

  draw() {
    const room = this.begin(this.racers.map((racer) => racer.shown));
    if (!room) return;
    const { pen, x, y, plot, colours } = room;
    const style = getComputedStyle(this.figure);
    for (const racer of this.racers) {
      const hue = style.getPropertyValue(racer.colour).trim();
      this.within(pen, x(racer.last[racer.last.length - 1]), plot);
      this.drawLine(pen, racer.curve, { x, y }, hue, 1.2, 0.3);
      pen.restore();
      this.within(pen, x(this.step), plot);
      pen.setLineDash(racer.dash);
      this.drawLine(pen, racer.curve, { x, y }, hue, 2.1, 1);
      pen.restore();
    }
    pen.globalAlpha = 0.5;
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x(this.step), MARGIN.top);
    pen.lineTo(x(this.step), MARGIN.top + plot.height);
    pen.stroke();
    pen.globalAlpha = 1;
    const paper = style.getPropertyValue("--gm-paper").trim();
    for (const racer of this.racers) {
      const at = Math.min(this.at, racer.loss.length - 1);
      const height = Math.max(MARGIN.top, y(racer.loss[at]));
      if (!Number.isFinite(height)) continue;
      pen.lineWidth = 1.5;
      const over = isOver(racer, at);
      const hue = style.getPropertyValue(racer.colour).trim();
      drawMark(pen, over ? 4 : racer.mark, x(racer.last[at]), height, hue, paper, 4.5);
    }
  }
}

// The swatch is drawn as the lines are: colour, dash, mark.
function makeLegend(racers, words) {
  const table = element("table", "gm-legend");
  const head = element("tr");
  for (const title of words.columns) {
    const cell = element("th", "", title);
    cell.scope = "col";
    head.append(cell);
  }
  const rows = racers.map((racer) => {
    const row = element("tr");
    const swatch = element("canvas");
    const name = element("th");
    name.scope = "row";
    name.append(swatch, document.createTextNode(racer.label));
    const loss = element("td");
    row.append(name, element("td", "", racer.rate), loss, element("td", "", racer.arrived), element("td", "", racer.ending));
    return { row, swatch, loss };
  });
  const [top, body] = [element("thead"), element("tbody")];
  top.append(head);
  body.append(...rows.map(({ row }) => row));
  table.append(top, body);
  function paint() {
    const style = getComputedStyle(table);
    rows.forEach(({ swatch }, place) => {
      const { colour, dash, mark } = racers[place];
      if (!swatch.clientWidth) return;
      const pen = sharp(swatch, swatch.clientWidth, swatch.clientHeight);
      const hue = style.getPropertyValue(colour).trim();
      pen.strokeStyle = hue;
      pen.lineWidth = 2.1;
      pen.setLineDash(dash);
      pen.beginPath();
      pen.moveTo(0, 8);
      pen.lineTo(38, 8);
      pen.stroke();
      pen.setLineDash([]);
      pen.lineWidth = 1.5;
      drawMark(pen, mark, 19, 8, hue, style.getPropertyValue("--gm-paper").trim(), 4.5);
    });
  }
  function show(at) {
    rows.forEach(({ loss }, place) => {
      const losses = racers[place].loss;
      loss.textContent = written(losses[Math.min(at, losses.length - 1)], 5);
    });
  }
  return { table, paint, show };
}

function render({ model, el }) {
  const spec = model.get("spec");
  const words = spec.words;
  const steps = Array.from(floats(spec.steps));
  const racers = spec.racers.map((racer) => ({
    ...racer,
    curve: unpacked(racer.curve),
    shown: { value: unpacked(racer.curve).value.filter((value) => !racer.diverged || value <= spec.ceiling) },
    loss: floats(racer.loss),
    last: floats(racer.last),
    x: racer.x && floats(racer.x),
    y: racer.y && floats(racer.y),
  }));
  const root = makeRoot(spec.title);
  const losses = new RaceChart({ label: words.loss, stepLabel: words.step, colour: "--gm-loss", ghostColour: "--gm-ghost" }, racers);
  losses.canvas.setAttribute("aria-label", words.lossChart);
  losses.state.total = spec.total;
  const charts = [losses];
  if (spec.surface) {
    const surface = { ...spec.surface, grid: floats(spec.surface.grid) };
    const drawn = new SurfaceChart({ label: words.surface, reading: words.loss, surface, racers });
    drawn.canvas.setAttribute("aria-label", words.surfaceChart);
    charts.unshift(drawn);
  }
  const legend = makeLegend(racers, words);
  const play = makeButton({ name: "play", label: words.play, hint: words.playHint }, () => (playing ? pause() : start()));
  const knob = makeKnob(
    { name: "step", label: words.step, scale: "whole", low: 0, high: steps.length - 1, value: 0 },
    (_name, place) => {
      pause();
      show(place);
    },
    keep,
  );
  const [slider, value] = [knob.row.querySelector("input"), knob.row.querySelector("output")];
  let playing = 0;
  let at = 0;

  function show(place) {
    at = place;
    knob.put(place);
    const said = `${written(steps[place], 8)} / ${written(spec.total, 8)}`;
    value.textContent = said;
    slider.setAttribute("aria-valuetext", said);
    for (const chart of charts) {
      chart.at = place;
      chart.step = steps[place];
      chart.draw();
    }
    legend.show(place);
    root.dataset.step = steps[place];
  }

  // Kept for a view that is made anew, and for other views of the panel.
  function keep() {
    model.set("asked", at + 1);
    model.save_changes();
  }

  function start() {
    const from = at < steps.length - 1 ? at : 0;
    const began = performance.now() - (1000 * PLAYED * from) / (steps.length - 1);
    play.textContent = words.pause;
    root.dataset.state = "playing";
    const next = (now) => {
      if (!root.isConnected) return pause();
      const place = Math.min(steps.length - 1, Math.floor(((now - began) / 1000 / PLAYED) * (steps.length - 1)));
      show(Math.max(0, place));
      if (place >= steps.length - 1) return pause();
      playing = requestAnimationFrame(next);
      return playing;
    };
    playing = requestAnimationFrame(next);
  }

  function pause() {
    if (playing) keep();
    cancelAnimationFrame(playing);
    playing = 0;
    play.textContent = words.play;
    root.dataset.state = "paused";
  }

  const board = element("div", spec.surface ? "gm-charts gm-tall" : "gm-charts gm-tall gm-alone");
  board.append(...charts.map((chart) => chart.figure));
  const bar = element("div", "gm-bar gm-scrub");
  bar.append(play, knob.row);
  const notes = spec.notes.map((note) => element("p", "gm-note gm-small", note));
  const line = makeLine(words);
  line.show(spec.line);
  root.append(element("p", "gm-head", spec.head), board, bar, legend.table, ...notes, line.row);
  el.append(root);
  const size = new ResizeObserver(() => {
    charts.forEach((chart) => chart.draw());
    legend.paint();
  });
  charts.forEach((chart) => size.observe(chart.canvas));
  const kept = model.get("asked");
  show(kept ? Math.min(kept - 1, steps.length - 1) : steps.length - 1);
  pause();
  keepFocus(root);
  return () => {
    pause();
    size.disconnect();
  };
}

export default { render };
