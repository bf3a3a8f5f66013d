// Overseas departments beside the map, each in its own legal grid.
function startInsets(app) {
  const canvases = app.root.querySelectorAll(".insets canvas");
  const insets = app.places.slice(1).map((place, i) => {
    const canvas = canvases[i];
    place.outlineWidth = 1.1;
    const at = (event) => {
      const frame = canvas.getBoundingClientRect();
      const x = (event.clientX - frame.left - place.view.tx) / place.view.k;
      const y = (place.view.ty - (event.clientY - frame.top)) / place.view.k;
      return territoryAt(place, x, y);
    };
    canvas.addEventListener("mousemove", (event) => {
      app.set({ hover: at(event) });
      app.moveTip(event.clientX, event.clientY);
    });
    canvas.addEventListener("mouseleave", () => app.set({ hover: -1 }));
    canvas.addEventListener("click", (event) => app.set({ pin: at(event), hover: -1 }));
    return { place, canvas };
  });
  app.drawInsets = () => {
    const look = lookOf(app.root);
    for (const { place, canvas } of insets) {
      const { ctx, ratio } = sizedContext(canvas, 92, 92);
      place.view = fitted(place.box, 92, 92, 5);
      ctx.clearRect(0, 0, 92, 92);
      paint(ctx, place, look, ratio);
    }
  };
  const paint = (ctx, place, look, ratio) => {
    drawGround(ctx, place, place.view, look);
    drawAreas(ctx, place, place.view, look, app.layer, app.state.year, ratio, app.state.alone);
    drawBorders(ctx, place, place.view, look);
    for (const id of [app.state.pin, app.state.hover]) if (id >= 0) drawMark(ctx, place, place.view, look, id, 1.6);
  };
  insets.forEach(({ place, canvas }) => app.printed.push(() => {
    const pen = new Pen();
    pen.node.setAttribute("viewBox", "0 0 92 92");
    paint(pen, place, printedLook(app.root), 1);
    return [canvas, pen.node];
  }));
  app.drawInsets();
  app.hear((changed) => {
    if (changed.some((key) => ["layer", "year", "alone", "pin", "hover"].includes(key)) && insets.length) app.drawInsets();
  });
  const inMap = app.whereIs;
  app.whereIs = (id) => {
    const found = inMap(id);
    if (found) return found;
    for (const { place, canvas } of insets) {
      const middle = place.local.has(id) && middleOf(place, id);
      if (!middle) continue;
      const frame = canvas.getBoundingClientRect();
      return { x: frame.left + middle.x * place.view.k + place.view.tx, y: frame.top + place.view.ty - middle.y * place.view.k };
    }
    return null;
  };
}
