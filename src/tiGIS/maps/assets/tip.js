// The tooltip: name, value, class, rank and the figure to compare with; the same text is read out.
function describeTerritory(app, id) {
  const { layer, text, lang } = app;
  const lines = [app.say(id)];
  const rank = app.rank(id);
  if (rank) lines.push(fill(text.rank, { rank: formatOrdinal(rank.rank, lang, app.data.feminine), of: formatNumber(rank.of, 0, lang), kind: app.data.kind }));
  if (layer.reference && app.value(id) !== null) {
    lines.push(layer.reference.label + text.colon + formatValue(layer.reference.value, layer, lang, text.absent));
  }
  return lines;
}

function startTip(app) {
  const tip = app.find(".tip");
  const spoken = app.find(".spoken");
  app.moveTip = (x, y) => {
    const frame = tip.getBoundingClientRect();
    const left = Math.min(x + 16, innerWidth - frame.width - 8);
    const top = y + 18 + frame.height > innerHeight ? y - frame.height - 12 : y + 18;
    tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  };
  app.tipFor = (found) => {
    if (found) {
      tip.replaceChildren(...overlayTip(app, found));
      tip.hidden = false;
    } else if (app.state.hover < 0) tip.hidden = true;
  };
  app.hear((changed) => {
    if (!changed.some((key) => ["hover", "layer", "year"].includes(key))) return;
    const id = app.state.hover;
    tip.hidden = id < 0;
    if (id < 0) return;
    const [value, ...rest] = describeTerritory(app, id);
    const c = app.classOf(id);
    const swatch = element("span", { class: c < 0 ? "swatch none" : "swatch" });
    if (c >= 0) swatch.style.background = app.layer.colours[c];
    const figure = element("p", { class: "figure" }, swatch, element("b", {}, value));
    if (c >= 0 && !app.layer.categories) figure.append(element("small", {}, app.text.class_ + " " + app.layer.labels[c]));
    tip.replaceChildren(element("p", { class: "name" }, app.data.names[id]), figure, ...rest.map((line) => element("p", {}, line)));
    if (app.state.other !== null) {
      const other = app.data.layers[app.state.other];
      tip.append(element("p", {}, other.label + app.text.colon + app.say(id, other, Math.min(app.state.year, other.years.length - 1))));
    }
  });
  app.speak = (id) => {
    spoken.textContent = id < 0 ? "" : [app.data.names[id], ...describeTerritory(app, id)].join(". ");
  };
}
