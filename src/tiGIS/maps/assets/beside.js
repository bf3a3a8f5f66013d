// A second map beside the first: the same view, another layer; what moves or is marked on one is on the other.
import { fill } from "./format.js";
import { createMap, paintMap, followSize } from "./mapview.js";

export function startBeside(app, map, tip, setup) {
  const frame = app.find(".frame.beside");
  if (!frame) return { map: null };
  const first = app.find(".frame .which"), second = frame.querySelector(".which");
  let other = null;

  function open() {
    other = createMap(frame.querySelector(".twin"), setup, true);
    const { repaint } = paintMap(app, other, tip, () => (app.state.beside ? app.state.other : null), () => null);
    follow(map, other);
    follow(other, map);
    followSize(other, repaint);
  }

  // One map leads at a time: what it tells the other to do must not come back. A frame is drawn once.
  let leading = null;
  function follow(from, to) {
    let due = 0;
    const move = () => {
      if (leading && leading !== from) return;
      leading = from;
      to.setView(from.getCenter(), from.getZoom(), { reset: true });
      leading = null;
    };
    from.on("move", () => {
      if (leading) return;
      cancelAnimationFrame(due);
      due = requestAnimationFrame(move);
    });
    from.on("moveend", () => {
      if (leading) return;
      cancelAnimationFrame(due);
      move();
    });
  }

  function refresh() {
    const on = app.state.beside && app.state.other !== null, changed = on === frame.hidden;
    frame.hidden = first.hidden = !on;
    app.root.classList.toggle("two-maps", on);
    if (on) {
      first.textContent = app.layer.label;
      second.textContent = app.data.layers[app.state.other].label;
      frame.querySelector(".twin").setAttribute("aria-label", fill(app.text.beside_map, { label: second.textContent }));
    }
    if (!changed) return;
    // the first map has half the room, or all of it again
    const home = map.atHome();
    map.invalidateSize({ animate: false });
    if (home) map.fitHome();
    if (!on) return;
    if (!other) open();
    else other.invalidateSize({ animate: false });
    other.setView(map.getCenter(), map.getZoom(), { reset: true });
  }
  refresh();
  app.hear((changed) => {
    if (changed.some((key) => ["other", "beside", "layer"].includes(key))) refresh();
  });
  return {
    get map() {
      return other;
    },
  };
}
