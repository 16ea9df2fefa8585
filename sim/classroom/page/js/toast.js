/** A word from the room at the foot of the page; screen readers hear it. */

import { h } from "./dom.js";
import { sentence } from "./format.js";

export function toast(text, bad = false) {
  const words = sentence(text);
  const box = document.getElementById("toasts");
  // One confirmation at a time; refusals stay until they are read.
  for (const old of [...box.children])
    if (old.textContent === words || !(bad || old.classList.contains("bad"))) old.remove();
  const note = h("p", { class: bad ? "toast bad" : "toast" }, words);
  box.append(note);
  while (box.children.length > 3) box.firstChild.remove();
  setTimeout(() => note.remove(), bad ? 7000 : 3500);
}

/** Do something with the room and say what it refused. */
export async function attempt(work, done) {
  try {
    const answer = await work();
    if (done) toast(done);
    return answer;
  } catch (error) {
    if (!error.error) throw error;
    toast(error.message, true);
    return null;
  }
}
