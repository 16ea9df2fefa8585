/** A titled panel of the debrief. */

import { h } from "../dom.js";

export function section(title, lead, ...content) {
  return h(
    "section",
    { class: "panel stack" },
    h("div", null, h("h2", null, title), lead ? h("p", { class: "soft" }, lead) : null),
    content,
  );
}
