/** Which view to show: by the path, and by who the room says we are. */

import { h, put, say, show } from "./dom.js";
import { connect, get, post } from "./net.js";
import { t } from "../strings.en.js";
import { joinView } from "./views/join.js";
import { stageView } from "./views/stage.js";
import { seatView } from "./views/seat.js";
import { debriefView } from "./views/debrief.js";

const app = document.getElementById("app");
let live = null;

/** Show a view and tell it and screen readers so. */
function mount(view, light) {
  document.body.dataset.light = light;
  put(app, h("a", { class: "skip", href: "#main" }, t.skip), view.element);
  document.title = view.title ? `${view.title} · ${t.app}` : t.app;
  const first = view.first?.() ?? view.element.querySelector("h1");
  first?.focus({ preventScroll: true });
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
  else if (path === "/debrief" && (me.host || me.seat)) {
    mount(debriefView({ go, me, back: me.host ? "/host" : "/seat" }), "paper");
  } else if (path === "/host") mount(joinView({ go, me, problem: t.join.badHost }), "night");
  else mount(joinView({ go, me, code: new URLSearchParams(location.search).get("code") }), "night");
}

/** A view that lives on the socket of a role. */
function room(role, me) {
  const offline = h("p", { class: "offline", role: "status", hidden: true });
  let view = null;
  let rules = null;
  let latest = null;
  let frame = 0;

  const link = connect(role, {
    room(message) {
      const same = rules && essence(rules) === essence(message);
      rules = message;
      if (same) return;
      view?.close?.();
      view = (role === "seat" ? seatView : stageView)({
        room: message,
        role,
        me,
        send: link.send,
        go,
      });
      view.element.prepend(offline);
      mount(view, role === "seat" ? "paper" : "night");
    },
    tick(message) {
      latest = message;
      if (!frame) frame = schedule(draw);
    },
    link(up) {
      show(offline, !up);
      say(offline, up ? "" : t.net.reconnecting);
    },
    end(reason, message) {
      ended(reason, message);
    },
  });

  function draw() {
    frame = 0;
    if (view && latest) view.update(rules, latest);
  }

  mount(
    { element: h("main", { id: "main", class: "waiting" }, h("h1", { tabindex: -1 }, t.loading)) },
    role === "seat" ? "paper" : "night",
  );
  return {
    close() {
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
        h("p", null, message ?? words),
        h("button", { class: "main", onclick: () => go("/join") }, t.net.rejoin),
      ),
    },
    "night",
  );
}

addEventListener("popstate", route);
route();
