// The tooltip: name, value, class, rank and the figure to compare with; the same text is read out.
import { element } from "./dom.js";
import { formatNumber, formatOrdinal, formatValue, fill } from "./format.js";
import { overlayTip } from "./overlays.js";

export function describeTerritory(app, id, layer = app.layer) {
  const { text, lang } = app;
  const year = Math.min(app.state.year, layer.years.length - 1);
  const lines = [app.say(id, layer, year)];
  const interval = app.interval(id, layer);
  if (interval) lines.push(layer.interval.label + text.colon + interval.text + (interval.unsure ? ` (${text.unsure_short})` : ""));
  const rank = app.rank(id, layer, year);
  if (rank) lines.push(fill(text.rank, { rank: formatOrdinal(rank.rank, lang, app.data.feminine), of: formatNumber(rank.of, 0, lang), kind: app.data.kind }));
  if (layer.reference && app.value(id, layer, year) !== null) {
    lines.push(layer.reference.label + text.colon + formatValue(layer.reference.value, layer, lang, text.absent));
  }
  return lines;
}

export function startTip(app) {
  const tip = app.find(".tip");
  const spoken = app.find(".spoken");
  const move = (x, y) => {
    const frame = tip.getBoundingClientRect();
    const left = Math.min(x + 16, innerWidth - frame.width - 8);
    const top = y + 18 + frame.height > innerHeight ? y - frame.height - 12 : y + 18;
    tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  };
  const follow = (found) => {
    if (found) {
      tip.replaceChildren(...overlayTip(app, found));
      tip.hidden = false;
    } else if (app.state.hover < 0) tip.hidden = true;
  };
  app.hear((changed) => {
    if (!changed.some((key) => ["hover", "under", "layer", "year"].includes(key))) return;
    const id = app.state.hover;
    tip.hidden = id < 0;
    if (id < 0) return;
    // on two maps, the layer under the pointer speaks first
    const shown = app.state.beside && app.state.under === app.state.other ? app.state.other : app.state.layer;
    const layer = app.data.layers[shown], year = Math.min(app.state.year, layer.years.length - 1);
    const [value, ...rest] = describeTerritory(app, id, layer);
    const c = app.classOf(id, layer, year);
    const swatch = element("span", { class: c < 0 ? "swatch none" : "swatch" });
    if (c >= 0) swatch.style.background = layer.colours[c];
    const figure = element("p", { class: "figure" }, swatch, element("b", {}, value));
    if (c >= 0 && !layer.categories) figure.append(element("small", {}, app.text.class_ + " " + layer.labels[c]));
    tip.replaceChildren(element("p", { class: "name" }, app.data.names[id]), figure, ...rest.map((line) => element("p", {}, line)));
    if (app.state.other !== null) {
      const other = app.data.layers[shown === app.state.layer ? app.state.other : app.state.layer];
      tip.append(element("p", {}, other.label + app.text.colon + app.say(id, other, Math.min(app.state.year, other.years.length - 1))));
    }
  });
  const speak = (id) => {
    spoken.textContent = id < 0 ? "" : [app.data.names[id], ...describeTerritory(app, id)].join(". ");
  };
  return { move, follow, speak };
}
