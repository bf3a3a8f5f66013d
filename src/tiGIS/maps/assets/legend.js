// The legend is written in the page; here it follows its layer and year, and singles a class out.
import { formatNumber, formatCompact } from "./format.js";

export function startLegend(app) {
  const legends = [...app.root.querySelectorAll(".legend[data-layer]")];
  const switches = [...app.root.querySelectorAll("input[name=layer]")];
  const slider = app.find(".years");

  function recount(legend, layer, year) {
    const counts = layer.colours.map(() => 0), people = layer.colours.map(() => 0);
    let missing = 0;
    for (let i = 0; i < app.data.names.length; i++) {
      const c = app.classOf(i, layer, year);
      if (c < 0) missing++;
      else {
        counts[c]++;
        if (app.data.population) people[c] += app.data.population[i] || 0;
      }
    }
    const most = Math.max(...people, 1);
    legend.querySelectorAll("tr[data-class]").forEach((row) => {
      const c = Number(row.dataset.class);
      row.querySelector(".count").textContent = formatNumber(counts[c], 0, app.lang);
      const bar = row.querySelector(".people");
      if (bar) {
        bar.style.setProperty("--share", (people[c] / most).toFixed(4));
        bar.querySelector("span").textContent = formatCompact(people[c], app.lang);
      }
    });
    const none = legend.querySelector("tr.missing .count");
    if (none) none.textContent = formatNumber(missing, 0, app.lang);
    const when = legend.querySelector(".when");
    if (when) when.textContent = layer.years[year];
  }

  function refresh() {
    legends.forEach((legend) => {
      const i = Number(legend.dataset.layer);
      legend.hidden = i !== app.state.layer && i !== app.state.other;
      legend.classList.toggle("other", i === app.state.other);
      if (!legend.hidden && app.data.layers[i].years.length > 1) {
        recount(legend, app.data.layers[i], Math.min(app.state.year, app.data.layers[i].years.length - 1));
      }
      legend.querySelectorAll("tr[data-class] button").forEach((button) => {
        const on = i === app.state.layer && Number(button.closest("tr").dataset.class) === app.state.alone;
        button.setAttribute("aria-pressed", on);
      });
    });
    switches.forEach((input) => (input.checked = Number(input.value) === app.state.layer));
    if (slider) {
      const { years } = app.layer;
      slider.hidden = years.length < 2;
      const input = slider.querySelector("input");
      input.max = years.length - 1;
      input.value = app.state.year;
      input.setAttribute("aria-valuetext", years[app.state.year]);
      slider.querySelector("output").textContent = years[app.state.year];
    }
  }

  legends.forEach((legend) => legend.addEventListener("click", (event) => {
    const button = event.target.closest("tr[data-class] button");
    if (!button || Number(legend.dataset.layer) !== app.state.layer) return;
    const c = Number(button.closest("tr").dataset.class);
    app.set({ alone: app.state.alone === c ? null : c });
  }));
  switches.forEach((input) => input.addEventListener("change", () => app.set({ layer: Number(input.value) })));
  if (slider) slider.querySelector("input").addEventListener("input", (event) => app.set({ year: Number(event.target.value) }));
  refresh();
  app.hear((changed) => {
    if (changed.some((key) => ["layer", "year", "other", "alone"].includes(key))) refresh();
  });
}
