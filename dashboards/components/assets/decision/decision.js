/* The decision box as the server drew it (every text in it already escaped): buttons and forms answer, and what is being
   written is sent as a draft whenever the keys rest. */

const PAUSE = 900;

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let host = parentElement.querySelector(":scope > .hp-pick");
  if (!host) {
    host = document.createElement("div");
    host.className = "hp-pick";
    parentElement.append(host);
    host.onclick = (event) => onClick(host, event.target.closest("[data-pick]"));
    host.oninput = (event) => event.target.closest("[data-draft]") && onTyped(host);
    host.onchange = (event) => event.target.closest("[data-draft]") && sendDraft(host);
    host.onsubmit = (event) => onSubmit(host, event);
    host.onkeydown = (event) => onKey(host, event);
  }
  host.send = (value) => setTriggerValue("sent", value);
  draw(host, data);
  const said = host.querySelector("[data-said]");
  if (said && said.textContent !== data.said) said.textContent = data.said;
  return undefined;
}

/** While somebody writes in this very form it is left alone: the server's text is what was sent a moment ago. */
function draw(host, data) {
  if (host.shown === data.html) return;
  const form = host.querySelector("form[data-draft]");
  const writing = form && form.contains(document.activeElement) && host.about === data.about;
  if (!writing) {
    const opened = host.shown !== undefined;
    const held = opened && host.contains(document.activeElement);
    host.innerHTML = data.html;
    if (opened) (host.querySelector("[data-focus]") ?? (held ? backIn(host) : null))?.focus();
  }
  host.shown = data.html;
  host.about = data.about;
}

/** A small form that closed gives the focus back to the button that opened it, else to the first of the box. */
function backIn(host) {
  const button = host.opener ? host.querySelector(`[data-pick="${CSS.escape(host.opener)}"]`) : null;
  return button ?? host.querySelector("[role=alert], button, textarea");
}

function fieldsOf(form, submitter) {
  const fields = Object.fromEntries(new FormData(form, submitter).entries());
  return { ...fields, form: form.dataset.form };
}

function onTyped(host) {
  clearTimeout(host.pause);
  host.pause = setTimeout(() => sendDraft(host), PAUSE);
}

function sendDraft(host) {
  clearTimeout(host.pause);
  const form = host.querySelector("form[data-draft]");
  if (!form) return;
  const fields = { ...fieldsOf(form), form: "draft" };
  const text = JSON.stringify(fields);
  if (text === host.kept) return;
  host.kept = text;
  host.send(fields);
}

function onClick(host, button) {
  if (!button) return;
  clearTimeout(host.pause);
  if (button.dataset.pick !== "mode:") host.opener = button.dataset.pick;
  const form = host.querySelector("form[data-draft]");
  host.send({ ...(form ? fieldsOf(form) : {}), form: "pick", pick: button.dataset.pick });
}

function onSubmit(host, event) {
  event.preventDefault();
  clearTimeout(host.pause);
  host.kept = undefined;
  host.send(fieldsOf(event.target, event.submitter));
}

/** Escape leaves a small form; Ctrl and Enter decide from the text of several lines. */
function onKey(host, event) {
  const form = event.target.closest("form");
  if (!form) return;
  if (event.key === "Escape" && !form.hasAttribute("data-draft")) {
    event.preventDefault();
    event.stopPropagation();
    host.send({ form: "pick", pick: "mode:" });
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
}
