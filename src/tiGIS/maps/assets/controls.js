// Buttons of the map, keys, and the address that brings the same view back.
import { middleOf } from "./geometry.js";

export function startControls(app, { map }) {
  const { data, text } = app;
  const act = {
    home: () => map.fitHome(),
    table: () => app.set({ table: !app.state.table }),
    print: () => window.print(),
    full: () => (document.fullscreenElement ? document.exitFullscreen() : app.root.requestFullscreen()),
    compare: () => app.set({ other: app.state.other === null ? nextLayer() : null }),
    link: async (button) => {
      const said = button.querySelector("span"), before = text.link;
      try {
        await navigator.clipboard.writeText(location.href);
        said.textContent = text.copied;
      } catch {
        // no clipboard here (an old browser, a page inside another): the address bar holds the same link
        said.textContent = text.inBar;
      }
      setTimeout(() => (said.textContent = before), 2500);
    },
  };
  const nextLayer = () => (app.state.layer + 1) % data.layers.length;
  app.root.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => act[button.dataset.do](button)));

  app.find(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    app.set({ table: true });
    app.find(".table").focus();
  });

  const split = app.find(".split");
  if (split) {
    const choice = app.find(".versus select");
    split.querySelector("input").addEventListener("input", (event) => app.set({ split: event.target.value / 1000 }));
    choice.addEventListener("change", () => app.set({ other: Number(choice.value) }));
    const beside = app.find(".versus input");
    beside.addEventListener("change", () => app.set({ beside: beside.checked }));
    const refresh = () => {
      const on = app.state.other !== null;
      app.find(".versus").hidden = !on;
      split.hidden = !on || app.state.beside;
      beside.checked = app.state.beside;
      app.find("[data-do=compare]").setAttribute("aria-pressed", on);
      split.style.setProperty("--split", app.state.split * 100 + "%");
      if (!on) return;
      choice.querySelectorAll("option").forEach((option) => (option.disabled = Number(option.value) === app.state.layer));
      choice.value = app.state.other;
      split.querySelector(".left").textContent = app.layer.label;
      split.querySelector(".right").textContent = data.layers[app.state.other].label;
    };
    refresh();
    app.hear((changed) => {
      if (changed.some((key) => ["other", "beside", "split", "layer"].includes(key))) refresh();
    });
  }
}

// The map takes the focus as one thing; arrows go to the neighbour in that direction, Page up and down through
// all territories by value, Enter pins, plus and minus zoom.
export function startKeyboard(app, view, tip, whereIs) {
  const canvas = view.map.getContainer();
  const middles = new Map();
  for (const place of app.places) for (const id of place.ids) {
    const middle = middleOf(place, id);
    if (middle && place === app.places[0]) middles.set(id, middle);
  }
  const start = () => (app.state.pin >= 0 ? app.state.pin : byValue()[0]);
  const byValue = () => [...app.data.names.keys()].sort((a, b) => {
    const x = app.value(a), y = app.value(b);
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    return y - x || a - b;
  });
  function neighbour(id, dx, dy) {
    const from = middles.get(id);
    if (!from) return id;
    let best = id, least = Infinity;
    for (const [other, to] of middles) {
      const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
      const across = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
      if (along <= 0 || across > along * 1.5) continue;
      const cost = along + across * 1.5;
      if (cost < least) [best, least] = [other, cost];
    }
    return best;
  }
  function go(id) {
    view.show(id);
    app.set({ hover: id });
    tip.speak(id);
    const where = whereIs(id);
    if (where) tip.move(where.x, where.y);
  }
  const arrows = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.target !== canvas) return;
    const { hover } = app.state;
    if (arrows[event.key]) go(hover < 0 ? start() : neighbour(hover, ...arrows[event.key]));
    else if (["PageDown", "PageUp", "Home", "End"].includes(event.key)) {
      const order = byValue(), at = order.indexOf(hover);
      const to = { PageDown: at + 1, PageUp: at < 0 ? 0 : at - 1, Home: 0, End: order.length - 1 }[event.key];
      go(order[Math.max(0, Math.min(order.length - 1, to))]);
    } else if (event.key === "Enter" || event.key === " ") {
      if (hover >= 0) app.set({ pin: hover });
    } else if (event.key === "Escape") app.set({ hover: -1, pin: -1 });
    else if (event.key === "+" || event.key === "=") view.map.zoomIn(0.5);
    else if (event.key === "-") view.map.zoomOut(0.5);
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => app.set({ hover: -1 }));
}

// The view asked for is read before the map is first drawn; once all is started, changes are written back.
export function readPermalink(app, map) {
  let moved = false, due = 0;
  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const patch = {};
    const layer = app.data.layers.findIndex((l) => l.id === asked.get("l"));
    if (layer >= 0) patch.layer = layer;
    const now = app.data.layers[layer >= 0 ? layer : app.state.layer];
    const year = now.years.indexOf(asked.get("y"));
    if (year >= 0) patch.year = year;
    const other = app.data.layers.findIndex((l) => l.id === asked.get("x"));
    if (asked.has("x")) patch.other = other >= 0 ? other : null;
    if (asked.has("b")) patch.beside = asked.get("b") === "1";
    const pin = app.data.codes.indexOf(asked.get("t"));
    if (pin >= 0) patch.pin = pin;
    patch.table = asked.get("v") === "table";
    const view = (asked.get("c") || "").split(",").map(Number);
    if (view.length === 3 && view.every(Number.isFinite)) {
      map.setView([view[0], view[1]], view[2], { animate: false });
      moved = true;
    }
    app.set(patch);
  };
  const write = () => {
    const { state } = app, parts = new URLSearchParams();
    if (state.layer) parts.set("l", app.layer.id);
    if (app.layer.years.length > 1) parts.set("y", app.layer.years[state.year]);
    if (state.other !== null) {
      parts.set("x", app.data.layers[state.other].id);
      if (state.beside !== (app.data.compare === "beside")) parts.set("b", state.beside ? "1" : "0");
    } else if (app.data.compare) parts.set("x", "");
    if (state.pin >= 0) parts.set("t", app.data.codes[state.pin]);
    if (state.table) parts.set("v", "table");
    if (moved) {
      const { lat, lng } = map.getCenter();
      parts.set("c", `${lat.toFixed(4)},${lng.toFixed(4)},${map.getZoom()}`);
    }
    const hash = parts.toString().replaceAll("%2C", ",");
    if (location.protocol !== "about:") history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
  };
  const later = () => {
    clearTimeout(due);
    due = setTimeout(write, 120);
  };
  read();
  return {
    start() {
      addEventListener("hashchange", read);
      map.on("dragend zoomend", () => {
        moved = true;
        later();
      });
      app.hear((changed) => {
        if (changed.some((key) => key !== "hover" && key !== "under")) later();
      });
    },
  };
}
