// What the page shows, to take away: CSV, GeoJSON, a picture. Nothing leaves the computer.
function offer(name, blob) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function tableOf(app) {
  const { data, text } = app;
  const heads = [text.code, data.Kind], columns = [data.codes, data.names];
  for (const layer of data.layers) {
    layer.years.forEach((year, i) => {
      heads.push(layer.label + (layer.unit ? ` (${layer.unit})` : "") + (year ? ` ${year}` : ""));
      columns.push(layer.categories ? layer.values[i].map((v) => (v === null ? null : layer.categories[v])) : layer.values[i]);
    });
    if (layer.interval) {
      heads.push(fill(text.interval_low, layer), fill(text.interval_high, layer));
      columns.push(layer.interval.low, layer.interval.high);
    }
  }
  if (data.population) {
    heads.push(text.people);
    columns.push(data.population);
  }
  for (const fact of data.facts) {
    heads.push(fact.label + (fact.unit ? ` (${fact.unit})` : ""));
    columns.push(fact.values);
  }
  return { heads, columns };
}

function csvOf(app) {
  const { heads, columns } = tableOf(app);
  const separator = app.lang === "fr" ? ";" : ",";
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return app.lang === "fr" ? String(value).replace(".", ",") : String(value);
    // a spreadsheet must not take a name for a formula
    const safe = /^[=+@\t\r-]/.test(value) ? "'" + value : value;
    return /["\n\r;,]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  const lines = [heads.map(cell), ...app.data.names.map((_, i) => columns.map((column) => cell(column[i])))];
  return "\ufeff" + lines.map((line) => line.join(separator)).join("\r\n") + "\r\n";
}

function geojsonOf(app) {
  const { heads, columns } = tableOf(app);
  const features = [];
  for (const place of app.places) {
    place.areas.forEach((shape, i) => {
      const id = place.ids[i], { geometry } = shape;
      const round = (v) => Math.round(v * 1e6) / 1e6;
      const ring = (chain) => {
        const flat = joinChain(chain, place.arcs, "degrees"), out = [];
        for (let j = 0; j < flat.length; j += 2) out.push([round(flat[j]), round(flat[j + 1])]);
        return out;
      };
      const coordinates = geometry.type === "MultiPolygon" ? geometry.arcs.map((part) => part.map(ring)) : (geometry.arcs || []).map(ring);
      features.push({
        type: "Feature", id: app.data.codes[id],
        properties: Object.fromEntries(heads.map((head, h) => [head, columns[h][id] ?? null])),
        geometry: geometry.type ? { type: geometry.type, coordinates } : null,
      });
    });
  }
  return JSON.stringify({ type: "FeatureCollection", features });
}

function wrapped(ctx, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ? lines.at(-1) + " " + word : word;
    if (ctx.measureText(line).width > width && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines;
}

// Title, one map or two, insets, legends and sources on one picture, twice as fine as the screen.
function pictureOf(app) {
  const { data, state, look } = app;
  const layers = [app.layer, ...(state.beside && state.other !== null ? [data.layers[state.other]] : [])];
  const W = layers.length > 1 ? 1500 : 1200, side = 300, ratio = 2, canvas = document.createElement("canvas");
  const measure = canvas.getContext("2d");
  const font = (size, weight = "400") => `${weight} ${size}px ${look.font}`;
  measure.font = font(28, "700");
  const title = wrapped(measure, data.title, W - 56);
  measure.font = font(13);
  const foot = wrapped(measure, data.foot, W - 56);
  const top = 30 + title.length * 34 + 34, H = top + 720 + foot.length * 18 + 30;
  canvas.width = W * ratio;
  canvas.height = H * ratio;
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  ctx.fillStyle = look.paper;
  ctx.fillRect(0, 0, W, H);
  ctx.textBaseline = "alphabetic";
  const write = (text, x, y, size, weight, colour = look.ink, align = "left") => {
    ctx.font = font(size, weight);
    ctx.fillStyle = colour;
    ctx.textAlign = align;
    ctx.fillText(text, x, y);
  };
  title.forEach((line, i) => write(line, 28, 52 + i * 34, 28, "700"));
  write(data.subtitle, 28, 52 + title.length * 34, 15, "400", look.soft);

  const gap = 16, width = (W - side - 56 - gap * (layers.length - 1)) / layers.length, height = 700;
  const [place, ...insets] = app.places, leftover = insets.length ? 110 : 0;
  const yearOf = (layer) => Math.min(state.year, layer.years.length - 1);
  layers.forEach((layer, n) => {
    const alone = n ? null : state.alone, left = 28 + n * (width + gap);
    ctx.save();
    ctx.translate(left, top);
    ctx.beginPath();
    ctx.rect(0, 0, width, height);
    ctx.clip();
    ctx.fillStyle = look.ground;
    ctx.fillRect(0, 0, width, height);
    const main = fitted(place.box, width - leftover, height, 16);
    const view = { ...main, width, tx: main.tx + leftover, margin: 0 };
    drawGround(ctx, place, view, look);
    drawAreas(ctx, place, view, look, layer, yearOf(layer), ratio, alone);
    drawBorders(ctx, place, view, look);
    drawOverlays(ctx, app.overlays, view, look, ratio);
    if (state.pin >= 0) drawMark(ctx, place, view, look, state.pin, 2.4);
    drawLabels(ctx, app.labels, view, look, 13);
    ctx.restore();
    insets.forEach((inset, i) => {
      ctx.save();
      ctx.translate(left + 6, top + 8 + i * 122);
      const small = fitted(inset.box, 96, 96, 4);
      drawAreas(ctx, inset, small, look, layer, yearOf(layer), ratio, alone);
      drawBorders(ctx, inset, small, look);
      write(inset.name, 48, 110, 11, "400", look.soft, "center");
      ctx.restore();
    });
  });

  let y = top + 16;
  const x = W - side + 4;
  for (const layer of layers) {
    ctx.font = font(15, "600");
    for (const line of wrapped(ctx, layer.label, side - 32)) {
      write(line, x, y, 15, "600");
      y += 20;
    }
    write([layer.unitLabel, layer.years[yearOf(layer)]].filter(Boolean).join(" · "), x, y, 13, "400", look.soft);
    y += 18;
    const counts = layer.colours.map((_, c) => data.names.filter((_, i) => app.classOf(i, layer, yearOf(layer)) === c).length);
    const missing = data.names.length - counts.reduce((sum, n) => sum + n, 0);
    const row = (paints, label, count) => {
      for (const paint of paints) {
        ctx.fillStyle = paint;
        ctx.fillRect(x, y, 26, 16);
      }
      ctx.font = font(13);
      const lines = wrapped(ctx, label, side - 110);
      lines.forEach((line, i) => write(line, x + 36, y + 13 + i * 16, 13));
      write(formatNumber(count, 0, app.lang), W - 32, y + 13, 13, "400", look.soft, "right");
      y += 8 + 16 * lines.length;
    };
    layer.colours.forEach((colour, c) => row([colour], layer.labels[c], counts[c]));
    if (missing) row([hatching(ctx, look, ratio)], app.text.absent, missing);
    if (layer.interval) {
      const middle = layer.colours[layer.colours.length >> 1] || look.context;
      row([middle, veil(ctx, ratio)], app.text.unsure_short, [...layer.interval.unsure].filter((one) => one === "1").length);
    }
    y += 26;
  }
  foot.forEach((line, i) => write(line, 28, top + 730 + i * 18, 13, "400", look.soft));
  return canvas;
}

function startDownload(app) {
  const name = app.data.file;
  const make = {
    csv: () => offer(name + ".csv", new Blob([csvOf(app)], { type: "text/csv;charset=utf-8" })),
    geojson: () => offer(name + ".geojson", new Blob([geojsonOf(app)], { type: "application/geo+json" })),
    png: () => pictureOf(app).toBlob((blob) => offer(name + ".png", blob), "image/png"),
  };
  const menu = app.find(".downloads");
  menu.addEventListener("click", (event) => {
    const button = event.target.closest("[data-format]");
    if (!button) return;
    make[button.dataset.format]();
    menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
