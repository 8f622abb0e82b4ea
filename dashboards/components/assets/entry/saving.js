/* Saving: what stands in the way is said and takes the focus, once; what the server refuses leads to its field. */

/* The fields of the scan by the first word of their place in a refusal. */
const FIELDS = {
  performed: "performed_on", modality: "modality", slice: "slice", reported: "reported_on", count: "count", uptake: "uptake_minutes",
};

export class Saving {
  constructor(table) {
    this.table = table;
    /* The report whose new lesions were asked about. */
    this.askedNew = null;
  }

  /** Save if nothing is missing; else go to the first place that is, and say why. */
  save() {
    const { table } = this;
    const { frame } = table;
    if (frame.stopAtLacking(table.typed)) return undefined;
    const refused = table.data.rows.find((row) => table.reading(row).problem);
    if (refused) return frame.rows.focus(refused.label);
    const empty = table.firstEmpty();
    if (empty) {
      table.nag = empty.label;
      table.refresh();
      return frame.rows.focus(empty.label);
    }
    const open = table.checks.open();
    const hard = open.find((one) => one.hard);
    if (hard || (open.length && !table.asked)) {
      table.asked = true;
      frame.bar.sayOpen(open, hard);
      return table.checks.focus(hard ?? open[0]);
    }
    if (this.stopAtUndecided()) return undefined;
    table.link.stopTimers();
    frame.bar.showSaving(() => table.link.sendAgain());
    table.setTriggerValue("save", { ...table.snapshot(), asked: open.map((one) => one.key) });
    return undefined;
  }

  /** A new lesion of the report that is neither taken nor refused: said once, then it is the person's to leave it out. */
  stopAtUndecided() {
    const { frame, report } = this.table;
    const about = report.content?.id ?? null;
    if (this.askedNew === about || !frame.ghosts.focusFirst()) return false;
    this.askedNew = about;
    frame.bar.say(["Not saved yet: the report speaks of a new lesion. Take it or refuse it, or save again without it."], true);
    return true;
  }

  /** Say a refusal; just after a save the focus goes to the field that it names. */
  showRefusal(refusal) {
    const { table } = this;
    const { frame } = table;
    const { isSaving } = frame.bar;
    frame.bar.showRefusal(refusal);
    // What the server asks at a save is shown by now: the next save leaves it open.
    if (isSaving) table.asked = true;
    const label = isSaving ? refusal.match(/^Not saved: (\w+)/)?.[1] : null;
    if (FIELDS[label]) frame.exam.focus(FIELDS[label]);
    else if (table.row(label)) frame.rows.focus(label);
    else if (frame.added.line(label)) frame.added.focus(label);
  }
}
