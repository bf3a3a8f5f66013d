// What lies over the territories: zones, lines, symbols, points; each can be switched off in the legend.
import { element } from "./dom.js";
import { fillShapes, strokeArcs, striped } from "./draw.js";
import { formatNumber } from "./format.js";
import { readArcs, readShapes } from "./geometry.js";

export function readOverlay(overlay, project) {
  if (overlay.topology) {
    const arcs = readArcs(overlay.topology, project);
    overlay.shapes = readShapes(overlay.topology, "shapes", arcs);
  } else {
    overlay.spots = overlay.at.map(([lng, lat]) => project({ lat, lng }));
  }
  overlay.shown = true;
  return overlay;
}

export function stripes(ctx, colour, ratio) {
  return striped(ctx, ratio, { side: 7, lean: "falling", lines: [{ style: colour, width: 1.6 }] });
}

export function disc(ctx, x, y, radius, fill, edge, width) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.strokeStyle = edge;
  ctx.lineWidth = width;
  ctx.stroke();
}

// Points that would touch are gathered in one disc that says how many they are.
function gathered(overlay, view) {
  const cells = new Map();
  overlay.spots.forEach((spot, i) => {
    const x = spot.x * view.k + view.tx, y = view.ty - spot.y * view.k;
    if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) return;
    const key = overlay.cluster ? `${Math.floor((spot.x * view.k) / 38)},${Math.floor((spot.y * view.k) / 38)}` : i;
    const cell = cells.get(key);
    if (cell) cell.push({ x, y, i });
    else cells.set(key, [{ x, y, i }]);
  });
  return [...cells.values()].map((members) => {
    if (members.length === 1) return { ...members[0], members };
    const mean = (axis) => members.reduce((sum, m) => sum + m[axis], 0) / members.length;
    return { x: mean("x"), y: mean("y"), members };
  });
}

function drawOverlay(ctx, overlay, view, look, ratio) {
  const colourOf = (i) => overlay.colours[overlay.classes[i]];
  if (overlay.kind === "zones") {
    overlay.colours.forEach((colour, c) => {
      const own = overlay.shapes.filter((_, i) => overlay.classes[i] === c);
      if (overlay.pattern !== "outline") fillShapes(ctx, own, view, overlay.pattern === "full" ? colour : stripes(ctx, colour, ratio));
      const edges = own.flatMap((shape) => shape.rings.map((xy) => ({ xy, box: shape.box })));
      if (overlay.pattern === "outline") strokeArcs(ctx, edges, view, look.halo, 4);
      strokeArcs(ctx, edges, view, colour, overlay.pattern === "outline" ? 2 : 1);
    });
  } else if (overlay.kind === "lines") {
    overlay.colours.forEach((colour, c) => {
      const own = overlay.shapes.filter((_, i) => overlay.classes[i] === c)
        .flatMap((shape) => shape.rings.map((xy) => ({ xy, box: shape.box })));
      if (!overlay.thin) strokeArcs(ctx, own, view, look.halo, overlay.width + 2);
      ctx.setLineDash(overlay.dashed ? [6, 4] : []);
      strokeArcs(ctx, own, view, colour, overlay.width);
      ctx.setLineDash([]);
    });
  } else if (overlay.kind === "symbols") {
    const order = [...overlay.spots.keys()].sort((a, b) => overlay.radii[b] - overlay.radii[a]);
    for (const i of order) {
      const x = overlay.spots[i].x * view.k + view.tx, y = view.ty - overlay.spots[i].y * view.k;
      if (overlay.radii[i] > 0) disc(ctx, x, y, overlay.radii[i], colourOf(i), "#fff", 1);
    }
  } else {
    for (const { x, y, members } of gathered(overlay, view)) {
      if (members.length === 1) disc(ctx, x, y, 4.5, colourOf(members[0].i), "#fff", 1.3);
      else {
        disc(ctx, x, y, 10 + Math.min(8, Math.log2(members.length)), look.ink, look.paper, 1.5);
        ctx.font = `600 12px ${look.font}`;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.fillStyle = look.paper;
        ctx.fillText(String(members.length), x, y + 0.5);
      }
    }
  }
}

export function drawOverlays(ctx, overlays, view, look, ratio) {
  const order = { zones: 0, lines: 1, symbols: 2, points: 3 }, rank = (overlay) => (overlay.thin ? -1 : order[overlay.kind]);
  [...overlays].sort((a, b) => rank(a) - rank(b))
    .forEach((overlay) => overlay.shown && drawOverlay(ctx, overlay, view, look, ratio));
}

// What lies under a pixel: a point or a symbol, else a line within four pixels.
export function overlayAt(overlays, view, x, y) {
  for (const overlay of [...overlays].reverse()) {
    if (!overlay.shown) continue;
    if (overlay.kind === "points") {
      const hit = gathered(overlay, view).find((spot) => Math.hypot(spot.x - x, spot.y - y) <= (spot.members.length > 1 ? 14 : 7));
      if (hit) return { overlay, members: hit.members.map((m) => m.i) };
    } else if (overlay.kind === "symbols") {
      const hits = [...overlay.spots.keys()].filter((i) =>
        Math.hypot(overlay.spots[i].x * view.k + view.tx - x, view.ty - overlay.spots[i].y * view.k - y) <= overlay.radii[i]);
      if (hits.length) return { overlay, members: [hits.reduce((a, b) => (overlay.radii[b] < overlay.radii[a] ? b : a))] };
    } else if (overlay.kind === "lines" && overlay.names.some(Boolean)) {
      const reach = 4 / view.k, px = (x - view.tx) / view.k, py = (view.ty - y) / view.k;
      const hit = overlay.shapes.findIndex((shape) => shape.box && px > shape.box[0] - reach && px < shape.box[2] + reach &&
        py > shape.box[1] - reach && py < shape.box[3] + reach && shape.rings.some((line) => nearLine(line, px, py, reach)));
      if (hit >= 0 && overlay.names[hit]) return { overlay, members: [hit] };
    }
  }
  return null;
}

function nearLine(line, x, y, reach) {
  for (let i = 2; i < line.length; i += 2) {
    const [x0, y0, x1, y1] = [line[i - 2], line[i - 1], line[i], line[i + 1]];
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const t = length ? Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length)) : 0;
    if (Math.hypot(x0 + t * (x1 - x0) - x, y0 + t * (y1 - y0) - y) <= reach) return true;
  }
  return false;
}

export function overlayTip(app, { overlay, members }) {
  const shown = members.slice(0, 8).map((i) => element("p", { class: members.length === 1 ? "name" : null },
    [overlay.names[i] || overlay.label, overlay.values[i]].filter(Boolean).join(app.text.colon)));
  if (members.length > 8) shown.push(element("p", {}, "+ " + formatNumber(members.length - 8, 0, app.lang)));
  return [...shown, element("p", {}, overlay.label)];
}

export function startOverlays(app) {
  app.root.querySelectorAll("input[data-overlay]").forEach((input) => input.addEventListener("change", () => {
    app.overlays[Number(input.dataset.overlay)].shown = input.checked;
    app.tell("overlays");
  }));
}
