// Numbers as tiGIS/_format.py writes them: the same text for the same value.
export const THIN = "\u202f";
const MINUS = "\u2212";

function grouped(whole, lang) {
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, lang === "fr" ? THIN : ",");
}

export function formatNumber(value, decimals, lang, signed) {
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".");
  const text = grouped(whole, lang) + (fraction ? (lang === "fr" ? "," : ".") + fraction : "");
  if (!/[1-9]/.test(text)) return text;
  return value < 0 ? MINUS + text : signed ? "+" + text : text;
}

export function formatCompact(value, lang) {
  return Math.abs(value) < 999950 ? formatNumber(value, 0, lang) : formatNumber(value / 1e6, 1, lang) + THIN + "M";
}

function formatDuration(minutes, lang, signed) {
  const total = Math.floor(Math.abs(minutes) + 0.5);
  const hours = Math.floor(total / 60);
  const rest = total % 60;
  let text = rest + THIN + "min";
  if (hours) text = grouped(String(hours), lang) + THIN + "h" + (rest ? THIN + String(rest).padStart(2, "0") : "");
  if (!total) return text;
  return minutes < 0 ? MINUS + text : signed ? "+" + text : text;
}

export function formatOrdinal(rank, lang, feminine) {
  const text = grouped(String(rank), lang);
  if (lang === "fr") return text + (rank === 1 ? (feminine ? "ʳᵉ" : "ᵉʳ") : "ᵉ");
  if ([11, 12, 13].includes(rank % 100)) return text + "th";
  return text + ({ 1: "st", 2: "nd", 3: "rd" }[rank % 10] || "th");
}

// A value of a layer, with its unit; null is said in words, with its reason where one is known.
export function formatValue(value, layer, lang, absent) {
  if (value === null || value === undefined) return absent;
  if (layer.categories) return layer.categories[value];
  if (layer.unit === "min") return formatDuration(value, lang, layer.signed);
  const text = formatNumber(value, layer.decimals, lang, layer.signed);
  if (!layer.unit) return text;
  return text + (layer.unit === "%" && lang === "en" ? "" : THIN) + layer.unit;
}

// {word} in a sentence of the page's language
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
