/** Joining: the code, a name, and a capital. */

import { h, keyed, put, say, show } from "../dom.js";
import { byName, sentence } from "../format.js";
import { get, post } from "../net.js";
import { t } from "../../strings.en.js";

export function joinView({ go, me = {}, code = "", problem = "" }) {
  const warn = h("p", { class: "problem", role: "alert", hidden: !problem }, sentence(problem));
  const body = h("div", { class: "join-body" });
  const element = h(
    "main",
    { id: "main", class: "join" },
    h(
      "header",
      { class: "join-head" },
      h("p", { class: "eyebrow" }, t.app),
      h("h1", { tabindex: -1 }, t.join.title),
      h("p", { class: "join-lead serif" }, t.join.lead),
    ),
    h(
      "div",
      { class: "join-card panel" },
      warn,
      body,
      me.seat
        ? h(
            "p",
            { class: "row join-links" },
            t.join.playing(me.seat.name),
            h("button", { onclick: () => go("/seat") }, t.join.resume),
          )
        : null,
      me.host
        ? h(
            "p",
            { class: "row join-links" },
            h("button", { onclick: () => go("/host") }, t.join.host),
          )
        : null,
    ),
  );

  function complain(words) {
    say(warn, sentence(words));
    show(warn, Boolean(words));
  }

  function askCode(given = "", name = "") {
    const codeField = h("input", {
      type: "text",
      id: "code",
      class: "code-field",
      maxlength: 6,
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      value: given,
      "aria-describedby": "code-hint",
      required: true,
    });
    const nameField = h("input", {
      type: "text",
      id: "name",
      maxlength: 40,
      autocomplete: "nickname",
      value: name,
      "aria-describedby": "name-hint",
      required: true,
    });
    const form = h(
      "form",
      { class: "stack", novalidate: true },
      h(
        "div",
        null,
        h("label", { for: "code" }, t.join.code),
        h("p", { class: "hint", id: "code-hint" }, t.join.codeHint),
        codeField,
      ),
      h(
        "div",
        null,
        h("label", { for: "name" }, t.join.name),
        h("p", { class: "hint", id: "name-hint" }, t.join.nameHint),
        nameField,
      ),
      h("button", { class: "main big" }, t.join.next),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const typed = codeField.value.trim().toUpperCase();
      if (!typed || !nameField.value.trim()) {
        complain(t.join.missing);
        (typed ? nameField : codeField).focus();
        return;
      }
      try {
        const room = await get(`/api/room?code=${encodeURIComponent(typed)}`);
        complain(room.locked ? t.join.locked : "");
        if (!room.locked) askSeat(room, nameField.value.trim());
      } catch (error) {
        complain(error.message);
        codeField.focus();
      }
    });
    put(body, form);
    (given ? nameField : codeField).focus({ preventScroll: true });
  }

  function askSeat(room, name) {
    const { form, first } = seatForm(room.seats, {
      submit: t.join.enter,
      async take(seat) {
        try {
          await post("/api/join", { code: room.code, name, seat });
          go("/seat");
        } catch (error) {
          complain(error.message);
          if (error.error === "bad_name" || error.error === "no_room") askCode(room.code, name);
        }
      },
      back: () => askCode(room.code, name),
    });
    element.classList.add("choosing");
    put(body, form);
    first.focus({ preventScroll: true });
    element.scrollIntoView();
  }

  askCode((code ?? "").toUpperCase());
  const first = () => body.querySelector(code ? "#name" : "#code");
  return { title: t.join.title, element, first };
}

/** The choice of a seat: a list of radio buttons that can be searched. */
export function seatForm(seats, { submit, take, back, chosen = "" }) {
  const list = h("div", { class: "capitals" });
  const find = h("input", { type: "text", id: "find", autocomplete: "off" });
  const form = h("form", { class: "stack", novalidate: true });
  let value = chosen;

  function draw() {
    const wanted = find.value.trim().toLocaleLowerCase();
    const fits = (s) => `${s.name} ${s.code}`.toLocaleLowerCase().includes(wanted);
    keyed(
      list,
      [...byName(seats.filter(fits)), { code: "", name: t.join.wait }],
      (s) => s.code,
      option,
      (box, seat) => {
        box.querySelector("input").checked = seat.code === value;
        say(
          box.querySelector(".taken"),
          seat.code ? (seat.people ? t.join.taken(seat.people) : t.join.free) : "",
        );
        box.toggleAttribute("data-taken", Boolean(seat.people));
      },
    );
  }

  function option(seat) {
    const special =
      t.join.special[seat.code] ?? (seat.demands ? t.join.special.demander : "");
    return h(
      "label",
      { class: "capital" },
      h("input", {
        type: "radio",
        name: "seat",
        value: seat.code,
        class: "unseen",
        onchange: () => {
          value = seat.code;
        },
      }),
      h(
        "span",
        { class: "capital-code", "aria-hidden": "true" },
        seat.code === "chair" ? "SG" : seat.code || "…",
      ),
      h(
        "span",
        { class: "capital-name" },
        seat.code === "chair" ? t.chair : seat.name,
        special ? h("small", null, special) : null,
      ),
      h("span", { class: "taken" }),
    );
  }

  find.addEventListener("input", () => {
    draw();
    const left = list.querySelectorAll("input");
    // One country and the way out: what is searched for is chosen.
    if (find.value.trim() && left.length === 2) {
      value = left[0].value;
      left[0].checked = true;
    }
  });
  form.append(
    h(
      "fieldset",
      { class: "stack" },
      h("legend", { class: "big-legend serif" }, t.join.seat),
      h("p", { class: "hint" }, t.join.seatHint),
      h("div", null, h("label", { for: "find", class: "unseen" }, t.join.find), find),
      list,
    ),
    h(
      "div",
      { class: "row join-foot" },
      h("button", { class: "main big" }, submit),
      h("button", { type: "button", class: "quiet", onclick: back }, t.back),
    ),
  );
  find.placeholder = t.join.find;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(value || null);
  });
  draw();
  return { form, first: find };
}
