// Search by name or code, accents and case ignored: a combobox as ARIA describes it.
import { element } from "./dom.js";
import { folded } from "./format.js";

export function startSearch(app, view) {
  const input = app.find(".search input"), list = app.find(".search [role=listbox]");
  const keys = app.data.names.map((name, i) => " " + folded(name) + " " + folded(app.data.codes[i]));
  let found = [], active = -1;

  function search(asked) {
    const words = folded(asked).split(" ").filter(Boolean);
    if (!words.length) return [];
    const whole = words.join(" ");
    return keys.map((key, i) => [key, i])
      .filter(([key]) => words.every((word) => key.includes(" " + word)))
      .sort(([a, i], [b, j]) => b.startsWith(" " + whole + " ") - a.startsWith(" " + whole + " ") ||
        b.startsWith(" " + whole) - a.startsWith(" " + whole) || a.length - b.length || i - j)
      .slice(0, 8).map(([, i]) => i);
  }

  function show() {
    list.hidden = !found.length && !input.value.trim();
    input.setAttribute("aria-expanded", !list.hidden);
    const options = found.map((id, i) => element("li", { role: "option", id: `found-${i}`, "aria-selected": i === active ? "true" : "false",
      onmousedown: (event) => {
        event.preventDefault();
        choose(id);
      } }, element("span", {}, app.data.names[id]), element("small", {}, app.say(id))));
    list.replaceChildren(...(options.length ? options : [element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "nothing" }, app.text.nothing)]));
    if (active >= 0) input.setAttribute("aria-activedescendant", `found-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function hide() {
    found = [];
    active = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(id) {
    input.value = app.data.names[id];
    hide();
    view.show(id);
    app.set({ pin: id });
  }

  input.addEventListener("input", () => {
    found = search(input.value);
    active = found.length ? 0 : -1;
    show();
  });
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      hide();
    } else if (event.key === "Enter" && active >= 0) choose(found[active]);
    else if (["ArrowDown", "ArrowUp"].includes(event.key) && found.length) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
      show();
    }
  });
}
