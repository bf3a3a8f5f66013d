// The picture that is downloaded: what the page says, in the same words.
import { strokeArcs, hatching, veil, drawGround, drawAreas, drawBorders, drawMark, drawLabels, fitted } from "./draw.js";
import { formatNumber } from "./format.js";
import { stripes, disc, drawOverlays } from "./overlays.js";

const fontOf = (look, size, weight = "400") => `${weight} ${size}px ${look.font}`;
const yearShown = (app, layer) => Math.min(app.state.year, layer.years.length - 1);

function wrapped(ctx, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ? lines.at(-1) + " " + word : word;
    if (ctx.measureText(line).width > width && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines;
}

// A line of a legend: how tall it is, and how it is drawn at a place of the picture.
function headingLines(app, measure, text, side) {
  measure.font = fontOf(app.look, 15, "600");
  return wrapped(measure, text, side - 32).map((line) => ({ tall: 20, draw: (ctx, x, y, write) => write(line, x, y, 15, "600") }));
}

function sampleLine(app, measure, side, label, count, sample, tall = 16, wide = 26) {
  measure.font = fontOf(app.look, 13);
  const lines = wrapped(measure, label, side - 84 - wide), high = Math.max(tall, 16 * lines.length);
  return {
    tall: high + 8,
    draw(ctx, x, y, write) {
      sample(ctx, x, y, high);
      const first = y + 13 + (high - 16 * lines.length) / 2;
      lines.forEach((line, i) => write(line, x + wide + 10, first + i * 16, 13));
      if (count !== null) write(formatNumber(count, 0, app.lang), x + side - 36, first, 13, "400", app.look.soft, "right");
    },
  };
}

const gap = (tall) => ({ tall, draw() {} });

function layerLines(app, measure, layer, side) {
  const { data, look, text } = app, year = yearShown(app, layer), ratio = 2;
  const filled = (...paints) => (ctx, x, y) => paints.forEach((paint) => {
    ctx.fillStyle = typeof paint === "function" ? paint(ctx) : paint;
    ctx.fillRect(x, y, 26, 16);
  });
  const row = (label, count, ...paints) => sampleLine(app, measure, side, label, count, filled(...paints));
  const under = [layer.unitLabel, layer.years[year]].filter(Boolean).join(" · ");
  const classes = data.names.map((_, i) => app.classOf(i, layer, year));
  const missing = new Map();
  classes.forEach((c, i) => {
    // a series says in one line what is missing, as its legend does
    const why = layer.years.length > 1 ? text.absent : app.why(i, layer);
    if (c < 0) missing.set(why, (missing.get(why) || 0) + 1);
  });
  const rows = layer.colours.map((colour, c) => row(layer.labels[c], classes.filter((own) => own === c).length, colour));
  const reasons = [...missing].sort((a, b) => b[1] - a[1]);
  rows.push(...reasons.map(([why, count]) => row(why, count, (ctx) => hatching(ctx, look, ratio))));
  if (layer.interval) {
    const unsure = [...layer.interval.unsure].filter((one) => one === "1").length;
    rows.push(row(text.unsure_short, unsure, layer.colours[layer.colours.length >> 1] || look.context, (ctx) => veil(ctx, ratio)));
  }
  const unit = { tall: 18, draw: (ctx, x, y, write) => write(under, x, y, 13, "400", look.soft) };
  return [...headingLines(app, measure, layer.label, side), unit, ...rows, gap(26)];
}

// What lies over the map, as the legend has it: each class with its sample.
function overlayLines(app, measure, side) {
  const samples = {
    zones: (overlay, colour) => (ctx, x, y) => {
      ctx.fillStyle = overlay.pattern === "full" ? colour : overlay.pattern === "hatch" ? stripes(ctx, colour, 2) : "transparent";
      ctx.fillRect(x, y, 26, 16);
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.5;
      ctx.strokeRect(x + 1, y + 1, 24, 14);
    },
    lines: (overlay, colour) => (ctx, x, y) => {
      ctx.setLineDash(overlay.dashed ? [6, 4] : []);
      strokeArcs(ctx, [{ xy: [x, -y - 8, x + 26, -y - 8], box: [x, -y - 8, x + 26, -y - 8] }], { k: 1, tx: 0, ty: 0, width: 1e5, height: 1e5, step: 0 }, colour, overlay.width);
      ctx.setLineDash([]);
    },
    points: (_, colour) => (ctx, x, y, high) => disc(ctx, x + 13, y + high / 2, 4.5, colour, "#fff", 1.3),
    symbols: (overlay, colour, c, wide) => (ctx, x, y, high) => disc(ctx, x + wide / 2, y + high / 2, overlay.samples[c], colour, "#fff", 1),
  };
  return app.overlays.filter((overlay) => overlay.shown).flatMap((overlay) => {
    const labels = overlay.classLabels.length ? overlay.classLabels : [overlay.label];
    const rows = labels.map((label, c) => {
      const colour = overlay.colours[c] || overlay.colours[0], across = overlay.kind === "symbols" ? 2 * overlay.samples[c] : 16;
      const wide = Math.max(26, ...(overlay.samples || []).map((radius) => 2 * radius));
      return sampleLine(app, measure, side, label, null, samples[overlay.kind](overlay, colour, c, wide), across, wide);
    });
    return [...(overlay.classLabels.length ? [...headingLines(app, measure, overlay.label, side), gap(-8)] : []), ...rows, gap(14)];
  });
}

// Title, one map or two, insets, legends and sources on one picture, twice as fine as the screen.
export function pictureOf(app) {
  const { data, state, look } = app;
  const layers = [app.layer, ...(state.beside && state.other !== null ? [data.layers[state.other]] : [])];
  const W = layers.length > 1 ? 1500 : 1200, side = 300, ratio = 2, canvas = document.createElement("canvas");
  const measure = canvas.getContext("2d");
  const font = (size, weight = "400") => fontOf(look, size, weight);
  measure.font = font(28, "700");
  const title = wrapped(measure, data.title, W - 56);
  measure.font = font(13);
  const foot = wrapped(measure, data.foot, W - 56);
  const lines = [...layers.flatMap((layer) => layerLines(app, measure, layer, side)), ...overlayLines(app, measure, side)];
  // a long legend makes a longer picture: nothing of it is left out
  const deep = Math.max(720, lines.reduce((sum, line) => sum + line.tall, 30));
  const top = 30 + title.length * 34 + 34, H = top + deep + foot.length * 18 + 30;
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

  const between = 16, width = (W - side - 56 - between * (layers.length - 1)) / layers.length, height = 700;
  const [place, ...insets] = app.places, leftover = insets.length ? 110 : 0;
  const yearOf = (layer) => yearShown(app, layer);
  layers.forEach((layer, n) => {
    const alone = n ? null : state.alone, left = 28 + n * (width + between);
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
  for (const line of lines) {
    line.draw(ctx, W - side + 4, y, write);
    y += line.tall;
  }
  foot.forEach((line, i) => write(line, 28, top + deep + 10 + i * 18, 13, "400", look.soft));
  return canvas;
}
