/**
 * The little that the page needs to make and update elements.
 *
 * Data become text nodes and attributes, never markup; style goes through the CSSOM, so that the
 * strict Content-Security-Policy of the room holds.
 */

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "vars") setVars(element, value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** An HTML element: `h("p", {class: "soft"}, "text", other)`. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Set custom properties of CSS, such as `{"--share": 0.4}`. */
export function setVars(element, vars) {
  for (const [name, value] of Object.entries(vars)) element.style.setProperty(name, value);
}

/** Replace what is inside an element. */
export function put(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Change a text only if it differs, so that live regions speak only of news. */
export function say(element, text) {
  const words = text ?? "";
  if (element.textContent !== words) element.textContent = words;
  return element;
}

/** Set or remove an attribute. */
export function mark(element, name, value) {
  if (value === undefined || value === null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Show or hide an element. */
export function show(element, visible) {
  element.hidden = !visible;
  return element;
}

/**
 * Keep one child element for each item, by key, in the order of the items: children stay the same
 * elements from update to update, so focus, transitions and what is typed survive.
 */
export function keyed(parent, items, key, create, update) {
  const held = parent.keyed ?? (parent.keyed = new Map());
  const wanted = new Map();
  for (const item of items) {
    const name = String(key(item));
    if (!wanted.has(name)) wanted.set(name, item);
  }
  // First what goes, so that what stays is not moved, which would cost it the focus.
  for (const [name, child] of held) {
    if (wanted.has(name)) continue;
    child.remove();
    held.delete(name);
  }
  let place = 0;
  for (const [name, item] of wanted) {
    let child = held.get(name);
    if (!child) {
      child = create(item);
      held.set(name, child);
    }
    if (parent.children[place] !== child)
      parent.insertBefore(child, parent.children[place] ?? null);
    place += 1;
    update?.(child, item);
  }
}

/** Whether the reader asked for little motion. */
export function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Play a transition of CSS once by setting a class for a moment. */
export function flash(element, name, milliseconds = 1600) {
  element.classList.remove(name);
  void element.getBoundingClientRect();
  element.classList.add(name);
  setTimeout(() => element.classList.remove(name), milliseconds);
}
