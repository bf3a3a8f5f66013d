// From the packed data in the page to a map that answers: the picture first, the rest once it shows.
import { startBeside } from "./beside.js";
import { startControls, startKeyboard, readPermalink } from "./controls.js";
import { startDownload } from "./download.js";
import { formatValue } from "./format.js";
import { readPlace } from "./geometry.js";
import { startInsets } from "./insets.js";
import { startLegend } from "./legend.js";
import { createMap, startMapView } from "./mapview.js";
import { readOverlay, startOverlays } from "./overlays.js";
import { startPanel } from "./panel.js";
import { startPrint } from "./print.js";
import { projector } from "./projection.js";
import { startSearch } from "./search.js";
import { createApp } from "./state.js";
import { startTable } from "./table.js";
import { startTip } from "./tip.js";

const INSET_OUTLINE = 1.1; // pixels

function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

async function unpack(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Lets the browser show what has been drawn; a page in the background shows nothing, and does not wait.
function shown() {
  return new Promise((go) => {
    if (document.hidden) go();
    else requestAnimationFrame(() => setTimeout(go));
  });
}

function start(id) {
  const root = document.querySelector(".tigis");
  const setup = JSON.parse(document.getElementById("tigis-setup").textContent);
  if (!window.DecompressionStream) root.querySelector(".trouble").hidden = false;
  const unpacked = window.DecompressionStream && unpack(document.getElementById("tigis-data").textContent);
  const map = createMap(id, setup);
  if (unpacked) unpacked.then((data) => open(data, root, map, setup));
  return map;
}

// The main map with its labels and what lies over it: what is drawn first.
function readMain(data) {
  const project = projector(data.places[0].crs);
  return {
    places: [readPlace(data.places[0], data.outlineWidth)],
    labels: data.labels.map(([lng, lat, text, dot]) => ({ ...project({ lat, lng }), text, dot })),
    overlays: data.overlays.map((overlay) => readOverlay(overlay, project)),
  };
}

async function open(data, root, map, setup) {
  const app = createApp(data, root, readMain(data));
  const permalink = readPermalink(app, map);
  const tip = startTip(app);
  const view = startMapView(app, map, tip);
  const beside = startBeside(app, map, tip, setup);
  startPrint(app);
  performance.mark("tigis-drawn");
  await shown();
  app.places.push(...data.places.slice(1).map((place) => readPlace(place, INSET_OUTLINE)));
  const insets = startInsets(app, tip);
  const whereIs = (id) => view.whereIs(id) || insets.whereIs(id);
  startLegend(app);
  startOverlays(app);
  startPanel(app, view, tip);
  startSearch(app, view);
  startTable(app, view);
  startControls(app, view);
  startKeyboard(app, view, tip, whereIs);
  startDownload(app);
  permalink.start();
  // a handle on the page, for those who look into it from outside
  const mapView = Object.create(view, { beside: { get: () => beside.map } });
  window.tigis.app = Object.create(app, { mapView: { value: mapView }, whereIs: { value: whereIs } });
  document.documentElement.dataset.ready = "yes";
  performance.mark("tigis-ready");
}

window.tigis = { start, formatValue };
