// What the page shows: one state, changed through set(), and heard by every part of the page. What is drawn comes
// in `places` (the main map first, then the insets), `labels` and `overlays`.
import { lookOf } from "./draw.js";
import { formatValue, fill } from "./format.js";

export function createApp(data, root, { places, labels, overlays }) {
  const listeners = [];
  let look = lookOf(root);
  const compared = data.compare !== null;
  const app = {
    data,
    root,
    places,
    labels,
    overlays,
    printers: [], // what draws each map for the paper
    lang: data.lang,
    text: data.text,
    state: { layer: 0, year: data.layers[0].years.length - 1, other: compared ? 1 : null, beside: data.compare === "beside", split: 0.5, under: 0, hover: -1, pin: -1, alone: null, table: false },
    hear(listener) {
      listeners.push(listener);
    },
    set(patch) {
      const before = app.state;
      const changed = Object.keys(patch).filter((key) => before[key] !== patch[key]);
      if (!changed.length) return;
      app.state = { ...before, ...patch };
      if (changed.includes("layer") && !changed.includes("year")) {
        const years = app.layer.years, wanted = data.layers[before.layer].years[before.year];
        app.state.year = years.includes(wanted) ? years.indexOf(wanted) : years.length - 1;
      }
      if (changed.includes("layer")) app.state.alone = null;
      if (app.state.other === app.state.layer) app.state.other = null;
      for (const listener of listeners) listener(changed, before);
    },
    // what is no state, but changes what is seen: "look", "overlays"
    tell(what) {
      for (const listener of listeners) listener([what], app.state);
    },
    get look() {
      return look;
    },
    get layer() {
      return data.layers[app.state.layer];
    },
    find: (selector) => root.querySelector(selector),
    value: (id, layer = app.layer, year = app.state.year) => layer.values[Math.min(year, layer.values.length - 1)][id],
    classOf(id, layer = app.layer, year = app.state.year) {
      const c = layer.classes[Math.min(year, layer.classes.length - 1)].charCodeAt(id) - 48;
      return c >= 0 ? c : -1;
    },
    // A value in words; a missing one with its reason.
    say(id, layer = app.layer, year = app.state.year) {
      return formatValue(app.value(id, layer, year), layer, app.lang, app.why(id, layer));
    },
    why: (id, layer = app.layer) => (layer.why && layer.why[id] !== undefined ? layer.reasons[layer.why[id]] : app.text.absent),
    // The interval in words, and whether it leaves the class open; null where none is known.
    interval(id, layer = app.layer) {
      if (!layer.interval) return null;
      const [low, high] = [layer.interval.low[id], layer.interval.high[id]];
      if (low === null || high === null) return null;
      const write = (value) => formatValue(value, layer, app.lang, "");
      return { low, high, text: fill(app.text.to, { low: write(low), high: write(high) }), unsure: layer.interval.unsure[id] === "1" };
    },
    // Rank from the highest value; equal values share theirs.
    rank(id, layer = app.layer, year = app.state.year) {
      const value = app.value(id, layer, year);
      if (value === null || layer.categories) return null;
      let rank = 1, of = 0;
      for (const other of layer.values[year]) {
        if (other === null) continue;
        of++;
        if (other > value) rank++;
      }
      return { rank, of };
    },
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    look = lookOf(root);
    app.tell("look");
  });
  return app;
}
