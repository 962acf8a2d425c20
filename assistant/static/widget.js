/* The launcher of 知识产权规划问答: one button in a shadow root; on the first opening, the chat in an iframe of our own host.
   No cookie, no storage, no other host, nothing of the page around it changed. The one global is window.IpPlanChat. */
(() => {
  "use strict";
  const TAG = "ip-plan-chat";
  const script = document.currentScript;
  if (!script || !script.src || window.IpPlanChat) return;
  const home = new URL(script.src).origin;
  const given = Object.assign({}, window.ipPlanChat, script.dataset);
  const THEMES = ["auto", "light", "dark", "contrast"];
  const text = (value, most) => (typeof value === "string" ? value.trim().slice(0, most) : "");
  const oneOf = (value, all) => (all.includes(value) ? value : all[0]);
  const options = {
    title: text(given.title, 40) || "知识产权规划问答",
    region: text(given.region, 60),
    plan: text(given.plan, 200),
    theme: oneOf(given.theme, THEMES),
    position: oneOf(given.position, ["right", "left"]),
    open: given.open === true || given.open === "true",
  };

  const STYLE = `
:host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; width: 0 !important; height: 0 !important; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.all { --ground: #123f7d; --on: #fff; --edge: #fff; --panel: #fff; --ink: #1c2530; --ring: #0b57d0;
  font: 16px/1.5 "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
.all[data-theme=dark] { --ground: #1d4f96; --edge: #9fb6d6; --panel: #161d27; --ink: #e8edf4; --ring: #8ab4ff; }
.all[data-theme=contrast] { --ground: #000; --on: #fff; --edge: #fff; --panel: #000; --ink: #fff; --ring: #ff0; }
@media (prefers-color-scheme: dark) { .all[data-theme=auto] { --ground: #1d4f96; --edge: #9fb6d6; --panel: #161d27; --ink: #e8edf4; --ring: #8ab4ff; } }
@media (prefers-contrast: more) { .all[data-theme=auto] { --ground: #000; --on: #fff; --edge: #fff; --panel: #000; --ink: #fff; --ring: #ff0; } }
button { font: inherit; cursor: pointer; min-height: 44px; }
.launch { position: fixed; bottom: calc(20px + env(safe-area-inset-bottom, 0px)); right: calc(20px + env(safe-area-inset-right, 0px));
  display: flex; align-items: center; gap: 10px; min-height: 52px; max-width: calc(100vw - 40px); padding: 8px 20px 8px 16px;
  color: var(--on); background: var(--ground); border: 2px solid var(--edge); border-radius: 28px; font-weight: 600;
  box-shadow: 0 2px 10px rgb(0 0 0 / .28); text-align: left; }
.launch svg { flex: none; width: 26px; height: 26px; }
.left .launch { right: auto; left: calc(20px + env(safe-area-inset-left, 0px)); }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
.panel:focus { outline: none; }
.panel { position: fixed; bottom: 20px; right: 20px; width: min(var(--width, 420px), calc(100vw - 40px)); height: min(700px, calc(100vh - 40px));
  display: flex; flex-direction: column; overflow: hidden; color: var(--ink); background: var(--panel);
  border: 1px solid #8895a7; border-radius: 10px; box-shadow: 0 8px 32px rgb(0 0 0 / .3); }
.left .panel { right: auto; left: 20px; }
iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: var(--panel); color-scheme: light; }
.wait { position: absolute; top: 0; right: 0; bottom: 0; left: 0; display: flex; flex-direction: column; justify-content: center;
  align-items: center; gap: 16px; padding: 24px; text-align: center; background: var(--panel); }
.wait p { margin: 0; }
.wait div { display: flex; gap: 12px; }
.wait button { padding: 8px 20px; color: var(--on); background: var(--ground); border: 1px solid var(--edge); border-radius: 6px; }
@media (max-width: 640px), (max-height: 480px) {
  .panel, .left .panel { top: 0; left: 0; right: auto; bottom: auto; width: 100%; height: 100%; height: 100dvh; border: 0; border-radius: 0;
    background: var(--ground);
    padding: env(safe-area-inset-top, 0px) env(safe-area-inset-right, 0px) env(safe-area-inset-bottom, 0px) env(safe-area-inset-left, 0px); }
}
@media (prefers-reduced-motion: no-preference) {
  .launch { transition: transform .15s; } .launch:hover { transform: translateY(-2px); }
}
@media (forced-colors: active) { .launch, .panel { border: 2px solid ButtonText; } }
@media print { :host { display: none !important; } }`;

  const SVG = "http://www.w3.org/2000/svg";
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const name of Object.keys(attributes)) node.setAttribute(name, attributes[name]);
    node.append(...children);
    return node;
  };
  const icon = () => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", "M4 4h16v12H11l-5 4v-4H4zM8 8.5h8M8 12h5");
    path.setAttribute("fill", "none");
    path.setAttribute("stroke", "currentColor");
    path.setAttribute("stroke-width", "1.8");
    path.setAttribute("stroke-linejoin", "round");
    svg.append(path);
    return svg;
  };

  const host = document.createElement(TAG);
  const root = host.attachShadow({ mode: "open" });
  const label = make("span", {}, options.title);
  const launch = make("button", { type: "button", class: "launch", "aria-haspopup": "dialog", "aria-expanded": "false" }, icon(), label);
  const said = make("p", { role: "status" });
  const again = make("button", { type: "button" }, "重试");
  const shut = make("button", { type: "button" }, "关闭");
  const choices = make("div", {}, again, shut);
  const wait = make("div", { class: "wait" }, said, choices);
  const panel = make("div", { class: "panel", role: "dialog", "aria-modal": "true", "aria-label": options.title, tabindex: "-1" }, wait);
  const all = make("div", { class: "all" + (options.position === "left" ? " left" : ""), lang: "zh-CN", "data-theme": options.theme }, launch, panel);
  panel.hidden = true;
  try {
    const sheet = new CSSStyleSheet();    // unlike a style element, not subject to the portal's style-src
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("style", {}, STYLE));
  }
  root.append(all);

  const handlers = new Map();
  const phone = matchMedia("(max-width: 640px), (max-height: 480px)");
  let frame = null, ready = false, opened = false, back = null, timer = 0, queue = [];

  const tell = (name, detail) => {
    for (const handler of handlers.get(name) || []) {
      try { handler(detail); } catch (error) { setTimeout(() => { throw error; }); }
    }
  };
  const post = (command, value) => frame.contentWindow.postMessage({ type: TAG, command, value }, home);
  const send = (command, value) => {
    if (ready) post(command, value);
    else queue.push([command, value]);
  };

  const fail = () => {
    said.textContent = "暂时打不开问答，请检查网络后重试。";
    choices.hidden = false;
    if (frame) frame.remove();
    frame = null;
    if (opened && root.activeElement === panel) again.focus();
    tell("error", { code: "unreachable" });
  };
  const load = () => {
    clearTimeout(timer);
    ready = false;
    wait.hidden = false;
    choices.hidden = true;
    said.textContent = "正在打开问答……";
    frame = make("iframe", {
      title: options.title,
      src: `${home}/widget/chat?site=${encodeURIComponent(location.origin)}`,
      allow: "clipboard-write",
      referrerpolicy: "origin",
      sandbox: "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-modals",
    });
    frame.addEventListener("load", () => {
      if (!frame) return;
      clearTimeout(timer);
      timer = setTimeout(fail, 4000);       // a frame that may not be shown here loads too, and never answers
      post("hello", { title: options.title, region: options.region, plan: options.plan, theme: options.theme });
    });
    panel.prepend(frame);
    timer = setTimeout(fail, 15000);
  };

  const focusInside = () => {
    if (!ready) { panel.focus({ preventScroll: true }); return; }
    frame.focus({ preventScroll: true });
    post("focus");
  };
  // The visible part of a phone's screen: above the on-screen keyboard.
  const fit = () => {
    const seen = window.visualViewport;
    const small = opened && phone.matches && seen && seen.scale < 1.05;
    panel.style.height = small ? `${seen.height}px` : "";
    panel.style.top = small ? `${seen.offsetTop}px` : "";
  };
  const open = (focus) => {
    if (opened) return;
    opened = true;
    if (focus !== false) back = document.activeElement === host ? launch : document.activeElement;
    panel.hidden = false;
    launch.hidden = true;
    launch.setAttribute("aria-expanded", "true");
    if (!frame) load();
    else if (ready) post("shown");
    fit();
    if (focus !== false) focusInside();
    tell("open", {});
  };
  const close = () => {
    if (!opened) return;
    const inside = document.activeElement === host || document.activeElement === document.body;
    opened = false;
    panel.hidden = true;
    launch.hidden = false;
    launch.setAttribute("aria-expanded", "false");
    if (ready) post("hidden");
    if (inside) {
      const to = back && back !== document.body && back.isConnected ? back : launch;
      to.focus({ preventScroll: true });
    }
    back = null;
    tell("close", {});
  };

  launch.addEventListener("click", () => open());
  again.addEventListener("click", () => { load(); panel.focus(); });
  shut.addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) { event.stopPropagation(); close(); }
    if (event.key === "Tab" && !ready) {      // until the chat is there, focus goes round its two buttons
      event.preventDefault();
      if (!choices.hidden) (root.activeElement === again ? shut : again).focus();
    }
  });
  if (window.visualViewport) for (const change of ["resize", "scroll"]) window.visualViewport.addEventListener(change, fit);

  window.addEventListener("message", (event) => {
    if (!frame || event.origin !== home || event.source !== frame.contentWindow) return;
    const data = event.data;
    if (!data || data.type !== TAG) return;
    if (data.command === "ready") {
      clearTimeout(timer);
      if (ready) return;
      ready = true;
      const waiting = root.activeElement === panel;
      wait.hidden = true;
      for (const [command, value] of queue) post(command, value);
      queue = [];
      if (waiting) focusInside();
      tell("ready", {});
    } else if (data.command === "close") close();
    else if (data.command === "scale") panel.style.setProperty("--width", `${Math.round(420 * Math.min(Math.max(Number(data.value) || 1, 1), 1.6))}px`);
    else if (data.command === "event" && ["ask", "answer", "error"].includes(data.name)) tell(data.name, data.detail);
  });

  const api = {
    open: () => open(),
    close: () => close(),
    toggle: () => (opened ? close() : open()),
    ask: (question) => { open(); send("ask", String(question)); },
    setRegion: (region) => { options.region = text(region, 60); send("region", options.region); },
    setTheme: (theme) => {
      options.theme = oneOf(theme, THEMES);
      all.setAttribute("data-theme", options.theme);
      send("theme", options.theme);
    },
    setFontScale: (scale) => send("scale", Number(scale) || 1),
    reset: () => send("reset"),
    on: (name, handler) => {
      if (!handlers.has(name)) handlers.set(name, new Set());
      handlers.get(name).add(handler);
      return () => handlers.get(name).delete(handler);
    },
  };
  Object.defineProperty(window, "IpPlanChat", { value: Object.freeze(api) });

  const start = () => {
    document.documentElement.append(host);
    if (options.open) open(false);
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
