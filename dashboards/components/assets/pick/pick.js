/* A piece of the page whose buttons answer: the server sends the markup (every text in it already escaped), this file only
   reports which button was pressed and lets the arrow keys walk. */

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
  const held = host.contains(document.activeElement) ? document.activeElement.dataset.pick : null;
  host.innerHTML = data.html;
  host.shown = data.html;
  if (held) host.querySelector(`[data-pick="${CSS.escape(held)}"]`)?.focus();
  host.onclick = (event) => pick(host, event.target.closest("[data-pick]"));
  host.onkeydown = (event) => onKey(host, event);
  return undefined;
}

function pick(host, button) {
  if (button) host.send(button.dataset.pick);
}

/** Up and down walk the rows, left and right the buttons beside each other; Enter is the button's own. */
function onKey(host, event) {
  if (!event.target.matches("[data-pick]")) return;
  const row = event.target.closest("[data-find]");
  const beside = [...(row ?? host).querySelectorAll("[data-pick]")];
  const place = beside.indexOf(event.target);
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    beside[place + (event.key === "ArrowRight" ? 1 : -1)]?.focus();
  } else if (row && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const rows = [...host.querySelectorAll("[data-find]")];
    const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
    const targets = next ? next.querySelectorAll("[data-pick]") : [];
    targets[Math.min(place, targets.length - 1)]?.focus();
  }
}
