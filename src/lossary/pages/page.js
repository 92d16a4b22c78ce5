const soft = "var(--soft)", line = "var(--line)";
const font = getComputedStyle(document.body).fontFamily;
const config = {
  background: null,
  font,
  view: { stroke: null },
  axis: {
    labelColor: soft, titleColor: soft, gridColor: line, domain: false, ticks: false,
    labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelPadding: 6,
  },
  text: { fontSize: 13 },
};
const specifications = JSON.parse(document.getElementById("specifications").textContent);
const draw = (element, specification) =>
  vegaEmbed(element, { ...specification, autosize: { type: "fit-x", contains: "padding" } }, {
    mode: "vega-lite", renderer: "svg", actions: false, config, logLevel: 1, tooltip: { theme: "custom" },
  });
const drawn = Object.entries(specifications).map(([key, specification]) => draw(document.getElementById(key), specification));
Promise.all(drawn).then(() => { document.documentElement.dataset.drawn = "yes"; });

// A card with its numbers open takes the whole width; charts measure themselves on resize.
for (const details of document.querySelectorAll("details")) {
  details.addEventListener("toggle", () => dispatchEvent(new Event("resize")));
}
