/** An event of the teacher's making: what happens, whom it touches, and how hard. */

import { h, say, setVars, show } from "../dom.js";
import { byName } from "../format.js";
import { openDialog } from "../dialog.js";
import { t } from "../../strings.en.js";

const SIZES = [
  "leverage",
  "threat_perception",
  "fiscal_room",
  "us_pressure_sensitivity",
  "domestic_constraint",
];

export function eventDialog(room, announce) {
  openDialog(
    t.event.title,
    (close) => {
      const name = h("input", { type: "text", id: "event-name", maxlength: 120 });
      const warn = h("p", { class: "problem", role: "alert", hidden: true });
      const sliders = Object.fromEntries(SIZES.map((key) => [key, size(key)]));
      const some = h(
        "fieldset",
        { class: "event-who" },
        h("legend", { class: "unseen" }, t.event.touches),
        byName(room.members).map((m) =>
          h("label", null, h("input", { type: "checkbox", value: m.code }), m.name),
        ),
      );
      const presets = h(
        "div",
        { class: "row presets" },
        t.event.list.map((preset) =>
          h("button", { type: "button", onclick: () => fill(preset) }, preset.name),
        ),
      );

      function fill(preset) {
        name.value = preset.name;
        show(warn, false);
        for (const key of SIZES) sliders[key].set(preset[key] ?? 0);
      }

      const form = h(
        "form",
        { class: "stack", novalidate: true },
        h("p", { class: "soft" }, t.event.lead),
        warn,
        h("div", { class: "tight" }, h("h3", null, t.event.presets), presets),
        h("div", null, h("label", { for: "event-name" }, t.event.name), name),
        h(
          "div",
          { class: "event-sizes" },
          SIZES.map((key) => sliders[key].element),
        ),
        h(
          "details",
          null,
          h("summary", null, t.event.some),
          some,
        ),
        h(
          "div",
          { class: "row" },
          h("button", { class: "main" }, t.event.announce),
          h("button", { type: "button", onclick: close }, t.cancel),
        ),
      );
      name.addEventListener("input", () => show(warn, false));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!name.value.trim()) {
          say(warn, t.event.nameless);
          show(warn, true);
          name.focus();
          return;
        }
        const members = [...some.querySelectorAll(":checked")].map((box) => box.value);
        const sizes = Object.fromEntries(SIZES.map((key) => [key, sliders[key].get()]));
        close();
        announce({ name: name.value.trim(), members: members.length ? members : null, ...sizes });
      });
      return form;
    },
    { wide: true },
  );
}

function size(key) {
  const id = `event-${key}`;
  const field = h("input", { type: "range", id, min: -0.5, max: 0.5, step: 0.01, value: 0 });
  const shown = h("output", { for: id });
  const draw = () => {
    const x = Number(field.value);
    setVars(field, { "--at": x + 0.5 });
    say(shown, x === 0 ? t.event.none : `${x > 0 ? "+" : "−"}${Math.abs(x).toFixed(2)}`);
  };
  field.addEventListener("input", draw);
  draw();
  return {
    element: h("div", null, h("label", { for: id }, t.event.sizes[key], " ", shown), field),
    get: () => Number(field.value),
    set: (x) => {
      field.value = x;
      draw();
    },
  };
}
