
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
