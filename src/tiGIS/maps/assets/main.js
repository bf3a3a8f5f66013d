// From the packed data in the page to a map that answers.
async function unpack(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function start(id) {
  const root = document.querySelector(".tigis");
  const setup = JSON.parse(document.getElementById("tigis-setup").textContent);
  const map = createMap(id, setup);
  if (!window.DecompressionStream) {
    root.querySelector(".trouble").hidden = false;
    return map;
  }
  unpack(document.getElementById("tigis-data").textContent).then((data) => {
    const app = createApp(data, root);
    app.places = data.places.map(readPlace);
    startTip(app);
    startMapView(app, map);
    startInsets(app);
    startLegend(app);
    startOverlays(app);
    startPanel(app);
    startSearch(app);
    startTable(app);
    startControls(app);
    startKeyboard(app);
    startDownload(app);
    startPermalink(app);
    window.tigis = Object.assign(window.tigis, { app });
    document.documentElement.dataset.ready = "yes";
    performance.mark("tigis-ready");
  });
  return map;
}

window.tigis = { start, formatValue };
