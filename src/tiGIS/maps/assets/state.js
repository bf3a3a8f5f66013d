// What the page shows: one state, changed through set(), and heard by every part of the page.
function createApp(data, root) {
  const listeners = [];
  const compared = data.compare !== null;
  const app = {
    data,
    root,
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
  return app;
}

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
function drawing(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
