/** The teacher's hands: start, pace, undo, events, people. Everything else is on the stage. */

import { h, mark, put, say, show } from "../dom.js";
import { attempt } from "../toast.js";
import { t } from "../../strings.en.js";
import { eventDialog } from "./event.js";
import { messagesDialog, moreDialog, peopleDialog } from "./host_dialogs.js";

const SPEEDS = [0.5, 1, 2, 4, 8];

export function createControls({ send, debrief, state }) {
  const control = (what, body = {}) => attempt(() => send("control", { do: what, ...body }));
  const button = (words, act, options = {}) =>
    h("button", { type: "button", onclick: act, ...options }, words);

  const step = button("", forward, { class: "main" });
  const pause = button("", () => control(tick().paused ? "resume" : "pause"));
  const undo = button(t.host.undo, () => control("undo"));
  const demo = button("", () => control("demo", { on: !tick().demo, speed: Number(speed.value) }));
  const speed = h(
    "select",
    {
      "aria-label": t.host.speed,
      onchange: () => {
        if (tick().demo) control("demo", { on: true, speed: Number(speed.value) });
      },
    },
    SPEEDS.map((x) => h("option", { value: x }, `${x}×`)),
  );
  let played = 1;
  speed.value = String(played);
  const pace = h(
    "select",
    {
      "aria-label": t.host.pace,
      onchange: () => control("pace", { seconds: pace.value === "" ? null : Number(pace.value) }),
    },
    t.host.paces.map(([seconds, words]) => h("option", { value: seconds ?? "" }, words)),
  );
  const cover = button("", () => control("forecast", { hidden: !tick().forecast_hidden }));
  const event = button(t.host.event, () =>
    eventDialog(state().room, (body) => control("event", body)),
  );
  const people = button("", () => (follow = peopleDialog(state, control)));
  const messages = button("", () => (follow = messagesDialog(state)));
  const more = button(t.host.more, () => moreDialog({ state, control, debrief }));
  const working = h("p", { class: "soft host-note", role: "status", hidden: true }, t.host.working);
  const element = h(
    "section",
    { class: "controls", "aria-label": t.host.title },
    working,
    h(
      "div",
      { class: "controls-row" },
      step,
      pause,
      undo,
      pace,
      h("span", { class: "demo" }, demo, speed),
      cover,
      event,
      people,
      messages,
      more,
    ),
  );

  let follow = () => {};

  function forward() {
    if (tick().phase === "ended") debrief();
    else control(tick().phase === "lobby" ? "start" : "step");
  }

  function tick() {
    return state().tick ?? {};
  }

  function update(room, now) {
    const you = now.you ?? {};
    say(step, t.host.step[now.phase]);
    const running = now.phase === "answering" || now.phase === "drafting";
    say(pause, now.paused ? t.host.resume : t.host.pause);
    mark(pause, "aria-pressed", now.paused ? "true" : "false");
    pause.disabled = !running;
    undo.disabled = !you.can_undo;
    say(demo, now.demo ? t.host.demoStop : t.host.demo);
    mark(demo, "aria-pressed", now.demo ? "true" : "false");
    demo.disabled = now.phase === "ended" && !now.demo;
    if (now.speed !== played) {
      // What the teacher has chosen, and not played yet, stays.
      played = now.speed;
      speed.value = String(played);
    }
    if (document.activeElement !== pace) pace.value = now.pace_s ?? "";
    say(cover, now.forecast_hidden ? t.host.showForecast : t.host.hide);
    mark(cover, "aria-pressed", now.forecast_hidden ? "true" : "false");
    event.disabled = !running;
    count(people, t.host.people, now.people);
    count(messages, t.host.messages, (you.messages ?? []).length);
    show(working, you.engine_ready === false);
    follow();
  }

  function count(target, words, n) {
    const text = n ? `${words} (${n})` : words;
    if (target.textContent !== text) put(target, text);
  }

  function keys(pressed) {
    const inField = pressed.target.closest?.("input, select, textarea, button, a, dialog");
    if (inField || pressed.ctrlKey || pressed.metaKey || pressed.altKey || !state().tick) return;
    const act = { " ": step, p: pause, u: undo, f: cover }[pressed.key.toLowerCase()];
    if (!act || act.disabled) return;
    pressed.preventDefault();
    act.click();
  }

  addEventListener("keydown", keys);
  return { element, update, close: () => removeEventListener("keydown", keys) };
}
