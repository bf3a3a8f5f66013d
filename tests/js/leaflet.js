// The few things of Leaflet that the page's projections are made of, for tests without a browser.
const A = 6378137, RADIANS = Math.PI / 180;

globalThis.L = {
  Point: class {
    constructor(x, y) {
      Object.assign(this, { x, y });
    }
  },
  bounds: (...corners) => corners,
  latLng: (lat, lng) => ({ lat, lng }),
  extend: Object.assign,
  transformation: (...terms) => terms,
  CRS: {
    Earth: {},
    EPSG3857: {
      projection: {
        project: ({ lat, lng }) => ({ x: A * lng * RADIANS, y: A * Math.atanh(Math.sin(lat * RADIANS)) }),
      },
    },
  },
};
