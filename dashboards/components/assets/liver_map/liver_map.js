/* The liver at each scan: the server sends the drawing of the liver once and of every scan what lies on it (texts already
   escaped); this file moves between the dates without asking the server. The list says the same as the drawing. */

export default function (component) {
  const { parentElement, data } = component;
  let host = parentElement.querySelector(":scope > .hp-map");
  if (!host) {
    host = document.createElement("section");
    host.className = "hp-map";
    host.setAttribute("aria-label", "Liver map");
    parentElement.append(host);
  }
  if (host.stamp === data.stamp) return undefined;
  const sameRecord = host.scans === data.scans_stamp;
  host.stamp = data.stamp;
  host.scans = data.scans_stamp;
  if (!sameRecord) build(host, data);
  host.go(data.chosen, false);
  return undefined;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function build(host, data) {
  const last = data.scans.length - 1;
  const title = element("h2", "hp-panel-title");
  const summary = element("span", "hp-label");
  const head = element("div", "hp-map-head");
  head.append(title, summary);
  const drawing = element("div", "hp-map-drawing");
  drawing.innerHTML = data.liver;
  const svg = drawing.querySelector("svg");
  const list = listOf(data);
  const said = element("p", "hp-unseen");
  said.setAttribute("role", "status");
  said.setAttribute("aria-live", "polite");
  const steps = stepsOf(data, last);
  host.replaceChildren(head, drawing, list.frame, steps.row, element("p", "hp-map-caption", data.caption), said);

  let at = -1;
  host.go = (wanted, aloud) => {
    const to = Math.max(0, Math.min(last, wanted));
    if (to === at) return;
    at = to;
    const scan = data.scans[at];
    title.textContent = scan.title;
    summary.textContent = scan.summary;
    svg.querySelector("[data-scan]").innerHTML = scan.drawing;
    svg.querySelector("title").textContent = scan.sentence;
    list.fill(scan);
    steps.show(at, scan);
    if (aloud) said.textContent = `${scan.day}: ${scan.summary}`;
  };
  steps.back.onclick = () => host.go(at - 1, true);
  steps.on.onclick = () => host.go(at + 1, true);
  steps.slider.oninput = () => host.go(Number(steps.slider.value), true);
  list.frame.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const far = { Home: 0, End: last }[event.key];
    if ((step === undefined && far === undefined) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    host.go(far ?? at + step, true);
  };
}

/** The dates: a slider (arrows, Home and End are its own) between two buttons, a dot for each scan behind it. */
function stepsOf(data, last) {
  const row = element("div", "hp-map-steps");
  const back = button("‹", "Scan before");
  const on = button("›", "Scan after");
  const track = element("div", "hp-map-track");
  const dots = data.scans.map(() => element("i"));
  const slider = element("input");
  Object.assign(slider, { type: "range", min: 0, max: last, step: 1 });
  slider.setAttribute("aria-label", "Date of the scan");
  track.append(...dots, slider);
  row.append(back, track, on);
  row.hidden = last < 1;
  const show = (at, scan) => {
    slider.value = at;
    slider.setAttribute("aria-valuetext", scan.day);
    dots.forEach((dot, place) => dot.classList.toggle("hp-map-here", place === at));
    // A button that is at its end keeps the focus, so that the next key still arrives.
    back.setAttribute("aria-disabled", String(at === 0));
    on.setAttribute("aria-disabled", String(at === last));
  };
  return { row, back, on, slider, show };
}

function button(sign, name) {
  const made = element("button", "hp-button", sign);
  made.type = "button";
  made.setAttribute("aria-label", name);
  made.title = name;
  return made;
}

/** The list beside the map: a real table, and the lines below it. It takes the focus; left and right change the date. */
function listOf(data) {
  const frame = element("div", "hp-map-list");
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Lesions of the scan; left and right arrow change the date");
  const fill = (scan) => {
    const parts = [];
    if (scan.rows.length) parts.push(tableOf(scan, data.signs));
    if (scan.totals.length) {
      const totals = element("p", "hp-map-totals");
      const said = scan.totals.map(([place, text]) => `${place} ${text}`.replaceAll(" ", "\u00a0"));
      totals.append(element("b", "", "By segment "), said.join(" · "));
      parts.push(totals);
    }
    parts.push(...scan.lines.map((line) => element("p", "hp-map-line", line)));
    frame.classList.toggle("hp-map-many", scan.rows.length > 7);
    frame.replaceChildren(...parts);
    // Where a long list is too wide, its roles are said in short, so that no row takes two lines.
    const table = frame.querySelector("table");
    frame.classList.remove("hp-map-tight");
    frame.classList.toggle("hp-map-tight", scan.rows.length > 7 && table.scrollWidth > frame.clientWidth);
    // The list itself says what the totals say: they go first where there is no room.
    const totals = frame.querySelector(".hp-map-totals");
    if (totals) totals.hidden = false;
    if (totals && scan.rows.length > 7) totals.hidden = frame.scrollHeight > frame.clientHeight + 1;
    frame.scrollTop = 0;
  };
  return { frame, fill };
}

function tableOf(scan, signs) {
  const table = element("table");
  const caption = element("caption", "hp-unseen", `Liver lesions, ${scan.day}; sizes in mm`);
  const heads = element("tr");
  for (const name of ["Lesion", "Segment", "mm", "Role"]) {
    const head = element("th", "", name);
    head.scope = "col";
    heads.append(head);
  }
  const top = element("thead", "hp-unseen");
  top.append(heads);
  const body = element("tbody");
  for (const [sign, label, place, size, word] of scan.rows) {
    const row = element("tr");
    const name = element("th");
    name.scope = "row";
    name.innerHTML = signs[sign] ?? "";
    name.append(label);
    row.append(name, element("td", "", place), element("td", "hp-map-size", size), wordOf(word));
    body.append(row);
  }
  table.append(caption, top, body);
  return table;
}

function wordOf(word) {
  const cell = element("td", "hp-map-word");
  cell.title = word;
  cell.append(element("span", "hp-map-whole", word));
  if (word === "non-target") cell.append(element("span", "hp-map-brief", "NT"));
  return cell;
}
