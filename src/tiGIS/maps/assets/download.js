// What the page shows, to take away: CSV, GeoJSON, a picture. Nothing leaves the computer.
import { element } from "./dom.js";
import { fill } from "./format.js";
import { joinChain } from "./geometry.js";
import { pictureOf } from "./picture.js";

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

export function startDownload(app) {
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
