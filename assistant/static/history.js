// Earlier conversations, kept in this browser only, and the export of the present one. Nothing is run as HTML.
(() => {
  "use strict";
  const KEY = "ip-plan-history";
  const MOST = 50;            // conversations
  const LONGEST = 8000;       // characters of an answer
  let current = newId();
  let seen = "";

  function newId() { return Date.now().toString(36) + Math.random().toString(36).slice(2, 8); }

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) || "{}");
      return { on: found.on !== false, items: Array.isArray(found.items) ? found.items.filter((each) => Array.isArray(each.turns)) : [] };
    } catch { return { on: true, items: [] }; }
  }

  function write(state) {
    const items = state.items.slice(0, MOST);
    for (;;) {
      try {
        localStorage.setItem(KEY, JSON.stringify({ on: state.on, items }));
        return true;
      } catch {
        if (!items.length) return false;   // no storage here: the page works without
        items.pop();
      }
    }
  }

  function records() {
    const found = [];
    for (const each of document.querySelectorAll("#conversation .ipa-record")) {
      try { found.push(JSON.parse(each.value)); } catch { /* a half-drawn page */ }
    }
    return found;
  }

  function keep() {
    const turns = records().map((each) => ({ q: each.question, a: String(each.reply.text || "").slice(0, LONGEST) }));
    const mark = turns.map((turn) => turn.q + turn.a.length).join("\n");
    if (mark === seen) return;
    seen = mark;
    if (!turns.length) {
      if (!document.querySelector("#conversation .ipa-turn")) current = newId();
      return;
    }
    const state = read();
    if (!state.on) return;
    const rest = state.items.filter((each) => each.id !== current);
    write({ on: true, items: [{ id: current, at: new Date().toISOString(), turns }, ...rest] });
    show();
  }

  // An answer is Markdown; here it is shown as bare text.
  function bare(text) {
    return text.replace(/^> ?/gm, "").replace(/\*\*/g, "").replace(/^\|[\s:|-]+\|$\n?/gm, "").replace(/\n{2,}/g, "\n");
  }

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function show() {
    const list = document.querySelector(".ipa-history-list");
    if (!list) return;
    const state = read();
    const opened = new Set([...list.querySelectorAll("details[open]")].map((each) => each.dataset.id));
    list.dataset.shown = "yes";
    document.querySelector(".ipa-history-on").checked = state.on;
    document.querySelector("[data-forget=all]").hidden = !state.items.length;
    list.replaceChildren(...state.items.map((item) => {
      const box = element("details", "", { "data-id": item.id });
      box.open = opened.has(item.id);
      const day = new Date(item.at);
      const date = Number.isNaN(day.getTime()) ? "" : day.toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" });
      const first = String(item.turns[0]?.q || "");
      box.append(element("summary", `${date}　${first.slice(0, 40)}${first.length > 40 ? "…" : ""}（${item.turns.length} 轮）`));
      for (const turn of item.turns) {
        box.append(element("p", `问：${turn.q}`, { class: "ipa-then-q" }), element("p", bare(String(turn.a || "")), { class: "ipa-then-a" }));
      }
      const actions = element("p", "", { class: "ipa-actions" });
      actions.append(element("button", "接着问", { type: "button", class: "ipa-action", "data-reopen": item.id }),
        element("button", "删除这一条", { type: "button", class: "ipa-action", "data-forget": item.id }));
      box.append(actions);
      return box;
    }));
    if (!state.items.length) list.append(element("p", state.on ? "还没有记录。" : "没有保存历史。"));
  }

  function reopen(id) {
    const item = read().items.find((each) => each.id === id);
    if (!item) return;
    current = id;
    document.querySelector("#history .ipa-history").dispatchEvent(
      new CustomEvent("ipa-reopen", { bubbles: true, detail: item.turns.map((turn) => String(turn.q)) }));
  }

  function forget(id) {
    const state = read();
    write({ on: state.on, items: id === "all" ? [] : state.items.filter((each) => each.id !== id) });
    if (id === "all" || id === current) current = newId();
    show();
    document.querySelector("#history summary").focus();
    tell(id === "all" ? "历史记录已全部删除" : "已删除这一条记录");
  }

  function tell(text) {
    const live = document.querySelector("#live [role=status]");
    if (live) live.textContent = text;
  }

  async function save(button) {
    const before = button.textContent;
    button.disabled = true;
    try {
      const body = JSON.stringify({ exchanges: records() });
      const response = await fetch(`api/export?format=${button.dataset.export}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (!response.ok) throw new Error((await response.json()).error?.message || "");
      const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") || "");
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await response.blob());
      link.download = name ? decodeURIComponent(name[1]) : `知识产权规划问答.${button.dataset.export}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      button.textContent = "已导出";
    } catch (error) {
      button.textContent = error.message || "未能导出，请稍后再试";
    }
    tell(button.textContent);
    button.disabled = false;
    setTimeout(() => { button.textContent = before; }, 4000);
  }

  async function share(link) {
    const before = link.textContent;
    try {
      await navigator.clipboard.writeText(link.href);
      link.textContent = "链接已复制";
    } catch {
      window.prompt("请复制这个链接：", link.href);
    }
    tell(link.textContent);
    setTimeout(() => { link.textContent = before; }, 2500);
  }

  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-reopen], [data-forget], [data-export], [data-share]");
    if (!at) return;
    if (at.dataset.reopen) reopen(at.dataset.reopen);
    else if (at.dataset.forget) forget(at.dataset.forget);
    else if (at.dataset.export) save(at);
    else { event.preventDefault(); share(at); }
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches(".ipa-history-on")) return;
    write({ ...read(), on: event.target.checked });
    show();
  });
  new MutationObserver(() => {
    keep();
    const list = document.querySelector(".ipa-history-list");
    if (list && list.dataset.shown !== "yes") show();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
