"""Speed on the CPU: cases, the clock that times them, and the page that shows them."""
