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

function mover(model, root) {
  let asked = model.get("asked");
  return (name, value) => {
    asked += 1;
    root.dataset.asked = asked;
    model.set("values", { ...model.get("values"), [name]: value });
    model.set("asked", asked);
    model.save_changes();
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
