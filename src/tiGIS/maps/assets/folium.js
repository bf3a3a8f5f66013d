// Layers that folium writes expect two libraries that the page leaves out; what they use of them is this.
(() => {
  // folium.Popup builds its content with $(`<div>...</div>`)[0]
  window.$ = window.$ || ((html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return [...holder.content.children];
  });
  // folium.Icon: a coloured pin, without the pictograms of Font Awesome
  const hues = { red: "#d33d2a", darkred: "#a23336", lightred: "#ff8e7f", orange: "#f69730", beige: "#ffcb92", green: "#72b026", darkgreen: "#728224", lightgreen: "#bbf970", blue: "#38aadd", darkblue: "#0067a3", lightblue: "#8adaff", purple: "#d252b9", darkpurple: "#5b396b", pink: "#ff91ea", cadetblue: "#436978", white: "#fbfbfb", gray: "#575757", lightgray: "#a3a3a3", black: "#303030" };
  L.AwesomeMarkers = L.AwesomeMarkers || {
    icon: (options = {}) => L.divIcon({
      className: "tigis-pin", iconSize: [26, 36], iconAnchor: [13, 36], popupAnchor: [0, -34],
      html: `<svg viewBox="0 0 26 36" width="26" height="36" aria-hidden="true"><path d="M13 35C9 26 1 21 1 13a12 12 0 0 1 24 0c0 8-8 13-12 22z" fill="${hues[options.markerColor] || hues.blue}" stroke="#fff" stroke-width="1.5"/><circle cx="13" cy="13" r="4.5" fill="#fff"/></svg>`,
    }),
  };
})();
