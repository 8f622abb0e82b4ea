/* A piece of the page whose buttons answer: the server sends the markup (every text in it already escaped), this file only
   reports which button was pressed and lets the arrow keys walk. A search field in it filters the rows beside it. */

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let host = parentElement.querySelector(":scope > .hp-pick");
  if (!host) {
    host = document.createElement("div");
    host.className = "hp-pick";
    parentElement.append(host);
  }
  host.send = (value) => setTriggerValue("picked", value);
  if (host.shown === data.html) return undefined;
  const held = heldPlace(host);
  host.innerHTML = data.html;
  host.shown = data.html;
  restore(host, held);
  host.onclick = (event) => pick(host, event.target.closest("[data-pick]"));
  host.onkeydown = (event) => onKey(host, event);
  host.oninput = (event) => event.target.matches("[data-search]") && filter(host, event.target.value);
  if (host.querySelector("[data-search]")) listenForSlash(host);
  return undefined;
}

function pick(host, button) {
  if (button) host.send(button.dataset.pick);
}

function heldPlace(host) {
  const search = host.querySelector("[data-search]");
  const focused = document.activeElement;
  return {
    pick: host.contains(focused) ? focused.dataset.pick : null,
    typed: search ? search.value : "",
    searching: search !== null && focused === search,
  };
}

function restore(host, held) {
  const search = host.querySelector("[data-search]");
  if (search && held.typed) {
    search.value = held.typed;
    filter(host, held.typed);
  }
  if (search && held.searching) search.focus();
  if (held.pick) host.querySelector(`[data-pick="${CSS.escape(held.pick)}"]`)?.focus();
}

/** Rows hold what they are found by in data-find; groups without a row left are hidden too. */
function filter(host, typed) {
  const words = typed.trim().toLowerCase();
  let seen = 0;
  for (const row of host.querySelectorAll("[data-find]")) {
    row.hidden = words !== "" && !row.dataset.find.includes(words);
    if (!row.hidden) seen += 1;
  }
  for (const body of host.querySelectorAll("[data-group]")) {
    body.hidden = body.querySelector("[data-find]:not([hidden])") === null;
  }
  const none = host.querySelector("[data-none]");
  if (none) none.hidden = seen > 0;
}

/** Up and down walk the rows, left and right the buttons beside each other; Enter is the button's own. */
function onKey(host, event) {
  const search = event.target.matches("[data-search]");
  if (search && event.key === "Escape" && event.target.value) {
    event.target.value = "";
    filter(host, "");
    return;
  }
  const first = host.querySelector("[data-find]:not([hidden]) [data-pick]");
  if (search && (event.key === "ArrowDown" || event.key === "Enter")) {
    event.preventDefault();
    if (event.key === "Enter") pick(host, first);
    else first?.focus();
    return;
  }
  if (!event.target.matches("[data-pick]")) return;
  const row = event.target.closest("[data-find]");
  const beside = [...(row ?? host).querySelectorAll("[data-pick]")];
  const place = beside.indexOf(event.target);
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    beside[place + (event.key === "ArrowRight" ? 1 : -1)]?.focus();
  } else if (row && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const rows = [...host.querySelectorAll("[data-find]:not([hidden])")];
    const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
    const targets = next ? next.querySelectorAll("[data-pick]") : [];
    targets[Math.min(place, targets.length - 1)]?.focus();
  }
}

/** "/" goes to the search from anywhere on the page but a field. */
function listenForSlash(host) {
  if (host.listening) return;
  host.listening = true;
  const listener = (event) => {
    if (!host.isConnected) {
      document.removeEventListener("keydown", listener);
      return;
    }
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    host.querySelector("[data-search]")?.focus();
  };
  document.addEventListener("keydown", listener);
}
