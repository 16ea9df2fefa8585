/** The two-minute questionnaire, before and after. */

import { h, say, show } from "../dom.js";
import { sentence } from "../format.js";
import { openDialog } from "../dialog.js";
import { post } from "../net.js";
import { toast } from "../toast.js";
import { t } from "../../strings.en.js";

export function askQuestionnaire(room, when) {
  openDialog(t.ask[when], (close) => {
    const warn = h("p", { class: "problem", role: "alert", hidden: true });
    const items = room.questionnaire.map((q) =>
      h(
        "fieldset",
        { class: "item" },
        h("legend", null, q.words),
        h(
          "div",
          { class: "scale" },
          h("span", { class: "soft low" }, q.low),
          [1, 2, 3, 4, 5].map((x) =>
            h(
              "label",
              { class: "point" },
              h("input", { type: "radio", name: q.item, value: x }),
              h("span", null, x),
            ),
          ),
          h("span", { class: "soft high" }, q.high),
        ),
      ),
    );
    const form = h(
      "form",
      { class: "stack", novalidate: true },
      h("p", { class: "soft" }, t.ask.lead),
      items,
      warn,
      h(
        "div",
        { class: "row" },
        h("button", { class: "main" }, t.ask.send),
        h("button", { type: "button", onclick: close }, t.ask.later),
      ),
    );
    form.addEventListener("change", () => show(warn, false));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = new FormData(form);
      const answers = {};
      for (const q of room.questionnaire) {
        if (given.has(q.item)) answers[q.item] = Number(given.get(q.item));
      }
      if (Object.keys(answers).length < room.questionnaire.length) {
        complain(t.ask.missing);
        return;
      }
      try {
        await post("/api/questionnaire", { when, answers });
        close();
        toast(t.ask.thanks);
      } catch (error) {
        complain(error.message);
      }
    });

    function complain(words) {
      say(warn, sentence(words));
      show(warn, true);
    }
    return form;
  });
}
