// Drawing on a canvas: the map, its insets and the picture that is downloaded all come through here.
// A view turns metres into pixels: x * k + tx, -y * k + ty.
import { boxOf } from "./geometry.js";

function trace(ctx, line, view) {
  const { k, tx, ty, step } = view;
  let px = line[0] * k + tx, py = ty - line[1] * k;
  ctx.moveTo(px, py);
  const last = line.length - 2;
  for (let i = 2; i <= last; i += 2) {
    const x = line[i] * k + tx, y = ty - line[i + 1] * k;
    // what moves less than a pixel of the screen is not seen
    if (i < last && Math.abs(x - px) < step && Math.abs(y - py) < step) continue;
    ctx.lineTo(x, y);
    px = x;
    py = y;
  }
}

function visible(box, view) {
  return box && box[2] * view.k + view.tx >= 0 && box[0] * view.k + view.tx <= view.width &&
    view.ty - box[1] * view.k >= 0 && view.ty - box[3] * view.k <= view.height;
}

// Shapes that go into one path: a path of thousands takes the browser many times longer than their sum.
const TOGETHER = 24;

export function fillShapes(ctx, shapes, view, style) {
  ctx.fillStyle = style;
  ctx.beginPath();
  let count = 0;
  for (const shape of shapes) {
    if (!visible(shape.box, view)) continue;
    for (const ring of shape.rings) {
      trace(ctx, ring, view);
      ctx.closePath();
    }
    // on paper each path is written with its paint: hatching would be, a thousand times
    if (++count % TOGETHER || ctx.wholePaths) continue;
    ctx.fill();
    ctx.beginPath();
  }
  ctx.fill();
}

export function strokeArcs(ctx, arcs, view, style, width) {
  ctx.strokeStyle = style;
  ctx.lineWidth = width;
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.beginPath();
  let count = 0;
  for (const arc of arcs) {
    if (!visible(arc.box, view)) continue;
    trace(ctx, arc.xy, view);
    if (++count % 200) continue;
    ctx.stroke();
    ctx.beginPath();
  }
  ctx.stroke();
}

// One stripe across a square, from a point of its lower or upper edge, rising or falling.
export function leaning(from, side, lean) {
  return lean === "rising" ? [from - 1, side + 1, from + side + 1, -1] : [from - 1, -1, from + side + 1, side + 1];
}

// Stripes as a paint, in pixels of the screen: a small picture repeated, or what the pen of the print has for it.
export function striped(ctx, ratio, stripes) {
  if (ctx.striped) return ctx.striped(stripes);
  const tile = document.createElement("canvas");
  const side = tile.width = tile.height = Math.round(stripes.side * ratio);
  const pen = tile.getContext("2d");
  if (stripes.ground) {
    pen.fillStyle = stripes.ground;
    pen.fillRect(0, 0, side, side);
  }
  for (const { style, width, across = 0 } of stripes.lines) {
    pen.strokeStyle = style;
    pen.lineWidth = width * ratio;
    pen.beginPath();
    for (const shift of [-side, 0, side]) {
      const [x0, y0, x1, y1] = leaning(shift + across * ratio, side, stripes.lean);
      pen.moveTo(x0, y0);
      pen.lineTo(x1, y1);
    }
    pen.stroke();
  }
  const pattern = ctx.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

export function hatching(ctx, look, ratio) {
  return striped(ctx, ratio, { side: 6, lean: "rising", ground: look.hatchGround, lines: [{ style: look.hatch, width: 1.1 }] });
}

// A light hatching over a colour, dark and light lines side by side so that it shows on any: the class is uncertain.
export function veil(ctx, ratio) {
  const lines = [{ style: "rgba(20, 24, 30, 0.4)", width: 0.8 }, { style: "rgba(255, 255, 255, 0.6)", width: 0.8, across: 1.1 }];
  return striped(ctx, ratio, { side: 6, lean: "falling", lines });
}

// Colours that are not data, as the style sheet has them (light or dark).
const LOOK = {
  context: "--context", contextBorder: "--context-border", border: "--border", edge: "--edge", outline: "--outline",
  outlineHalo: "--outline-halo", hatch: "--hatch", hatchGround: "--hatch-ground", ink: "--ink", halo: "--halo",
  ground: "--ground", paper: "--paper", soft: "--soft",
};

export function lookOf(element, read = (style, name) => style.getPropertyValue(name).trim()) {
  const style = getComputedStyle(element);
  const look = Object.fromEntries(Object.entries(LOOK).map(([key, name]) => [key, read(style, name)]));
  return { ...look, font: style.fontFamily };
}

// The same by their names: paper has its own colours, which are not known before it is printed.
export const printedLook = (element) => lookOf(element, (_, name) => `var(${name})`);

// Territories by class for a layer and a year: lists of shapes, the missing last.
function shapesByClass(place, layer, year) {
  const lists = layer.colours.map(() => []);
  const missing = [];
  const classes = layer.classes[year];
  place.areas.forEach((shape, i) => {
    const c = classes.charCodeAt(place.ids[i]) - 48;
    (lists[c] || missing).push(shape);
  });
  return { lists, missing };
}

// How wide borders may be before they wash the colours out: thin where territories are small.
function borderWidth(place, view) {
  const [x0, y0, x1, y1] = place.box;
  const side = Math.sqrt(((x1 - x0) * (y1 - y0)) / Math.max(1, place.areas.length)) * view.k;
  return Math.max(0, Math.min(0.7, (side - 3) / 12));
}

export function drawGround(ctx, place, view, look) {
  if (!place.context.length) return;
  fillShapes(ctx, place.context, view, look.context);
  strokeArcs(ctx, place.contextBorders, view, look.contextBorder, 0.6);
}

export function drawAreas(ctx, place, view, look, layer, year, ratio, alone) {
  const { lists, missing } = shapesByClass(place, layer, year);
  if (missing.length) fillShapes(ctx, missing, view, hatching(ctx, look, ratio));
  lists.forEach((shapes, c) => {
    if (!shapes.length) return;
    fillShapes(ctx, shapes, view, alone === null || alone === c ? layer.colours[c] : look.context);
  });
  if (!layer.interval) return;
  const unsure = place.areas.filter((_, i) => layer.interval.unsure[place.ids[i]] === "1" &&
    (alone === null || layer.classes[year].charCodeAt(place.ids[i]) - 48 === alone));
  fillShapes(ctx, unsure, view, veil(ctx, ratio));
}

export function drawBorders(ctx, place, view, look) {
  const width = borderWidth(place, view);
  if (width > 0.05) strokeArcs(ctx, place.inner, view, look.border, width);
  strokeArcs(ctx, place.outer, view, look.edge, Math.max(0.6, width));
  if (place.outlines.length) {
    const bold = place.outlineWidth;
    if (bold >= 1.5) strokeArcs(ctx, place.outlines, view, look.outlineHalo, bold + 1.4);
    strokeArcs(ctx, place.outlines, view, look.outline, bold);
  }
}

export function drawMark(ctx, place, view, look, id, width) {
  const i = place.local.get(id);
  if (i === undefined || !place.areas[i].box) return;
  const lines = place.areas[i].rings.map((xy) => ({ xy, box: boxOf(xy) }));
  strokeArcs(ctx, lines, view, look.halo, width + 2.6);
  strokeArcs(ctx, lines, view, look.ink, width);
}

// Names with a halo, the first ones first, none over another.
export function drawLabels(ctx, labels, view, look, size) {
  const taken = [];
  ctx.font = `600 ${size}px ${look.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const label of labels) {
    const x = label.x * view.k + view.tx, y = view.ty - label.y * view.k;
    if (x < view.margin || x > view.width - view.margin || y < 0 || y > view.height) continue;
    const half = ctx.measureText(label.text).width / 2 + 3, tall = size * 0.65 + 2;
    const spots = label.dot ? [[0, -size * 0.9], [0, size * 1.0], [half + 4, 0], [-half - 4, 0]] : [[0, 0]];
    for (const [dx, dy] of spots) {
      // a name near the border is moved in, not cut
      const first = view.margin + half, last = Math.max(first, view.width - view.margin - half);
      const middle = Math.min(Math.max(x + dx, first), last);
      const box = [middle - half, y + dy - tall, middle + half, y + dy + tall];
      if (taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) continue;
      taken.push(box);
      if (label.dot) {
        taken.push([x - 4, y - 4, x + 4, y + 4]);
        ctx.beginPath();
        ctx.arc(x, y, 2.4, 0, 2 * Math.PI);
        ctx.fillStyle = look.ink;
        ctx.strokeStyle = look.halo;
        ctx.lineWidth = 3;
        ctx.stroke();
        ctx.fill();
      }
      ctx.strokeStyle = look.halo;
      ctx.lineWidth = 3.5;
      ctx.strokeText(label.text, middle, y + dy);
      ctx.fillStyle = look.ink;
      ctx.fillText(label.text, middle, y + dy);
      break;
    }
  }
}

// A view that fits a box into a rectangle of pixels.
export function fitted(box, width, height, margin) {
  const k = Math.min((width - 2 * margin) / (box[2] - box[0]), (height - 2 * margin) / (box[3] - box[1]));
  return {
    k, width, height, step: 0.45,
    tx: width / 2 - (k * (box[0] + box[2])) / 2,
    ty: height / 2 + (k * (box[1] + box[3])) / 2,
  };
}

export function sizedContext(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = width + "px";
  canvas.style.height = height + "px";
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { ctx, ratio };
}
