// Projections on the GRS80 ellipsoid, from degrees to metres.
const RADIANS = Math.PI / 180;
const GRS80 = { a: 6378137, e: 0.0818191910428158, f: 1 / 298.257222101 };

// Lambert-93 (EPSG:2154), IGN: constants of the two-parallel conic, note technique NT/G 71.
const lambert93 = (() => {
  const n = 0.725607765053267, c = 11754255.426096, xs = 700000, ys = 12655612.049876;
  const e = GRS80.e;
  return {
    n, xs, ys,
    bounds: L.bounds([-2000000, 4500000], [3000000, 9000000]),
    project({ lat, lng }) {
      const sin = Math.sin(Math.max(-80, Math.min(89.9, lat)) * RADIANS);
      const isometric = Math.atanh(sin) - e * Math.atanh(e * sin);
      const radius = c * Math.exp(-n * isometric), angle = n * (lng - 3) * RADIANS;
      return new L.Point(xs + radius * Math.sin(angle), ys - radius * Math.cos(angle));
    },
    unproject({ x, y }) {
      const radius = Math.hypot(x - xs, ys - y), angle = Math.atan2(x - xs, ys - y);
      const isometric = -Math.log(radius / c) / n;
      let sin = Math.tanh(isometric);
      for (let i = 0; i < 6; i++) sin = Math.tanh(isometric + e * Math.atanh(e * sin));
      return L.latLng(Math.asin(sin) / RADIANS, 3 + angle / n / RADIANS);
    },
  };
})();

// Scales are those of the usual web map at 46.5° N, so that zoom levels keep their meaning.
const lambertUnit = 256 / (2 * Math.PI * GRS80.a * Math.cos(46.5 * RADIANS));
export const lambertCRS = L.extend({}, L.CRS.Earth, {
  code: "EPSG:2154",
  projection: lambert93,
  transformation: L.transformation(1, 2000000, -1, 9000000),
  wrapLng: undefined,
  infinite: true,
  scale: (zoom) => lambertUnit * 2 ** zoom,
  zoom: (scale) => Math.log2(scale / lambertUnit),
});

// Transverse Mercator (UTM), Krüger's series to the third order: the legal grid of each overseas department.
function utm(zone) {
  const n = GRS80.f / (2 - GRS80.f), e = GRS80.e;
  const radius = (GRS80.a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64) * 0.9996;
  const series = [n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3, (13 / 48) * n ** 2 - (3 / 5) * n ** 3, (61 / 240) * n ** 3];
  const middle = zone * 6 - 183;
  return ({ lat, lng }) => {
    const sin = Math.sin(lat * RADIANS), lambda = (lng - middle) * RADIANS;
    const t = Math.sinh(Math.atanh(sin) - e * Math.atanh(e * sin));
    const xi = Math.atan2(t, Math.cos(lambda)), eta = Math.atanh(Math.sin(lambda) / Math.hypot(1, t));
    let x = eta, y = xi;
    series.forEach((term, i) => {
      const m = 2 * (i + 1);
      x += term * Math.cos(m * xi) * Math.sinh(m * eta);
      y += term * Math.sin(m * xi) * Math.cosh(m * eta);
    });
    return { x: 500000 + radius * x, y: radius * y };
  };
}

// Lambert-93 for many points at once: the radius, which costs most, is read from a table of 4,096 latitudes
// between two given, a straight line from one to the next; within 1 mm over the whole of France.
function lambertTable(south, north) {
  const { project } = lambert93, steps = 4096, high = Math.max(north, south + 1e-3);
  const { xs, ys, n } = lambert93, step = (high - south) / (steps - 1);
  const radii = Float64Array.from({ length: steps + 1 }, (_, i) => ys - project({ lat: south + i * step, lng: 3 }).y);
  return ({ lat, lng }) => {
    const at = (lat - south) / step, i = Math.floor(at);
    if (!(i >= 0 && i < steps)) return project({ lat, lng });
    const radius = radii[i] + (radii[i + 1] - radii[i]) * (at - i), angle = n * (lng - 3) * RADIANS;
    return { x: xs + radius * Math.sin(angle), y: ys - radius * Math.cos(angle) };
  };
}

export function projector(code, bbox) {
  if (code === "EPSG:2154") return bbox ? lambertTable(bbox[1], bbox[3]) : lambert93.project;
  if (code.startsWith("utm:")) return utm(Number(code.slice(4)));
  return (position) => L.CRS.EPSG3857.projection.project(position);
}
