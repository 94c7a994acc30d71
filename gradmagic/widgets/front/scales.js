// From a slider's place to a hyperparameter's value and back, and how numbers are written.

const PLACES = 240;

function rounded(value, digits) {
  return Number(value.toPrecision(digits));
}

function powersUpTo(high) {
  const found = [];
  for (let size = 1; size < high; size *= 2) found.push(size);
  return [...found, high];
}

// Each scale: how many places it has, the value at a place, the place of a value.
function makeScale({ scale, low, high }) {
  const share = (value) => Math.min(1, Math.max(0, value));
  if (scale === "log" || scale === "count") {
    const span = Math.log(high / low);
    const digits = scale === "count" ? 2 : 3;
    return {
      places: PLACES,
      at: (place) => rounded(low * Math.exp((span * place) / PLACES), digits),
      place: (value) => Math.round(PLACES * share(Math.log(value / low) / span)),
    };
  }
  if (scale === "near one") {
    const [from, to] = [Math.log10(1 - low), Math.log10(1 - high)];
    return {
      places: PLACES,
      at: (place) => 1 - rounded(10 ** (from + ((to - from) * place) / PLACES), 2),
      place: (value) => Math.round(PLACES * share((Math.log10(1 - value) - from) / (to - from))),
    };
  }
  if (scale === "whole") {
    return { places: high - low, at: (place) => low + place, place: (value) => value - low };
  }
  if (scale === "powers") {
    const sizes = powersUpTo(high);
    const near = (value) => sizes.reduce((best, size, place) => (size <= value ? place : best), 0);
    return { places: sizes.length - 1, at: (place) => sizes[place], place: near };
  }
  return {
    places: PLACES,
    at: (place) => rounded(low + ((high - low) * place) / PLACES, 3),
    place: (value) => Math.round(PLACES * share((value - low) / (high - low))),
  };
}

function written(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    return `${Number(mantissa)}e${Number(power)}`.replace(/-/g, "−");
  }
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
  const [whole, rest] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (rest === undefined ? grouped : `${grouped}.${rest}`).replace(/-/g, "−");
}
