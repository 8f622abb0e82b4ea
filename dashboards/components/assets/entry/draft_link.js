/* What is typed on its way to the server: a moment after the last key by the page's own connection, or past it when the
   page is being left. Each moment has a mark; a draft that is not acknowledged is sent again. */

const DEBOUNCE_MS = 400;
/* Whoever turns to another part of the page may be on the way to another page: a run of this page then would win over it. */
const LEAVING_MS = 2000;
/* A draft that was not acknowledged by then is sent again. */
const ANSWER_MS = 5000;

export class DraftLink {
  /** `table` gives the snapshot of what is typed, and the address that takes it past the page. */
  constructor(table) {
    this.table = table;
    this.timer = null;
    this.watch = null;
    this.closed = false;
    this.page = Math.random().toString(36).slice(2);
    this.changes = 0;
    this.sent = null;
    this.leaving = () => this.post();
    this.pointed = (event) => this.onPointer(event);
    // What was typed in the last moment is sent before the page goes out of sight.
    window.addEventListener("pagehide", this.leaving);
    document.addEventListener("pointerdown", this.pointed, true);
    document.addEventListener("visibilitychange", this.leaving);
  }

  close() {
    this.post();
    this.closed = true;
    this.stopTimers();
    window.removeEventListener("pagehide", this.leaving);
    document.removeEventListener("pointerdown", this.pointed, true);
    document.removeEventListener("visibilitychange", this.leaving);
  }

  get mark() {
    return `${this.page}.${this.changes}`;
  }

  /** Whether the server has the draft of what stands here now, and not of an earlier moment. */
  isKept(data) {
    return this.timer === null && (this.sent === null || this.sent === data.keptMark);
  }

  /** Something was changed: it goes off once nothing was changed for a moment. */
  later() {
    clearTimeout(this.timer);
    this.changes += 1;
    this.timer = setTimeout(() => this.now(), DEBOUNCE_MS);
  }

  /** Something was changed whose answer is waited for: it goes off at once. */
  soon() {
    this.changes += 1;
    this.now();
  }

  now() {
    this.stopTimers();
    if (this.closed || !this.table.setStateValue) return;
    const snapshot = this.table.snapshot();
    this.sent = snapshot.mark;
    this.table.setStateValue("draft", snapshot);
    this.watch = setTimeout(() => this.sendAgain(), ANSWER_MS);
  }

  /** The server did not say that it has the draft: it may have been started anew, or the connection was lost. The mark
      is a new one, since a value equal to the last would not be looked at again. */
  sendAgain() {
    this.changes += 1;
    this.now();
  }

  acknowledged() {
    clearTimeout(this.watch);
  }

  stopTimers() {
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    this.timer = null;
  }

  /** Send what is not sent yet past the page's own connection: no run of this page, so going elsewhere is not undone.
      A browser takes 64 kB this way at most: the report's text stays behind where the server has it already, and where
      it has not, an ordinary request carries what is too long. */
  post() {
    if (this.timer === null || this.closed || !this.table.data.draftUrl) return;
    const body = JSON.stringify(this.table.snapshot({ withKnownText: false }));
    const type = "application/json";
    if (navigator.sendBeacon(this.table.data.draftUrl, new Blob([body], { type }))) return;
    fetch(this.table.data.draftUrl, { method: "POST", body, headers: { "Content-Type": type } }).catch(() => {});
  }

  /** A press elsewhere in the page's main part is answered by this page: it must see the draft. One outside of it (the
      navigation) leads away: the draft goes ahead by itself, and this page is run only if it is still there later. */
  onPointer(event) {
    if (this.timer === null || event.composedPath().includes(this.table.frame.root)) return;
    const stays = event.target.closest?.("[data-testid=stMain]") && !event.target.closest("a, header");
    if (stays) this.now();
    else this.leaveSoon();
  }

  leaveSoon() {
    if (this.timer === null) return;
    this.post();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), LEAVING_MS);
  }
}
