/* What stands here now is told politely when it changes, and the focus is never lost: to the banner of the patient (or the
   head of the page) where another place came, to the button of the reasons where only they closed. A panel that a key opened
   hangs at the end of the page and takes the focus; Escape inside it is the framework's own and gives it back. */

const PAUSE = 200;
const FIELDS = ":is(button, input, select, textarea, a[href], summary, [tabindex='0']):not([tabindex='-1'], [disabled], [type=hidden])";

/** The place that was told last since the page was loaded. */
let told = null;

export default function (component) {
  const { parentElement, data } = component;
  let said = parentElement.querySelector(":scope > [role=status]");
  if (!said) {
    said = document.createElement("p");
    said.className = "hp-unseen";
    said.setAttribute("role", "status");
    parentElement.append(said);
  }
  const before = told;
  told = data.words;
  if (before !== null && before.join() !== told.join()) {
    const isOther = before.slice(0, 2).join() !== told.slice(0, 2).join();
    setTimeout(() => arrive(said, data.words, isOther), PAUSE);
  }
  document.addEventListener("click", onKeyPressed);
  return () => document.removeEventListener("click", onKeyPressed);
}

function arrive(said, words, isOther) {
  said.textContent = words.join(", ");
  if (document.activeElement && document.activeElement !== document.body) return;
  const why = isOther ? null : document.querySelector(".st-key-why-now button, .hp-why h2");
  const target = why ?? document.querySelector(".hp-banner, [data-testid=stMain] h1");
  if (!target) return;
  if (!target.matches("button")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

/** A button that a key pressed counts no click of a pointer. */
function onKeyPressed(event) {
  const button = event.detail === 0 ? event.target.closest?.("[data-testid=stPopoverButton]") : null;
  if (button) setTimeout(() => enter(button, 20), 50);
}

/** Into the panel as soon as it is there. */
function enter(button, tries) {
  const panel = button.getAttribute("aria-expanded") === "true" ? document.querySelector("[data-testid=stPopoverBody]") : null;
  if (!panel) {
    if (tries > 0) setTimeout(() => enter(button, tries - 1), 50);
    return;
  }
  if (document.activeElement !== button) return;
  const first = [...panel.querySelectorAll(FIELDS)].find((one) => one.getClientRects().length);
  if (!first) panel.tabIndex = -1;
  (first ?? panel).focus();
}
