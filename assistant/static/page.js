// Small behaviours of the page: citation marks go to their card, copying, feedback. No framework, no other hosts.
(() => {
  "use strict";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  function goTo(target, focus) {
    target.scrollIntoView({ behavior: still.matches ? "auto" : "smooth", block: focus === "start" ? "start" : "nearest" });
    target.focus({ preventScroll: true });
  }

  function showTurn(turn) {
    for (const group of document.querySelectorAll(".ipa-group")) group.hidden = group.dataset.turn !== turn;
    const empty = document.querySelector("#cards .ipa-empty");
    if (empty) empty.hidden = true;
  }

  function showCard(id) {
    const card = document.getElementById(id);
    if (!card) return;
    showTurn(card.closest(".ipa-group").dataset.turn);
    document.querySelectorAll(".ipa-card.is-current").forEach((each) => each.classList.remove("is-current"));
    card.classList.add("is-current");
    goTo(card, "start");
  }

  async function copy(button) {
    const source = button.parentElement.querySelector(".ipa-source");
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      source.hidden = false;
      source.select();
      document.execCommand("copy");
      source.hidden = true;
    }
    say(button, "已复制");
  }

  async function rate(button) {
    const body = JSON.stringify({ reply_id: button.dataset.reply, rating: button.dataset.rate });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("api/feedback", { method: "POST", headers, body }).catch(() => null);
    const ok = response !== null && response.ok;
    if (ok) button.parentElement.querySelectorAll("[data-rate]").forEach((each) => { each.disabled = true; });
    say(button, ok ? "已记录，谢谢" : "未能保存，请稍后再试");
  }

  function say(button, text) {
    const before = button.dataset.label || button.textContent;
    button.dataset.label = before;
    button.textContent = text;
    const live = document.querySelector("#live [role=status]");
    if (live) live.textContent = text;
    if (!button.disabled) setTimeout(() => { button.textContent = before; }, 2500);
  }

  document.addEventListener("click", (event) => {
    const at = event.target.closest("a, button");
    if (!at) return;
    const href = at.getAttribute("href") || "";
    if (at.matches("[data-copy]")) copy(at);
    else if (at.matches("[data-rate]")) rate(at);
    else if (at.matches(".ipa-ref")) { event.preventDefault(); showCard(href.slice(1)); }
    else if (href === "#evidence") {
      event.preventDefault();
      if (at.dataset.turn) showTurn(at.dataset.turn);
      goTo(document.querySelector("#cards h2"), "start");
    } else if (at.matches(".ipa-back")) {
      event.preventDefault();
      const turn = document.getElementById(href.slice(1));
      if (turn) goTo(turn, "start");
    } else if (at.matches(".ipa-skip")) {
      event.preventDefault();
      document.querySelector("#question textarea")?.focus();
    }
  });

  // A new question is brought into view; its answer replaces the waiting line in place.
  let seen = 0;
  let answered = 0;
  new MutationObserver(() => {
    const turns = document.querySelectorAll(".ipa-turn");
    if (turns.length > seen) {
      turns[turns.length - 1].scrollIntoView({ behavior: still.matches ? "auto" : "smooth", block: "start" });
    }
    seen = turns.length;
    const answers = document.querySelectorAll("#conversation .ipa-record").length;
    if (answers > answered) document.querySelector("#evidence")?.scrollTo(0, 0);   // its first card, not where the last one was left
    answered = answers;
    document.documentElement.lang = "zh-CN";
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
