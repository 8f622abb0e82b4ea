/* What is pasted, and where it goes: a report beside the table, a column of sizes into its boxes. After a report the focus
   goes to what it proposes, unless the person went elsewhere meanwhile. */

import { readPaste, spreadColumn } from "./column_paste.js";

export class Pasting {
  constructor(table) {
    this.table = table;
    /* A second report over a first one is asked about. */
    this.mayReplace = false;
    this.isWaiting = false;
    this.from = null;
  }

  get focused() {
    return this.table.frame.root.getRootNode().activeElement;
  }

  /** A report, or a column of sizes for the boxes from this row on; anything else is left to the field. */
  onPaste(event, label = null) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const labels = this.table.data.rows.map((row) => row.label);
    const pasted = readPaste(text, { inBox: label !== null, labels });
    if (!pasted) return;
    event.preventDefault();
    if (pasted.column) this.pasteColumn(pasted.column, label);
    else if (this.table.report.content && !this.mayReplace) {
      this.mayReplace = true;
      this.say("A report stands here already. Paste again to put this one in its place; values taken stay.");
    } else this.pasteReport(text);
  }

  pasteReport(text) {
    const { table } = this;
    const wasInField = this.focused === table.frame.pane.field;
    this.mayReplace = false;
    table.report.paste(text);
    table.frame.pane.draw();
    if (wasInField) table.frame.pane.focusField();
    this.from = this.focused;
    this.isWaiting = true;
    table.refresh();
    table.sendSoon();
  }

  removeReport() {
    const { table } = this;
    table.report.remove();
    table.frame.pane.draw();
    table.refresh();
    table.frame.pane.focusField();
    table.sendSoon();
  }

  /** The reading of the report came: what it proposes stands in its rows. */
  showProposals() {
    const { frame } = this.table;
    frame.pane.draw();
    this.table.refresh();
    const stayed = !this.focused || this.focused === this.from;
    if (this.isWaiting && stayed && !frame.head.focus()) this.table.startRows();
    this.isWaiting = false;
    this.table.lookAtFocus();
  }

  pasteColumn(lines, label) {
    const { table } = this;
    const texts = Object.fromEntries(table.data.rows.map((row) => [row.label, table.typed.rows[row.label].text.trim()]));
    const { placed, said } = spreadColumn(lines, table.data.rows, label, texts);
    for (const [name, text] of placed) {
      table.setRowText(table.row(name), text);
      table.pasted.add(name);
    }
    table.refresh();
    this.say(said.join(" "));
  }

  say(words) {
    this.table.frame.bar.say([words], true);
  }
}
