// What goes on paper is drawn anew, as SVG: a canvas keeps the pixels of the screen, and browsers print it cut or blank.
import { element } from "./dom.js";
import { printedLook } from "./draw.js";
import { THIN, formatNumber } from "./format.js";
import { Pen } from "./pen.js";

const PAPER = [700, 560]; // pixels of the page that a map has on an A4 sheet, about

// Layers of Folium and tiles are kept as they stand on the screen.
const UNDER = ["tilePane"], OVER = ["overlayPane"], TOP = ["shadowPane", "markerPane", "tooltipPane", "popupPane"];
const others = (map, names) => names.map((name) => map.getPane(name)).filter((pane) => pane.childElementCount);

// What the paper shows: what the screen does; all of it, as large as can be, where the reader has not moved.
function printedView(app, map, place, curtain) {
  const around = 0.6; // what a sheet of another shape shows beside
  let width, height, k, tx, ty;
  if (map.atHome() && curtain() === null && !others(map, [...UNDER, ...OVER, ...TOP]).length) {
    const [west, south, east, north] = place.box;
    k = Math.min((PAPER[0] - 20) / (east - west), (PAPER[1] - 36) / (north - south));
    // the bar of lengths stands under it
    [width, height] = [(east - west) * k + 20, (north - south) * k + 36];
    [tx, ty] = [10 - west * k, 10 + north * k];
  } else {
    const { crs } = map.options, scale = crs.scale(map.getZoom());
    const at = (x, y) => crs.transformation.transform(L.point(x, y), scale);
    const corner = map.getPixelOrigin().subtract(map.containerPointToLayerPoint([0, 0]).multiplyBy(-1));
    ({ x: width, y: height } = map.getSize());
    k = at(1, 0).x - at(0, 0).x;
    [tx, ty] = [at(0, 0).x - corner.x, at(0, 0).y - corner.y];
  }
  const [left, top] = [width * around, height * around];
  return {
    k, tx: tx + left, ty: ty + top, width: width + 2 * left, height: height + 2 * top, margin: left, step: 0.3,
    box: [left, top, width, height],
  };
}

export function printedMap(app, map, place, curtain, { paintColours, paintMarks }) {
  const view = printedView(app, map, place, curtain), look = printedLook(app.root), pen = new Pen();
  const [left, top, width, height] = view.box;
  pen.node.setAttribute("viewBox", view.box.join(" "));
  const copy = (names) => {
    const panes = others(map, names);
    if (!panes.length) return;
    const moved = map.getPane("mapPane").cloneNode(false);
    moved.append(...panes.map((pane) => pane.cloneNode(true)));
    const holder = element("div", { class: "leaflet-container copied" }, moved);
    pen.write("foreignObject", { x: left, y: top, width, height }, {}, holder);
  };
  copy(UNDER);
  paintColours(pen, view, 1, look);
  copy(OVER);
  paintMarks(pen, view, 1, look);
  copy(TOP);
  drawScale(pen, app, map, view, look);
  return [map.getContainer(), pen.node];
}

// A bar of a round length, at the lower right.
function drawScale(pen, app, map, view, look) {
  const [left, top, width, height] = view.box, right = left + width - 8, low = top + height - 5;
  // the web's Mercator stretches lengths away from the equator
  const middle = map.options.crs.projection.unproject(L.point((left + width / 2 - view.tx) / view.k, (view.ty - top - height / 2) / view.k));
  const stretch = map.options.crs === L.CRS.EPSG3857 ? Math.cos((middle.lat * Math.PI) / 180) : 1;
  const most = (90 / view.k) * stretch, power = 10 ** Math.floor(Math.log10(most));
  const metres = power * [5, 2, 1].find((digit) => digit * power <= most), long = (metres * view.k) / stretch;
  pen.beginPath();
  pen.moveTo(right - long, low - 6);
  pen.lineTo(right - long, low);
  pen.lineTo(right, low);
  pen.lineTo(right, low - 6);
  Object.assign(pen, { strokeStyle: look.halo, lineWidth: 4, textAlign: "left", font: `400 11px ${look.font}` });
  pen.stroke();
  pen.strokeText();
  Object.assign(pen, { strokeStyle: look.soft, lineWidth: 1.5, fillStyle: look.soft });
  pen.stroke();
  const said = metres < 1000 ? [metres, "m"] : [metres / 1000, "km"];
  pen.fillText(formatNumber(said[0], metres < 1 ? 2 : 0, app.lang) + THIN + said[1], right - long + 4, low - 7);
}

export function startPrint(app) {
  const prepare = () => {
    app.root.querySelectorAll(".printed").forEach((old) => old.remove());
    for (const draw of app.printers) {
      const [screen, paper] = draw();
      paper.classList.add("printed");
      screen.after(paper);
    }
  };
  addEventListener("beforeprint", prepare);
  // tools that print without asking, or only look at what would be printed
  matchMedia("print").addEventListener("change", (event) => event.matches && prepare());
  if (matchMedia("print").matches) prepare();
}
