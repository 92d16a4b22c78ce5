
// The part that is read is marked in the table of contents.
const links = new Map([...document.querySelectorAll(".contents a")].map(a => [a.hash.slice(1), a]));
const read = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    for (const [part, link] of links) {
      if (part === target.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}, { rootMargin: "-30% 0px -65% 0px" });
for (const part of links.keys()) read.observe(document.getElementById(part));

// What is wider than its box is scrolled by keys as well; what is not takes no stop on the way.
const formulas = document.querySelectorAll(".formula");
const fitted = new ResizeObserver(entries => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const formula of formulas) fitted.observe(formula);
