// Beside the map: the territory under study with its figures and a small chart, or the two ends of the ranking.
import { element, drawing } from "./dom.js";
import { formatNumber, formatValue, fill } from "./format.js";
import { describeTerritory } from "./tip.js";

export function startPanel(app, view, tip) {
  const panel = app.find(".panel");
  const { data, text, lang } = app;

  function histogram(layer, year, id) {
    const known = layer.values[year].filter((value) => value !== null);
    if (known.length < 5 || layer.categories) return null;
    const sorted = [...known].sort((a, b) => a - b);
    // the outermost hundredth is gathered at the ends, so that one giant does not flatten the rest
    const low = sorted[Math.floor(sorted.length * 0.01)], high = sorted[Math.ceil(sorted.length * 0.99) - 1];
    if (low === high) return null;
    const count = Math.max(8, Math.min(32, Math.round(Math.sqrt(known.length) * 1.6)));
    const bins = Array.from({ length: count }, () => layer.colours.map(() => 0));
    const binOf = (value) => Math.max(0, Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count)));
    layer.values[year].forEach((value, i) => {
      if (value !== null) bins[binOf(value)][app.classOf(i, layer, year)]++;
    });
    const W = 312, H = 74, most = Math.max(...bins.map((b) => b.reduce((sum, n) => sum + n)));
    const value = app.value(id, layer, year);
    const svg = drawing("svg", { viewBox: `0 0 ${W} ${H + 20}`, role: "img", class: "chart" });
    svg.append(drawing("title", {}, fill(text.histogram, { kind: data.kind, n: formatNumber(known.length, 0, lang) })));
    bins.forEach((bin, i) => {
      let y = H;
      bin.forEach((n, c) => {
        if (!n) return;
        const h = Math.max(0.8, (n / most) * (H - 16));
        y -= h;
        svg.append(drawing("rect", { x: (i * W) / count + 0.5, y, width: W / count - 1, height: h, fill: layer.colours[c], class: "bar" }));
      });
    });
    const place = (v) => Math.max(1, Math.min(W - 1, ((v - low) / (high - low)) * W));
    if (layer.reference) {
      const x = place(layer.reference.value);
      svg.append(drawing("line", { x1: x, x2: x, y1: 14, y2: H, class: "mean" }));
    }
    if (value !== null) {
      const x = place(value), interval = app.interval(id, layer);
      svg.append(drawing("path", { d: `M${x - 5} 2h10l-5 8z`, class: "here" }), drawing("line", { x1: x, x2: x, y1: 8, y2: H, class: "here" }));
      if (interval) {
        const [from, to] = [place(interval.low), place(interval.high)];
        svg.append(drawing("path", { d: `M${from} 9v8M${from} 13H${to}M${to} 9v8`, class: "whisker" }));
      }
    }
    svg.append(
      drawing("text", { x: 0, y: H + 14 }, (low > sorted[0] ? "≤ " : "") + formatValue(low, layer, lang, "")),
      drawing("text", { x: W, y: H + 14, "text-anchor": "end" }, (high < sorted.at(-1) ? "≥ " : "") + formatValue(high, layer, lang, "")),
    );
    return svg;
  }

  function series(layer, id) {
    if (layer.years.length < 2 || layer.categories) return null;
    const own = layer.values.map((values) => values[id]);
    const known = own.filter((value) => value !== null);
    if (known.length < 2) return null;
    const W = 312, H = 86, low = Math.min(...known), high = Math.max(...known), span = high - low || 1;
    const x = (i) => 16 + (i * (W - 32)) / (own.length - 1), y = (v) => H - 22 - ((v - low) / span) * (H - 46);
    const svg = drawing("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", class: "chart" });
    svg.append(drawing("title", {}, layer.years.map((when, i) => when + text.colon + formatValue(own[i], layer, lang, text.absent)).join(" ; ")));
    let path = "", pen = "M";
    own.forEach((value, i) => {
      if (value === null) pen = "M";
      else {
        path += `${pen}${x(i)} ${y(value)}`;
        pen = "L";
      }
    });
    svg.append(drawing("path", { d: path, class: "line" }));
    own.forEach((value, i) => {
      const anchor = i === 0 ? "start" : i === own.length - 1 ? "end" : "middle";
      const shift = i === 0 ? -12 : i === own.length - 1 ? 12 : 0;
      svg.append(drawing("text", { x: x(i) + shift, y: H - 3, "text-anchor": anchor }, layer.years[i]));
      if (value === null) return;
      svg.append(drawing("circle", { cx: x(i), cy: y(value), r: i === app.state.year ? 4 : 2.6, class: "dot" }));
      if (i === 0 || i === own.length - 1) svg.append(drawing("text", { x: x(i) + shift, y: y(value) - 8, "text-anchor": anchor, class: "strong" }, formatValue(value, layer, lang, "")));
    });
    return svg;
  }

  function territory(id) {
    const { layer } = app;
    const [value, ...rest] = describeTerritory(app, id);
    const c = app.classOf(id);
    const swatch = element("span", { class: c < 0 ? "swatch none" : "swatch" });
    if (c >= 0) swatch.style.background = layer.colours[c];
    const figures = element("dl", {});
    const line = (name, said) => figures.append(element("div", {}, element("dt", {}, name), element("dd", {}, said)));
    data.layers.forEach((other, i) => {
      if (i !== app.state.layer) line(other.label, app.say(id, other, Math.min(app.state.year, other.years.length - 1)));
    });
    if (data.population && data.population[id] !== null) line(text.people, formatNumber(data.population[id], 0, lang));
    for (const fact of data.facts) {
      line(fact.label, typeof fact.values[id] === "string" ? fact.values[id] : formatValue(fact.values[id], fact, lang, text.absent));
    }
    line(text.code, data.codes[id]);
    panel.replaceChildren(
      element("div", { class: "head" },
        element("h2", {}, data.names[id]),
        element("button", { class: "close", type: "button", "aria-label": text.close, title: text.close, onclick: () => {
          app.set({ pin: -1 });
          app.find(".search input").focus();
        } }, "×")),
      element("p", { class: "figure" }, swatch, element("b", {}, value)),
      ...rest.map((sentence) => element("p", {}, sentence)),
      ...[series(layer, id) || histogram(layer, app.state.year, id), figures].filter(Boolean),
    );
  }

  function ends() {
    const { layer } = app;
    const order = [...layer.values[app.state.year].keys()].filter((i) => app.value(i) !== null);
    const heads = [];
    if (!layer.categories && order.length > 10) {
      order.sort((a, b) => app.value(b) - app.value(a) || a - b);
      for (const [title, some] of [[text.highest, order.slice(0, 5)], [text.lowest, order.slice(-5).reverse()]]) {
        heads.push(element("h3", {}, title), element("ol", {}, ...some.map((id) => element("li", {},
          element("button", { type: "button", onclick: () => {
            view.show(id);
            app.set({ pin: id });
          } }, element("span", {}, data.names[id]), element("b", {}, app.say(id)))))));
      }
    }
    panel.replaceChildren(element("p", { class: "hint" }, text.hint), ...heads);
  }

  const refresh = () => {
    const { pin } = app.state;
    panel.classList.toggle("pinned", pin >= 0);
    if (pin >= 0) territory(pin);
    else ends();
  };
  refresh();
  app.hear((changed) => {
    if (changed.some((key) => ["pin", "layer", "year"].includes(key))) refresh();
    if (!changed.includes("pin")) return;
    tip.speak(app.state.pin);
    // under long legends the panel may lie below what the column shows
    const side = panel.parentElement, low = panel.getBoundingClientRect().top - side.getBoundingClientRect().top;
    if (app.state.pin >= 0 && low > side.clientHeight - 160) side.scrollTop += low - 8;
  });
}
