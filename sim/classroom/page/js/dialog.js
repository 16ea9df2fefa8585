/** Dialogs on the browser's own `<dialog>`: focus stays inside, Escape closes, focus returns. */

import { h } from "./dom.js";
import { t } from "../strings.en.js";

let serial = 0;

/**
 * Open a dialog with a title and some content.
 *
 * @param {string} title
 * @param {(close: () => void) => Node | Node[]} content
 */
export function openDialog(title, content, { wide = false } = {}) {
  const id = `dialog-${(serial += 1)}`;
  const box = h("dialog", { class: wide ? "wide" : "", "aria-labelledby": id });
  const close = () => box.close();
  const heading = h("h2", { id, tabindex: -1 }, title);
  box.append(
    h(
      "header",
      { class: "head" },
      heading,
      h("button", { class: "quiet", onclick: close, type: "button" }, t.close),
    ),
  );
  box.append(...[content(close)].flat());
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => {
    if (event.target === box) close();
  });
  document.body.append(box);
  box.showModal();
  return { element: box, title: heading, close };
}

/** Ask before something that cannot be taken back. */
export function sure(question, yes, act) {
  openDialog(question, (close) =>
    h(
      "div",
      { class: "row" },
      h(
        "button",
        {
          class: "main",
          onclick: () => {
            close();
            act();
          },
        },
        yes,
      ),
      h("button", { onclick: close }, t.cancel),
    ),
  );
}
