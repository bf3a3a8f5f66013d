// The data as a table, the equal of the map: sorted by any column, a hundred rows at a time.
import { element } from "./dom.js";
import { formatNumber, fill } from "./format.js";

export function startTable(app, view) {
  const holder = app.find(".table"), { data, text, lang } = app;
  const PAGE = 100;
  let sort = { key: "value", down: true }, page = 0;

  const columns = () => [
    { key: "name", label: data.Kind, say: (id) => data.names[id], get: (id) => data.names[id] },
    { key: "code", label: text.code, say: (id) => data.codes[id], get: (id) => data.codes[id] },
    ...data.layers.map((layer, i) => {
      const year = i === app.state.layer ? app.state.year : Math.min(app.state.year, layer.years.length - 1);
      return {
        key: i === app.state.layer ? "value" : "layer" + i, layer, year, number: !layer.categories,
        label: layer.label + (layer.unit && layer.unit !== "min" ? ` (${layer.unit})` : ""),
        say: (id) => app.say(id, layer, year), get: (id) => app.value(id, layer, year),
      };
    }).flatMap((column, i) => (data.layers[i].interval ? [column, {
      key: "interval" + i, number: true, label: data.layers[i].interval.label,
      say: (id) => (app.interval(id, data.layers[i]) || { text: "–" }).text,
      get: (id) => (app.interval(id, data.layers[i]) || { low: null }).low,
    }] : [column])),
    ...(data.population ? [{ key: "people", label: text.people, number: true, get: (id) => data.population[id],
      say: (id) => (data.population[id] === null ? text.absent : formatNumber(data.population[id], 0, lang)) }] : []),
  ];

  function ordered(column) {
    const collator = new Intl.Collator(lang);
    const sign = sort.down ? -1 : 1;
    return [...data.names.keys()].sort((a, b) => {
      const x = column.get(a), y = column.get(b);
      if (x === null || y === null) return (x === null) - (y === null) || a - b;
      return sign * (typeof x === "string" ? collator.compare(x, y) : x - y) || a - b;
    });
  }

  function render() {
    const all = columns();
    const column = all.find((c) => c.key === sort.key) || all[0];
    const order = ordered(column);
    const pages = Math.ceil(order.length / PAGE);
    page = Math.max(0, Math.min(page, pages - 1));
    const head = element("tr", {}, ...all.map((c) => element("th", { scope: "col", class: c.number ? "number" : null,
      "aria-sort": c.key === sort.key ? (sort.down ? "descending" : "ascending") : null },
    element("button", { type: "button", "data-key": c.key, onclick: () => {
      sort = { key: c.key, down: c.key === sort.key ? !sort.down : Boolean(c.number) };
      page = 0;
      render();
      holder.querySelector(`[data-key="${c.key}"]`).focus();
    } }, c.label))));
    const rows = order.slice(page * PAGE, page * PAGE + PAGE).map((id) => element("tr", { class: id === app.state.pin ? "pinned" : null },
      ...all.map((c, i) => {
        if (i === 0) {
          return element("th", { scope: "row" }, element("button", { type: "button", onclick: () => {
            app.set({ table: false, pin: id });
            view.show(id);
          } }, c.say(id)));
        }
        const cell = element("td", { class: c.number ? "number" : null }, c.say(id));
        if (c.layer) {
          const k = app.classOf(id, c.layer, c.year);
          const swatch = element("span", { class: k < 0 ? "swatch none" : "swatch" });
          if (k >= 0) swatch.style.background = c.layer.colours[k];
          cell.prepend(swatch);
        }
        return cell;
      })));
    const turn = (label, to) => element("button", { type: "button", disabled: to < 0 || to >= pages, onclick: () => {
      page = to;
      render();
      holder.scrollTop = 0;
    } }, label);
    holder.replaceChildren(
      element("table", {}, element("caption", {}, app.layer.label + (app.layer.years[app.state.year] ? `, ${app.layer.years[app.state.year]}` : "")),
        element("thead", {}, head), element("tbody", {}, ...rows)),
      ...(pages > 1 ? [element("nav", { "aria-label": text.pages }, turn(text.previous, page - 1),
        element("span", {}, fill(text.page, { page: page + 1, of: pages })), turn(text.next, page + 1))] : []));
  }

  function refresh() {
    app.root.classList.toggle("as-table", app.state.table);
    holder.hidden = !app.state.table;
    const button = app.find("[data-do=table]");
    button.setAttribute("aria-pressed", app.state.table);
    button.querySelector("span").textContent = app.state.table ? text.map : text.table;
    if (app.state.table) render();
    else holder.replaceChildren();
  }
  if (app.state.table) refresh();
  app.hear((changed) => {
    if (changed.some((key) => ["table", "layer", "year"].includes(key))) refresh();
  });
}
