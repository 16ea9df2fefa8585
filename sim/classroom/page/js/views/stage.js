/** What the class sees: the map, the text, who is on board, the way to the summit, the forecast. */

import { h, keyed, put, say, show } from "../dom.js";
import { day, firstSentence, sentence } from "../format.js";
import { nameOf, seatsOf } from "../seats.js";
import { createArc } from "../parts/arc.js";
import { createClock } from "../parts/clock.js";
import { createForecast } from "../parts/forecast.js";
import { createMap, legend } from "../parts/map.js";
import { createNews } from "../parts/news.js";
import { createSheet } from "../parts/sheet.js";
import { createControls } from "./host.js";
import { showMember, showMembers } from "./members.js";
import { t } from "../../strings.en.js";

export function stageView({ room, role, send, debrief }) {
  const host = role === "host";
  let state = { room, tick: null };
  const map = createMap({ onpick: (code) => showMember(state, code) });
  const arc = createArc();
  const clock = createClock();
  const sheet = createSheet();
  const forecast = createForecast();
  const news = createNews();
  const controls = host ? createControls({ send, debrief, state: () => state }) : null;
  const lobby = createLobby();
  const arcBox = h("div", { class: "stage-arc" }, arc.element);
  const title = h("h1", { tabindex: -1 });
  const joinBox = h("p", { class: "join-box" });
  const banner = h("section", { class: "banner", role: "status", hidden: true });
  const element = h(
    "div",
    { class: "stage", data: { role } },
    h(
      "header",
      { class: "stage-head" },
      h("div", { class: "stage-title" }, h("p", { class: "eyebrow" }, t.app), title),
      clock.element,
      joinBox,
    ),
    h(
      "main",
      { id: "main", class: "stage-main" },
      h(
        "section",
        { class: "stage-map", "aria-label": t.map.title },
        map.element,
        arcBox,
        h(
          "div",
          { class: "row stage-legend" },
          legend(),
          h("button", { class: "quiet", onclick: () => showMembers(state) }, t.stage.members),
        ),
        news.element,
      ),
      h("aside", { class: "stage-side" }, lobby.element, sheet.element, banner, forecast.element),
    ),
    controls ? h("footer", { class: "stage-foot" }, controls.element) : null,
  );

  function update(rules, tick) {
    state = { room: rules, tick };
    element.dataset.phase = tick.phase;
    say(title, rules.title);
    const seats = seatsOf(rules, tick);
    const inLobby = tick.phase === "lobby";
    put(
      joinBox,
      h("span", null, t.stage.code),
      " ",
      h("strong", null, rules.code),
      h("small", null, t.stage.people(tick.people)),
    );
    show(joinBox, !inLobby);
    show(arcBox, !inLobby);
    map.update(seats);
    arc.update(seats, ruling(rules, tick));
    clock.update(rules, tick);
    show(lobby.element, inLobby);
    show(sheet.element, !inLobby);
    show(forecast.element, !inLobby && tick.phase !== "ended");
    if (inLobby) lobby.update(rules, tick, seats);
    sheet.update(rules, tick.text, {
      roundWords: tick.phase === "ended" ? t.sheet.final(tick.round) : t.sheet.draft(tick.round),
      letterNames: tick.letters.map((code) => nameOf(rules, code)),
      proposals: tick.amendments
        .slice(-3)
        .map((a) => t.sheet.proposes(nameOf(rules, a.seat), a.words)),
      outcome: tick.outcome,
      id: `${tick.round}`,
    });
    forecast.update(rules, tick);
    news.update(tick.news);
    controls?.update(rules, tick);
    ending(tick);
  }

  function ending(tick) {
    if (tick.phase !== "ended") {
      show(banner, false);
      return;
    }
    if (!banner.hidden) return;
    const words =
      tick.outcome === "adopted" ? t.stage.adopted(day(tick.date), tick.round) : t.stage.no_deal;
    put(
      banner,
      h("p", { class: "banner-word serif" }, t.outcome[tick.outcome]),
      h("p", null, words),
      h("button", { class: "main big", onclick: debrief }, t.stage.debrief),
    );
    banner.dataset.outcome = tick.outcome;
    show(banner, true);
  }

  return { title: room.title, element, update, close: () => controls?.close() };
}

/** What stands below the count: whose answers these are, or what it takes. */
function ruling(room, tick) {
  if (tick.phase === "answering" && tick.round > 1) return t.arc.last(tick.round - 1);
  return tick.outcome === "adopted" ? t.arc.adopted : sentence(room.procedure.words);
}

/** Before the start: how to join, and who has come. */
function createLobby() {
  const qr = h("img", { class: "qr", alt: t.stage.qr });
  const address = h("p", { class: "address" });
  const about = h("p", { class: "lobby-about" });
  const code = h("strong", { class: "big-code" });
  const people = h("p", { class: "soft" });
  const list = h("ul", { class: "chips" });
  const element = h(
    "section",
    { class: "panel lobby" },
    h("h2", null, t.stage.lobbyTitle),
    about,
    h("p", { class: "soft" }, t.stage.lobbyLead),
    address,
    h("div", { class: "lobby-way" }, qr, h("p", null, h("span", { class: "eyebrow" }, t.join.code), code)),
    h("div", { class: "lobby-seats" }, h("h3", null, t.stage.seats), people, list),
  );
  let drawn = "";

  function update(room, tick, seats) {
    if (drawn !== room.join_url) qr.src = `/api/qr.svg?${encodeURIComponent(room.code)}`;
    drawn = room.join_url;
    const url = new URL(room.join_url);
    say(address, `${url.host}/join`);
    say(code, room.code);
    say(about, firstSentence(room.description));
    const chair = tick.chair_people ?? 0;
    const taken = [
      ...(chair ? [{ code: "chair", name: t.chair, people: chair }] : []),
      ...seats.filter((s) => s.human),
    ];
    say(people, tick.people ? t.stage.people(tick.people) : t.stage.noSeats);
    keyed(
      list,
      taken,
      (s) => s.code,
      () => h("li"),
      (chip, seat) => say(chip, seat.people > 1 ? `${seat.name} · ${seat.people}` : seat.name),
    );
  }

  return { element, update };
}
