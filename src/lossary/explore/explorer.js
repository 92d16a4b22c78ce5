
const model = JSON.parse(document.getElementById("model").textContent);
const parts = ["value", "gradient", "hessian"];
const charts = {}, calculators = {}, kept = {}, triangles = {};
const shown = () => document.querySelector("section[data-family]:not([hidden])");
const all = (root, selector) => [...root.querySelectorAll(selector)];
const texts = model.texts;
const finite = x => Number.isFinite(x) ? x : null;

function digits(x) {
  if (Number.isNaN(x)) return texts.undefined;
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const plain = x !== 0 && (Math.abs(x) < 1e-4 || Math.abs(x) >= 1e6);
  return (plain ? x.toExponential(4) : String(+x.toPrecision(6))).replace(/-/g, "−");
}

const filled = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);
const calculator = name => calculators[name];

// The calculator of a loss is made when it is first chosen. It draws nothing, so it is nowhere.
async function made(name) {
  calculators[name] ??= (await vegaEmbed(document.createElement("div"), specified(model.losses[name]),
    { mode: "vega", actions: false, logLevel: 1 })).view;
  return calculators[name];
}

// Vega writes into the values that it is given: each calculator has its own.
function specified({ family, signals, steps }) {
  const places = structuredClone(model.places[family]);
  return { signals, data: places.map(place => ({ ...place, transform: [...place.transform, ...steps] })) };
}

function chosen(section) {
  return all(section, "input[name=loss]:checked").map(input => input.value);
}

async function compute(section, name, moved) {
  const view = await made(name);
  for (const input of all(section, "[data-signal]")) {
    const mine = !input.dataset.loss || input.dataset.loss === name;
    if (mine && (!input.dataset.sets || input === moved)) view.signal(input.dataset.signal, +input.value);
  }
  await view.runAsync();
  if (moved?.dataset.sets && moved.dataset.loss === name) {
    for (const signal of moved.dataset.sets.split(" ")) {
      section.querySelector(`[data-loss="${name}"][data-signal="${signal}"]`).value = view.signal(signal);
    }
  }
}

// The end of an axis holds every curve but those that would flatten the others.
function reach(sizes) {
  const sorted = sizes.filter(size => size > 0).sort((a, b) => a - b);
  if (!sorted.length) return 0;
  const middle = sorted[(sorted.length - 1) >> 1];
  return sorted.filter(size => size <= 12 * middle).at(-1);
}

function ends(curves, part) {
  const sizes = sign => curves.map(rows => {
    const found = rows.map(row => sign * row[part]).filter(Number.isFinite).sort((a, b) => a - b);
    return Math.min(1.2 * (found[Math.floor(0.92 * found.length)] ?? 0), 1.05 * (found.at(-1) ?? 0));
  });
  const low = reach(sizes(-1)), high = reach(sizes(1));
  const room = 0.04 * (low + high);
  return low + high > 0 ? [-low - (low ? room : 0), high + room] : [-1, 1];
}

async function drawLines(section, names) {
  const family = section.dataset.family;
  const place = +section.querySelector('[data-signal="common_x"]').value;
  for (const part of parts) {
    const curves = names.map(name => calculator(name).data("grid"));
    const rows = names.flatMap((name, i) =>
      curves[i].map(row => ({ loss: name, curve: name, x: row.x, y: finite(row[part]) })));
    const at = names.map(name => ({ loss: name, x: place, y: finite(calculator(name).data("at")[0][part]) }));
    const old = (kept[family] ?? []).map(({ curve, loss, rows }) =>
      rows.map(row => ({ loss, curve, x: row.x, y: finite(row[part]) }))).flat();
    const [low, high] = ends([...curves, ...(kept[family] ?? []).map(k => k.rows)], part);
    const view = charts[`${family}-${part}`];
    view.signal("low", low).signal("high", high);
    await view.data("curves", rows).data("kept", old).data("at", at.length ? at : [{ x: place }]).runAsync();
  }
}

function full(numbers) {
  const sizes = numbers.map(Math.abs).filter(Number.isFinite).sort((a, b) => a - b);
  return sizes[Math.floor(0.95 * (sizes.length - 1))] ?? 0;
}

async function drawTriangles(section, names) {
  for (const row of all(section, ".triangles")) row.hidden = !names.includes(row.dataset.loss);
  for (const name of names) {
    const row = section.querySelector(`.triangles[data-loss="${name}"]`);
    const cells = calculator(name).data("grid"), [at] = calculator(name).data("at");
    const step = 1 / model.cells;
    for (const element of all(row, ".chart")) {
      const part = element.dataset.part, key = `${name}-${part}`;
      triangles[key] ??= (await draw(element, model.triangles[part])).view;
      const top = full(cells.map(cell => cell[part]));
      const data = cells.map(cell => ({
        x: cell.x, y: cell.y, x2: cell.x + step, y2: cell.y + step, p0: cell.p0, p1: cell.p1, p2: cell.p2,
        number: digits(cell[part]), negative: cell[part] < 0,
        strength: Number.isFinite(cell[part]) ? Math.min(Math.abs(cell[part]) / (top || 1), 1) : 1,
      }));
      await triangles[key].data("cells", data).data("at", [{ x: at.p2 + at.p0 / 2, y: at.p0 }]).runAsync();
      const infinite = cells.every(cell => !Number.isFinite(cell[part]));
      element.nextElementSibling.textContent = infinite ? texts.all_infinite
        : top ? filled(texts.full_colour, { number: digits(+top.toPrecision(2)) }) : texts.all_zero;
    }
  }
}

function cell(kind, text, scope) {
  const element = document.createElement(kind);
  element.append(...(typeof text === "string" ? text.split(/(?<=_)/).flatMap(word => [word, document.createElement("wbr")]) : [text]));
  if (scope) element.scope = scope;
  return element;
}

function number(x) {
  const data = document.createElement("data");
  data.value = x;
  data.textContent = digits(x);
  return cell("td", data);
}

function tableRow(head, numbers) {
  const row = document.createElement("tr");
  row.append(cell("th", head, "row"), ...numbers.map(number));
  return row;
}

function swatch(section, name) {
  const drawn = section.querySelector(`input[value="${name}"] ~ svg`);
  return drawn ? [drawn.cloneNode(true)] : [];
}

function heads(...names) {
  const head = document.createElement("thead"), row = document.createElement("tr");
  row.append(...names.map(name => cell("th", name, "col")));
  head.append(row);
  return head;
}

function body(rows) {
  const element = document.createElement("tbody");
  element.append(...rows);
  return element;
}

let telling;
function writeTables(section, names) {
  const ats = names.map(name => calculator(name).data("at")[0]);
  const rows = names.map((name, i) => tableRow(name, parts.map(part => ats[i][part])));
  rows.forEach((row, i) => row.cells[0].prepend(...swatch(section, names[i])));
  section.querySelector(".numbers tbody").replaceChildren(...rows);
  for (const table of all(section, ".listed")) {
    const row = table.closest(".triangles"), part = table.dataset.part;
    if (row?.hidden) continue;
    const listed = name => calculator(name).data("listed");
    if (row) {
      const found = listed(row.dataset.loss);
      table.replaceChildren(heads(texts.at, ...texts.columns),
        body(found.map(point => tableRow(point.name, parts.map(p => point[p])))));
    } else if (names.length) {
      table.replaceChildren(heads(texts.at, ...names),
        body(listed(names[0]).map((point, i) => tableRow(digits(point.x), names.map(n => listed(n)[i][part])))));
    } else table.replaceChildren();
  }
  clearTimeout(telling);
  telling = setTimeout(() => {
    section.querySelector("[role=status]").textContent = names.map((name, i) =>
      filled(texts.told, { loss: name, ...Object.fromEntries(parts.map(part => [part, digits(ats[i][part])])) })).join("; ");
  }, 700);
}

function reading(input) {
  if (input.dataset.sets && !input.dataset.moved) return texts.untouched;
  if ("stops" in input.dataset && input.value === input.max) return texts.off;
  return String(+input.value).replace("-", "−");
}

async function update(moved) {
  const section = shown(), names = chosen(section);
  for (const name of names) await compute(section, name, moved);
  for (const input of all(section, "input[type=range]")) {
    input.previousElementSibling.value = reading(input);
    input.setAttribute("aria-valuetext", reading(input));
  }
  for (const entry of all(section, ".formulas [data-loss]")) entry.hidden = !names.includes(entry.dataset.loss);
  section.querySelector(".empty").hidden = names.length > 0;
  if (section.dataset.family === "simplex") await drawTriangles(section, names);
  else await drawLines(section, names);
  writeTables(section, names);
}

// One update at a time; what moves meanwhile is in the next.
let busy = Promise.resolve(), waiting = false;
function change(moved) {
  if (waiting && !moved?.dataset.sets) return busy;
  waiting = true;
  busy = busy.catch(() => {}).then(() => { waiting = false; return update(moved); });
  return busy;
}

document.addEventListener("input", event => {
  const input = event.target;
  if (input.name === "family") {
    for (const section of all(document, "section[data-family]")) section.hidden = section.dataset.family !== input.value;
    dispatchEvent(new Event("resize"));
  }
  if (input.dataset.sets) input.dataset.moved = "yes";
  change(input);
});

document.addEventListener("reset", () => setTimeout(() => {
  for (const input of all(shown(), "[data-moved]")) delete input.dataset.moved;
  change();
}));

// A loss with what its sliders, and those for all, were moved to.
function setting(section, name) {
  const chosen = all(section, ".controls select").filter(select => select.selectedIndex);
  const moved = all(section, ".controls input[type=range]").filter(input =>
    (!input.dataset.loss || input.dataset.loss === name) && !input.dataset.sets && +input.value !== +input.defaultValue);
  const said = [
    ...chosen.map(select => select.selectedOptions[0].textContent),
    ...moved.map(input => `${input.labels[0].firstChild.textContent.trim()} ${reading(input)}`),
  ];
  return said.length ? `${name} (${said.join(", ")})` : name;
}

function tellKept(section, curves) {
  const place = section.querySelector(".kept");
  place.hidden = !curves.length;
  place.querySelector("span").replaceChildren(...curves.map(({ loss, told }) => {
    const item = document.createElement("span");
    item.append(...swatch(section, loss), told);
    return item;
  }));
}

document.addEventListener("click", event => {
  const action = event.target.dataset?.action, section = shown(), family = section.dataset.family;
  if (!action) return;
  const now = chosen(section).map(name => ({ loss: name, told: setting(section, name), rows: calculator(name).data("grid").map(row => ({ ...row })) }));
  kept[family] = action === "keep" ? [...(kept[family] ?? []), ...now] : [];
  kept[family].forEach((curve, i) => { curve.curve = `kept ${i}`; });
  tellKept(section, kept[family]);
  section.querySelector("[data-action=clear]").disabled = !kept[family].length;
  change();
});

// On a chart of lines, the point follows the pointer while it is pressed.
for (const type of ["pointerdown", "pointermove"]) {
  document.addEventListener(type, event => {
    const chart = event.target.closest?.(".chart.lines");
    if (!chart || !event.buttons || (event.pointerType === "touch" && type === "pointermove")) return;
    const view = charts[chart.id], left = chart.querySelector("svg").getBoundingClientRect().left;
    const input = shown().querySelector('[data-signal="common_x"]');
    input.value = view.scale("x").invert(event.clientX - left - view.origin()[0]);
    change(input);
  });
}

// What the page computes, for whoever looks at it from the console.
globalThis.explorer = {
  losses: Object.keys(model.losses),
  rows: async (name, set = "grid") => { await busy; return (await made(name)).data(set).map(row => ({ ...row })); },
};

Promise.all(drawn).then(results => {
  Object.keys(specifications).forEach((key, i) => { charts[key] = results[i].view; });
  return change();
}).then(() => { document.documentElement.dataset.ready = "yes"; });
