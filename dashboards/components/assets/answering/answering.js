/* A table as the server drew it (every text in it already escaped): this file only reports what was pressed, chosen or sent,
   filters the rows by what is typed, and lets keys walk. */

const PAUSE = 250;

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let host = parentElement.querySelector(":scope > .hp-pick");
  if (!host) {
    host = document.createElement("div");
    host.className = "hp-pick";
    parentElement.append(host);
    host.onclick = (event) => pick(host, event.target.closest("[data-pick]"));
    host.onkeydown = (event) => onKey(host, event);
    host.oninput = (event) => event.target.matches("[data-search]") && onTyped(host);
    host.onchange = (event) => event.target.dataset.choose && host.send(`${event.target.dataset.choose}:${event.target.value}`);
    host.onsubmit = (event) => onSubmit(host, event);
    listenForSlash(host);
  }
  host.send = (value) => setTriggerValue("picked", value);
  host.sendForm = (value) => setTriggerValue("sent", value);
  if (host.shown === data.html) return undefined;
  const held = heldPlace(host);
  host.innerHTML = data.html;
  host.shown = data.html;
  restore(host, held, data);
  return undefined;
}

function pick(host, button) {
  if (button) host.send(button.dataset.pick);
}

const searchOf = (host) => host.querySelector("[data-search]");
const rowsOf = (host) => [...host.querySelectorAll("[data-find]:not([hidden])")];

/** Where the focus is, and what was typed into fields and not sent. */
function heldPlace(host) {
  const search = searchOf(host);
  const focused = host.contains(document.activeElement) ? document.activeElement : null;
  const fields = [...host.querySelectorAll("form[data-form] input, input[form]")].filter((one) => one.type !== "hidden");
  return {
    pick: focused?.dataset.pick,
    row: focused?.closest("[data-patient]")?.dataset.patient,
    choose: focused?.dataset.choose,
    field: focused?.form ? placeOf(focused) : null,
    unsent: fields.filter((one) => one.value !== one.defaultValue).map((one) => [placeOf(one), one.defaultValue, one.value]),
    typed: search ? search.value : null,
    searching: search !== null && focused === search,
  };
}

const placeOf = (field) => `${field.form.dataset.form} ${field.name || field.type}`;

function fieldAt(host, place) {
  return [...host.querySelectorAll("input, select, button[type=submit]")].find((one) => one.form && placeOf(one) === place);
}

/** The focus stays where it was; a form that opened takes it, a form that closed gives it back to its row. */
function restore(host, held, data) {
  const search = searchOf(host);
  if (search) {
    if (held.typed !== null) search.value = held.typed;
    filter(host);
    if (held.searching) {
      search.focus();
      search.setSelectionRange(search.value.length, search.value.length);
    }
    if (host.opening !== undefined && host.opening === search.value && host.opening === data.found) openFirst(host);
  }
  for (const [place, before, value] of held.unsent) {
    const field = fieldAt(host, place);
    if (field && field.defaultValue === before) field.value = value;
  }
  if (data.focus && data.focus !== host.focused) {
    host.focused = data.focus;
    (host.querySelector("[data-focus]") ?? buttonOf(host, held.row))?.focus();
  } else if (held.choose) {
    host.querySelector(`[data-choose="${CSS.escape(held.choose)}"]`)?.focus();
  } else if (held.field) {
    fieldAt(host, held.field)?.focus();
  } else if (held.pick) {
    (host.querySelector(`[data-pick="${CSS.escape(held.pick)}"]`) ?? buttonOf(host, held.row))?.focus();
  }
}

const buttonOf = (host, row) => host.querySelector(`[data-patient="${CSS.escape(row ?? "")}"] [data-pick]`);

/** Rows hold what they are found by in data-find; groups without a row left are hidden too. */
function filter(host) {
  const search = searchOf(host);
  const words = search ? search.value.trim().toLowerCase() : "";
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

/** A list that is not here whole is looked through by the server, once typing pauses. */
function onTyped(host) {
  host.opening = undefined;
  filter(host);
  clearTimeout(host.pause);
  if (!host.querySelector("[data-cut]")) return;
  host.pause = setTimeout(() => host.send(`find:${searchOf(host).value}`), PAUSE);
}

function openFirst(host) {
  host.opening = undefined;
  pick(host, rowsOf(host)[0]?.querySelector("[data-pick]"));
}

function onSubmit(host, event) {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries(new FormData(form, event.submitter).entries());
  host.sendForm({ ...fields, form: form.dataset.form });
}

function onKey(host, event) {
  if (event.target.matches("[data-search]")) return onSearchKey(host, event);
  if (event.key === "Escape" && event.target.closest("[data-panel]")) {
    event.preventDefault();
    return host.send("close-panel");
  }
  if (event.target.matches("[data-pick]")) onButtonKey(host, event);
  return undefined;
}

function onSearchKey(host, event) {
  const search = event.target;
  if (event.key === "Escape" && search.value) {
    event.preventDefault();
    search.value = "";
    onTyped(host);
    if (host.querySelector("[data-found]")) host.send("find:");
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    rowsOf(host)[0]?.querySelector("[data-pick]")?.focus();
  } else if (event.key === "Enter") {
    event.preventDefault();
    // Where the server looks, its answer to these very words decides which patient is the first.
    if (host.querySelector("[data-cut]") && search.value !== "") {
      clearTimeout(host.pause);
      host.opening = search.value;
      host.send(`find:${search.value}`);
    } else openFirst(host);
  }
}

/** Up and down walk the rows, left and right the buttons beside each other; a letter does what the row allows. */
function onButtonKey(host, event) {
  const row = event.target.closest("[data-find]");
  const beside = [...(row ?? event.target.parentElement).querySelectorAll("[data-pick]")];
  const place = beside.indexOf(event.target);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step) {
    event.preventDefault();
    beside[place + step]?.focus();
  } else if (down && row) {
    event.preventDefault();
    const rows = rowsOf(host);
    const next = rows[rows.indexOf(row) + down];
    const targets = next ? next.querySelectorAll("[data-pick]") : [];
    (targets[Math.min(place, targets.length - 1)] ?? (down < 0 ? searchOf(host) : null))?.focus();
  } else if (down > 0) {
    event.preventDefault();
    rowsOf(host)[0]?.querySelector("[data-pick]")?.focus();
  } else if (row && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const act = row.dataset.keys.split(" ").find((one) => one.startsWith(`${event.key}=`));
    if (!act) return;
    event.preventDefault();
    host.send(`${act.slice(2)}:${row.dataset.patient}`);
  }
}

/** "/" goes to the search from anywhere on the page but a field. */
function listenForSlash(host) {
  const listener = (event) => {
    if (!host.isConnected) {
      document.removeEventListener("keydown", listener);
      return;
    }
    const typing = event.target.closest?.("input, textarea, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    searchOf(host)?.focus();
  };
  document.addEventListener("keydown", listener);
}
