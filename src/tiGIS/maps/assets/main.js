// From the packed data in the page to a map that answers: the picture first, the rest once it shows.
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

async function open(data, root, map, setup) {
  const app = createApp(data, root);
  const permalink = readPermalink(app, map);
  app.places = [readPlace(data.places[0])];
  startMapView(app, map);
  startBeside(app, map, setup);
  startPrint(app);
  performance.mark("tigis-drawn");
  await shown();
  app.places.push(...data.places.slice(1).map(readPlace));
  startTip(app);
  startInsets(app);
  startLegend(app);
  startOverlays(app);
  startPanel(app);
  startSearch(app);
  startTable(app);
  startControls(app);
  startKeyboard(app);
  startDownload(app);
  permalink.start();
  window.tigis = Object.assign(window.tigis, { app });
  document.documentElement.dataset.ready = "yes";
  performance.mark("tigis-ready");
}

window.tigis = { start, formatValue };
