// The chat page: a question to the API, its answer as it comes, and the settings of this reader.
import { chip, turn } from "/ui/chat-turn.js";
import { connect } from "/ui/chat-frame.js";
import { ask as stream, get, Fault, standing } from "/ui/chat-stream.js";
import { canSpeak, hush, speak } from "/ui/chat-voice.js";
import { node, plain } from "/ui/chat-text.js";

const config = JSON.parse(document.getElementById("config").textContent);
const at = (id) => document.getElementById(id);
const root = document.documentElement;
const THEMES = ["auto", "light", "dark", "contrast"];
const TURNS = 8;                 // that are kept, and told to the assistant as what was said before
const LOOKS = "ip-plan-chat:looks";
const TALK = "ip-plan-chat:talk";
const coarse = window.matchMedia("(pointer: coarse)");

const state = { talk: [], running: null, region: "", plan: null, plans: [], follow: false, wanted: {}, looks: { scale: 1, theme: "auto", voice: false } };

// Storage may be forbidden in a frame; then looks and talk last as long as the page.
const store = {
  read(kind, key) { try { return JSON.parse(window[kind].getItem(key)); } catch { return null; } },
  write(kind, key, value) { try { window[kind].setItem(key, JSON.stringify(value)); } catch { /* not allowed here */ } },
};

const portal = connect(config.site, (command, value) => {
  if (command === "hello") hello(value || {});
  else if (command === "focus") settle();
  else if (command === "hidden") hush();
  else if (command === "ask") askWhenReady(String(value || ""));
  else if (command === "region") { state.wanted.region = String(value || ""); choose(); }
  else if (command === "theme") look({ theme: value });
  else if (command === "scale") look({ scale: value });
  else if (command === "reset") reset();
});

function hello(options) {
  if (options.title) { at("title").textContent = String(options.title); document.title = String(options.title); }
  state.wanted = { region: String(options.region || ""), plan: String(options.plan || "") };
  const kept = store.read("localStorage", LOOKS);
  if (!(kept && kept.theme) && THEMES.includes(options.theme)) look({ theme: options.theme }, false);
  choose();
  at("close").hidden = false;
  portal.tell({ command: "ready" });
  portal.tell({ command: "scale", value: state.looks.scale });
}

// ---- looks

function look(change, keep = true) {
  const next = { ...state.looks, ...change };
  const scale = Math.min(Math.max(Number(next.scale) || 1, 1), 2);
  state.looks = { scale, theme: THEMES.includes(next.theme) ? next.theme : "auto", voice: next.voice === true && canSpeak() };
  root.style.fontSize = `${scale * 100}%`;
  root.dataset.theme = state.looks.theme;
  at("large").setAttribute("aria-pressed", String(scale > 1));
  at("voice").setAttribute("aria-pressed", String(state.looks.voice));
  for (const input of document.querySelectorAll("#settings input")) {
    input.checked = input.name === "theme" ? input.value === state.looks.theme : Number(input.value) === scale;
  }
  if (keep) store.write("localStorage", LOOKS, state.looks);
  portal.tell({ command: "scale", value: scale });
  flow();
}

// With large letters or little height, everything scrolls and only the question stays in sight.
function flow() {
  root.classList.toggle("flow", state.looks.scale >= 1.5 || window.innerHeight < 480);
  grow();
}

function grow() {
  const box = at("question");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, window.innerHeight * 0.3)}px`;
}

// ---- regions and plans

async function loadPlans() {
  try {
    await getPlans();
  } catch {
    const now = await standing();
    at("banner").hidden = false;
    at("banner").textContent = now.status === "starting" ? "知识库正在准备，请稍候。" : now.status === "error"
      ? "知识库未能打开，暂时不能回答。" : "暂时连接不上问答服务。";
    setTimeout(loadPlans, 3000);
  }
}

async function getPlans() {
  state.plans = await get("/api/plans");
  at("banner").hidden = true;
  const regions = [...new Set(state.plans.map((plan) => plan.region).filter(Boolean))];
  const radios = ["", ...regions].map((name) => {
    const input = node("input", { type: "radio", name: "region", value: name });
    input.addEventListener("change", () => { state.region = name; });
    return node("label", {}, input, node("span", {}, name || "全部"));
  });
  at("regions").replaceChildren(node("legend", {}, "地区"), ...radios);
  choose();
}

function choose() {
  const { region = "", plan = "" } = state.wanted;
  const known = state.plans.map((each) => each.region);
  state.region = known.find((name) => name && (name === region || (region && region.startsWith(name)))) || "";
  state.plan = state.plans.find((each) => each.id === plan) || null;
  for (const input of document.querySelectorAll("#regions input")) input.checked = input.value === state.region;
  at("regions").hidden = known.length === 0 || state.plan !== null;
  at("plan").hidden = state.plan === null;
  if (state.plan) at("plan").firstElementChild.textContent = `只问《${state.plan.title}》`;
}

// ---- asking

async function ask(question) {
  const text = question.trim().slice(0, config.longest);
  if (!text || state.running) return;
  const before = state.talk.slice(-TURNS).flatMap((each) => [
    { role: "user", content: each.question }, { role: "assistant", content: each.reply.text.slice(0, 20000) }]);
  const body = { question: text, history: before };
  at("welcome").hidden = true;
  const shown = turn(text, config, { say, ask, again: () => { if (!state.running) { shown.restart(); run(shown, body, text); } } });
  at("turns").append(shown.article);
  portal.tell({ command: "event", name: "ask", detail: {} });
  await run(shown, body, text);
}

async function run(shown, body, text) {
  const stop = new AbortController();
  let end = null;
  const mine = { stop, ended: new Promise((resolve) => { end = resolve; }) };
  state.running = mine;
  state.follow = true;
  busy(true);
  follow(shown.article);
  say("正在检索规划原文");
  try {
    if (!state.plans.length) await getPlans().catch(() => {});      // which region or plan this page is about; a fault is told below
    const scope = { plan_ids: state.plan ? [state.plan.id] : [], regions: !state.plan && state.region ? [state.region] : [] };
    const reply = await stream({ ...body, ...scope }, stop.signal, {
      delta: (piece) => { shown.delta(piece); follow(shown.article); },
      citation: shown.citation,
    });
    if (state.running !== mine) return;
    shown.done(reply);
    follow(shown.article);
    state.talk.push({ question: text, reply });
    store.write("sessionStorage", TALK, state.talk.slice(-TURNS));
    if (state.looks.voice) speak(plain(reply.text));
    portal.tell({ command: "event", name: "answer", detail: { status: reply.status, citations: reply.citations.length } });
  } catch (error) {
    if (state.running !== mine) return;
    if (stop.signal.aborted) shown.stopped();
    else {
      const fault = error instanceof Fault ? error : new Fault("failed", "服务出错，没有完成回答，请重试。");
      shown.failed(fault);
      portal.tell({ command: "event", name: "error", detail: { code: fault.kind } });
    }
    follow(shown.article);
  } finally {
    if (state.running === mine) { state.running = null; busy(false); }
    end();
  }
}

function busy(now) {
  const focused = document.activeElement;
  at("send").hidden = now;
  at("stop").hidden = !now;
  if (now && (focused === at("send") || focused === document.body)) at("stop").focus();
  if (!now && (focused === at("stop") || focused === document.body)) settle();
}

function follow(article) {
  if (state.follow) article.scrollIntoView({ block: "start" });
}

async function askWhenReady(text) {
  const { running } = state;
  if (running) { running.stop.abort(); await running.ended; }
  ask(text);
}

function reset() {
  if (state.running) { const { stop } = state.running; state.running = null; stop.abort(); busy(false); }
  hush();
  state.talk = [];
  store.write("sessionStorage", TALK, []);
  at("turns").replaceChildren();
  at("welcome").hidden = false;
  at("talk").scrollTop = 0;
  say("对话已清空");
}

function submit() {
  const text = at("question").value;
  if (!text.trim() || state.running) return;
  at("question").value = "";
  grow();
  ask(text);
}

let hide = 0;
function say(text, visible = false) {
  at("status").textContent = "";
  setTimeout(() => { at("status").textContent = text; }, 30);
  if (!visible) return;
  at("status").classList.remove("sr");
  clearTimeout(hide);
  hide = setTimeout(() => at("status").classList.add("sr"), 3000);
}

// Where focus belongs when nothing else has it: the question, but no on-screen keyboard uncalled for.
function settle() {
  (coarse.matches ? at("title") : at("question")).focus({ preventScroll: true });
}

// ---- keyboard

function reachable() {
  return [...document.querySelectorAll("a[href], button, input, textarea, summary, [tabindex='0']")]
    .filter((each) => !each.disabled && each.checkVisibility() && (each.type !== "radio" || each.checked || !radioChosen(each)));
}

function radioChosen(radio) {
  return document.querySelector(`input[name="${CSS.escape(radio.name)}"]:checked`) !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") {
    if (!at("settings").hidden) { unfold(false); at("more").focus(); }
    else portal.tell({ command: "close" });
  } else if (event.key === "Tab" && portal.framed) {
    const stops = reachable();
    const last = stops[stops.length - 1];
    if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); stops[0].focus(); }
    else if (event.shiftKey && (document.activeElement === stops[0] || [at("title"), document.body].includes(document.activeElement))) { event.preventDefault(); last.focus(); }
  }
});

at("question").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); submit(); }
});

function unfold(open) {
  at("settings").hidden = !open;
  at("more").setAttribute("aria-expanded", String(open));
}

at("question").addEventListener("input", grow);
at("send").addEventListener("click", submit);
at("stop").addEventListener("click", () => state.running && state.running.stop.abort());
at("large").addEventListener("click", () => look({ scale: state.looks.scale > 1 ? 1 : 1.5 }));
at("voice").addEventListener("click", () => {
  look({ voice: !state.looks.voice });
  if (!state.looks.voice) hush();
  say(state.looks.voice ? "已打开自动朗读" : "已关闭自动朗读", true);
});
at("more").addEventListener("click", () => unfold(at("settings").hidden));
at("close").addEventListener("click", () => portal.tell({ command: "close" }));
at("reset").addEventListener("click", () => { reset(); unfold(false); settle(); });
at("plan").lastElementChild.addEventListener("click", () => { state.wanted.plan = ""; choose(); at("question").focus(); });
at("settings").addEventListener("change", (event) => look({ [event.target.name]: event.target.value }));
for (const kind of ["wheel", "touchmove", "pointerdown"]) at("talk").addEventListener(kind, () => { state.follow = false; }, { passive: true });
at("talk").addEventListener("keydown", () => { state.follow = false; });
window.addEventListener("resize", flow);
window.addEventListener("pagehide", hush);
window.addEventListener("offline", () => { at("banner").hidden = false; at("banner").textContent = "网络已断开。"; });
window.addEventListener("online", loadPlans);

at("voice").hidden = !canSpeak();
at("examples").replaceChildren(...config.examples.slice(0, 4).map((each) => chip(each, ask)));
look(store.read("localStorage", LOOKS) || {}, false);
for (const each of store.read("sessionStorage", TALK) || []) {
  const shown = turn(each.question, config, { say: (text, visible) => visible && say(text, true), ask, again: () => {} });
  shown.done(each.reply);
  at("turns").append(shown.article);
  at("welcome").hidden = true;
  state.talk.push(each);
}
loadPlans();
