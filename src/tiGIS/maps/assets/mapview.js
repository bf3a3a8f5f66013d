// The main map: Leaflet moves and zooms, two canvases draw (colours below, marks and names above).
import { drawGround, drawAreas, drawBorders, drawMark, drawLabels, sizedContext } from "./draw.js";
import { territoryAt, middleOf } from "./geometry.js";
import { drawOverlays, overlayAt } from "./overlays.js";
import { printedMap } from "./print.js";
import { lambertCRS } from "./projection.js";

const Canvas = L.Renderer.extend({
  initialize(paint, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this._paint = paint;
  },
  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
  },
  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    // Leaflet asks twice for each move: once as it ends, once as the view is reset
    const asked = [this._bounds.min, size, this._map.getPixelOrigin(), this._zoom].join();
    L.DomUtil.setPosition(this._container, this._bounds.min);
    if (asked === this._asked) return;
    this._asked = asked;
    const { ctx, ratio } = sizedContext(this._container, size.x, size.y);
    const { crs } = this._map.options;
    const zero = crs.transformation.transform(L.point(0, 0), crs.scale(this._zoom));
    const one = crs.transformation.transform(L.point(1, -1), crs.scale(this._zoom));
    const origin = this._map.getPixelOrigin().add(this._bounds.min);
    // the canvas is wider than what shows, by a margin on either side
    const margin = (size.x - this._map.getSize().x) / 2;
    this.view = { k: one.x - zero.x, tx: zero.x - origin.x, ty: zero.y - origin.y, width: size.x, height: size.y, margin, step: 0.9 / ratio };
    this._paint(ctx, this.view, ratio);
  },
  repaint() {
    if (!this._map) return;
    this._asked = null;
    this._update();
  },
  // whole pixels: Leaflet's own would place the canvas between two, and blur it
  _reset() {
    this._update();
  },
});

export function createMap(holder, setup, plain = false) {
  const map = L.map(holder, {
    crs: setup.crs === "EPSG:2154" ? lambertCRS : L.CRS.EPSG3857,
    zoomSnap: 0.05, zoomDelta: 0.5, wheelPxPerZoomLevel: 90,
    zoomControl: false, attributionControl: false, keyboard: false,
    minZoom: 1, maxZoom: 18, trackResize: false,
  });
  if (!plain) L.control.zoom({ position: "topleft", zoomInTitle: setup.zoomIn, zoomOutTitle: setup.zoomOut }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  // the box is in metres: a conic projection bends parallels, corners in degrees would not do
  const [left, bottom, right, top] = setup.box;
  const { crs } = map.options;
  map.fitHome = () => {
    const size = map.getSize().subtract([24, 24]);
    const unit = crs.transformation.transform(L.point(1, 0), crs.scale(0)).x - crs.transformation.transform(L.point(0, 0), crs.scale(0)).x;
    const fit = Math.min(size.x / (right - left), size.y / (top - bottom)) / unit;
    const zoom = Math.floor(Math.log2(fit) * 20) / 20;
    map.setView(crs.projection.unproject(L.point((left + right) / 2, (bottom + top) / 2)), Math.max(1, Math.min(18, zoom)), { animate: false });
    map.home = [map.getCenter(), map.getZoom()];
  };
  // a frame that changes moves the middle by half a pixel
  map.atHome = () => map.getZoom() === map.home[1] && map.project(map.getCenter()).distanceTo(map.project(map.home[0])) < 2;
  map.fitHome();
  // tiles only where there is a network: without one the map is the same, and nothing fails
  if (setup.basemap && navigator.onLine) {
    L.tileLayer(setup.basemap.url, { attribution: setup.basemap.attribution, maxZoom: 18, minZoom: 2 }).addTo(map);
    L.control.attribution({ prefix: false, position: "bottomleft" }).addTo(map);
  }
  map.createPane("tigis").style.zIndex = 300;
  map.createPane("tigis-marks").style.zIndex = 450;
  map.getPane("tigis-marks").style.pointerEvents = "none";
  return map;
}

// Draws territories, overlays and names on a Leaflet map, and answers the pointer. `layerOf` says which layer it
// shows; `curtain` which other one shows right of the slider, if any.
export function paintMap(app, map, tip, layerOf, curtain) {
  const { data } = app, [place] = app.places;
  const yearOf = (layer) => Math.min(app.state.year, data.layers[layer].years.length - 1);

  const paintColours = (ctx, view, ratio, look) => {
    const layer = layerOf(), other = curtain();
    if (layer === null) return;
    const { alone, split } = app.state;
    drawGround(ctx, place, view, look);
    drawAreas(ctx, place, view, look, data.layers[layer], yearOf(layer), ratio, layer === app.state.layer ? alone : null);
    if (other !== null) {
      const edge = view.margin + (view.width - 2 * view.margin) * split;
      ctx.save();
      ctx.beginPath();
      ctx.rect(edge, 0, view.width, view.height);
      ctx.clip();
      drawAreas(ctx, place, view, look, data.layers[other], yearOf(other), ratio, null);
      ctx.restore();
    }
    drawBorders(ctx, place, view, look);
  };
  const paintMarks = (ctx, view, ratio, look) => {
    if (layerOf() === null) return;
    drawOverlays(ctx, app.overlays, view, look, ratio);
    if (app.state.pin >= 0) drawMark(ctx, place, view, look, app.state.pin, 2.4);
    if (app.state.hover >= 0 && app.state.hover !== app.state.pin) drawMark(ctx, place, view, look, app.state.hover, 1.8);
    drawLabels(ctx, app.labels, view, look, 12.5);
  };
  const colours = new Canvas((...asked) => paintColours(...asked, app.look), { pane: "tigis", padding: 0.1 });
  const marks = new Canvas((...asked) => paintMarks(...asked, app.look), { pane: "tigis-marks", padding: 0.1 });

  map.addLayer(colours);
  map.addLayer(marks);

  const at = (event) => {
    const p = map.options.crs.project(event.latlng);
    return territoryAt(place, p.x, p.y);
  };
  const over = (event) => {
    const p = map.latLngToLayerPoint(event.latlng).subtract(marks._bounds.min);
    return app.overlays.length ? overlayAt(app.overlays, marks.view, p.x, p.y) : null;
  };
  map.on("mousemove", (event) => {
    const found = over(event);
    app.set({ under: layerOf(), hover: found ? -1 : at(event) });
    tip.follow(found);
    tip.move(event.originalEvent.clientX, event.originalEvent.clientY);
  });
  map.on("mouseout", () => {
    app.set({ hover: -1 });
    tip.follow(null);
  });
  map.on("click", (event) => {
    const found = over(event);
    if (found && found.members.length > 1) {
      map.setView(event.latlng, map.getZoom() + 1.5, { animate: false });
      return;
    }
    const id = at(event);
    app.set({ pin: id === app.state.pin ? -1 : id, hover: -1 });
  });
  app.hear((changed) => {
    if (changed.some((key) => ["layer", "year", "other", "beside", "split", "alone", "look"].includes(key))) colours.repaint();
    if (changed.some((key) => ["hover", "pin", "look", "overlays"].includes(key))) marks.repaint();
  });
  app.printers.push(() => printedMap(app, map, place, curtain, { paintColours, paintMarks }));
  return { colours, marks, repaint: () => [colours, marks].forEach((canvas) => canvas.repaint()) };
}

export function startMapView(app, map, tip) {
  const [place] = app.places;
  const { colours, marks, repaint } = paintMap(app, map, tip, () => app.state.layer, () => (app.state.beside ? null : app.state.other));
  followSize(map, repaint);

  // Brings a territory into sight without moving more than needed.
  const show = (id) => {
    if (!place.local.has(id)) return;
    const box = place.areas[place.local.get(id)].box;
    if (!box) return;
    const unproject = (x, y) => map.options.crs.projection.unproject(L.point(x, y));
    const bounds = L.latLngBounds(unproject(box[0], box[1]), unproject(box[2], box[3]));
    if (!map.getBounds().pad(-0.05).contains(bounds)) map.fitBounds(bounds.pad(2), { animate: false, maxZoom: map.getZoom() });
    else if (bounds.getNorth() - bounds.getSouth() < (map.getBounds().getNorth() - map.getBounds().getSouth()) / 40) map.fitBounds(bounds.pad(4), { animate: false });
  };
  const whereIs = (id) => {
    const middle = place.local.has(id) && middleOf(place, id);
    if (!middle) return null;
    const p = map.latLngToContainerPoint(map.options.crs.projection.unproject(L.point(middle.x, middle.y)));
    const frame = map.getContainer().getBoundingClientRect();
    return { x: frame.left + p.x, y: frame.top + p.y };
  };
  return { map, colours, marks, show, whereIs };
}

// A map whose frame changes is drawn anew, and shows all again if it did.
export function followSize(map, repaint) {
  let drawn = map.getSize();
  const look = () => {
    const { clientWidth, clientHeight } = map.getContainer();
    if (!clientWidth || (clientWidth === drawn.x && clientHeight === drawn.y)) return;
    const home = map.atHome();
    drawn = L.point(clientWidth, clientHeight);
    map.invalidateSize({ animate: false });
    if (home) map.fitHome();
    repaint();
  };
  new ResizeObserver(look).observe(map.getContainer());
}
