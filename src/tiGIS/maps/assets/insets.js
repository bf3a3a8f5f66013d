// Overseas departments beside the map, each in its own legal grid.
import { printedLook, drawGround, drawAreas, drawBorders, drawMark, fitted, sizedContext } from "./draw.js";
import { territoryAt, middleOf } from "./geometry.js";
import { Pen } from "./pen.js";

export function startInsets(app, tip) {
  const canvases = app.root.querySelectorAll(".insets canvas");
  const insets = app.places.slice(1).map((place, i) => {
    const canvas = canvases[i];
    const at = (event) => {
      const frame = canvas.getBoundingClientRect();
      const x = (event.clientX - frame.left - place.view.tx) / place.view.k;
      const y = (place.view.ty - (event.clientY - frame.top)) / place.view.k;
      return territoryAt(place, x, y);
    };
    canvas.addEventListener("mousemove", (event) => {
      app.set({ hover: at(event) });
      tip.move(event.clientX, event.clientY);
    });
    canvas.addEventListener("mouseleave", () => app.set({ hover: -1 }));
    canvas.addEventListener("click", (event) => app.set({ pin: at(event), hover: -1 }));
    return { place, canvas };
  });
  const draw = () => {
    for (const { place, canvas } of insets) {
      const { ctx, ratio } = sizedContext(canvas, 92, 92);
      place.view = fitted(place.box, 92, 92, 5);
      ctx.clearRect(0, 0, 92, 92);
      paint(ctx, place, app.look, ratio);
    }
  };
  const paint = (ctx, place, look, ratio) => {
    drawGround(ctx, place, place.view, look);
    drawAreas(ctx, place, place.view, look, app.layer, app.state.year, ratio, app.state.alone);
    drawBorders(ctx, place, place.view, look);
    for (const id of [app.state.pin, app.state.hover]) if (id >= 0) drawMark(ctx, place, place.view, look, id, 1.6);
  };
  insets.forEach(({ place, canvas }) => app.printers.push(() => {
    const pen = new Pen();
    pen.node.setAttribute("viewBox", "0 0 92 92");
    paint(pen, place, printedLook(app.root), 1);
    return [canvas, pen.node];
  }));
  draw();
  app.hear((changed) => {
    if (changed.some((key) => ["layer", "year", "alone", "pin", "hover", "look"].includes(key))) draw();
  });
  const whereIs = (id) => {
    for (const { place, canvas } of insets) {
      const middle = place.local.has(id) && middleOf(place, id);
      if (!middle) continue;
      const frame = canvas.getBoundingClientRect();
      return { x: frame.left + middle.x * place.view.k + place.view.tx, y: frame.top + place.view.ty - middle.y * place.view.k };
    }
    return null;
  };
  return { whereIs };
}
