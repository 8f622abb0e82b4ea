/* Which patient of the cohort is looked at: buttons, and the keys of the whole page. Left and right walk, Enter opens, Escape
   lets go. The server sends the markup (every text in it already escaped) and decides who is next; this file says how far. */

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let host = parentElement.querySelector(":scope > .hp-focus-host");
  if (!host) {
    host = document.createElement("div");
    host.className = "hp-focus-host";
    parentElement.append(host);
  }
  host.send = (what) => setTriggerValue("did", what);
  if (host.shown !== data.html) {
    const held = host.contains(document.activeElement) ? document.activeElement.dataset.do : null;
    host.innerHTML = data.html;
    host.shown = data.html;
    host.from = data.from;
    host.place = data.place;
    host.number = data.number;
    if (held) host.querySelector(`[data-do="${held}"]:not([disabled])`)?.focus();
  }
  host.onclick = (event) => {
    const button = event.target.closest("[data-do]");
    if (button) act(host, button.dataset.do);
  };
  // This function runs at every answer of the server: one key is heard once.
  if (!host.listen) {
    host.listen = (event) => answer(host, event);
    document.addEventListener("keydown", host.listen);
  }
  return () => {
    document.removeEventListener("keydown", host.listen);
    host.listen = null;
  };
}

/** Where the walk has come to is known here before the server has answered: a key held down loses no step. */
function act(host, what) {
  const last = host.number - 1;
  if (what === "next") host.place = host.place === null ? 0 : Math.min(host.place + 1, last);
  else if (what === "previous") host.place = host.place === null ? last : Math.max(host.place - 1, 0);
  host.send(what === "next" || what === "previous" ? `to ${host.place}` : `${what} ${host.from}`);
}

const WRITES = "input, textarea, select, [contenteditable='true'], [role='listbox'], [role='option'], [role='radio'], [role='dialog']";
const KEYS = { ArrowLeft: "previous", ArrowRight: "next", Enter: "open", Escape: "leave" };

function answer(host, event) {
  const what = KEYS[event.key];
  if (!what || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest?.(WRITES)) return;
  // A button, a link or a scrolled table keeps its own keys.
  if (what === "open" && event.target.closest?.("button, a, summary, [tabindex='0']")) return;
  if ((what === "open" || what === "leave") && !host.from) return;
  event.preventDefault();
  act(host, what);
}
