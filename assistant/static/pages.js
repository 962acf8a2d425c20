// Small behaviours of the reading pages; all of them can be done without. No framework, no other hosts.
(() => {
  "use strict";
  // Where it stands above the text, the outline begins folded, so that the text is in sight.
  const outline = document.querySelector(".outline");
  if (outline && getComputedStyle(outline).position !== "sticky") {
    for (const each of document.querySelectorAll("details[data-fold]")) each.open = false;
  }

  // `#` beside a clause: its address goes into the bar and, where the browser lets us, onto the clipboard.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-copy-link]");
    if (!link || !navigator.clipboard) return;
    try {
      await navigator.clipboard.writeText(location.origin + location.pathname + link.getAttribute("href"));
      const shown = link.querySelector("[aria-hidden]");
      shown.textContent = "已复制链接";
      setTimeout(() => { shown.textContent = "#"; }, 2000);
    } catch { /* the address in the bar is enough */ }
  });
})();
