/** Messages between delegations and the chair. */

import { h, keyed, show } from "../dom.js";
import { byName } from "../format.js";
import { nameOf } from "../seats.js";
import { attempt } from "../toast.js";
import { t } from "../../strings.en.js";

/** One message as a list item. */
export function messageItem(room, message) {
  return h(
    "li",
    { class: "message", data: { from: message.from } },
    h(
      "p",
      { class: "eyebrow" },
      t.talk.from(message.who, nameOf(room, message.from)),
      message.from === "chair"
        ? ` → ${message.to ? nameOf(room, message.to) : t.talk.broadcast}`
        : "",
    ),
    h("p", null, message.words),
  );
}

/** Messages with a field to write one; the chair chooses to whom. */
export function createTalk({ send, room }) {
  const list = h("ol", { class: "talk-list", role: "log", "aria-live": "polite" });
  const empty = h("p", { class: "soft" }, t.talk.none);
  const to = h("select", { id: "talk-to" });
  let answering = null;
  const toBox = h("div", { hidden: true }, h("label", { for: "talk-to" }, t.talk.to), to);
  const words = h("textarea", { id: "talk-words", maxlength: 500, rows: 3 });
  const form = h(
    "form",
    { class: "tight", novalidate: true },
    toBox,
    h("label", { for: "talk-words" }, t.talk.toChair),
    words,
    h("div", { class: "row" }, h("button", { class: "main" }, t.talk.send)),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!words.value.trim()) return;
    const body = { words: words.value.trim(), ...(toBox.hidden ? {} : { to: to.value }) };
    if (await attempt(() => send("message", body), t.talk.sent)) words.value = "";
  });
  const element = h(
    "section",
    { class: "panel stack talk" },
    h("h2", null, t.talk.title),
    form,
    empty,
    list,
  );

  function update(tick, isChair) {
    const messages = [...(tick.you.messages ?? [])].sort((a, b) => b.n - a.n);
    show(toBox, isChair);
    form.querySelector('label[for="talk-words"]').hidden = isChair;
    if (isChair && !to.options.length) {
      to.append(...byName(room.members).map((m) => h("option", { value: m.code }, m.name)));
    }
    // The chair answers whoever wrote last, unless a message is being written.
    const wrote = messages.find((m) => m.from !== "chair");
    if (isChair && wrote && wrote.n !== answering && !words.value) {
      answering = wrote.n;
      to.value = wrote.from;
    }
    show(empty, !messages.length);
    keyed(
      list,
      messages,
      (m) => m.n,
      (m) => messageItem(room, m),
    );
    show(form, (tick.you.can ?? []).includes("message"));
  }

  return { element, update };
}
