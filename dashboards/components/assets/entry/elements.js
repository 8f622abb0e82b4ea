/* Small helpers to build elements. Text goes in as text, never as HTML. */

/** An element with properties, attributes (those with a dash, and role, for, list) and children. */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (name.includes("-") || name === "role" || name === "for" || name === "list") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A key as it is named in a hint. */
export const key = (text) => make("kbd", {}, text);

/** A select of pairs of value and words. */
export function choice(value, options, props = {}) {
  const select = make("select", props);
  for (const [option, words] of options) select.append(make("option", { value: option }, words));
  select.value = value ?? "";
  return select;
}

/** A one-line text field. */
export function textField(value, props = {}) {
  return make("input", { type: "text", value: value ?? "", autocomplete: "off", spellcheck: false, ...props });
}
