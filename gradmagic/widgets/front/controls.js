// Sliders with their labels and values, buttons, facts, and the line to copy.

function element(kind, className, text) {
  const made = document.createElement(kind);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

let serial = 0;

// A slider of the browser's own: arrows, Page Up and Down, Home and End move it.
function makeKnob(knob, moved, settled) {
  const scale = makeScale(knob);
  const row = element("div", "gm-knob");
  const label = element("label", "", knob.label);
  const slider = element("input");
  slider.type = "range";
  slider.min = 0;
  slider.max = scale.places;
  slider.step = 1;
  slider.id = `gm-knob-${(serial += 1)}`;
  slider.dataset.knob = knob.name;
  label.htmlFor = slider.id;
  if (knob.hint) row.title = knob.hint;
  const value = element("output");
  value.htmlFor = slider.id;
  row.append(label, slider, value);

  function show(number) {
    const words = knob.full !== undefined && number >= knob.high ? knob.full : written(number, 6);
    value.textContent = words;
    slider.setAttribute("aria-valuetext", words);
    slider.style.setProperty("--share", `${(100 * slider.value) / scale.places}%`);
  }

  function put(number) {
    slider.value = scale.place(number);
    show(number);
  }

  slider.addEventListener("input", () => {
    const number = scale.at(Number(slider.value));
    show(number);
    moved(knob.name, number);
  });
  slider.addEventListener("change", settled);
  put(knob.value);
  return { row, put };
}

function makeButton({ name, label, hint }, pressed) {
  const button = element("button", `gm-button gm-${name}`, label);
  button.type = "button";
  button.dataset.button = name;
  if (hint) button.title = hint;
  button.addEventListener("click", () => pressed(name));
  return button;
}

// Pairs of a label and a value; only what changed is touched, so that a reader is not disturbed.
function makeFacts(className) {
  const list = element("div", className);
  function show(pairs) {
    while (list.children.length > pairs.length) list.lastChild.remove();
    pairs.forEach(([label, value], place) => {
      if (!list.children[place]) {
        const pair = element("div");
        pair.append(element("span", "gm-name"), element("span", "gm-value"));
        list.append(pair);
      }
      const [name, text] = list.children[place].children;
      if (name.textContent !== label) name.textContent = label;
      if (text.textContent !== value) text.textContent = value;
    });
  }
  return { list, show };
}

function makeLine(words) {
  const row = element("div", "gm-line");
  const code = element("code");
  code.tabIndex = 0;
  code.setAttribute("aria-label", words.line);
  const button = element("button", "gm-button", words.copy);
  button.type = "button";
  button.dataset.button = "copy";
  button.addEventListener("click", async () => {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = words.copied;
    } catch {
      // Without leave to write to the clipboard, the line is selected at least.
      button.textContent = words.selected;
    }
    setTimeout(() => {
      button.textContent = words.copy;
    }, 1500);
  });
  row.append(code, button);
  return {
    row,
    show: (text) => {
      if (code.textContent !== text) code.textContent = text;
    },
  };
}
