const soft = "var(--soft)", line = "var(--line)";
const font = getComputedStyle(document.body).fontFamily;
const config = {
  background: null,
  font,
  view: { stroke: null },
  axis: {
    labelColor: soft, titleColor: soft, gridColor: line, domain: false, ticks: false,
    labelFlush: false, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelPadding: 6,
  },
  text: { fontSize: 13 },
};
const specifications = JSON.parse(document.getElementById("specifications").textContent);
const draw = (element, specification) =>
  vegaEmbed(element, { ...specification, autosize: { type: "fit-x", contains: "padding" } }, {
    mode: "vega-lite", renderer: "svg", actions: false, config, logLevel: 1, tooltip: { theme: "custom" },
  });

// Charts in sight are drawn first, then the others in slices, so that the page answers meanwhile.
const SLICE = 150;
const drawings = {};
const keys = Object.keys(specifications);
const once = key => drawings[key] ??= draw(document.getElementById(key), specifications[key]);
const pause = () => new Promise(resolve => setTimeout(resolve));
const inSight = key => {
  const { top, bottom } = document.getElementById(key).getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};
const sequence = (async () => {
  await Promise.all(keys.filter(inSight).map(once));
  let end = 0;
  for (const key of keys.filter(key => !(key in drawings))) {
    if (performance.now() > end) {
      await pause();
      end = performance.now() + SLICE;
    }
    await once(key);
  }
})();
const drawn = keys.map(key => sequence.then(() => once(key)));
const near = new IntersectionObserver(
  entries => entries.filter(entry => entry.isIntersecting).forEach(entry => once(entry.target.id)),
  { rootMargin: "50% 0px" },
);
for (const key of keys) near.observe(document.getElementById(key));
addEventListener("beforeprint", () => keys.forEach(once));
Promise.all(drawn).then(() => { document.documentElement.dataset.drawn = "yes"; });

// A card with its numbers open takes the whole width; charts measure themselves on resize.
for (const details of document.querySelectorAll("details")) {
  details.addEventListener("toggle", () => dispatchEvent(new Event("resize")));
}
