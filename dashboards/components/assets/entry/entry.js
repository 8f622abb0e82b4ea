import { probe } from "./cells.js";
export default function (component) {
  const { parentElement, data, setStateValue } = component;
  parentElement.querySelector("#x")?.remove();
  const b = document.createElement("button"); b.id = "x"; b.textContent = "probe " + probe + " " + data.a;
  b.onclick = () => setStateValue("entry", { n: data.a + 1 });
  parentElement.appendChild(b);
}
