// The panel: what the kernel says is shown, what the learner does is told to the kernel.

function drawFrame(model, parts) {
  const frame = model.get("frame");
  const ghosts = model.get("ghosts");
  if (!frame.curves) return;
  frame.curves.forEach((curve, place) => {
    parts.charts[place].show({
      current: unpacked(curve),
      ghosts: ghosts.map((ghost) => unpacked(ghost[place])),
      marks: frame.marks,
      total: frame.total,
      diverged: frame.diverged,
    });
    parts.charts[place].canvas.setAttribute("aria-label", frame.descriptions[place]);
  });
  parts.facts.show(frame.facts);
  parts.parameters.show(frame.parameters);
  if (parts.state.textContent !== frame.state) parts.state.textContent = frame.state;
  parts.note.textContent = frame.note;
  parts.note.hidden = !frame.note;
  parts.line.show(frame.line);
  for (const [name, state] of Object.entries(frame.buttons)) {
    const button = parts.buttons[name];
    if (button.textContent !== state.label) button.textContent = state.label;
    // A button that has the focus keeps it: it is only said to be out of use.
    button.setAttribute("aria-disabled", String(state.disabled));
  }
  parts.root.dataset.state = frame.status;
  parts.root.dataset.steps = frame.steps;
  parts.root.dataset.marks = frame.marks.length;
  parts.root.dataset.drawn = frame.asked;
}

function render({ model, el }) {
  const spec = model.get("spec");
  const root = makeRoot(spec.title);
  const moved = mover(model, root);

  function pressed(name) {
    if (parts.buttons[name].getAttribute("aria-disabled") !== "true") model.send({ do: name });
  }

  const parts = {
    root,
    buttons: Object.fromEntries(spec.buttons.map((button) => [button.name, makeButton(button, pressed)])),
    state: element("strong", "gm-state"),
    facts: makeFacts("gm-facts"),
    note: element("p", "gm-note"),
    charts: spec.charts.map((chart) => new Chart({ ...chart, stepLabel: spec.words.step })),
    parameters: makeFacts("gm-parameters"),
    line: makeLine(spec.words),
  };
  parts.state.setAttribute("role", "status");
  const knobs = Object.fromEntries(
    spec.knobs.map((knob) => {
      const value = model.get("values")[knob.name];
      return [knob.name, makeKnob({ ...knob, value }, moved, () => model.send({ do: "settle" }))];
    }),
  );

  const bar = element("div", "gm-bar");
  bar.append(...Object.values(parts.buttons), parts.state, parts.facts.list);
  const charts = element("div", "gm-charts");
  charts.append(...parts.charts.map((chart) => chart.figure));
  const sliders = element("div", "gm-knobs");
  sliders.setAttribute("role", "group");
  sliders.setAttribute("aria-label", spec.words.knobs);
  sliders.append(...Object.values(knobs).map((knob) => knob.row));
  const lower = element("div", "gm-lower");
  const side = element("div", "gm-side");
  side.append(element("h4", "", spec.words.parameters), parts.parameters.list);
  lower.append(sliders, side);
  root.append(bar, parts.note, charts, lower, parts.line.row);
  el.append(root);

  const show = () => drawFrame(model, parts);
  const place = () => {
    const values = model.get("values");
    for (const [name, knob] of Object.entries(knobs)) knob.put(values[name]);
  };
  // What the learner moves has its place already; what the kernel sets, such as by a reset, has not.
  const placed = () => model.get("values_from_kernel") && place();
  model.on("change:frame", show);
  model.on("change:ghosts", show);
  model.on("change:values_from_kernel", placed);
  const size = new ResizeObserver(() => parts.charts.forEach((chart) => chart.draw()));
  parts.charts.forEach((chart) => size.observe(chart.canvas));
  show();

  keepFocus(root);
  return () => {
    size.disconnect();
    model.off("change:frame", show);
    model.off("change:ghosts", show);
    model.off("change:values_from_kernel", placed);
  };
}

export default { render };
