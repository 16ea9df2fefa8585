/** The way to the summit: rounds as a line with events, and the time that silence still has. */

import { h, keyed, mark, put, say, setVars } from "../dom.js";
import { day } from "../format.js";
import { t } from "../../strings.en.js";

export function createClock() {
  const round = h("strong", { class: "clock-round" });
  const date = h("span", { class: "clock-date" });
  const left = h("span", { class: "clock-left" });
  const done = h("i", { class: "way-done" });
  const events = h("span", { class: "way-events" });
  const here = h("i", { class: "way-here" });
  const way = h("div", { class: "way", "aria-hidden": "true" }, done, events, here);
  const countdown = h("span", { class: "countdown", role: "timer" });
  const answered = h("span", { class: "soft" });
  const element = h(
    "section",
    { class: "clock", "aria-label": t.clock.title },
    h("p", { class: "clock-words" }, round, date, left),
    way,
    h("p", { class: "clock-foot" }, countdown, answered),
  );
  let running = null;
  let until = 0;

  function update(room, tick) {
    const share = tick.rounds > 1 ? Math.max(0, tick.round - 1) / (tick.rounds - 1) : 1;
    say(round, tick.phase === "lobby" ? t.clock.before : t.clock.round(tick.round, tick.rounds));
    say(date, day(tick.date));
    say(left, tick.phase === "ended" ? "" : t.clock.left(tick.days_left));
    setVars(way, { "--share": share });
    keyed(
      events,
      tick.news.filter((n) => n.kind === "event"),
      (n) => n.n,
      (n) => h("i", { class: "way-event", title: n.words }),
      (mark_, n) => setVars(mark_, { "--share": (n.round - 1) / Math.max(1, tick.rounds - 1) }),
    );
    clearInterval(running);
    mark(countdown, "data-low", false);
    const timed = tick.clock && !tick.demo && ["answering", "drafting"].includes(tick.phase);
    const seated = Object.values(tick.stances).filter((s) => s.people > 0);
    say(
      answered,
      tick.phase === "answering" && seated.length
        ? t.clock.answered(seated.filter((s) => s.answered).length, seated.length)
        : "",
    );
    if (tick.paused && tick.phase !== "lobby" && tick.phase !== "ended")
      say(countdown, t.clock.paused);
    else if (timed) {
      until = performance.now() + 1000 * tick.clock.seconds_left;
      count(tick.phase);
      running = setInterval(() => count(tick.phase), 500);
    } else say(countdown, t.clock.phase[tick.phase] ?? "");
  }

  function count(phase) {
    const seconds = Math.max(0, Math.round((until - performance.now()) / 1000));
    mark(countdown, "data-low", seconds <= 10);
    put(
      countdown,
      t.clock.phase[phase],
      " ",
      h("b", null, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`),
    );
    if (seconds === 0) clearInterval(running);
  }

  return { element, update };
}
