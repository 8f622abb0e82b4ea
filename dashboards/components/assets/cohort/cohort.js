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
    host.steps = 0;
    if (held) host.querySelector(`[data-do="${held}"]:not([disabled])`)?.focus();
  }
  host.onclick = (event) => {
    const button = event.target.closest("[data-do]");
    if (button) act(host, button.dataset.do);
  };
  const onKey = (event) => answer(host, event);
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

/** Steps add up until the server has answered: a key held down loses none. */
function act(host, what) {
  if (what === "next" || what === "previous") {
    host.steps += what === "next" ? 1 : -1;
    host.send(`step ${host.steps} ${host.from}`);
  } else {
    host.send(`${what} ${host.from}`);
  }
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
