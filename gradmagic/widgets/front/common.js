// What every panel is: a frame with a name, knobs that tell the kernel, a focus that is not lost.

function makeRoot(title) {
  const root = element("section", "gm-panel");
  root.setAttribute("aria-label", title);
  // Otherwise the notebook takes arrows and letters for its own commands.
  root.dataset.lmSuppressShortcuts = "true";
  root.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== "Escape") event.stopPropagation();
  });
  return root;
}

// Jupyter's server leaves Nagle's algorithm on: what it has to say in a small packet waits until the browser has
// acknowledged the packet before, and the system puts that off by 40 ms unless there is something to send. So
// something is sent while an answer is awaited: the curve follows the slider in half the time.
const NUDGE_AFTER = 14;
const NUDGES = 3;

function mover(model, root) {
  let asked = model.get("asked");
  let timer = 0;
  const nudge = (left) => {
    if (!left || !root.isConnected || root.dataset.drawn === root.dataset.asked) return;
    model.send({ do: "nudge" });
    timer = setTimeout(nudge, NUDGE_AFTER, left - 1);
  };
  return (name, value) => {
    asked += 1;
    root.dataset.asked = asked;
    model.set("values", { ...model.get("values"), [name]: value });
    model.set("asked", asked);
    model.save_changes();
    clearTimeout(timer);
    timer = setTimeout(nudge, NUDGE_AFTER, NUDGES);
  };
}

// The kernel renews the picture that a saved notebook shows, and JupyterLab then makes the view anew:
// the focus goes to where it was. Each view has a model object of its own; this module is the panel's alone.
const lastFocus = { name: undefined, at: -Infinity };

function keepFocus(root) {
  const held = (target) => target.dataset.knob ?? target.dataset.button;
  const before = { ...lastFocus };
  root.addEventListener("focusin", (event) => {
    Object.assign(lastFocus, { name: held(event.target), at: Infinity });
  });
  root.addEventListener("focusout", () => {
    lastFocus.at = performance.now();
  });
  const refocus = (tries) => {
    const name = CSS.escape(before.name);
    if (root.isConnected && root.offsetParent) {
      root.querySelector(`[data-knob="${name}"], [data-button="${name}"]`)?.focus({ preventScroll: true });
    } else if (tries) {
      requestAnimationFrame(() => refocus(tries - 1));
    }
  };
  if (before.name && performance.now() - before.at < 1000) requestAnimationFrame(() => refocus(60));
}
