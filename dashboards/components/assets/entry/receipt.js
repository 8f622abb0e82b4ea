/* After a save the receipt is read first: its heading takes the focus, so that it is spoken, and an Enter pressed once too
   often does not answer it. */

const UNREAD_MS = 600;
const LOOK_MS = 50;
const LONGEST_MS = 5000;

/** Wait for the receipt, take the focus to its heading, and ignore Enter until it has been there for a moment. */
export function readReceipt() {
  const ignore = (event) => {
    if (event.key !== "Enter" || event.composedPath()[0].matches?.("input, select, textarea")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const heed = () => {
    clearInterval(look);
    window.removeEventListener("keydown", ignore, true);
    window.removeEventListener("pointerdown", heed, true);
  };
  window.addEventListener("keydown", ignore, true);
  // Whoever presses a button of the receipt has seen it.
  window.addEventListener("pointerdown", heed, true);
  const until = Date.now() + LONGEST_MS;
  const look = setInterval(() => {
    const heading = document.querySelector(".hp-receipt-head h2");
    if (!heading && Date.now() < until) return;
    if (!heading) return void heed();
    clearInterval(look);
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    setTimeout(heed, UNREAD_MS);
  }, LOOK_MS);
}
