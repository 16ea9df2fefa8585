/** A person in the room: the head of the page, and the desk of its seat. */

import { h, mark, put, say, show } from "../dom.js";
import { day, sentence } from "../format.js";
import { get, post } from "../net.js";
import { nameOf, seatsOf } from "../seats.js";
import { attempt } from "../toast.js";
import { openDialog } from "../dialog.js";
import { createClock } from "../parts/clock.js";
import { createMap, legend } from "../parts/map.js";
import { createNews } from "../parts/news.js";
import { chairDesk } from "./chair.js";
import { memberDesk } from "./desk.js";
import { askQuestionnaire } from "./questionnaire.js";
import { seatForm } from "./join.js";
import { t } from "../../strings.en.js";

export function seatView({ room, send, go, debrief }) {
  const roundel = h("span", { class: "roundel", "aria-hidden": "true" });
  const speaks = h("p", { class: "eyebrow" }, t.seat.you);
  const title = h("h1", { tabindex: -1 });
  const who = h("p", { class: "soft" });
  const board = h("p", { class: "board" });
  const clock = createClock();
  const notes = h("div", { class: "notes" });
  const tabs = h("nav", { class: "tabs", "aria-label": t.app });
  const desk = h("div", { class: "desk" });
  const map = createMap();
  const news = createNews({ most: 8 });
  const roomPane = h(
    "section",
    { class: "pane panel stack", data: { pane: "room" } },
    h("h2", null, t.seat.tabs.room),
    board,
    map.element,
    legend(),
    news.element,
  );
  const leave = h(
    "button",
    {
      class: "quiet",
      onclick: async () => {
        if ((await attempt(() => post("/api/leave"))) !== undefined) go("/join");
      },
    },
    t.seat.leave,
  );
  const change = h("button", { class: "quiet", onclick: () => changeSeat(room) }, t.seat.change);
  const element = h(
    "div",
    { class: "seat-view", data: { tab: "decide" } },
    h(
      "header",
      { class: "seat-head" },
      roundel,
      h("div", { class: "seat-who" }, speaks, title, who),
      clock.element,
    ),
    h("main", { id: "main" }, notes, desk),
    h("footer", { class: "seat-foot row" }, change, leave),
    tabs,
  );
  let current = { seat: undefined, desk: null };
  let noted = "";
  let phase = null;

  function update(rules, tick) {
    const you = tick.you;
    element.dataset.phase = tick.phase;
    if (current.seat !== you.seat) {
      sit(rules, you.seat);
      phase = null;
    }
    // On a phone, first the briefing, then the desk as soon as there is something to decide; at the
    // end there is no choice.
    if (phase !== tick.phase && current.desk) {
      if (tick.phase === "lobby") open("briefing", false);
      else if (tick.phase === "ended") open("ended");
      else if (!phase || phase === "lobby" || phase === "ended") open("decide");
    }
    phase = tick.phase;
    put(roundel, you.seat === "chair" ? "SG" : (you.seat ?? "–"));
    show(speaks, you.seat);
    show(who, you.seat);
    say(title, you.seat ? nameOf(rules, you.seat) : you.name);
    say(who, `${you.name}${you.mates?.length ? `, ${t.seat.with(you.mates)}` : ""}`);
    show(change, tick.phase === "lobby");
    clock.update(rules, tick);
    const answered = Object.values(tick.stances).some((s) => s.last);
    say(board, answered ? t.debrief.onBoard(tick.on_board, tick.of) : sentence(rules.procedure.words));
    map.update(seatsOf(rules, tick), { you: you.seat });
    news.update(tick.news);
    current.desk?.update(rules, tick);
    note(rules, tick);
  }

  function sit(rules, seat) {
    const make = seat === "chair" ? chairDesk : seat ? memberDesk : null;
    current = { seat, desk: make ? make({ room: rules, send, seat }) : null };
    const panes = current.desk?.panes ?? {};
    put(
      desk,
      Object.entries(panes).map(([name, content]) =>
        h("div", { class: "pane stack", data: { pane: name } }, content),
      ),
      roomPane,
    );
    element.dataset.kind = seat === "chair" ? "chair" : seat ? "member" : "none";
    element.dataset.tab = Object.keys(panes)[0] ?? "room";
    put(
      tabs,
      [...Object.keys(panes), "room"].map((name) =>
        h(
          "button",
          { type: "button", data: { name }, onclick: () => open(name) },
          t.seat.tabs[name],
        ),
      ),
    );
    open(element.dataset.tab, false);
  }

  function open(name, scroll = true) {
    element.dataset.tab = name;
    for (const button of tabs.children)
      mark(button, "aria-current", button.dataset.name === name ? "true" : null);
    if (scroll) scrollTo({ top: 0 });
  }

  /** What stands above the desk: the phase, an invitation to the questionnaire or the debrief. */
  function note(rules, tick) {
    const asked = tick.you.questionnaire;
    const when = tick.phase === "lobby" ? "before" : tick.phase === "ended" ? "after" : null;
    const invite = Boolean(when && asked && !asked[when] && rules.questionnaire?.length);
    const now = [tick.phase, tick.you.seat, invite, tick.outcome].join();
    if (now === noted) return;
    noted = now;
    const cards = [];
    if (!tick.you.seat) {
      cards.push(
        card(
          t.seat.unseated,
          tick.phase === "lobby"
            ? h("button", { class: "main", onclick: () => changeSeat(rules) }, t.seat.choose)
            : null,
        ),
      );
    } else if (tick.phase === "lobby") cards.push(card(t.seat.lobby));
    else if (tick.phase === "drafting" && tick.you.seat !== "chair")
      cards.push(card(t.seat.drafting));
    else if (tick.phase === "ended") {
      cards.push(
        card(
          tick.outcome === "adopted"
            ? t.stage.adopted(day(tick.date), tick.round)
            : t.stage.no_deal,
          h("button", { class: "main", onclick: debrief }, t.seat.debrief),
        ),
      );
    }
    if (invite)
      cards.push(
        card(
          t.ask[when],
          h("button", { onclick: () => askQuestionnaire(rules, when) }, t.ask.open),
        ),
      );
    put(notes, cards);
  }

  async function changeSeat(rules) {
    const list = await attempt(() => get(`/api/room?code=${rules.code}`));
    if (!list) return;
    openDialog(
      t.seat.choose,
      (close) =>
        seatForm(list.seats, {
          submit: t.join.change,
          back: close,
          chosen: current.seat ?? "",
          async take(seat) {
            if (await attempt(() => post("/api/seat", { seat }))) close();
          },
        }).form,
      { wide: true },
    );
  }

  return { title: room.title, element, update };
}

function card(words, action = null) {
  return h("div", { class: "note-card", role: "status" }, h("p", null, words), action);
}
