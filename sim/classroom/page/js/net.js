/** Calls to the room: plain requests, and the socket that brings its state. */

import { t } from "../strings.en.js";

/** What the room refused, in words for the user. */
export class Refused extends Error {
  constructor(error, message, status) {
    super(message);
    this.error = error;
    this.status = status;
  }
}

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused("offline", t.net.offline, 0);
  }
  if (answer.status === 204) return null;
  const body = (answer.headers.get("content-type") ?? "").includes("json")
    ? await answer.json()
    : null;
  if (!answer.ok) {
    throw new Refused(body?.error ?? "failed", body?.message ?? t.net.failed, answer.status);
  }
  return body;
}

/** GET a JSON resource. */
export const get = (path) => call(path, { headers: { accept: "application/json" } });

/** POST JSON, or text of another type. */
export const post = (path, body = {}, type = "application/json") =>
  call(path, {
    method: "POST",
    headers: { "content-type": type, accept: "application/json" },
    body: type === "application/json" ? JSON.stringify(body) : body,
  });

const FINAL = { 4401: "expired", 4403: "foreign", 4408: "kicked", 4409: "twice" };
const ANSWERS = new Set(["ack", "error", "odds", "what_if"]);
const PATIENCE = 20000;

/**
 * The socket of one role, which comes back by itself.
 *
 * @param {"host"|"projector"|"seat"} role
 * @param {{room, tick, link, end}} hear called with news: `link(true|false)` for the connection,
 *   `end(reason, message)` when it is closed for good.
 */
export function connect(role, hear) {
  const waiting = new Map();
  let socket = null;
  let last = 0;
  let tries = 0;
  let timer = null;
  let bye = null;
  let over = false;

  function open() {
    socket = new WebSocket(
      `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${role}`,
    );
    socket.onopen = () => {
      tries = 0;
      hear.link(true);
    };
    socket.onmessage = (event) => read(JSON.parse(event.data));
    socket.onclose = (event) => {
      refuseAll(t.net.offline);
      if (over) return;
      if (bye || FINAL[event.code]) {
        over = true;
        hear.end(FINAL[event.code] ?? bye.error, bye?.message);
        return;
      }
      hear.link(false);
      timer = setTimeout(open, Math.min(8000, 300 * 2 ** tries) * (0.7 + 0.6 * Math.random()));
      tries += 1;
    };
  }

  function read(message) {
    if (message.type === "tick") hear.tick(message);
    else if (message.type === "room") hear.room(message);
    else if (message.type === "bye") bye = message;
    else if (ANSWERS.has(message.type)) settle(message);
  }

  function settle(message) {
    const asked = waiting.get(message.id);
    if (!asked) return;
    waiting.delete(message.id);
    clearTimeout(asked.timer);
    if (message.type === "error") asked.reject(new Refused(message.error, message.message, 0));
    else asked.resolve(message);
  }

  function refuseAll(words) {
    for (const asked of waiting.values()) {
      clearTimeout(asked.timer);
      asked.reject(new Refused("offline", words, 0));
    }
    waiting.clear();
  }

  /** Send a message; settles with the answer of the room. */
  function send(type, body = {}) {
    return new Promise((resolve, reject) => {
      if (socket?.readyState !== WebSocket.OPEN) {
        reject(new Refused("offline", t.net.offline, 0));
        return;
      }
      const id = (last += 1);
      const patience = setTimeout(() => {
        waiting.delete(id);
        reject(new Refused("slow", t.net.slow, 0));
      }, PATIENCE);
      waiting.set(id, { resolve, reject, timer: patience });
      socket.send(JSON.stringify({ ...body, type, id }));
    });
  }

  function close() {
    over = true;
    clearTimeout(timer);
    socket?.close();
  }

  open();
  return { send, close };
}
