/** Which view to show: by the path, and by who the room says we are. */

import { h, put, say, show } from "./dom.js";
import { sentence } from "./format.js";
import { connect, get, post } from "./net.js";
import { t } from "../strings.en.js";
import { joinView } from "./views/join.js";
import { stageView } from "./views/stage.js";
import { seatView } from "./views/seat.js";
import { debriefView } from "./views/debrief.js";

/** Milliseconds after which a hand on a slider rests. */
const RESTS = 250;
const app = document.getElementById("app");
let live = null;

/** Show a view and tell it and screen readers so. */
function mount(view, light) {
  document.body.dataset.light = light;
  put(app, h("a", { class: "skip", href: "#main" }, t.skip), view.element);
  document.title = view.title ? `${view.title} · ${t.app}` : t.app;
  const first = view.first?.() ?? view.element.querySelector("h1");
  first?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

/** Go to a path of the page without loading it anew. */
export function go(path) {
  if (location.pathname + location.search !== path) history.pushState(null, "", path);
  route();
}

async function route() {
  live?.close();
  live = null;
  const path = location.pathname;
  try {
    if (path === "/host" && location.hash.length > 1) {
      const secret = location.hash.slice(1);
      history.replaceState(null, "", "/host");
      await post("/api/host", { secret });
    }
  } catch (error) {
    mount(
      joinView({ go, problem: error.status === 403 ? t.join.badHost : error.message }),
      "night",
    );
    return;
  }
  let me = { host: null, seat: null };
  try {
    me = await get("/api/me");
  } catch (error) {
    mount(joinView({ go, problem: error.message }), "night");
    return;
  }
  if (path === "/host" && me.host) live = room("host", me);
  else if (path === "/projector" && me.host) live = room("projector", me);
  else if (path === "/seat" && me.seat) live = room("seat", me);
  else if (path === "/debrief" && me.host) live = room("host", me, "/host");
  else if (path === "/debrief" && me.seat) live = room("seat", me, "/seat");
  else if (path === "/host") mount(joinView({ go, me, problem: t.join.badHost }), "night");
  else mount(joinView({ go, me, code: new URLSearchParams(location.search).get("code") }), "night");
}

/**
 * The views that live on the socket of a role.
 *
 * @param {"host"|"projector"|"seat"} role
 * @param {object} me who the room says we are
 * @param {string|null} back from the debrief: where to go back to; null for the room itself
 */
function room(role, me, back = null) {
  const offline = h("p", { class: "offline", role: "status", hidden: true });
  const night = role === "seat" ? "paper" : "night";
  let view = null;
  let rules = null;
  let latest = null;
  let frame = 0;
  let debriefing = back !== null;
  let shown = "";
  let teacher = "room";
  let told = false;
  let resting = null;
  let closed = false;

  const link = connect(role, {
    room(message) {
      rules = message;
      if (latest) draw();
    },
    tick(message) {
      latest = message;
      if (!frame) frame = schedule(draw);
    },
    link(up) {
      show(offline, !up);
      say(offline, up ? "" : t.net.reconnecting);
      // A window of the teacher in the background does not end the debrief by coming back.
      if (up && role === "host" && (debriefing || !told)) lead();
    },
    end(reason, message) {
      ended(reason, message);
    },
  });

  /** The teacher tells projectors what to show; if the word is lost they have buttons of their own. */
  function lead(round = null) {
    told = true;
    const view = debriefing ? "debrief" : "room";
    link.send("control", { do: "show", view, round }).catch(() => {});
  }

  /** A slider is faster than a wall: it is told the round at which the hand rests. */
  function turned(round) {
    clearTimeout(resting);
    resting = setTimeout(() => lead(round), RESTS);
  }

  /** The projector turns to the debrief and back. */
  function turn(to) {
    debriefing = to === "debrief";
    draw();
  }

  function draw() {
    frame = 0;
    if (closed || !rules || !latest) return;
    if (role === "projector" && latest.you.shows !== teacher) {
      // Only when the teacher turns: in between it has buttons of its own.
      teacher = latest.you.shows;
      debriefing = teacher === "debrief";
    }
    if (debriefing && latest.phase !== "ended") {
      // A step back or a new game: the debrief is of a summit that is not over any more.
      debriefing = false;
      if (back) {
        go(back);
        return;
      }
    }
    const wanted = debriefing ? "debrief" : essence(rules);
    if (shown !== wanted) build(wanted);
    view.update?.(rules, latest);
  }

  function build(wanted) {
    shown = wanted;
    view?.close?.();
    if (debriefing) {
      view = debriefView({
        me,
        role,
        back: back ? () => go(back) : () => turn("room"),
        turned: role === "host" ? turned : undefined,
      });
    } else {
      const debrief = role === "projector" ? () => turn("debrief") : () => go("/debrief");
      const make = role === "seat" ? seatView : stageView;
      view = make({ room: rules, role, me, send: link.send, go, debrief });
    }
    view.element.prepend(offline);
    mount(view, light());
  }

  /** The debrief is on paper, but on the wall, where the light stays. */
  function light() {
    return debriefing && role !== "projector" ? "paper" : night;
  }

  mount(
    { element: h("main", { id: "main", class: "waiting" }, h("h1", { tabindex: -1 }, t.loading)) },
    light(),
  );
  return {
    close() {
      closed = true;
      link.close();
      view?.close?.();
    },
  };
}

/** What a view is built on; the rest of a room is read anew with every tick. */
function essence(rules) {
  return JSON.stringify([rules.title, rules.terms, rules.members, rules.max_letters]);
}

/** Draw with the next frame; hidden tabs have none, but still have to keep up. */
function schedule(draw) {
  return document.hidden ? setTimeout(draw, 100) : requestAnimationFrame(draw);
}

function ended(reason, message) {
  const [title, words] = t.net.ended[reason] ?? t.net.ended.closed;
  mount(
    {
      title,
      element: h(
        "main",
        { id: "main", class: "waiting" },
        h("h1", { tabindex: -1 }, title),
        h("p", null, sentence(message ?? words)),
        h("button", { class: "main", onclick: () => go("/join") }, t.net.rejoin),
      ),
    },
    "night",
  );
}

addEventListener("popstate", route);
route();
