/* Below the table: the live preview as the server computed it, and the bar that saves. */

import { key, make, textField } from "./elements.js";

const ANSWER_MS = 10000;

export class Preview {
  constructor() {
    this.element = make("div", { className: "card preview", "aria-live": "polite", role: "group", "aria-label": "Response preview" });
  }

  /** Something was typed since: an open question is said at once, an older response is paled until the server answers. */
  pend(preview, open) {
    if (open.length) this.show(preview, open);
    else this.element.classList.add("pending");
  }

  /** Never a category while a question is open: then it says what it waits for. */
  show(preview, open) {
    const course = preview?.course ? `, ${preview.course}` : "";
    const first = make("div", {}, make("h3", {}, `Response preview${course}`));
    const middle = make("div");
    const last = make("div", {}, make("h3", {}, "Not entered yet"));
    if (open.length) {
      const answers = open.length === 1 ? "1 answer" : `${open.length} answers`;
      first.append(make("p", { className: "verdict" }, `waits for ${answers}`));
      middle.append(make("p", {}, `Open: ${open.map(placeOf).join(", ")}. No response is shown while a question is open.`));
    } else if (preview?.verdict) {
      first.append(make("p", { className: "verdict" }, preview.verdict));
      if (preview.badge) first.append(badge(preview.badge));
      if (preview.sum) middle.append(make("p", { className: "sum" }, preview.sum));
      middle.append(...(preview.sentences ?? []).map((sentence) => make("p", {}, sentence)));
    }
    if (preview?.ifTaken) middle.append(ahead(preview.ifTaken));
    const missing = preview?.missing?.length ? preview.missing : ["nothing missing"];
    last.append(...missing.map((line) => make("p", {}, line)));
    this.element.replaceChildren(first, middle, last);
    this.element.classList.remove("pending");
  }
}

export class SaveBar {
  constructor(data, typed, table, reasonChanged) {
    const correcting = data.mode === "correct";
    this.save = this.button(correcting ? "Save correction" : "Save scan", () => table.save(), "save");
    this.waiting = null;
    this.message = make("span", { className: "message", role: "status" });
    this.kept = make("span", { className: "hint" });
    this.element = make("div", { className: "card savebar" });
    if (correcting) {
      this.reason = textField(typed.reason, { maxLength: 200, placeholder: "why it is corrected" });
      this.reason.addEventListener("input", () => reasonChanged(this.reason.value));
      this.element.append(make("label", { className: "field reason" }, make("span", {}, "Reason"), this.reason));
    }
    this.element.append(
      this.save, this.message, make("span", { className: "push" }), this.kept,
      this.button("Leave for later", () => table.leave()),
      this.discardButton(correcting ? "Cancel" : "Discard draft", table),
    );
    this.say(["The last ", key("Enter"), " saves. ", key("↑"), " goes back, ", key("Esc"), " leaves the draft for later."]);
  }

  button(words, press, className = "") {
    const element = make("button", { type: "button", className }, words);
    element.addEventListener("click", press);
    return element;
  }

  /** What is typed is thrown away at the second press: the first asks. */
  discardButton(words, table) {
    const button = this.button(words, () => {
      if (!table.hasTyped || button.dataset.asked) return table.discard();
      button.dataset.asked = "yes";
      button.textContent = "Discard what was typed?";
      return this.say(["Press again to throw away what was typed. Nothing of the record is touched."], true);
    });
    button.addEventListener("blur", () => {
      delete button.dataset.asked;
      button.textContent = words;
    });
    return button;
  }

  get isSaving() {
    return this.waiting !== null;
  }

  say(words, attention = false) {
    this.message.replaceChildren(...words);
    this.message.className = attention ? "message attention" : "message";
  }

  /** `hard` is the question that has to be answered first, if there is one. */
  sayOpen(open, hard) {
    const where = open.map(placeOf).join(", ");
    const cannot = hard?.level === "hard" ? `Not saved: ${placeOf(hard)}: ${hard.words}.` : `Not saved: answer the question at ${where} first.`;
    const asks = `Not saved yet: a question is open at ${where}. Answer with y or k, or save again: it is then kept "to verify".`;
    this.say([hard ? cannot : asks], true);
  }

  showRefusal(refusal) {
    this.close();
    this.save.disabled = false;
    this.say([refusal], true);
  }

  /** `unanswered` is called where the server says nothing for too long: it was stopped, or the connection was lost. */
  showSaving(unanswered) {
    this.save.disabled = true;
    this.say(["Saving…"]);
    this.close();
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.save.disabled = false;
      this.say(["Not saved yet: no answer from the server. Your entries are still here; press Save again."], true);
      unanswered();
    }, ANSWER_MS);
  }

  close() {
    clearTimeout(this.waiting);
    this.waiting = null;
  }

  showKept(time) {
    this.kept.textContent = time ? `Draft kept on the server, ${time}` : "";
  }
}

const placeOf = (one) => one.where;

function badge({ letters, tone, shape }) {
  const mark = make("i", { "aria-hidden": "true" }, shape);
  return make("span", { className: `badge tone-${tone}` }, mark, letters, make("small", {}, "computed"));
}

/** What the suggestions of the report would come to, said as a look ahead: they are not taken yet. */
function ahead({ badge: response, sum, sentences }) {
  return make(
    "div", { className: "ahead" }, make("h3", {}, "If the sure suggestions are taken"),
    make("p", {}, badge(response), " ", make("b", {}, sum ?? "")), make("p", {}, sentences?.[0] ?? ""),
  );
}
