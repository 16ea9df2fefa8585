/** The briefing of a country, from the data: what it fears, what it can pay, what presses on it. */

import { h, put, setVars } from "../dom.js";
import { get } from "../net.js";
import { t } from "../../strings.en.js";

export function createBriefing() {
  const element = h("section", { class: "panel stack briefing" }, h("p", null, t.loading));
  let loaded = null;
  let shown = null;

  /** Load the briefing of the seat, anew with each text: it costs something else, and more is known. */
  async function load(seat, text) {
    const asked = `${seat} ${text}`;
    if (loaded === asked) return;
    loaded = asked;
    try {
      const brief = await get("/api/briefing");
      if (loaded === asked) draw(brief);
    } catch {
      if (loaded !== asked) return;
      loaded = null;
      if (shown) return;
      put(element, h("p", null, t.briefing.failed));
    }
  }

  function draw(brief) {
    const told = JSON.stringify(brief);
    if (told === shown) return; // what is open stays open
    shown = told;
    put(
      element,
      h("h2", null, t.briefing.title(brief.seat === "chair" ? t.chair : brief.name)),
      h("p", { class: "intro serif" }, brief.intro),
      brief.attributes?.length ? h("ul", { class: "meters" }, brief.attributes.map(meter)) : null,
      brief.sections.filter((s) => s.items.length).map(section),
    );
  }

  function meter(a) {
    const box = h("span", { class: "meter", "aria-hidden": "true" }, h("i"));
    setVars(box, { "--share": a.value });
    return h(
      "li",
      null,
      h("span", { class: "meter-name" }, a.label),
      box,
      h("span", { class: "soft meter-words" }, a.words),
    );
  }

  function section(s) {
    const sources = s.items.filter((i) => i.source);
    return h(
      "section",
      { class: "brief", data: { key: s.key } },
      h("h3", null, s.title),
      h(
        "dl",
        null,
        s.items.map((i) =>
          h(
            "div",
            null,
            h("dt", null, i.label),
            h("dd", null, i.value, i.note ? h("small", { class: "soft" }, i.note) : null),
          ),
        ),
      ),
      sources.length
        ? h(
            "details",
            null,
            h("summary", null, t.briefing.sources),
            h(
              "ul",
              null,
              sources.map((i) =>
                h(
                  "li",
                  null,
                  `${i.label}: ${i.source}${i.grade ? ` (${t.briefing.grade(i.grade)})` : ""}`,
                ),
              ),
            ),
          )
        : null,
    );
  }

  return { element, load };
}
